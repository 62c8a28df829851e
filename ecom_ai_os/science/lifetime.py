"""Lifetime value: what every customer has spent and will spend in the next twelve months.

The model (`customer_value`) has to beat a rule of thumb (`naive_value`) on the shop's own hidden
past (`value_backtest`), or the rule is used and `method` says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from ecom_ai_os.science import customer_value, naive_value, rfm, value_backtest

YEAR_DAYS = 365
SCORES = {
    "customer_id": pl.String,
    "actual_ltv": pl.Float64,
    "predicted_ltv_12m": pl.Float64,
    "interval_low": pl.Float64,
    "interval_high": pl.Float64,
    "p_alive": pl.Float64,
    "expected_orders_12m": pl.Float64,
    "tier": pl.String,
    "previous_predicted_ltv_12m": pl.Float64,
    "is_declining": pl.Boolean,
    "cohort": pl.Date,
    "method": pl.String,
}


@dataclass(frozen=True)
class TierShares:
    """Shares of all customers, best predicted first; who is left is in tier `low`."""

    vip: float = 0.05
    high: float = 0.15
    mid: float = 0.30


DEFAULT_SHARES = TierShares()


def score(
    orders: pl.DataFrame,
    as_of: date,
    *,
    trust_model: bool,
    previous: pl.DataFrame | None = None,
    shares: TierShares = DEFAULT_SHARES,
    decline_share: float = 0.3,
) -> pl.DataFrame:
    """Score every customer who bought by `as_of`; later orders change nothing.

    Args:
        orders: customer_id, ordered_on, net_revenue; cancelled and test orders left out.
        trust_model: what `value_backtest.is_model_better` said about this shop.
        previous: customer_id, predicted_ltv_12m as scored a month earlier.
        decline_share: a prediction that fell by more than this share is declining.

    Returns:
        The columns of SCORES, one row a customer, sorted by customer_id. p_alive and the 80 %
        interval are null where a rule of thumb was used; cohort is the first order's month.
    """
    customers = rfm.summarise(orders, as_of)
    if customers.is_empty():
        return pl.DataFrame(schema=SCORES)
    predicted = _predict(orders, customers, as_of, trust_model)
    scored = _with_tier(_with_previous(predicted, previous), shares).with_columns(
        actual_ltv=pl.col("spend"),
        predicted_ltv_12m=pl.col("predicted"),
        expected_orders_12m=pl.col("expected_orders"),
        is_declining=_fell_by(decline_share),
        cohort=pl.col("first_on").dt.truncate("1mo"),
    )
    return scored.select(pl.col(name).cast(dtype) for name, dtype in SCORES.items())


def _predict(
    orders: pl.DataFrame, customers: pl.DataFrame, as_of: date, trust_model: bool
) -> pl.DataFrame:
    """Add predicted, expected_orders, p_alive, interval_low, interval_high and method."""
    if reason := value_backtest.too_short(orders, as_of):
        pooled = naive_value.carry_on_pooled(customers, YEAR_DAYS)
        return _without_model(pooled, f"{reason}: past repeat spend, drawn to the shop's")
    if not trust_model:
        naive = naive_value.carry_on(customers, YEAR_DAYS)
        return _without_model(naive, f"{value_backtest.BASELINE}: the model was no better")
    model = customer_value.fit(orders, as_of, YEAR_DAYS)
    method = f"BG/NBD and Gamma-Gamma, corrected by {model.money_correction:.2f}"
    interval = value_backtest.INTERVAL
    return model.predict(customers, YEAR_DAYS, interval).with_columns(method=pl.lit(method))


def _without_model(predicted: pl.DataFrame, method: str) -> pl.DataFrame:
    unknown = [pl.lit(None).alias(name) for name in ("p_alive", "interval_low", "interval_high")]
    return predicted.with_columns(*unknown, method=pl.lit(method))


def _with_previous(predicted: pl.DataFrame, previous: pl.DataFrame | None) -> pl.DataFrame:
    if previous is None:
        return predicted.with_columns(previous_predicted_ltv_12m=pl.lit(None, pl.Float64))
    before = previous.select(
        "customer_id", previous_predicted_ltv_12m=pl.col("predicted_ltv_12m").cast(pl.Float64)
    )
    return predicted.join(before, on="customer_id", how="left", maintain_order="left")


def _fell_by(share: float) -> pl.Expr:
    floor = (1 - share) * pl.col("previous_predicted_ltv_12m")
    return (pl.col("predicted") < floor).fill_null(False)


def _with_tier(predicted: pl.DataFrame, shares: TierShares) -> pl.DataFrame:
    """Best predicted first; ties go to who has spent more, then to the smaller id."""
    n = predicted.height
    ends = [
        shares.vip * n,
        (shares.vip + shares.high) * n,
        (shares.vip + shares.high + shares.mid) * n,
    ]
    place = pl.int_range(pl.len())
    tier = (
        pl.when(place < ends[0]).then(pl.lit("vip"))
        .when(place < ends[1]).then(pl.lit("high"))
        .when(place < ends[2]).then(pl.lit("mid"))
        .otherwise(pl.lit("low"))
    )  # fmt: skip
    best_first = predicted.sort("predicted", "spend", "customer_id", descending=[True, True, False])
    return best_first.with_columns(tier=tier).sort("customer_id")
