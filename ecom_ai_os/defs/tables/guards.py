"""What one workflow's knowledge bars from being offered by the others."""

import dagster as dg
import polars as pl

from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.alerts import ALERTS
from ecom_ai_os.defs.tables.inventory import PROJECTIONS
from ecom_ai_os.defs.tables.returns import RATES
from ecom_ai_os.warehouse import Warehouse

#: What `read_barred` reads.
GUARDS = [
    dg.AssetKey(["marts", "dim_products"]),
    dg.AssetKey(["marts", "fct_stock_levels"]),
    dg.AssetKey(["inventory", "stock_projections"]),
    dg.AssetKey(["alerts", "alerts"]),
    dg.AssetKey(["returns", "product_return_rates"]),
]


def read_barred(warehouse: Warehouse, clock: Clock, read_days: int) -> pl.DataFrame:
    """Return sku, barrier (the first that holds) of what may not be recommended on the day.

    A SKU without stock rows is not tracked and may be. A SKU runs out when all its locations do.
    """
    warehouse.ensure(ALERTS, PROJECTIONS, RATES)
    return warehouse.read(
        """
        with newest as (
            select max(observed_on) as stock_on,
                (
                    select max(projected_on) from inventory.stock_projections
                    where projected_on <= $day
                ) as projected_on
            from marts.fct_stock_levels where observed_on <= $day
        ),

        stock as (
            select sku, sum(coalesce(available, on_hand - coalesce(committed, 0), 0)) as available
            from marts.fct_stock_levels
            where observed_on = (select stock_on from newest) group by sku
        ),

        run_out as (
            select sku, max(coalesce(projected_stockout_on, 'infinity')) as last_on
            from inventory.stock_projections
            where projected_on = (select projected_on from newest) group by sku
        ),

        suspects as (
            select distinct subject_id as sku from alerts.alerts
            where workflow in ('returns', 'reviews') and subject_type = 'sku'
                and severity is distinct from 'info'
                and first_seen_at <= $until and coalesce(resolved_at > $until, true)
        ),

        sent_back as (
            select sku from returns.product_return_rates
            where is_flagged and measured_on = (
                select max(measured_on) from returns.product_return_rates
                where measured_on <= $day
            )
        ),

        judged as (
            select sku, case
                when not is_active then 'unlisted'
                when is_gift_card then 'gift card'
                when stock.available <= 0 then 'out of stock'
                when run_out.last_on <= $day + $read_days::integer then 'runs out before it is read'
                when suspects.sku is not null then 'open quality alert'
                when sent_back.sku is not null then 'flagged return rate'
            end as barrier
            from marts.dim_products
            left join stock using (sku)
            left join run_out using (sku)
            left join suspects using (sku)
            left join sent_back using (sku)
        )

        from judged where barrier is not null order by sku
        """,
        day=clock.as_of,
        until=clock.until,
        read_days=read_days,
    )
