"""Stock that is gone or going, and sales that fell or rose sharply."""

from collections.abc import Callable
from datetime import date

import polars as pl

from ecom_ai_os.defs.finders.looking import Finder, has_slice
from ecom_ai_os.warehouse import Warehouse

#: days beyond the lead time within which a stockout is worth a word: an order must go out now
HURRY_DAYS = 3
#: days that goods on order may come after the stock is gone: no order of today changes them, and
#: in two simulated years half of such stockouts did not come about
GAP_DAYS = 3


def out_of_stock(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """SKUs asked for at least once in four weeks with nothing left: anywhere, or at a location."""
    if not has_slice(warehouse, "inventory.stock_projections", "projected_on", day):
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
    """Rows that run out about when an order of today arrives, or a week before goods on order do.

    Of what sells a unit a week or more, and not where goods on order leave a gap of days only.
    Critical when even an order of today comes too late, warning while one still helps.
    """
    if not has_slice(warehouse, "inventory.stock_projections", "projected_on", day):
        return None
    return warehouse.read(
        """
        with running_out as (
            select *, projected_stockout_on < $day + lead_time_days as is_too_late
            from inventory.stock_projections
            where projected_on = $day
                and available > 0 and expected_demand_28d >= 4
                and (
                    next_restock_on - projected_stockout_on between 0 and $gap_days::integer
                ) is not true
                and (
                    projected_stockout_on <= $day + lead_time_days + $hurry_days::integer
                    or next_restock_on > projected_stockout_on
                    and expected_lost_units >= expected_demand_28d / 4
                )
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
        gap_days=GAP_DAYS,
    )


def velocity_change(kind: str) -> Callable[[Warehouse, date], pl.DataFrame | None]:
    """Return the finder of SKUs whose pace fell ("drop") or rose ("surge") beyond chance."""

    def find(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
        if not has_slice(warehouse, "inventory.demand_forecasts", "forecast_on", day):
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


FINDERS = (
    Finder("inventory", "out_of_stock", out_of_stock),
    Finder("inventory", "stockout_projected", stockout_projected),
    Finder("inventory", "velocity_drop", velocity_change("drop")),
    Finder("inventory", "velocity_surge", velocity_change("surge")),
)
