"""Which SKUs belong together: bought with or soon after another, beyond popularity and taste.

Who buys one tea buys other teas: being liked by the same people is not yet belonging together. So
what came with SKU a (same day or soon after) is held against what the same customers buy at other
times, drawn to the shop's mix where little is known of them:

    rate of b among what a's buyers buy ~ Gamma(TASTE + elsewhere_ab, TASTE / share_b + elsewhere_a)

(the gamma-Poisson shrinker of DuMouchel 1999, "Bayesian data mining in large frequency tables").
The lines of b that come with a are then negative binomial, were a nothing to b. The chance of as
many is controlled for false discoveries (Benjamini & Hochberg 1995) over all ordered pairs.
Direction: a → b counts b on the day of a or after it, never before.

Not here: what one customer should get. Caveat: goods of one short season look as if they belonged
together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from ecom_ai_os.science.baskets import Baskets, Sparse
from ecom_ai_os.science.discoveries import discoveries

#: a's buyers like b .2 to 2.4 times as much as all customers do, in 9 of 10 cases
TASTE = 2.0
#: occasions of a without anything extra, added so that three lucky ones are no rule
PRIOR_OCCASIONS = 10
SCHEMA = {
    "sku": pl.String,
    "rank": pl.Int64,
    "related_sku": pl.String,
    "kind": pl.String,
    "lift": pl.Float64,
    "n_together": pl.Int64,
    "n_bought": pl.Int64,
    "expected_together": pl.Float64,
    "extra_rate": pl.Float64,
    "chance": pl.Float64,
}


@dataclass(frozen=True)
class Belonging:
    """What a pair must show to belong together."""

    soon_days: int = 14
    false_share: float = 0.05
    min_lift: float = 2.0
    min_together: int = 3


def related(baskets: Baskets, asked: Belonging, most: int = 10) -> pl.DataFrame:
    """Up to `most` SKUs that belong to each SKU, those it brings most of first.

    Returns the columns of SCHEMA. n_together: lines of related_sku on a day of sku or within
    soon_days after; n_bought: occasions of sku; expected_together: such lines if sku did nothing;
    lift: n_together / expected_together; extra_rate: lines more than expected per occasion, shrunk;
    chance: of n_together or more lines, if sku did nothing. kind is `complementary`.
    """
    if len(baskets.skus) < 2:
        return pl.DataFrame(schema=SCHEMA)
    pairs = _pairs(baskets, asked)
    n_tests = len(baskets.skus) * (len(baskets.skus) - 1)
    is_real = discoveries(pairs["chance"], asked.false_share * len(pairs) / n_tests)
    return (
        pairs.filter(is_real & (pairs["lift"] >= asked.min_lift).to_numpy())
        .sort("sku", "extra_rate", "related_sku", descending=[False, True, False])
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("sku"), kind=pl.lit("complementary"))
        .filter(pl.col("rank") <= most)
        .select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
    )


def _pairs(baskets: Baskets, asked: Belonging) -> pl.DataFrame:
    """Every ordered pair seen together often enough, with what was expected of it."""
    a, b, together, elsewhere, of_a = _count(baskets, asked)
    usual = np.bincount(baskets.sku, minlength=len(baskets.skus)) / max(len(baskets.sku), 1)
    shape = TASTE + elsewhere
    exposure = TASTE / usual[b] + of_a["elsewhere"]
    expected = of_a["together"] * shape / exposure
    n_bought = np.bincount(baskets.sku, minlength=len(baskets.skus))[a]
    return pl.DataFrame(
        {
            "sku": baskets.skus.gather(a),
            "related_sku": baskets.skus.gather(b),
            "n_together": together,
            "n_bought": n_bought,
            "expected_together": expected,
            "lift": together / expected,
            "extra_rate": (together - expected) / (n_bought + PRIOR_OCCASIONS),
            "chance": _chance(together, shape, exposure / (exposure + of_a["together"])),
        }
    )


def _count(baskets: Baskets, asked: Belonging) -> tuple[Sparse, ...]:
    """Numbers of a and b, lines of b with a and elsewhere, and a's totals of both."""
    together = (baskets.just_before(asked.soon_days).T @ baskets.by_occasion).tocsr()
    bought = baskets.by_customer
    has = bought.astype(bool).astype(np.float32)
    anywhere = (has.T @ bought).tocsr()
    together.setdiag(0)
    anywhere.setdiag(0)
    n_together, n_anywhere = together.sum(axis=1), anywhere.sum(axis=1)
    together.data *= together.data >= asked.min_together
    together.eliminate_zeros()
    a, b = together.nonzero()
    seen, overall = (_at(matrix, a, b) for matrix in (together, anywhere))
    totals = {"together": n_together[a], "elsewhere": (n_anywhere - n_together)[a]}
    return a, b, seen, overall - seen, totals


def _at(matrix: Sparse, a: Sparse, b: Sparse) -> Sparse:
    """The values at the places; scipy gives none at all as a sparse array."""
    return matrix[a, b].astype(float) if len(a) else np.empty(0)


def _chance(together: Sparse, shape: Sparse, success: Sparse) -> Sparse:
    from scipy.stats import nbinom

    return nbinom.sf(together - 1, shape, success)
