"""After the purchase: which of an order's four messages is due today, and why the others are not.

Every step follows from facts known at the end of the day alone. A review request asks neither what
the customer is worth, nor how content they seem, nor whether they sent something back: asking only
the contented is review gating, which consumer law forbids (16 CFR 465; Directive 2019/2161).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

#: Gaps between a customer's own purchases of a SKU from which their median is an interval
FEWEST_GAPS = 2
STEPS = pl.Schema(
    {
        "order_id": pl.String(),
        "customer_id": pl.String(),
        "step": pl.String(),
        "due_at": pl.Datetime("us", "UTC"),
        "state": pl.String(),
        "why": pl.String(),
        "skus": pl.List(pl.String),
    }
)
MAIL_SAYS = {
    "no platform": "opens are unknown: no e-mail platform is connected",
    "not written": "opens are unknown: no mail was delivered since it was shipped",
    "machine": "opens are unknown: their mail program opens by itself",
    "opened": "opened or clicked a mail since it was shipped",
}


@dataclass(frozen=True)
class Waits:
    """How long each step waits for the delivery to be over."""

    review_hours: int = 48
    reminder_days: int = 30
    welfare_days: int = 7


@dataclass(frozen=True)
class _Step:
    """due_at and why of a step, and the reason not to take it (null: none)."""

    name: str
    due_at: pl.Expr
    why: pl.Expr
    skip: pl.Expr
    skus: str = "skus"


def decide(
    orders: pl.DataFrame,
    consumables: pl.DataFrame,
    messaged: pl.DataFrame,
    waits: Waits,
    as_of: date,
    zone: str,
) -> pl.DataFrame:
    """The four steps of every order at the end of the day `as_of` in the timezone `zone`.

    Args:
        orders: order_id, customer_id, is_test, is_cancelled, is_refunded (in full), is_returned,
            fulfilled_at, expected_at, delivered_at (null: not known that day), has_later_order,
            mail (a key of MAIL_SAYS or `not opened`), skus (list).
        consumables: order_id, sku, median_days, n_gaps (the customer's own, up to the order),
            is_over (bought again or sent back since), barrier (why it is not offered; null: it is).
        messaged: order_id, step that already have their message.

    Returns:
        The columns of STEPS. state: waiting, due (its day is `as_of`), skipped or messaged. A step
        whose day has passed without a message is skipped: nothing is sent late.
    """
    facts = orders.join(_reminders(consumables, waits), on="order_id", how="left")
    taken = pl.concat(_take(facts, step) for step in _steps(waits, zone))
    known = taken.join(
        messaged.with_columns(is_messaged=True), on=["order_id", "step"], how="left"
    ).with_columns(due_on=_day(pl.col("due_at"), zone))
    return known.with_columns(_state(as_of), why=_why(as_of)).select(
        pl.col(name).cast(dtype) for name, dtype in STEPS.items()
    )


def _reminders(consumables: pl.DataFrame, waits: Waits) -> pl.DataFrame:
    """order_id, remind_days, is_own, remind_skus, barrier: what is needed first; null when over."""
    is_own = pl.col("n_gaps") >= FEWEST_GAPS
    days = pl.when(is_own).then("median_days").otherwise(float(waits.reminder_days))
    first = (
        consumables.filter(~pl.col("is_over"))
        .with_columns(days=days, is_own=is_own)
        .filter(pl.col("days") == pl.col("days").min().over("order_id"))
    )
    # Filters inside an aggregation cost the square of the orders: 23 s at 300,000.
    soonest = first.group_by("order_id").agg(
        remind_days=pl.col("days").first(),
        is_own=pl.col("is_own").any(),
        barrier=pl.col("barrier").min(),
    )
    offered = first.filter(pl.col("barrier").is_null()).sort("sku")
    skus = offered.group_by("order_id", maintain_order=True).agg(remind_skus=pl.col("sku"))
    return (
        consumables.select("order_id", has_consumables=pl.lit(True))
        .unique()
        .join(soonest, on="order_id", how="left")
        .join(skus, on="order_id", how="left")
        .with_columns(pl.col("is_own").fill_null(False), pl.col("remind_skus").fill_null([]))
    )


def _steps(waits: Waits, zone: str) -> list[_Step]:
    arrived = pl.coalesce("delivered_at", "expected_at")
    delivery = pl.when(pl.col("delivered_at").is_null()).then(pl.lit("expected delivery"))
    after = pl.format("the {} on {}", delivery.otherwise(pl.lit("delivery")), _day(arrived, zone))
    days = pl.col("remind_days").round().cast(pl.Int64)
    own = pl.format("by their own purchases it lasts about {} days from {}", days, after)
    return [
        _Step(
            "shipping_confirmation",
            pl.col("fulfilled_at"),
            pl.format("shipped on {}", _day(pl.col("fulfilled_at"), zone)),
            _undone(),
        ),
        _Step(
            "review_request",
            arrived + pl.duration(hours=waits.review_hours),
            pl.format("{} hours after {}", pl.lit(waits.review_hours), after),
            pl.lit(None, pl.String),
        ),
        _Step(
            "replenishment_reminder",
            arrived + pl.duration(days=days),
            pl.when("is_own").then(own).otherwise(pl.format("{} days after {}", days, after)),
            pl.coalesce(_undone(), _used_up()),
            "remind_skus",
        ),
        _Step(
            "welfare_check",
            pl.col("expected_at") + pl.duration(days=waits.welfare_days),
            pl.format("no scan, open, click or order {} days after {}", waits.welfare_days, after),
            pl.coalesce(_undone(), _is_well(zone)),
        ),
    ]


def _day(moment: pl.Expr, zone: str) -> pl.Expr:
    return moment.dt.convert_time_zone(zone).dt.date()


def _undone() -> pl.Expr:
    """Why nothing more is to be said of the order, other than asking for a review."""
    return (
        pl.when("is_refunded")
        .then(pl.lit("refunded in full"))
        .when("is_returned")
        .then(pl.lit("something was sent back"))
    )


def _used_up() -> pl.Expr:
    return (
        pl.when(pl.col("has_consumables").is_null())
        .then(pl.lit("holds nothing that is used up"))
        .when(pl.col("remind_days").is_null())
        .then(pl.lit("what is used up was bought again or sent back since"))
    )


def _is_well(zone: str) -> pl.Expr:
    """Evidence that the parcel came, or that there is none either way."""
    says = pl.col("mail").replace_strict(MAIL_SAYS, default=None, return_dtype=pl.String)
    return (
        pl.when(pl.col("delivered_at").is_not_null())
        .then(pl.format("delivered on {}", _day(pl.col("delivered_at"), zone)))
        .when("has_later_order")
        .then(pl.lit("has ordered again since"))
        .otherwise(says)
    )


def _take(facts: pl.DataFrame, step: _Step) -> pl.DataFrame:
    nobody = pl.when(pl.col("customer_id").is_null()).then(pl.lit("the customer is not known"))
    never = (
        pl.when("is_test").then(pl.lit("test order")).when("is_cancelled").then(pl.lit("cancelled"))
    )
    is_barred = pl.col(step.skus).list.len() == 0 if step.skus == "remind_skus" else pl.lit(False)
    unknown = pl.when(pl.col("fulfilled_at").is_null()).then(pl.lit("not shipped yet"))
    return facts.select(
        "order_id",
        "customer_id",
        step=pl.lit(step.name),
        due_at=step.due_at,
        skip=pl.coalesce(never, nobody, step.skip),
        because=pl.coalesce(step.why, unknown.otherwise(pl.lit("no delivery date is known"))),
        barrier=pl.when(is_barred).then("barrier"),
        skus=step.skus,
    )


def _state(as_of: date) -> pl.Expr:
    is_over = (pl.col("due_on") < as_of) | (pl.col("due_on") == as_of) & pl.col(
        "barrier"
    ).is_not_null()
    return (
        pl.when(pl.col("is_messaged"))
        .then(pl.lit("messaged"))
        .when(pl.col("skip").is_not_null() | is_over)
        .then(pl.lit("skipped"))
        .when(pl.col("due_on") == as_of)
        .then(pl.lit("due"))
        .otherwise(pl.lit("waiting"))
        .alias("state")
    )


def _why(as_of: date) -> pl.Expr:
    is_barred = (pl.col("due_on") == as_of) & pl.col("barrier").is_not_null()
    late = pl.format("was due on {} and had no message; nothing is sent late", "due_on")
    return (
        pl.when(pl.col("is_messaged") | pl.col("due_on").is_null() & pl.col("skip").is_null())
        .then("because")
        .when(pl.col("skip").is_not_null())
        .then("skip")
        .when(pl.col("due_on") < as_of)
        .then(late)
        .when(is_barred)
        .then(pl.format("not offered now: {}", "barrier"))
        .otherwise("because")
    )
