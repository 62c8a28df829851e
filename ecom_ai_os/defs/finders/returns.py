"""Products that come back too often, or began to."""

from datetime import date

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.finders.looking import Finder, has_slice
from ecom_ai_os.science import return_surges
from ecom_ai_os.warehouse import Warehouse

DELIVERY_HISTORY_DAYS = 400
#: A rate near the bar crosses it to and fro for weeks: most of these days must be beyond it.
STEADY_DAYS = 14


def flagged_return_rate(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Products that `returns.product_return_rates` flagged on most days of a fortnight, and why."""
    if not has_slice(warehouse, "returns.product_return_rates", "measured_on", day):
        return None
    return warehouse.read(
        """
        with steady as (
            select sku from returns.product_return_rates
            where measured_on between $day - $days::integer + 1 and $day
            group by sku
            having 2 * count(*) filter (is_flagged) > count(*)
        )

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
        inner join steady using (sku)
        inner join (select sku, title from marts.dim_products) using (sku)
        where measured_on = $day
        """,
        day=day,
        days=STEADY_DAYS,
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


FINDERS = (
    Finder("returns", "return_surge", return_surge),
    Finder("returns", "flagged_return_rate", flagged_return_rate),
)
