"""What a customer will spend by rules of thumb: the yardstick of the model, and its stand-in.

The first purchase is left out of the pace: it made the customer and says nothing of coming back.
"""

from __future__ import annotations

import polars as pl

SHORTEST_AGE_DAYS = 28  # a customer of yesterday does not buy every day
POOLING_DAYS = 91  # everyone starts from so many days at the whole shop's pace


def carry_on(customers: pl.DataFrame, horizon_days: int) -> pl.DataFrame:
    """Everyone goes on as before: repeat spend per day of age × `horizon_days`.

    Args:
        customers: as `rfm.summarise` gives them.

    Returns:
        `customers` with expected_orders and predicted.
    """
    days = horizon_days / pl.col("age_days").clip(SHORTEST_AGE_DAYS)
    return customers.with_columns(
        expected_orders=pl.col("n_repeat") * days,
        predicted=pl.col("n_repeat") * pl.col("mean_value") * days,
    )


def carry_on_pooled(customers: pl.DataFrame, horizon_days: int) -> pl.DataFrame:
    """As `carry_on`, with each pace drawn to the shop's: for a shop too young to know anyone."""
    days = horizon_days / (pl.col("age_days") + POOLING_DAYS)
    repeat_spend = pl.col("n_repeat") * pl.col("mean_value")
    shop_days = pl.col("age_days").clip(SHORTEST_AGE_DAYS).sum()
    return customers.with_columns(
        expected_orders=(pl.col("n_repeat") + POOLING_DAYS * pl.col("n_repeat").sum() / shop_days)
        * days,
        predicted=(repeat_spend + POOLING_DAYS * repeat_spend.sum() / shop_days) * days,
    )
