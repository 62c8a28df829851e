"""Lifetime value: what every customer has been worth and will be worth in twelve months more."""

from datetime import date, timedelta

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.charts.lifetime_value import deciles_chart, tiers_chart
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe, plot
from ecom_ai_os.defs.quality import is_better, tested, write_test
from ecom_ai_os.defs.tables.lifetime_value import MODEL, SCORES, VIP_MEMBERS, read_ranked
from ecom_ai_os.science import lifetime, membership, value_backtest
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse


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


class VipConfig(dg.Config):
    """When a customer is a VIP; ecom.toml [thresholds.lifetime_value] overrides the defaults."""

    vip_share: float = threshold(
        "lifetime_value", "vip_share", 0.05, "Share of customers above the bar to join"
    )
    vip_stay_share: float = threshold(
        "lifetime_value", "vip_stay_share", 0.10, "Share of customers above the bar to stay"
    )
    vip_patience_months: int = threshold(
        "lifetime_value", "vip_patience_months", 3, "Months in a row under it that end it"
    )

    def bars(self) -> membership.Bars:
        return membership.Bars(self.vip_share, self.vip_stay_share, self.vip_patience_months)


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
    history. Both are tested once a week by hiding the last part of the history; where "everyone
    goes on as before" errs less, that rule scores instead, and `method` says so.

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
        | ({"value_by_tier": plot(tiers_chart(scores))} if len(scores) else {})
        | ({"back_test": plot(deciles_chart(foreseen))} if len(foreseen) else {})
    )


def _score(
    warehouse: Warehouse,
    sales: pl.DataFrame,
    day: date,
    config: LifetimeValueConfig,
    previous: pl.DataFrame | None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Test the model as of a day when its week is over, score with what won, and write both."""
    foreseen = pl.DataFrame(schema=value_backtest.FORESEEN)
    measures = tested(warehouse, MODEL, day)
    if measures.is_empty():
        foreseen = value_backtest.replay(sales, day)
        measures = value_backtest.measure(foreseen)
        write_test(warehouse, MODEL, day, measures)
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


@dg.asset(
    key=VIP_MEMBERS.asset_key,
    group_name="lifetime_value",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=[SCORES.asset_key],
    pool="warehouse",
)
def vip_members(
    config: VipConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """Who is a VIP or was one, since when, and why.

    **Rule.** In: among the best 5 % by predicted value, and either even the low end of the
    interval is above the median customer's prediction, or it is the second month in a row. Out:
    after three months in a row outside the best 10 %. Between the bars everyone stays.

    **Slices.** All of it is told anew from the months of `lifetime_value.scores` that are over, so
    that it changes once a month, however often it runs, and any past day can be replayed.
    """
    bars = config.bars()
    ranked = read_ranked(warehouse, clock.as_of.replace(day=1), bars.join)
    rows = _worded(membership.follow(ranked, bars), bars)
    warehouse.replace(VIP_MEMBERS, rows)
    return dg.MaterializeResult(
        metadata=describe(VIP_MEMBERS, rows) | {"n_members": rows["left_at"].null_count()}
    )


def _worded(spells: pl.DataFrame, bars: membership.Bars) -> pl.DataFrame:
    """A month's outcome holds from the month after it on."""
    zone = settings.current().business.timezone
    joined, left = (
        pl.col(name)
        .dt.offset_by("1mo")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone(zone)
        .dt.convert_time_zone("UTC")
        for name in ("enrolled_on", "left_on")
    )
    why = pl.when("is_sure").then(pl.lit("surely")).otherwise(pl.lit("two months in a row"))
    share = (100 * pl.col("place")).floor() + 1
    came = pl.format("among the best {} % by predicted value, {}", share.cast(pl.Int64), why)
    went = f"outside the best {bars.stay:.0%} for {bars.patience} months in a row"
    return spells.select(
        "customer_id",
        enrolled_at=joined,
        left_at=left,
        reason=pl.when(pl.col("left_on").is_null()).then(came).otherwise(pl.lit(went)),
    )


@dg.asset_check(asset=SCORES.asset_key)
def predictions_beat_the_naive_baseline(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """On hidden history the model erred less than "everyone goes on as before"."""
    return is_better(
        warehouse, MODEL, "mae", clock.as_of, "The history is too short to test a model."
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


@dg.asset_check(asset=VIP_MEMBERS.asset_key)
def nobody_is_a_vip_for_a_moment(
    config: VipConfig, warehouse: Warehouse, clock: Clock
) -> dg.AssetCheckResult:
    """Who left was in for the months it takes, and nobody is in before the day."""
    n_wrong = warehouse.read(
        """
        select count(*) as n from lifetime_value.vip_members
        where left_at < enrolled_at + to_months($patience::integer) - interval 1 day
            or greatest(enrolled_at, left_at) >= $until
        """,
        patience=config.vip_patience_months,
        until=clock.until,
    ).item()
    return dg.AssetCheckResult(passed=n_wrong == 0, metadata={"n_wrong": n_wrong})
