"""Inventory: what will be asked for, when stock runs out and what to order by when."""

from datetime import UTC, date, datetime, timedelta

import dagster as dg
import numpy as np
import polars as pl

from ecom_ai_os.defs.charts.inventory import forecast_chart, stock_chart
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe, plot
from ecom_ai_os.defs.quality import is_better, write_test
from ecom_ai_os.defs.tables import inventory as tables
from ecom_ai_os.defs.tables.inventory import CHANGES, FORECASTS, PROJECTIONS
from ecom_ai_os.science import (
    counts,
    demand,
    demand_backtest,
    outlook,
    panels,
    rolling,
    stock,
    velocity,
)
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse

MODEL = "inventory.demand"
AHEAD_DAYS = 56
#: older forecasts stay only where made on the first of a month: 5,000 SKUs are 280,000 rows a day
KEEP_DAYS = 28
MARTS = ("fct_order_lines", "dim_products", "fct_stock_levels")
SOURCES = [dg.AssetKey(["marts", mart]) for mart in MARTS]


class StockConfig(dg.Config):
    """How stock is kept; ecom.toml [thresholds.inventory] overrides the defaults."""

    service_level: float = threshold(
        "inventory", "service_level", 0.95, "Chance of not running out before an order arrives"
    )
    review_days: int = threshold("inventory", "review_days", 7, "Days between two looks at orders")
    cover_days: int = threshold("inventory", "cover_days", 28, "Days of sales an order should last")
    lead_time_days: int = threshold(
        "inventory", "lead_time_days", 14, "Days from order to arrival where the SKU names none"
    )

    def policy(self) -> outlook.Policy:
        return outlook.Policy(
            self.service_level, self.review_days, self.cover_days, self.lead_time_days
        )


class VelocityConfig(dg.Config):
    """When a change of pace is sharp; ecom.toml [thresholds.inventory] overrides the defaults."""

    false_alarms_per_year: float = threshold(
        "inventory", "false_alarms_per_year", 1.0, "Alarms a year that chance alone may raise"
    )
    factor: float = threshold(
        "inventory", "change_factor", 2.0, "Sales must fall or rise at least this many times"
    )


@dg.asset(
    key=FORECASTS.asset_key,
    group_name="inventory",
    kinds={"python", "duckdb"},
    owners=["team:operations"],
    deps=SOURCES,
    pool="warehouse",
)
def demand_forecasts(warehouse: Warehouse, clock: Clock) -> dg.MaterializeResult[None]:
    """Units asked for by SKU on each of the next 56 days.

    **Method.** Recent levels of five memories, plain and with the season of prior years borrowed
    from SKU, category and shop, weighed by SKU by how each would have done in the last year; days
    without stock do not count as days without demand. Where a naive rule did better on this shop,
    it is used and `method` says so.

    **Caveats.** Promotions to come are not known. The day's quantiles are for that day: they do
    not add up; use `expected_units` for sums.
    """
    panel = _panel(warehouse, clock)
    trial = rolling.rehearse(panel)
    forecast = demand.forecast(panel, AHEAD_DAYS, trial)
    rows = _by_day(forecast).with_columns(forecast_on=pl.lit(clock.as_of))
    measures = demand_backtest.backtest(panel, trial)
    _prune(warehouse, clock.as_of)
    warehouse.replace_slice(FORECASTS, rows, forecast_on=clock.as_of)
    write_test(warehouse, MODEL, clock.as_of, measures)
    metadata = describe(FORECASTS, rows) | {"n_skus": len(panel.skus)}
    return dg.MaterializeResult(
        metadata=metadata | ({"shop": plot(forecast_chart(panel, forecast))} if panel.skus else {})
    )


