"""How often each product comes back, against the others of its category.

A product's own record is drawn to its category's rate by a prior fitted to the shop (`shrinkage`):
the more products of a category differ, the more a product is believed. Lines are counted, not
units, since the units of a line come back together; and each customer has one voice, however often
they bought it, so that nobody's habit makes a bad product.
Not here: why they come back (`return_causes`) and sudden changes (`return_surges`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ecom_ai_os.science import shrinkage
from ecom_ai_os.science.panels import Floats

#: buyers' worth of the shop's rate in a category's rate
CATEGORY_PRIOR = 50.0
#: the credible interval leaves 5 % on either side
TAIL = 0.05
#: a long and a recent history are looked at; see `flagged_lately`
LOOKS = 2


@dataclass(frozen=True)
class FlagRule:
    """When a product's rate is worth a word.

    The posterior probability that the rate is not `factor` times the category's must be at most
    half of `false_share` for every flagged product and either of two looks, so that of all flagged
    at most this share is expected to be wrong (the local false discovery rate: Efron 2010,
    Large-Scale Inference, ch. 5).
    """

    min_returns: int = 3
    min_excess: float = 0.02
    factor: float = 1.5
    false_share: float = 0.05


def rates(matured: pl.DataFrame, rule: FlagRule | None = None) -> pl.DataFrame:
    """Return one row by SKU delivered, worst excess first.

    `matured`: sku, category (null allowed), order_id, customer_id (null: a guest), is_returned,
    one row a delivered line.

    Columns out: sku, category, n_sold, n_returned (lines), n_buyers, raw_return_rate (of lines),
    return_rate (of buyers, drawn to the category), category_return_rate (of the others in it),
    excess (their difference), interval_low, interval_high (90 % credible), p_excess (probability
    that the rate is above `rule.factor` times the category's), is_flagged.
    """
    rule = rule or FlagRule()
    counts = _counts(matured)
    voices, buyers, usual = (_floats(counts, c) for c in ("voices", "n_buyers", "usual"))
    known = shrinkage.posterior(voices, buyers, usual)
    return (
        counts.rename({"usual": "category_return_rate"})
        .with_columns(
            raw_return_rate=pl.col("n_returned") / pl.col("n_sold"),
            return_rate=pl.Series(known.mean()),
            interval_low=pl.Series(known.quantile(TAIL)),
            interval_high=pl.Series(known.quantile(1 - TAIL)),
            p_excess=pl.Series(known.above(rule.factor * usual)),
        )
        .with_columns(excess=pl.col("return_rate") - pl.col("category_return_rate"))
        .with_columns(is_flagged=_is_flagged(rule))
        .drop("voices")
        .sort(pl.col("excess").neg(), "sku")
    )


def flagged_lately(rates: pl.DataFrame, recent: pl.DataFrame) -> pl.DataFrame:
    """Add recent_return_rate and flag what is flagged in `recent` (rates of fewer days), too.

    A fault that has just begun is thin in a long history. Each of the two looks may be wrong half
    as often, so that both together keep to the share.
    """
    return (
        rates.join(
            recent.select("sku", recent_return_rate="return_rate", is_recent="is_flagged"),
            on="sku",
            how="left",
            maintain_order="left",
        )
        .with_columns(is_flagged=pl.col("is_flagged") | pl.col("is_recent").fill_null(False))
        .drop("is_recent")
    )


def _is_flagged(rule: FlagRule) -> pl.Expr:
    return (
        (pl.col("n_returned") >= rule.min_returns)
        & (pl.col("excess") >= rule.min_excess)
        & (pl.col("p_excess") >= 1 - rule.false_share / LOOKS)
    )


def _counts(matured: pl.DataFrame) -> pl.DataFrame:
    """Lines, buyers and their voices by SKU, and the usual rate: of the others in the category.

    A buyer's voice is the share of their lines of the SKU that they sent back. Sums are rounded, so
    that they do not depend on the order of the rows.
    """
    others, of_others = (
        pl.col(c).sum().over("category") - pl.col(c) for c in ("n_buyers", "voices")
    )
    shop = (pl.col("voices").sum() + 0.5) / (pl.col("n_buyers").sum() + 1)
    return (
        matured.group_by(
            "sku",
            pl.col("category").fill_null(""),
            buyer=pl.coalesce("customer_id", "order_id"),
        )
        .agg(n_sold=pl.len(), n_returned=pl.col("is_returned").sum())
        .group_by("sku", "category")
        .agg(
            pl.col("n_sold", "n_returned").sum().cast(pl.Int64),
            n_buyers=pl.len().cast(pl.Int64),
            voices=(pl.col("n_returned") / pl.col("n_sold")).sum().round(9),
        )
        .sort("sku")
        .with_columns(usual=(of_others + CATEGORY_PRIOR * shop) / (others + CATEGORY_PRIOR))
    )


def _floats(frame: pl.DataFrame, column: str) -> Floats:
    return frame[column].to_numpy().astype(np.float64)
