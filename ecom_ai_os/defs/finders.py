"""What is looked for: one finder a kind of problem, each answering for one day.

A finder returns None when its sources hold nothing for the day (it did not look), otherwise one
row by problem: severity, team, subject_type, subject_id, title, evidence (JSON text).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.science import return_surges
from ecom_ai_os.warehouse import Warehouse

#: share of customers, best first by what they spent so far, whose loss is a problem of its own
TOP_SHARE = 0.05
#: days beyond the lead time within which a stockout is worth a word: an order must go out now
HURRY_DAYS = 3
DELIVERY_HISTORY_DAYS = 400


@dataclass(frozen=True)
class Finder:
    """Looks for one kind of problem on one day."""

    workflow: str
    kind: str
    find: Callable[[Warehouse, date], pl.DataFrame | None]


def out_of_stock(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """SKUs asked for at least once in four weeks with nothing left: anywhere, or at a location."""
    if not _has_slice(warehouse, "inventory.stock_projections", "projected_on", day):
        return None
    return warehouse.read(
        """
        with empty as (
            select *, sum(available) over (partition by sku) <= 0 as is_everywhere
            from inventory.stock_projections
            where projected_on = $day
            qualify available <= 0 and expected_demand_28d >= 1
        )

        select if(is_everywhere, 'critical', 'warning') as severity,
            'operations' as team,
            if(is_everywhere, 'sku', 'sku_at_location') as subject_type,
            if(is_everywhere, sku, sku || ' @ ' || location) as subject_id,
            coalesce(any_value(title), sku) || ' is out of stock'
            || if(is_everywhere, '', ' at ' || any_value(location))
            || coalesce(
                ', new stock is expected on ' || strftime(min(next_restock_on), '%-d %B'),
                ' and nothing is on order'
            ) as title,
            to_json({
                expected_demand_28d: round(sum(expected_demand_28d), 1),
                expected_lost_revenue_28d: sum(expected_lost_revenue),
                next_restock_on: min(next_restock_on),
                reorder_quantity: sum(reorder_quantity)
            })::varchar as evidence
        from empty
        inner join (select sku, title from marts.dim_products) using (sku)
        group by sku, is_everywhere, if(is_everywhere, null, location), subject_id
        """,
        day=day,
    )


def stockout_projected(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Rows that run out before or about when an order of today arrives; a unit a week or more.

    Critical when even an order of today comes too late, warning while one still helps.
    """
    if not _has_slice(warehouse, "inventory.stock_projections", "projected_on", day):
        return None
    return warehouse.read(
        """
        with running_out as (
            select *, projected_stockout_on < $day + lead_time_days as is_too_late
            from inventory.stock_projections
            where projected_on = $day
                and available > 0 and expected_demand_28d >= 4
                and projected_stockout_on <= $day + lead_time_days + $hurry_days::integer
        )

        select if(is_too_late, 'critical', 'warning') as severity,
            'operations' as team, 'sku_at_location' as subject_type,
            sku || ' @ ' || location as subject_id,
            coalesce(title, sku) || ' runs out at ' || location || ' around '
            || strftime(projected_stockout_on, '%-d %B') || case
                when next_restock_on > projected_stockout_on
                    then ', before the goods on order arrive'
                when is_too_late then ', before an order of today could arrive'
                else coalesce(': order by ' || strftime(reorder_by, '%-d %B'), '')
            end as title,
            to_json({
                sku: sku, location: location, available: available, incoming: incoming,
                velocity_per_day: round(velocity_per_day, 2),
                demand_28d_p50: demand_28d_p50, demand_28d_p90: demand_28d_p90,
                projected_stockout_on: projected_stockout_on, stockout_on_p10: stockout_on_p10,
                next_restock_on: next_restock_on, reorder_quantity: reorder_quantity,
                reorder_by: reorder_by, expected_lost_revenue_28d: expected_lost_revenue
            })::varchar as evidence
        from running_out
        inner join (select sku, title from marts.dim_products) using (sku)
        """,
        day=day,
        hurry_days=HURRY_DAYS,
    )


