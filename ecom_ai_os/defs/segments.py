"""Segments: who every customer is to the shop today, and how to speak to them."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe, plot
from ecom_ai_os.defs.quality import is_better, weekly_test
from ecom_ai_os.defs.tables.segments import CHURN_MODEL, CUSTOMER_SEGMENTS
from ecom_ai_os.science import affinity, churn, segments
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse

if TYPE_CHECKING:
    import altair as alt

SALES = """
    select
        customer_id,
        timezone($zone, ordered_at)::date as ordered_on,
        net_revenue::double as net_revenue
    from marts.fct_orders
    where is_sale and customer_id is not null and ordered_at < $until
"""

LINES = """
    select
        lines.customer_id,
        products.category,
        timezone($zone, lines.ordered_at)::date as ordered_on,
        count(*) as n_lines
    from marts.fct_order_lines as lines
    inner join marts.dim_products as products on lines.sku = products.sku
    where
        lines.is_sale and lines.net_quantity > 0 and lines.customer_id is not null
        and lines.ordered_at < $until
    group by all
"""

EVENTS = """
    select
        customer_id, kind, is_machine_open, timezone($zone, occurred_at)::date as occurred_on
    from marts.fct_email_engagement
    where occurred_at < $until and occurred_at >= $until - interval 91 days
"""

# The newest slice known on the day; a month that is not scored yet still has the one before.
VALUE = """
    select customer_id, tier as ltv_tier, actual_ltv, is_declining
    from lifetime_value.scores
    where scored_on = (
        select max(scored_on) from lifetime_value.scores where known_until_on <= $as_of
    )
