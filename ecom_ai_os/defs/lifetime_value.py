"""Lifetime value: what every customer has been worth and will be worth in twelve months more."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe, plot
from ecom_ai_os.defs.quality import BACKTESTS
from ecom_ai_os.science import lifetime, value_backtest
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Column, Table, Warehouse

if TYPE_CHECKING:
    import altair as alt

MODEL = "lifetime_value.scores"

SCORES = Table(
    "lifetime_value.scores",
    grain="customer × month",
    key=("customer_id", "scored_on"),
    columns={
        "customer_id": Column("varchar", "Person; marts.dim_customers"),
        "scored_on": Column("date", "First day of the month the score stands for"),
        "known_until_on": Column("date", "Last day whose orders the score knows"),
        "actual_ltv": Column("decimal(18,2)", "Net revenue of all sales so far"),
        "predicted_ltv_12m": Column("decimal(18,2)", "Expected net revenue of the next 365 days"),
        "interval_low": Column("decimal(18,2)", "In 1 of 10 cases it will be less than this"),
        "interval_high": Column("decimal(18,2)", "In 1 of 10 cases it will be more than this"),
        "currency": Column("varchar", "Reporting currency of the money columns (ISO 4217)"),
        "p_alive": Column("double", "Chance that they are still a customer (0–1), by rhythm alone"),
        "expected_orders_12m": Column("double", "Expected days with an order, next 365 days"),
        "tier": Column(
            "varchar", "vip, high, mid or low, by share of customers, best predicted first"
        ),
        "previous_predicted_ltv_12m": Column("decimal(18,2)", "predicted_ltv_12m of last month"),
        "is_declining": Column("boolean", "The prediction fell by more than the threshold"),
        "cohort": Column("date", "Month of the first order"),
        "method": Column("varchar", "How it was predicted, and why so"),
    },
)


class LifetimeValueConfig(dg.Config):
    """Thresholds; ecom.toml [thresholds.lifetime_value] overrides the defaults."""

    vip_share: float = threshold(
        "lifetime_value", "vip_share", 0.05, "Share of customers in tier vip"
    )
    high_share: float = threshold("lifetime_value", "high_share", 0.15, "… in tier high")
    mid_share: float = threshold("lifetime_value", "mid_share", 0.30, "… in tier mid")
    decline_share: float = threshold(
        "lifetime_value", "decline_share", 0.3, "A prediction falling by more is declining"
    )


@dg.asset(
    key=SCORES.asset_key,
    group_name="lifetime_value",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=[dg.AssetKey(["marts", "fct_orders"]), dg.AssetKey(["marts", "fct_refunds"])],
    pool="warehouse",
)
def lifetime_value_scores(
    config: LifetimeValueConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """Every customer's value so far and the value expected in the next twelve months.

    **Method.** BG/NBD (rhythm of buying, chance of having left) and Gamma-Gamma (worth of an
    order), fitted to this shop's sales and corrected by their error halfway through the known
    history. Both are tested by hiding the last part of the history; where "everyone goes on as
    before" errs less, that rule scores instead, and `method` says so.

    **Slices.** One per month, rewritten by every run of that month. When the month before has no
    slice, it is computed first as of its last day, so that declines show from the first run on.

    **Caveats.** Rankings hold sooner than totals; the interval is for one customer, not for sums.
    A customer's own season (Christmas only) is not modelled.
    """
    sales = _read_sales(warehouse, clock)
    before = clock.as_of.replace(day=1) - timedelta(days=1)
    if _read_slice(warehouse, before).is_empty():
        _score(warehouse, sales, before, config, previous=None)
    scores, foreseen = _score(
        warehouse, sales, clock.as_of, config, previous=_read_slice(warehouse, before)
    )
    return dg.MaterializeResult(
        metadata=describe(SCORES, scores)
        | {"method": scores["method"].first() or "no sales yet"}
        | ({"value_by_tier": plot(_tier_chart(scores))} if len(scores) else {})
        | ({"back_test": plot(_decile_chart(foreseen))} if len(foreseen) else {})
    )


def _score(
    warehouse: Warehouse,
    sales: pl.DataFrame,
    day: date,
    config: LifetimeValueConfig,
    previous: pl.DataFrame | None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Test the model as of a day, score with what won, and write both."""
    foreseen = value_backtest.replay(sales, day)
    measures = value_backtest.measure(foreseen).with_columns(
        model=pl.lit(MODEL), scored_on=pl.lit(day)
    )
    scores = lifetime.score(
        sales,
        day,
        trust_model=value_backtest.is_model_better(measures),
        previous=previous,
        shares=lifetime.TierShares(config.vip_share, config.high_share, config.mid_share),
        decline_share=config.decline_share,
    ).with_columns(
        scored_on=pl.lit(day.replace(day=1)),
        known_until_on=pl.lit(day),
        currency=pl.lit(settings.current().business.currency),
    )
    warehouse.replace_slice(BACKTESTS, measures, model=MODEL, scored_on=day)
    warehouse.replace_slice(SCORES, scores, scored_on=day.replace(day=1))
    return scores, foreseen


