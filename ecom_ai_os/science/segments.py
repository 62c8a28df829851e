"""Segments: one per customer, by the first rule of an ordered table that holds for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Rule:
    """A segment, the SQL condition on SIGNALS that puts a customer into it, and how to speak."""

    segment: str
    when: str
    messaging: str


SIGNALS = {
    "customer_id": pl.String,
    "n_orders": pl.Int64,
    "recency_days": pl.Int64,
    "expected_repurchase_days": pl.Float64,
    "churn_risk": pl.Float64,
    "churn_method": pl.String,
    "ltv_tier": pl.String,
    "value_rank": pl.Float64,
    "is_declining": pl.Boolean,
    "category_affinity": pl.String,
    "affinity_share": pl.Float64,
    "engagement": pl.String,
}

RULES = (
    Rule(
        "window_shopper",
        "n_orders = 0",
        "Helpful, no pressure: best sellers, reviews, an incentive for the first order.",
    ),
    Rule(
        "slipping_vip",
        "n_orders >= 3 and (ltv_tier = 'vip' or value_rank <= 0.05)"
        " and churn_risk >= 0.5 and recency_days <= 180",
        "Personal, from a named person: ask what went wrong, do a favour rather than send a code.",
    ),
    Rule(
        "vip",
        "ltv_tier = 'vip'",
        "Appreciative: early access, a say in what comes next, no discounts.",
    ),
    Rule(
        "new",
        "n_orders = 1 and recency_days <= 30",
        "Warm welcome: how to get the most out of it, what goes with it, no discount yet.",
    ),
    Rule(
        "loyal",
        "n_orders >= 3 and churn_risk < 0.5",
        "Familiar: what is new in their category, refills in time, ask for a review or referral.",
    ),
    Rule(
        "promising",
        "n_orders = 2 and churn_risk < 0.5",
        "Encouraging: the next step in their category, a reason to make it a habit.",
    ),
    Rule(
        "at_risk",
        "n_orders >= 2 and churn_risk < 0.85",
        "Attentive: remind them of their favourites, one offer with an end date.",
    ),
    Rule(
        "one_time",
        "n_orders = 1 and churn_risk < 0.85",
        "Curious: how was it, what others bought next, an incentive for the second order.",
    ),
    Rule(
        "lapsed",
        "true",
        "Brief and rare: what has changed since, one strong offer, then leave them in peace.",
    ),
)


def combine(
    customers: pl.DataFrame,
    churn: pl.DataFrame,
    value: pl.DataFrame,
    affinity: pl.DataFrame,
    engagement: pl.DataFrame,
) -> pl.DataFrame:
    """All signals beside each other, one row a customer.

    Args:
        customers: customer_id, n_orders; everyone who shall have a segment.
        churn: `churn.score`'s columns.
        value: customer_id, ltv_tier, actual_ltv, is_declining.
        affinity, engagement: the columns of `affinity.affinity` and `affinity.engagement`.

    Returns:
        The columns of SIGNALS. value_rank is the share of customers who spent as much or more.
        ltv_tier is `none` without a score; engagement is `none` for who was not written to and
        `unknown` for all when nobody was.
    """
    silent = "unknown" if engagement.is_empty() else "none"
    spent = pl.col("actual_ltv").cast(pl.Float64)
    ranked = value.with_columns(value_rank=spent.rank("max", descending=True) / pl.len())
    signals = customers
    for signal in (churn, ranked, affinity, engagement):
        signals = signals.join(signal, on="customer_id", how="left")
    return (
        signals.with_columns(
            pl.col("ltv_tier").fill_null("none"),
            pl.col("is_declining").fill_null(False),
            pl.col("engagement").fill_null(silent),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in SIGNALS.items())
        .sort("customer_id")
    )


def assign(
    signals: pl.DataFrame, previous: pl.DataFrame, rules: Sequence[Rule] = RULES
) -> pl.DataFrame:
    """Put every customer into the segment of the first rule that holds.

    Args:
        signals: the columns of SIGNALS; a rule that needs a missing signal does not hold.
        previous: customer_id, segment as it was before.

    Returns:
        `signals` with segment, messaging, previous_segment and reasons (list of text).

    Raises:
        ValueError: naming the rule that cannot be read, or customers whom no rule holds for.
    """
    place = pl.coalesce(
        *(pl.when(_condition(rule, signals)).then(i) for i, rule in enumerate(rules))
    )
    placed = signals.with_columns(place=place)
    if left_out := placed["place"].null_count():
        raise ValueError(
            f"no segment rule holds for {left_out} customers; end [thresholds.segments] rules "
            'with one whose `when` is "true"'
        )
    table = pl.DataFrame(
        {
            "place": range(len(rules)),
            "segment": [rule.segment for rule in rules],
            "messaging": [rule.messaging for rule in rules],
        },
        schema_overrides={"place": pl.Int32},
    )
    before = previous.select("customer_id", previous_segment="segment")
    return (
        placed.with_columns(pl.col("place").cast(pl.Int32), reasons=_reasons())
        .join(table, on="place", how="left", maintain_order="left")
        .join(before, on="customer_id", how="left", maintain_order="left")
        .drop("place")
    )


def _condition(rule: Rule, signals: pl.DataFrame) -> pl.Expr:
    try:
        condition = pl.sql_expr(rule.when)
        signals.head(0).filter(condition)
    except pl.exceptions.PolarsError as error:
        raise ValueError(
            f"segment rule {rule.segment!r} cannot be read ({rule.when}): {error}"
        ) from error
    return condition


def _reasons() -> pl.Expr:
    """What the signals say, in words; signals that say nothing are left out."""
    percent = (pl.col("churn_risk") * 100).round().cast(pl.Int64)
    usual = pl.col("expected_repurchase_days").round().cast(pl.Int64)
    top = (pl.col("value_rank") * 100).ceil().cast(pl.Int64)
    spoken = (
        pl.when(pl.col("n_orders") == 0).then(pl.lit("has not ordered yet")),
        pl.when(pl.col("n_orders") > 0).then(
            pl.format("orders: {}, the last {} days ago", "n_orders", "recency_days")
        ),
        pl.when(usual > 0).then(pl.format("expected back after {} days", usual)),
        pl.when(percent.is_not_null()).then(pl.format("churn risk {} %", percent)),
        pl.when(pl.col("ltv_tier") != "none").then(
            pl.format("value tier {}, top {} % by spend so far", "ltv_tier", top)
        ),
        pl.when(pl.col("is_declining")).then(pl.lit("predicted value is falling")),
        pl.format("buys mostly {}", "category_affinity"),
        pl.when(~pl.col("engagement").is_in(["unknown", "none"])).then(
            pl.format("e-mail engagement {}", "engagement")
        ),
    )
    return pl.concat_list(spoken).list.drop_nulls()
