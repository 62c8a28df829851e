"""Recency, frequency and monetary value: what the buying models need to know of a customer.

Orders of one day are one purchase, as in Fader & Hardie's work: a second basket an hour later says
nothing about the rhythm of coming back.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

EXACT_CUSTOMERS = 50_000  # above this many, times are rounded: 1,000,000 customers in seconds
AGE_STEPS = 64  # … to this many steps of the longest age
# Whole cents add up to the same in whichever order rows come, so that reruns give the same rows.
CENTS = (pl.col("net_revenue").cast(pl.Float64) * 100).round().cast(pl.Int64)


def summarise(orders: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """One row per customer who bought on or before `as_of`; later orders are not looked at.

    Args:
        orders: customer_id (text), ordered_on (date), net_revenue (number; a refund may have made
            it zero or negative).

    Returns:
        customer_id, first_on, last_on, n_purchases (days with an order), n_repeat (all but the
        first), recency_days (from the first to the last purchase), age_days (from the first to
        `as_of`), spend, mean_value (spend a purchase, never below 0). Sorted by customer_id.
    """
    days = (
        orders.lazy()
        .filter(pl.col("ordered_on") <= as_of, pl.col("customer_id").is_not_null())
        .group_by("customer_id", "ordered_on")
        .agg(CENTS.sum().alias("cents"))
    )
    customers = days.group_by("customer_id").agg(
        pl.col("ordered_on").min().alias("first_on"),
        pl.col("ordered_on").max().alias("last_on"),
        pl.len().cast(pl.Int64).alias("n_purchases"),
        (pl.col("cents").sum() / 100).alias("spend"),
    )
    return (
        customers.with_columns(
            (pl.col("n_purchases") - 1).alias("n_repeat"),
            (pl.col("last_on") - pl.col("first_on")).dt.total_days().alias("recency_days"),
            (pl.lit(as_of) - pl.col("first_on")).dt.total_days().alias("age_days"),
            (pl.col("spend").clip(0) / pl.col("n_purchases")).alias("mean_value"),
        )
        .sort("customer_id")
        .collect()
    )


def spend_between(orders: pl.DataFrame, after: date, until: date) -> pl.DataFrame:
    """What came later than `after`, up to `until`: customer_id, spend, n_purchases."""
    return (
        orders.lazy()
        .filter(pl.col("ordered_on").is_between(after + timedelta(days=1), until))
        .group_by("customer_id")
        .agg(
            (CENTS.sum() / 100).alias("spend"),
            pl.col("ordered_on").n_unique().cast(pl.Int64).alias("n_purchases"),
        )
        .sort("customer_id")
        .collect()
    )


def on_grid(customers: pl.DataFrame, *times: str) -> pl.DataFrame:
    """`customers` with n_repeat and `times` (days) alone, rounded when there are very many of them.

    A million customers are then some 20,000 groups that are alike.
    """
    longest = customers["age_days"].max() if len(customers) > EXACT_CUSTOMERS else 0
    step = max(1, round(float(str(longest)) / AGE_STEPS))
    return customers.select("n_repeat", (pl.col(*times) / step).round() * step)
