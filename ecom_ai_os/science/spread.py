"""How far a forecast may be off: dispersion by SKU and levels that held on past forecasts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecom_ai_os.science import counts
from ecom_ai_os.science.panels import Floats, divide
from ecom_ai_os.science.rolling import Rehearsal

#: forecasts' worth of the shop's dispersion that a SKU's own is shrunk by
PRIOR_FORECASTS = 6
#: past forecasts needed before the nominal levels are corrected
MIN_FORECASTS = 200
NOMINAL = np.array([0.0, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 1.0])


@dataclass(frozen=True)
class Spread:
    """Dispersion of the level and of single days by SKU; `held` are the levels at NOMINAL."""

    level: Floats
    day: Floats
    held: Floats

    def dispersion(self, days: int | Floats) -> Floats:
        """Return the dispersion of totals over `days`."""
        return np.asarray(self.level + self.day / np.maximum(days, 1))

    def nominal(self, level: float) -> float:
        """Return the model's level under which the share `level` of past sales stayed."""
        return float(np.interp(level, NOMINAL, self.held))


def spread(past: Rehearsal, noises: Floats, weekly: Floats) -> Spread:
    """Measure the spread on past forecasts.

    `noises` is the variance-to-mean ratio of weekly units and `weekly` their mean, by SKU: they
    say how days scatter; what four-week errors show beyond that is the level's doing.
    """
    excess = np.maximum(noises - 1, 0)
    day = 7 * divide(excess, weekly)
    total = _four_weeks(past)
    day = np.minimum(day, 28 * total)
    level = total - day / 28
    plain = Spread(level, day, NOMINAL)
    return Spread(level, day, _held(past, plain.dispersion(28)))


def _four_weeks(past: Rehearsal) -> Floats:
    """Moment estimate Σ((y − μ)² − μ) / Σμ², shrunk to the SKU of typical dispersion."""
    surplus = ((past.actual - past.model) ** 2 - past.model).sum(axis=0)
    squares = (past.model**2).sum(axis=0)
    own = divide(surplus, squares)
    sold = past.model.sum(axis=0)
    shop = _weighted_median(np.clip(own, 0, 10), sold)
    n = len(past.origins)
    return (n * np.clip(own, 0, 10) + PRIOR_FORECASTS * shop) / (n + PRIOR_FORECASTS)


def _weighted_median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    total = np.cumsum(weights[order])
    if not total.size or total[-1] <= 0:
        return 0.1
    return float(values[order][np.searchsorted(total, total[-1] / 2)])


def _held(past: Rehearsal, dispersion: Floats) -> Floats:
    """Map nominal levels to those that held, by mid-probabilities (Kuleshov et al., 2018)."""
    moved = past.model > 0.5
    if moved.sum() < MIN_FORECASTS:
        return NOMINAL
    spreads = np.broadcast_to(dispersion, past.model.shape)[moved]
    sold, mean = past.actual[moved], past.model[moved]
    low = counts.at_most(sold - 1, mean, spreads)
    middle = (low + counts.at_most(sold, mean, spreads)) / 2
    held = np.quantile(middle, NOMINAL[1:-1])
    return np.concatenate([[0.0], held, [1.0]])
