"""Is a shop large enough for a workflow, when will it be, and what could a holdout tell it?

Growth is a Poisson regression of the counts of whole months (McCullagh & Nelder 1989, Generalized
Linear Models, ch. 6), its error widened by the scatter beyond Poisson. Caveat: under a year of
history, a season looks like growth.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from ecom_ai_os.science.panels import Floats

MONTH_DAYS = 365.25 / 12
RECENT_DAYS = 90
#: days a young shop's first events are spread over at least, so that a good week is no month
FEWEST_DAYS = 30
#: months the growth is fitted on: two years hold every season twice
MOST_MONTHS = 24
FEWEST_MONTHS = 4
#: growth counts when it would be chance in less than 1 of 10 shops that do not grow
SURE = 1.2816
#: further ahead than five years, nobody knows
MOST_MONTHS_AHEAD = 60
ROUNDS = 50


@dataclass(frozen=True)
class Pace:
    """How often something happens: `per_month` lately, and `growth`, its log change a month."""

    per_month: float
    growth: float | None

    @property
    def monthly_rate(self) -> float | None:
        """Growth as a share: 0.05 is 5 % more every month."""
        return None if self.growth is None else float(np.expm1(self.growth))

    def reaches(self, needed: float, as_of: date) -> date | None:
        """Return the day on which the pace gets to `needed`; None: not at the present growth."""
        if self.per_month >= needed:
            return as_of
        if not self.growth or not self.per_month:
            return None
        months = np.log(needed / self.per_month) / self.growth
        ahead = timedelta(days=round(min(months, MOST_MONTHS_AHEAD) * MONTH_DAYS))
        return as_of + ahead if months < MOST_MONTHS_AHEAD else None


def pace(days: pl.Series, as_of: date) -> Pace:
    """Pace of events on these dates (one each, any order), those up to `as_of`."""
    ago = (as_of - days.filter(days <= as_of)).dt.total_days().to_numpy()
    if not len(ago):
        return Pace(0.0, None)
    known_days = int(ago.max()) + 1
    window = min(max(known_days, FEWEST_DAYS), RECENT_DAYS)
    n_months = min(int(known_days / MONTH_DAYS), MOST_MONTHS)
    months_ago = (ago / MONTH_DAYS).astype(int)
    counts = np.bincount(months_ago, minlength=n_months)[:n_months][::-1]
    return Pace(float((ago < window).sum()) / window * MONTH_DAYS, growth(counts.astype(float)))


def growth(counts: Floats) -> float | None:
    """Log growth a month of consecutive months' counts; None when it may be chance or a fall."""
    if len(counts) < FEWEST_MONTHS or not counts.sum():
        return None
    month = np.arange(len(counts)) - (len(counts) - 1) / 2
    slope, error = _fit(np.column_stack([np.ones(len(counts)), month]), counts)
    return slope if slope > SURE * error else None


def _fit(design: Floats, counts: Floats) -> tuple[float, float]:
    """Slope and its standard error: Newton's steps, dispersion by Pearson's statistic."""
    beta = np.array([np.log(counts.mean()), 0.0])
    for _ in range(ROUNDS):
        mean = np.exp(np.clip(design @ beta, -30, 30))
        information = design.T @ (design * mean[:, None])
        step = np.linalg.solve(information, design.T @ (counts - mean))
        beta = beta + np.clip(step, -1, 1)
        if np.abs(step).max() < 1e-9:
            break
    scatter = ((counts - mean) ** 2 / mean).sum() / (len(counts) - 2)
    error = np.sqrt(max(scatter, 1.0) * np.linalg.inv(information)[1, 1])
    return float(beta[1]), float(error)


def smallest_lift(n: int, rate: float, holdout_share: float) -> float | None:
    """Smallest relative lift of a proportion that a holdout would show in 8 of 10 trials.

    Two-sided test of two proportions at 5 %, power 80 % (Fleiss, Levin & Paik 2003, Statistical
    Methods for Rates and Proportions, ch. 4, without continuity correction).

    Args:
        n: customers in both groups together.
        rate: share of the held-out who act anyway (0–1).
        holdout_share: share of customers left out.

    Returns:
        0.2 for a fifth more; None when not even everyone acting would show.
    """
    from scipy.optimize import brentq

    held, treated = n * holdout_share, n * (1 - holdout_share)
    if min(held, treated) < 1 or not 0 < rate < 1:
        return None

    def surplus(other: float) -> float:
        pooled = holdout_share * rate + (1 - holdout_share) * other
        by_chance = np.sqrt(pooled * (1 - pooled) * (1 / held + 1 / treated))
        real = np.sqrt(rate * (1 - rate) / held + other * (1 - other) / treated)
        return float(other - rate - 1.9600 * by_chance - 0.8416 * real)

    if surplus(1.0) <= 0:
        return None
    return float(brentq(surplus, rate, 1.0)) / rate - 1