@dg.asset(
    key=PROJECTIONS.asset_key,
    group_name="inventory",
    kinds={"python", "duckdb"},
    owners=["team:operations"],
    deps=[FORECASTS.asset_key, *SOURCES, dg.AssetKey(["marts", "fct_purchase_orders"])],
    pool="warehouse",
)
def stock_projections(
    config: StockConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """When each SKU runs out at each location, what to order and by when.

    **Method.** Available stock and what is on order against the forecast's cumulated demand;
    orders by a periodic (R, s, S) policy at the service level. Demand is split over locations by
    how their stock fell in the last four weeks.

    **On order.** A purchase order and what stock levels call incoming are the same goods: they are
    counted once, where the order says they go, or where they are awaited. A draft is no order.

    **Caveats.** Goods on order whose date nobody gave are assumed to arrive after the lead time,
    and `method` says so. Lead times are taken as certain.
    """
    policy = config.policy()
    products = tables.read_products(warehouse)
    longest = products["lead_time_days"].max()
    days = policy.days_ahead(longest if isinstance(longest, int) else 0)
    seen = outlook.outlook(
        demand.forecast(_panel(warehouse, clock), days),
        tables.read_stock(warehouse, clock),
        tables.read_incoming(warehouse, clock),
        tables.read_purchases(warehouse, clock),
        products,
        policy,
    )
    dates = pl.col("projected_stockout_on", "stockout_on_p10", "reorder_by")
    rows = stock.project(seen, policy).with_columns(
        dates.clip(lower_bound=clock.as_of), projected_on=pl.lit(clock.as_of)
    )
    warehouse.replace_slice(PROJECTIONS, rows, projected_on=clock.as_of)
    chosen = rows["expected_lost_revenue"].arg_sort(descending=True)[:9].to_numpy()
    return dg.MaterializeResult(
        metadata=describe(PROJECTIONS, rows)
        | (
            {"first_to_run_out": plot(stock_chart(outlook.curves(seen, chosen)))}
            if len(rows)
            else {}
        )
    )


@dg.asset(
    key=CHANGES.asset_key,
    group_name="inventory",
    kinds={"python", "duckdb"},
    owners=["team:operations"],
    deps=SOURCES,
    pool="warehouse",
)
def velocity_changes(
    config: VelocityConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """SKUs in stock whose sales fell or rose sharply against the forecast made before the change.

    Chances are held against one threshold for all SKUs and windows, set so that a year of nothing
    but chance raises about one alarm. SKUs without stock are left out: their silence is explained.
    """
    panel = _panel(warehouse, clock)
    changes = velocity.changes(
        panel, rolling.rehearse(panel), config.false_alarms_per_year, config.factor
    )
    rows = changes.join(tables.read_empty(warehouse, clock), on="sku", how="anti").with_columns(
        measured_on=pl.lit(clock.as_of)
    )
    warehouse.replace_slice(CHANGES, rows, measured_on=clock.as_of)
    return dg.MaterializeResult(metadata=describe(CHANGES, rows))


@dg.asset_check(asset=FORECASTS.asset_key)
def forecasts_beat_the_naive_baseline(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """On the shop's own past the forecast erred less than the better naive rule."""
    return is_better(
        warehouse, MODEL, "wape_28d", clock.as_of, "The history is too short to test a model."
    )


@dg.asset_check(asset=PROJECTIONS.asset_key)
def no_projection_is_negative(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """Demand, orders and losses are zero or more, and quantiles are in order."""
    n_wrong = warehouse.read(
        """
        select count(*) as n from inventory.stock_projections
        where projected_on = $day and (
            least(demand_28d_p10, reorder_quantity, expected_lost_revenue, incoming) < 0
            or demand_28d_p10 > demand_28d_p50 or demand_28d_p50 > demand_28d_p90
        )
        """,
        day=clock.as_of,
    ).item()
    return dg.AssetCheckResult(passed=n_wrong == 0, metadata={"n_wrong": n_wrong})


def _panel(warehouse: Warehouse, clock: Clock) -> panels.Panel:
    return panels.build(
        tables.read_sales(warehouse, clock),
        tables.read_products(warehouse),
        _last_full_day(clock),
        tables.read_stock_history(warehouse, clock),
    )


def _last_full_day(clock: Clock) -> date:
    """The day before, while the day itself is still going on: its sales are not all in."""
    is_over = datetime.now(UTC) >= clock.until
    return clock.as_of if is_over else clock.as_of - timedelta(days=1)


def _by_day(forecast: demand.Forecast) -> pl.DataFrame:
    """Return one row by SKU × day ahead with the day's quantiles."""
    n_skus, n_days = forecast.mean.shape
    spread = forecast.spread.dispersion(1)[:, None]
    low, middle, high = (
        counts.quantile(forecast.spread.nominal(level), forecast.mean, spread).ravel()
        for level in (0.1, 0.5, 0.9)
    )
    dates = np.datetime64(forecast.as_of, "D") + np.arange(1, n_days + 1)
    return pl.DataFrame(
        {
            "sku": pl.Series(np.repeat(forecast.skus, n_days), dtype=pl.Utf8),
            "target_on": pl.Series(np.tile(dates, n_skus)),
            "expected_units": forecast.mean.ravel(),
            "p10": low,
            "p50": middle,
            "p90": high,
            "method": pl.Series(np.repeat(forecast.method, n_days), dtype=pl.Utf8),
        }
    )


def _prune(warehouse: Warehouse, today: date) -> None:
    warehouse.ensure(FORECASTS)
    old = warehouse.read(
        """
        select distinct forecast_on from inventory.demand_forecasts
        where forecast_on < $limit and day(forecast_on) > 1
        """,
        limit=today - timedelta(days=KEEP_DAYS),
    )
    nothing = warehouse.read("from inventory.demand_forecasts limit 0")
    for day in old["forecast_on"]:
        warehouse.replace_slice(FORECASTS, nothing, forecast_on=day)
