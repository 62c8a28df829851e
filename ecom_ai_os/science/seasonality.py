"""Seasons of the week and of the year, shared between SKUs, their category and the shop.

A SKU sells too little for a season of its own, so each level borrows from the one above it: its
sales are evidence added to a prior worth a few of its own units (Gamma–Poisson shrinkage, as in
Gelman et al., Bayesian Data Analysis, 2.6; the prior is scaled by each SKU's noise, so that
counting in dozens instead of units changes nothing).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecom_ai_os.science.panels import Floats, Ints, Panel, divide

YEAR_WEEKS = 52
#: weeks a SKU must have been on sale before a year-old week is compared with them
LEVEL_WEEKS = 13
#: years back that are looked at
YEARS = (1, 2, 3)


@dataclass(frozen=True)
class Weeks:
    """Weekly units and exposure [SKU × week] ending with the panel; exposure 1 is a week seen."""

    units: Floats
    exposure: Floats
    groups: Ints

    def before(self, week: int) -> Weeks:
        """Return the first `week` weeks."""
        return Weeks(self.units[:, :week], self.exposure[:, :week], self.groups)


@dataclass(frozen=True)
class Pooling:
    """How much a category borrows from the shop and a SKU from its category, in units of noise."""

    category: float
    sku: float
    is_smooth: bool


#: a prior of 10⁹ units is the parent's season itself
SHOP = Pooling(category=30, sku=1e9, is_smooth=True)
CATEGORY = Pooling(category=10, sku=30, is_smooth=False)
SKU = Pooling(category=1, sku=3, is_smooth=False)


def weekday_profile(panel: Panel, n_weeks: int = 26) -> Floats:
    """Return each SKU's demand by day before `as_of` modulo 7, mean 1: [SKU × 7], oldest first."""
    recent = min(n_weeks, panel.n_weeks) * 7
    units, seen = (_by_week(a[:, -recent:]).sum(axis=1) for a in (panel.units, panel.seen))
    pace = units.sum(axis=1, keepdims=True) / np.maximum(seen.sum(axis=1, keepdims=True), 1)
    expected = pace * seen
    prior = _prior(units.sum(axis=1), panel.groups, noise(to_weeks(panel)))
    flat = np.ones((1, 7))
    profile = _shrink(units, expected, panel.groups, prior, Pooling(70, 70, False), flat)
    mean = profile.mean(axis=1, keepdims=True)
    return divide(profile, mean, 1)


def to_weeks(panel: Panel, profile: Floats | None = None) -> Weeks:
    """Sum days to weeks that end with `as_of`; a seen Saturday weighs what a Saturday sells."""
    seen = _by_week(panel.seen)
    weight = np.ones((1, 7)) if profile is None else profile
    return Weeks(
        units=_by_week(panel.units).sum(axis=2),
        exposure=np.minimum((seen * weight[:, None, :]).sum(axis=2) / 7, 1.0),
        groups=panel.groups,
    )


def noise(weeks: Weeks) -> Floats:
    """Return each SKU's variance-to-mean ratio of weekly units, from week-to-week differences.

    1 for Poisson demand; differences leave level and season out (von Neumann, 1941).
    """
    pairs = (weeks.exposure[:, 1:] > 0.9) & (weeks.exposure[:, :-1] > 0.9)
    squares = (np.diff(weeks.units, axis=1) ** 2 * pairs).sum(axis=1)
    sums = ((weeks.units[:, 1:] + weeks.units[:, :-1]) * pairs).sum(axis=1)
    return divide(squares, sums)


def prior_years(weeks: Weeks, levels: Floats, origin: int, horizon: int) -> tuple[Floats, Floats]:
    """Return what prior years sold in the weeks after `origin`, and what their level promised.

    `levels` [SKU × week + 1] is the weekly level known at each week's start; the answers are
    [SKU × horizon], summed over up to three years. Only SKUs on sale throughout count, so a
    growing range is no season.
    """
    sold, expected = (np.zeros((weeks.units.shape[0], horizon)) for _ in range(2))
    for year in YEARS:
        then = origin - YEAR_WEEKS * year
        if then >= LEVEL_WEEKS:
            was_on_sale = weeks.exposure[:, then - LEVEL_WEEKS : then].sum(axis=1) > LEVEL_WEEKS / 2
            target = slice(then, then + horizon)
            level = np.where(was_on_sale, levels[:, then], 0)[:, None]
            sold += weeks.units[:, target] * was_on_sale[:, None]
            expected += level * weeks.exposure[:, target]
    return sold, expected


def yearly_ratio(
    sold: Floats, expected: Floats, groups: Ints, prior: Floats, pooling: Pooling
) -> Floats:
    """Return by SKU how the weeks after an origin compare with the level at it.

    `sold` and `expected` are those of `prior_years`, `prior` that of `season_prior`. Ratios are 1
    where no prior year is known.
    """
    if pooling.is_smooth:
        sold, expected = _smoothed(sold), _smoothed(expected)
    shop = divide(sold.sum(axis=0), expected.sum(axis=0), 1)[None, :]
    return _shrink(sold, expected, groups, prior, pooling, shop)


def season_prior(weeks: Weeks, origin: int) -> Floats:
    """Return [2 × SKU]: the worth of one unit of prior for each SKU and for its category."""
    year = slice(max(0, origin - YEAR_WEEKS), origin)
    past = Weeks(weeks.units[:, year], weeks.exposure[:, year], weeks.groups)
    return _prior(past.units.sum(axis=1), weeks.groups, noise(past))


def by_group(values: Floats, groups: Ints) -> Floats:
    """Sum rows by group."""
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(groups.max(initial=-1) + 1))
    return np.add.reduceat(values[order], starts, axis=0)


def _prior(units: Floats, groups: Ints, noises: Floats) -> Floats:
    pair = by_group(np.column_stack([noises * units, units]), groups)
    return np.vstack([noises, divide(pair[:, 0], pair[:, 1])[groups]])


def _shrink(
    sold: Floats, expected: Floats, groups: Ints, prior: Floats, pooling: Pooling, shop: Floats
) -> Floats:
    pair = by_group(np.hstack([sold, expected]), groups)[groups]
    weight = pooling.category * prior[1][:, None]
    of_sold, of_expected = np.hsplit(pair, 2)
    category = divide(of_sold + weight * shop, of_expected + weight, 1)
    weight = pooling.sku * np.maximum(prior[0], prior[1] * (prior[0] == 0))[:, None]
    return divide(sold + weight * category, expected + weight, 1)


def _smoothed(rows: Floats) -> Floats:
    padded = np.pad(rows, ((0, 0), (1, 1)), mode="edge")
    return padded[:, :-2] / 4 + padded[:, 1:-1] / 2 + padded[:, 2:] / 4


def _by_week(days: Floats) -> Floats:
    return days.reshape(days.shape[0], days.shape[1] // 7, 7)