"""


class SegmentsConfig(dg.Config):
    """Thresholds; ecom.toml [[thresholds.segments.rules]] replaces the whole table of rules."""

    rules: list[dict[str, str]] = threshold(
        "segments",
        "rules",
        [asdict(rule) for rule in segments.RULES],
        "Ordered rules: segment, when (SQL on the signals), messaging; the first that holds counts",
    )
    keep_days: int = threshold(
        "segments", "keep_days", 400, "Days whose segments are kept; before, the ends of months are"
    )


@dg.asset(
    key=CUSTOMER_SEGMENTS.asset_key,
    group_name="segments",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=[
        dg.AssetKey(["lifetime_value", "scores"]),
        *(
            dg.AssetKey(["marts", table])
            for table in (
                "dim_customers",
                "dim_products",
                "fct_email_engagement",
                "fct_order_lines",
                "fct_orders",
            )
        ),
    ],
    pool="warehouse",
)
def customer_segments(
    config: SegmentsConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """Every customer's one segment of the day, with the five signals behind it and the reasons.

    **Signals.** Recency and the customer's own expected interval; churn risk; value tier; category
    affinity (share of purchases, recent ones counting more, drawn to the shop's mix); engagement
    with e-mail (openings by machines do not count).

    **Churn risk** = left / (left + stays × silence): *left* is the chance that customers with as
    many purchases leave after one, *silence* the chance that this customer, with their own pace,
    would keep quiet for as long as they did. Back-tested once a week on the last 90 days; where a
    plain recency rule foresees better, it scores and `churn_method` says so.

    **Rules.** An ordered table, the first that holds decides; ecom.toml can replace it.

    **History.** Every day of the last 400, and the last day of every month before them.
    """
    sales = _read(warehouse, clock, SALES)
    measures = weekly_test(
        warehouse,
        CHURN_MODEL,
        clock.as_of,
        lambda: churn.measure(churn.rehearse(sales, clock.as_of)),
    )
    signals = segments.combine(
        customers=_read_customers(warehouse, clock),
        churn=churn.score(sales, clock.as_of, churn.best_method(measures)),
        value=warehouse.read(VALUE, as_of=clock.as_of),
        affinity=affinity.affinity(_read(warehouse, clock, LINES), clock.as_of),
        engagement=affinity.engagement(_read(warehouse, clock, EVENTS), clock.as_of),
    )
    rules = [segments.Rule(**rule) for rule in config.rules]
    frame = segments.assign(signals, _read_previous(warehouse, clock), rules).with_columns(
        segmented_on=pl.lit(clock.as_of)
    )
    warehouse.replace_slice(CUSTOMER_SEGMENTS, frame, segmented_on=clock.as_of)
    _forget(warehouse, clock.as_of - timedelta(days=config.keep_days))
    plots = {"sizes": plot(_size_chart(frame)), "movement": plot(_movement_chart(frame))}
    return dg.MaterializeResult(
        metadata=describe(CUSTOMER_SEGMENTS, frame) | (plots if len(frame) else {})
    )


def _read(warehouse: Warehouse, clock: Clock, sql: str) -> pl.DataFrame:
    return warehouse.read(sql, zone=settings.current().business.timezone, until=clock.until)


def _read_customers(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Everyone known on the day, with or without a sale."""
    return warehouse.read(
        """
        select customers.customer_id, count(orders.order_id) as n_orders
        from marts.dim_customers as customers
        left join marts.fct_orders as orders
            on customers.customer_id = orders.customer_id
            and orders.is_sale
            and orders.ordered_at < $until
        group by all
        having n_orders > 0 or coalesce(any_value(customers.created_at) < $until, true)
        """,
        until=clock.until,
    )


def _read_previous(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    warehouse.ensure(CUSTOMER_SEGMENTS)
    return warehouse.read(
        """
        select customer_id, segment from segments.customer_segments
        where segmented_on = (
            select max(segmented_on) from segments.customer_segments where segmented_on < $as_of
        )
        """,
        as_of=clock.as_of,
    )


def _forget(warehouse: Warehouse, kept_from: date) -> None:
    """Drop the days before `kept_from` that do not end a month."""
    with warehouse.transaction() as con:
        con.execute(
            """
            delete from segments.customer_segments
            where segmented_on < $kept_from and segmented_on <> last_day(segmented_on)
            """,
            {"kept_from": kept_from},
        )


@dg.asset_check(asset=CUSTOMER_SEGMENTS.asset_key)
def every_customer_is_in_exactly_one_segment(
    warehouse: Warehouse, clock: Clock
) -> dg.AssetCheckResult:
    """The day's slice holds everyone with a sale, each once and with a segment."""
    counted = warehouse.read(
        """
        with today as (
            from segments.customer_segments where segmented_on = $as_of
        )

        select
            (select count(*) - count(distinct customer_id) from today) as n_repeated,
            (select count(*) from today where segment is null) as n_without,
            (
                select count(distinct customer_id) from marts.fct_orders
                where
                    is_sale and ordered_at < $until
                    and customer_id not in (select customer_id from today)
            ) as n_missing
        """,
        as_of=clock.as_of,
        until=clock.until,
    ).row(0, named=True)
    return dg.AssetCheckResult(passed=not any(counted.values()), metadata=counted)


@dg.asset_check(asset=CUSTOMER_SEGMENTS.asset_key)
def churn_risk_beats_recency(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """On hidden history the own rhythm foresaw who stays away better than recency alone."""
    return is_better(
        warehouse, CHURN_MODEL, "brier", clock.as_of, "The history is too short to test churn risk."
    )


def _size_chart(frame: pl.DataFrame) -> "alt.Chart":
    """Customers by segment."""
    import altair as alt

    sizes = frame.group_by("segment").len("customers")
    chart: alt.Chart = (
        alt.Chart(sizes, title="Customers by segment")
        .mark_bar()
        .encode(x=alt.X("customers:Q"), y=alt.Y("segment:N", sort="-x", title=None))
        .properties(width=480, height=200)
    )
    return chart


def _movement_chart(frame: pl.DataFrame) -> "alt.Chart":
    """Where today's members of a segment were on the day before."""
    import altair as alt

    moves = frame.group_by(pl.col("previous_segment").fill_null("(not known yet)"), "segment").len(
        "customers"
    )
    chart: alt.Chart = (
        alt.Chart(moves, title="From the segment before (rows) to today's (columns)")
        .mark_rect()
        .encode(
            x=alt.X("segment:N", title=None),
            y=alt.Y("previous_segment:N", title=None),
            color=alt.Color("customers:Q", scale=alt.Scale(type="log")),
        )
        .properties(width=480, height=220)
    )
    return chart
