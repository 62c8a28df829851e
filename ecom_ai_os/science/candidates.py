"""The competing weekly forecasts of a SKU: recent levels, with and without a season.

Every candidate is a mean in units a week, [SKU × weeks ahead], and sees nothing after its origin.
Levels of long memory are what slow, intermittent items want (a simple exponential mean over the
zeros, as in Teunter, Syntetos & Babai, 2011, in discrete weeks); those of short memory follow a
trend. Not here: how the candidates are weighed.
"""

from __future__ import annotations

import numpy as np

from ecom_ai_os.science.panels import Floats, divide
from ecom_ai_os.science.seasonality import (
    CATEGORY,
    LEVEL_WEEKS,
    SHOP,
    SKU,
    YEAR_WEEKS,
    Weeks,
    prior_years,
    season_prior,
    yearly_ratio,
)

HALF_LIVES = (1, 2, 6, 13, 26)
#: half-life that 13 weeks suffice for, in place of a longer one that a young shop's prior year
#: cannot match
SHORT = 6
POOLINGS = {"shop season": SHOP, "category season": CATEGORY, "own season": SKU}
FLAT, RULE = "flat mean of 4 weeks", "last year × growth"
#: what prior years say of the weeks ahead, as far as they can be trusted
REFERENCE = f"level of {SHORT} weeks × own season"
#: most of a week ahead that a year-old week can stand for
MAX_WEEKS_AHEAD = 50

Levels = dict[int, Floats]


def names(has_season: bool) -> list[str]:
    """Return the candidates in the order `candidates` gives them."""
    plain = [FLAT, *(f"level of {h} weeks" for h in HALF_LIVES)]
    seasonal = [f"level of {h} weeks × {name}" for h in HALF_LIVES for name in POOLINGS]
    return [*plain, RULE, *seasonal] if has_season else plain


def has_season(origin: int) -> bool:
    """Whether a year before the origin is known, with the weeks its level needs."""
    return origin >= YEAR_WEEKS + LEVEL_WEEKS


def levels(weeks: Weeks) -> Levels:
    """Return by half-life the exponentially weighted pace known at each week's start.

    Arrays are [SKU × week + 1], in units a week on sale. A SKU is taken to have been on sale for
    a week at least, so that a first day's sale is no fortune.
    """
    missing = np.maximum(1 - np.cumsum(weeks.exposure, axis=1), 0)
    return {h: _level(weeks, 0.5 ** (1 / h), missing) for h in HALF_LIVES}


def _level(weeks: Weeks, keep: float, missing: Floats) -> Floats:
    n_skus, n_weeks = weeks.units.shape
    level = np.zeros((n_skus, n_weeks + 1))
    sold, seen = np.zeros(n_skus), np.zeros(n_skus)
    for week in range(n_weeks):
        sold = keep * sold + weeks.units[:, week]
        seen = keep * seen + weeks.exposure[:, week]
        whole = seen + missing[:, week]
        level[:, week + 1] = divide(sold, whole)
    return level


def candidates(weeks: Weeks, known: Levels, origin: int, horizon: int) -> Floats:
    """Return [candidate × SKU × horizon] from the first `origin` weeks; see `names`."""
    flat = weeks.units[:, max(0, origin - 4) : origin].mean(axis=1, keepdims=True)
    rows = [flat, *(known[h][:, origin, None] for h in HALF_LIVES)]
    if has_season(origin):
        rows += [_rule(weeks, origin, horizon), *_seasonal(weeks, known, origin, horizon)]
    shape = (weeks.units.shape[0], horizon)
    return np.stack([np.broadcast_to(row, shape) for row in rows])


def _seasonal(weeks: Weeks, known: Levels, origin: int, horizon: int) -> list[Floats]:
    prior = season_prior(weeks, origin)
    rows = []
    for half_life in HALF_LIVES:
        h = half_life if origin - YEAR_WEEKS >= 2 * half_life else SHORT
        years = prior_years(weeks, known[h], origin, horizon)
        for pooling in POOLINGS.values():
            ratio = yearly_ratio(*years, weeks.groups, prior, pooling)
            rows.append(known[h][:, origin, None] * ratio)
    return rows


def _rule(weeks: Weeks, origin: int, horizon: int) -> Floats:
    """Same weeks last year × growth of the last 13 weeks, clipped to 0.5–2."""
    then = origin - YEAR_WEEKS
    now_sold = weeks.units[:, origin - LEVEL_WEEKS : origin].sum(axis=1)
    then_sold = weeks.units[:, then - LEVEL_WEEKS : then].sum(axis=1)
    growth = divide(now_sold, then_sold, otherwise=2)
    return np.asarray(weeks.units[:, then : then + horizon] * np.clip(growth, 0.5, 2)[:, None])
