"""How often each product comes back, against the others of its category.

A product's own record is drawn to its category's rate by a beta-binomial prior whose strength is
fitted to the shop (empirical Bayes): the more products of a category differ, the more a product is
believed. Lines are counted, not units, since the units of a line come back together.
Not here: why they come back (`return_causes`) and sudden changes (`return_surges`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ecom_ai_os.science.panels import Floats

#: deliveries' worth of the shop's rate in a category's rate
CATEGORY_PRIOR = 50.0
#: deliveries' worth of the category's rate that are tried for a product's prior
STRENGTHS = np.geomspace(2, 20_000, 60)
#: the credible interval leaves 5 % on either side
TAIL = 0.05


@dataclass(frozen=True)
class FlagRule:
    """When a product's rate is worth a word.

    The posterior probability that the rate is not `factor` times the category's must be at most
    `false_share` for every flagged product, so of all flagged at most this share is expected to be
    wrong (the local false discovery rate: Efron 2010, Large-Scale Inference, ch. 5).
    """

    min_returns: int = 3
    min_excess: float = 0.02
    factor: float = 1.5
    false_share: float = 0.05


def rates(matured: pl.DataFrame, rule: FlagRule | None = None) -> pl.DataFrame:
    """Return one row by SKU delivered, worst excess first.

    `matured`: sku, category (null allowed), is_returned, one row a delivered line.

    Columns out: sku, category, n_sold, n_returned (lines), raw_return_rate, return_rate (drawn to
    the category), category_return_rate (of the others in it), excess (their difference),
    interval_low, interval_high (90 % credible), p_excess (probability that the rate is above
    `rule.factor` times the category's), is_flagged.
    """
    rule = rule or FlagRule()
    counts = _counts(matured)
    returned, sold, usual = (_floats(counts, c) for c in ("n_returned", "n_sold", "usual"))
    strength = prior_strength(returned, sold, usual)
    a, b = usual * strength + returned, (1 - usual) * strength + sold - returned
    low, high = _interval(a, b)
    return (
        counts.rename({"usual": "category_return_rate"})
        .with_columns(
            raw_return_rate=pl.col("n_returned") / pl.col("n_sold"),
            return_rate=pl.Series(a / (a + b)),
            interval_low=pl.Series(low),
            interval_high=pl.Series(high),
            p_excess=pl.Series(_p_above(rule.factor * usual, a, b)),
        )
        .with_columns(excess=pl.col("return_rate") - pl.col("category_return_rate"))
        .with_columns(is_flagged=_is_flagged(rule))
        .sort(pl.col("excess").neg(), "sku")
    )


def _is_flagged(rule: FlagRule) -> pl.Expr:
    return (
        (pl.col("n_returned") >= rule.min_returns)
        & (pl.col("excess") >= rule.min_excess)
        & (pl.col("p_excess") >= 1 - rule.false_share)
    )


def prior_strength(returned: Floats, sold: Floats, usual: Floats) -> float:
    """Return how many deliveries a category's rate is worth: the likeliest, by beta-binomial."""
    from scipy.special import betaln

    rows, weight = np.unique(np.column_stack([returned, sold, usual]), axis=0, return_counts=True)
    k, n, m = (column[:, None] for column in rows.T)
    a, b = m * STRENGTHS, (1 - m) * STRENGTHS
    likelihood = weight @ (betaln(a + k, b + n - k) - betaln(a, b))
    return float(STRENGTHS[int(np.argmax(likelihood))])


def _counts(matured: pl.DataFrame) -> pl.DataFrame:
    """Lines sold and returned by SKU, and the usual rate: of the others in the category."""
    others, of_others = (
        pl.col(c).sum().over("category") - pl.col(c) for c in ("n_sold", "n_returned")
    )
    shop = (pl.col("n_returned").sum() + 0.5) / (pl.col("n_sold").sum() + 1)
    return (
        matured.group_by("sku", pl.col("category").fill_null(""))
        .agg(n_sold=pl.len().cast(pl.Int64), n_returned=pl.col("is_returned").sum().cast(pl.Int64))
        .sort("sku")
        .with_columns(usual=(of_others + CATEGORY_PRIOR * shop) / (others + CATEGORY_PRIOR))
    )


def _p_above(limit: Floats, a: Floats, b: Floats) -> Floats:
    from scipy.special import betaincc

    above: Floats = betaincc(a, b, np.minimum(limit, 1.0))
    return above


def _interval(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    from scipy.special import betaincinv

    return betaincinv(a, b, TAIL), betaincinv(a, b, 1 - TAIL)


def _floats(frame: pl.DataFrame, column: str) -> Floats:
    return frame[column].to_numpy().astype(np.float64)