def velocity_change(kind: str) -> Callable[[Warehouse, date], pl.DataFrame | None]:
    """Return the finder of SKUs whose pace fell ("drop") or rose ("surge") beyond chance."""

    def find(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
        if not _has_slice(warehouse, "inventory.demand_forecasts", "forecast_on", day):
            return None
        return warehouse.read(
            """
            select if($kind = 'drop', 'warning', 'info') as severity,
                if($kind = 'drop', 'buying', 'operations') as team, 'sku' as subject_type,
                sku as subject_id,
                coalesce(title, sku) || ' sold ' || round(sold)::bigint || ' in ' || window_days
                || ' days where ' || round(expected)::bigint || ' were expected' as title,
                to_json({
                    window_days: window_days, sold: sold, expected: round(expected, 1),
                    chance: chance
                })::varchar as evidence
            from inventory.velocity_changes
            inner join marts.dim_products using (sku)
            where measured_on = $day and kind = $kind
            """,
            day=day,
            kind=kind,
        )

    return find


def declining_customer(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Customers foreseen among the best last month whose foreseen value fell sharply since."""
    month = day.replace(day=1)
    if not _has_slice(warehouse, "lifetime_value.scores", "scored_on", month):
        return None
    return warehouse.read(
        """
        select 'warning' as severity, 'marketing' as team, 'customer' as subject_type,
            customer_id as subject_id,
            'A top customer is expected to spend ' || round(predicted_ltv_12m)::bigint || ' '
            || currency || ' in 12 months, down from '
            || round(previous_predicted_ltv_12m)::bigint as title,
            to_json({
                predicted_ltv_12m: predicted_ltv_12m,
                previous_predicted_ltv_12m: previous_predicted_ltv_12m,
                actual_ltv: actual_ltv, p_alive: round(p_alive, 3)
            })::varchar as evidence
        from lifetime_value.scores
        where scored_on = $month and is_declining and previous_predicted_ltv_12m >= (
            select quantile_cont(previous_predicted_ltv_12m, 1 - $share)
            from lifetime_value.scores where scored_on = $month
        )
        """,
        month=month,
        share=TOP_SHARE,
    )


def slipping_customer(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Customers who spent most so far, silent for two to four of their own intervals."""
    month = day.replace(day=1)
    if not (
        _has_slice(warehouse, "segments.customer_segments", "segmented_on", day)
        and _has_slice(warehouse, "lifetime_value.scores", "scored_on", month)
    ):
        return None
    return warehouse.read(
        """
        select 'warning' as severity, 'marketing' as team, 'customer' as subject_type,
            customer_id as subject_id,
            'A top customer (' || round(actual_ltv)::bigint || ' ' || currency
            || ' so far) is silent for ' || recency_days || ' days, usually '
            || round(expected_repurchase_days)::bigint as title,
            to_json({
                recency_days: recency_days, expected_repurchase_days: expected_repurchase_days,
                churn_risk: round(churn_risk, 3), actual_ltv: actual_ltv, segment: segment
            })::varchar as evidence
        from segments.customer_segments
        inner join lifetime_value.scores using (customer_id)
        where segmented_on = $day and scored_on = $month
            and recency_days between 2 * expected_repurchase_days
            and 4 * expected_repurchase_days
            and actual_ltv >= (
                select quantile_cont(actual_ltv, 1 - $share)
                from lifetime_value.scores where scored_on = $month
            )
        """,
        day=day,
        month=month,
        share=TOP_SHARE,
    )


def flagged_return_rate(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Products flagged by `returns.product_return_rates`, with their reasons and segments."""
    if not _has_slice(warehouse, "returns.product_return_rates", "measured_on", day):
        return None
    return warehouse.read(
        """
        select 'warning' as severity, 'buying' as team, 'sku' as subject_type, sku as subject_id,
            coalesce(title, sku) || ' comes back in ' || round(100 * return_rate)::bigint
            || ' % of deliveries, its category in ' || round(100 * category_return_rate)::bigint
            || ' %' || coalesce(': mostly ' || replace(top_reasons[1].reason, '_', ' '), '')
            as title,
            to_json({
                n_sold: n_sold, n_returned: n_returned, return_rate: round(return_rate, 4),
                category_return_rate: round(category_return_rate, 4),
                interval_low: round(interval_low, 4), interval_high: round(interval_high, 4),
                top_reasons: top_reasons, segments_returning_most: segments_returning_most
            })::varchar as evidence
        from returns.product_return_rates
        inner join (select sku, title from marts.dim_products) using (sku)
        where measured_on = $day and is_flagged
        """,
        day=day,
    )


def return_surge(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Products that began to come back beyond chance; see `science.return_surges`."""
    lines = warehouse.read(
        """
        with back as (
            select line_id, min(returned_at) as returned_at from marts.fct_returns group by line_id
        )

        select lines.sku, products.category,
            timezone($zone, coalesce(orders.delivered_at, orders.first_fulfilled_at))::date
                as delivered_on,
            timezone($zone, back.returned_at)::date as returned_on
        from marts.fct_order_lines as lines
        inner join marts.fct_orders as orders on lines.order_id = orders.order_id
        inner join marts.dim_products as products on lines.sku = products.sku
        left join back on lines.line_id = back.line_id
        where lines.is_sale
            and delivered_on between $day - $history::integer and $day
        """,
        zone=settings.current().business.timezone,
        day=day,
        history=DELIVERY_HISTORY_DAYS,
    )
    if lines.is_empty():
        return None
    return _described(return_surges.surges(lines, day), warehouse)


def _described(surges: pl.DataFrame, warehouse: Warehouse) -> pl.DataFrame:
    titles = warehouse.read("select sku, title from marts.dim_products")
    rate, past = ((100 * pl.col(c)).round().cast(pl.Int64) for c in ("return_rate", "past_rate"))
    name = pl.coalesce("title", "sku")
    figures = pl.struct(pl.exclude("sku", "title")).struct.json_encode()
    return surges.join(titles, on="sku", how="left").select(
        severity=pl.lit("critical"),
        team=pl.lit("buying"),
        subject_type=pl.lit("sku"),
        subject_id="sku",
        title=pl.format("{} comes back in {} % of deliveries, {} % before", name, rate, past),
        evidence=figures,
    )


def _has_slice(warehouse: Warehouse, table: str, column: str, day: date) -> bool:
    schema, name = table.split(".")
    is_there = warehouse.read(
        """
        select count(*) > 0 as yes from information_schema.tables
        where table_schema = $schema and table_name = $name
        """,
        schema=schema,
        name=name,
    ).item()
    if not is_there:
        return False
    return bool(
        warehouse.read(f"select exists (from {table} where {column} = $day) as yes", day=day).item()
    )


FINDERS = (
    Finder("inventory", "out_of_stock", out_of_stock),
    Finder("inventory", "stockout_projected", stockout_projected),
    Finder("inventory", "velocity_drop", velocity_change("drop")),
    Finder("inventory", "velocity_surge", velocity_change("surge")),
    Finder("lifetime_value", "declining_customer", declining_customer),
    Finder("segments", "slipping_customer", slipping_customer),
    Finder("returns", "return_surge", return_surge),
    Finder("returns", "flagged_return_rate", flagged_return_rate),
)
