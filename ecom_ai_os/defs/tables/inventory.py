"""The tables the inventory workflow writes, and the marts as it reads them."""

from datetime import timedelta

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.science.arrivals import lots
from ecom_ai_os.science.shares import location_shares
from ecom_ai_os.warehouse import Column, Table, Warehouse

#: days of stock history that say which location serves how much
SHARE_DAYS = 28
#: days of stock history in which goods on order are first seen; few lead times are longer
INCOMING_DAYS = 180

FORECASTS = Table(
    "inventory.demand_forecasts",
    grain="SKU × day ahead",
    key=("sku", "forecast_on", "target_on"),
    sliced_by="forecast_on",
    columns={
        "sku": Column("varchar", "SKU; marts.dim_products"),
        "forecast_on": Column("date", "Day the forecast was made as of"),
        "target_on": Column("date", "Day that is forecast"),
        "expected_units": Column("double", "Mean units asked for that day; adds up over days"),
        "p10": Column("double", "Units of that day not exceeded in 1 of 10 cases"),
        "p50": Column("double", "Units of that day not exceeded in 1 of 2 cases"),
        "p90": Column("double", "Units of that day not exceeded in 9 of 10 cases"),
        "method": Column("varchar", "How it was forecast: the mixture's heaviest part, or a rule"),
    },
)

PROJECTIONS = Table(
    "inventory.stock_projections",
    grain="SKU × location × day",
    key=("sku", "location", "projected_on"),
    sliced_by="projected_on",
    columns={
        "sku": Column("varchar", "SKU; marts.dim_products"),
        "location": Column("varchar", "Location; marts.fct_stock_levels"),
        "projected_on": Column("date", "Day the projection was made as of"),
        "on_hand": Column("double", "Units on the shelf"),
        "available": Column("double", "Units that can be sold: on hand less committed"),
        "incoming": Column("double", "Units on order and not yet received"),
        "share": Column("double", "Share of the SKU's demand served from here (0–1)"),
        "velocity_per_day": Column("double", "Units sold a day on sale, last 28 days"),
        "velocity_same_period_last_year": Column("double", "The same, 364 days earlier"),
        "seasonal_factor": Column("double", "Next 28 days over recent pace, by prior years"),
        "expected_demand_28d": Column("double", "Mean units asked for in the next 28 days"),
        "demand_28d_p10": Column("double", "Units in 28 days not exceeded in 1 of 10 cases"),
        "demand_28d_p50": Column("double", "Units in 28 days not exceeded in 1 of 2 cases"),
        "demand_28d_p90": Column("double", "Units in 28 days not exceeded in 9 of 10 cases"),
        "projected_stockout_on": Column("date", "Day nothing is left, as likely as not"),
        "stockout_on_p10": Column("date", "Day nothing is left in the worst 1 of 10 cases"),
        "next_restock_on": Column("date", "Next day on which goods on order arrive"),
        "lead_time_days": Column("integer", "Days from order to arrival"),
        "reorder_quantity": Column("double", "Units to order now; 0 when nothing is due yet"),
        "reorder_by": Column("date", "Last day on which an order still arrives in time"),
        "expected_lost_units": Column("double", "Units not sold in 28 days without a new order"),
        "expected_lost_revenue": Column("decimal(18,2)", "The same at today's price"),
        "method": Column("varchar", "How demand was forecast and incoming goods were dated"),
    },
)

CHANGES = Table(
    "inventory.velocity_changes",
    grain="SKU × day on which its pace is found changed",
    key=("sku", "measured_on"),
    columns={
        "sku": Column("varchar", "SKU; marts.dim_products"),
        "measured_on": Column("date", "Last day of the window"),
        "kind": Column("varchar", "drop or surge"),
        "window_days": Column("integer", "Days compared: 7, 14 or 28, the most telling"),
        "expected": Column("double", "Units forecast for the window before it began"),
        "sold": Column("double", "Units sold in the window"),
        "chance": Column("double", "Probability of so few (or many) were the forecast right"),
    },
)


def read_products(warehouse: Warehouse) -> pl.DataFrame:
    """Return sku, category, price, lead_time_days of what is for sale."""
    return warehouse.read(
        """
        select sku, category, price, lead_time_days::bigint as lead_time_days
        from marts.dim_products
        where is_active and not is_gift_card
        """
    )


def read_sales(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Return sku, sold_on (the shop's own day), units; goods sent back later were asked for too."""
    return warehouse.read(
        """
        select sku, timezone($zone, ordered_at)::date as sold_on, sum(quantity) as units
        from marts.fct_order_lines
        where is_sale and sku is not null and ordered_at < $until
        group by all
        """,
        zone=settings.current().business.timezone,
        until=clock.until,
    )


def read_stock_history(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Return sku, observed_on, available over all locations."""
    return warehouse.read(
        """
        select sku, observed_on, sum(coalesce(available, on_hand)) as available
        from marts.fct_stock_levels
        where observed_on <= $day
        group by all
        """,
        day=clock.as_of,
    )


def read_stock(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Return each SKU's newest level by location and its share of demand.

    Columns: sku, location, on_hand, available, share.
    """
    levels = warehouse.read(
        """
        select sku, location, observed_on, on_hand,
            coalesce(available, on_hand - coalesce(committed, 0)) as available
        from marts.fct_stock_levels
        where observed_on between $first and $day
        """,
        first=clock.as_of - timedelta(days=SHARE_DAYS),
        day=clock.as_of,
    )
    newest = levels.filter(pl.col("observed_on") == pl.col("observed_on").max())
    return newest.drop("observed_on").join(location_shares(levels), on=["sku", "location"])


def read_incoming(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Return what stock levels call incoming, by the day it was first seen; see `arrivals.lots`."""
    levels = warehouse.read(
        """
        select sku, location, observed_on, incoming
        from marts.fct_stock_levels
        where observed_on between $first and $day
        """,
        first=clock.as_of - timedelta(days=INCOMING_DAYS),
        day=clock.as_of,
    )
    return lots(levels)


def read_empty(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Return the SKUs (sku) that nothing is left of anywhere."""
    left = pl.col("available").sum()
    return read_stock(warehouse, clock).group_by("sku").agg(left).filter(pl.col("available") <= 0)


def read_purchases(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Return sku, location, expected_on, quantity of the purchase-order lines open on the day.

    The newest stock, though it stands for the day before, has in it all that came until it was
    read. Of a day before it, an order that came later was open; when parts came is not known.
    """
    return warehouse.read(
        """
        with newest as (
            select max(observed_on) as stock_on from marts.fct_stock_levels
        ),

        placed as (
            select sku, location, expected_at,
                case
                    when received_at >= $until and $day < (select stock_on from newest)
                        then quantity
                    when received_at is null and coalesce(status, '') not in ('received', 'closed')
                        then quantity - coalesce(quantity_received, 0)
                end as quantity
            from marts.fct_purchase_orders
            where ordered_at < $until and coalesce(status, '') not in ('cancelled', 'draft')
        )

        select sku, location, timezone($zone, expected_at)::date as expected_on, quantity
        from placed where quantity > 0
        """,
        day=clock.as_of,
        zone=settings.current().business.timezone,
        until=clock.until,
    )