def _read_sales(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """What each order was worth as known by then: without the refunds processed later."""
    return warehouse.read(
        """
        with refunds as (
            select order_id, sum(refunded) as refunded
            from marts.fct_refunds
            where refunded_at < $until
            group by order_id
        )

        select
            orders.customer_id,
            timezone($zone, orders.ordered_at)::date as ordered_on,
            orders.gross_revenue - orders.discount - coalesce(refunds.refunded, 0) as net_revenue
        from marts.fct_orders as orders
        left join refunds on orders.order_id = refunds.order_id
        where orders.is_sale and orders.customer_id is not null and orders.ordered_at < $until
        """,
        zone=settings.current().business.timezone,
        until=clock.until,
    )


def _read_slice(warehouse: Warehouse, day: date) -> pl.DataFrame:
    """The scores of the month `day` lies in."""
    warehouse.ensure(SCORES)
    return warehouse.read(
        "select customer_id, predicted_ltv_12m from lifetime_value.scores where scored_on = $month",
        month=day.replace(day=1),
    )


@dg.asset_check(asset=SCORES.asset_key)
def predictions_beat_the_naive_baseline(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """On hidden history the model erred less than "everyone goes on as before"."""
    warehouse.ensure(BACKTESTS)
    found = warehouse.read(
        """
        select value, baseline_value, is_better, n, detail from quality.backtests
        where model = $model and scored_on = $day and measure = 'mae'
        """,
        model=MODEL,
        day=clock.as_of,
    )
    figures: dict[str, Any] = found.row(0, named=True) if len(found) else {}
    return dg.AssetCheckResult(
        passed=bool(figures.get("is_better", False)),
        severity=dg.AssetCheckSeverity.WARN,
        description="" if figures else "The history is too short to test a model.",
        metadata=figures,
    )


@dg.asset_check(asset=SCORES.asset_key)
def every_customer_with_a_sale_is_scored(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """The month's slice holds each customer of a sale so far once."""
    counted = warehouse.read(
        """
        select
            (select count(*) from lifetime_value.scores where scored_on = $month) as n_scored,
            (
                select count(distinct customer_id) from marts.fct_orders
                where is_sale and ordered_at < $until
            ) as n_customers
        """,
        month=clock.as_of.replace(day=1),
        until=clock.until,
    ).row(0, named=True)
    return dg.AssetCheckResult(
        passed=counted["n_scored"] == counted["n_customers"], metadata=counted
    )


def _tier_chart(scores: pl.DataFrame) -> "alt.Chart":
    """How much of the value of the next year each tier holds."""
    import altair as alt

    tiers = scores.group_by("tier").agg(
        pl.len().alias("customers"), pl.col("predicted_ltv_12m").sum().alias("value")
    )
    chart: alt.Chart = (
        alt.Chart(
            tiers.sort("value", descending=True), title="Expected value of the next 12 months"
        )
        .mark_bar()
        .encode(
            x=alt.X("value:Q", title=f"sum over the tier, {scores['currency'][0]}"),
            y=alt.Y("tier:N", sort=["vip", "high", "mid", "low"], title=None),
        )
        .properties(width=480, height=140)
    )
    return chart


def _decile_chart(foreseen: pl.DataFrame) -> "alt.Chart":
    """Promised against come, by tenth of the promise: bars of equal length are calibrated."""
    import altair as alt

    deciles = value_backtest.by_decile(foreseen).unpivot(index="decile", variable_name="money")
    on, days = foreseen.select("foreseen_on", "window_days").row(0)
    chart: alt.Chart = (
        alt.Chart(deciles, title=f"Foreseen on {on} for {days} days, and what came")
        .mark_bar()
        .encode(
            x=alt.X("decile:O", title="tenth of customers, best predicted first"),
            xOffset="money:N",
            y=alt.Y("value:Q", title="mean per customer"),
            color=alt.Color("money:N", title=None),
        )
        .properties(width=480, height=220)
    )
    return chart
