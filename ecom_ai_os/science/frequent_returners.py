"""Customers who send back more than what they bought explains: advice for a talk, never a refusal.

What a customer is expected to send back is the sum of the return rates of the products they bought,
so that buying shirts or a faulty batch is nobody's habit. People differ, too: how much is learned
from all of them, and only what this cannot explain is flagged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ecom_ai_os.science import counts
from ecom_ai_os.science.discoveries import discoveries
from ecom_ai_os.science.panels import Floats

#: variances of people's habits that are tried; 0.5 is that of a gamma of shape 2
SPREADS = np.geomspace(1e-4, 4, 60)
#: share of customers whose habits are left out of the spread
ANYBODY = 0.003


@dataclass(frozen=True)
class ReturnerRule:
    """Who is looked at, and how many of those flagged may be chance alone."""

    min_orders: int = 3
    min_returns: int = 3
    factor: float = 2.0
    false_share: float = 0.05


def find(matured: pl.DataFrame, rates: pl.DataFrame, rule: ReturnerRule) -> pl.DataFrame:
    """Return one row by customer with a matured delivery, the least explained first.

    `matured`: customer_id (null: left out), order_id, sku, is_returned, one row a delivered line.
    `rates`: sku, return_rate, of every SKU in `matured`.

    Columns out: customer_id, n_orders, n_sold, n_returns (lines), return_rate, n_expected,
    expected_rate, chance (that such a customer sends back as much), is_frequent_returner, reason.

    The count of a customer of usual habits is at most Poisson (Hoeffding 1956: its upper tail is
    above that of the Poisson-binomial); people's differing habits make it negative binomial.
    """
    people = _people(matured, rates)
    returned, expected, sold = (
        people[c].to_numpy().astype(float) for c in ("n_returns", "n_expected", "n_sold")
    )
    spread = habit_spread(returned, expected, sold)
    chance = counts.at_least(returned, expected, spread)
    is_tested = (people["n_orders"] >= rule.min_orders).to_numpy()
    flagged = np.zeros(len(people), dtype=bool)
    flagged[is_tested] = discoveries(chance[is_tested], rule.false_share)
    is_many = (pl.col("n_returns") >= rule.min_returns) & (
        pl.col("n_returns") >= rule.factor * pl.col("n_expected")
    )
    return (
        people.with_columns(chance=pl.Series(chance), is_frequent_returner=pl.Series(flagged))
        .with_columns(is_frequent_returner=pl.col("is_frequent_returner") & is_many)
        .with_columns(reason=_reason(rule))
        .sort("chance", "customer_id")
    )


def habit_spread(returned: Floats, expected: Floats, sold: Floats) -> float:
    """Return the likeliest variance of people's habits (mean 1): negative-binomial counts.

    Three in a thousand may be anybody, all counts being alike: otherwise the very people looked for
    would make the spread that excuses them.
    """
    from scipy.stats import nbinom

    # A thousandth of a return is near enough and keeps the distinct rows few.
    rows, weight = np.unique(
        np.column_stack([returned, np.round(expected, 3), sold]), axis=0, return_counts=True
    )
    k, mean, n = rows[:, 0], np.maximum(rows[:, 1], 1e-3), rows[:, 2]
    shape = 1 / SPREADS[:, None]
    usual = nbinom.pmf(k, shape, shape / (shape + mean))
    likelihood = np.log((1 - ANYBODY) * usual + ANYBODY / (n + 1)) @ weight
    return float(SPREADS[int(np.argmax(likelihood))])


def _people(matured: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    return (
        matured.filter(pl.col("customer_id").is_not_null())
        .join(rates.select("sku", expected="return_rate"), on="sku")
        .group_by("customer_id")
        .agg(
            n_orders=pl.col("order_id").n_unique().cast(pl.Int64),
            n_sold=pl.len().cast(pl.Int64),
            n_returns=pl.col("is_returned").sum().cast(pl.Int64),
            n_expected=pl.col("expected").sum().round(9),
        )
        .sort("customer_id")
        .with_columns(
            return_rate=pl.col("n_returns") / pl.col("n_sold"),
            expected_rate=pl.col("n_expected") / pl.col("n_sold"),
        )
    )


def _reason(rule: ReturnerRule) -> pl.Expr:
    figures = pl.format(
        "sent back {} of {} lines where {} were to be expected",
        "n_returns",
        "n_sold",
        pl.col("n_expected").round(1),
    )
    few = pl.lit(f"; fewer than {rule.min_orders} orders say nothing yet")
    return (
        pl.when("is_frequent_returner")
        .then(figures + "; worth a talk about what does not fit, no ground to refuse a return")
        .when(pl.col("n_orders") < rule.min_orders)
        .then(figures + few)
        .otherwise(figures + ", as may happen")
    )
