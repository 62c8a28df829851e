"""Counts that vary more than Poisson: the negative binomial by mean and dispersion.

Variance is mean + dispersion × mean². Dispersion over `days` is level + day / days: an error of the
level stays, day-to-day scatter averages out. All functions take arrays and broadcast.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from ecom_ai_os.science.panels import Floats

#: dispersion below which the Poisson limit is used in place of an exploding shape
POISSON_DISPERSION = 1e-6


def at_least(count: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> Floats:
    """Return P(X ≥ count); 1 for counts of zero or less."""
    from scipy.special import betainc

    count, mean, dispersion = _broadcast(np.ceil(np.asarray(count, float)), mean, dispersion)
    shape = 1 / np.maximum(dispersion, POISSON_DISPERSION)
    tail = betainc(np.maximum(count, 1), shape, mean / (mean + shape))
    return np.where(count <= 0, 1.0, tail)


def at_most(count: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> Floats:
    """Return P(X ≤ count); 0 below zero."""
    from scipy.special import betaincc

    count, mean, dispersion = _broadcast(np.floor(np.asarray(count, float)), mean, dispersion)
    shape = 1 / np.maximum(dispersion, POISSON_DISPERSION)
    head = betaincc(np.maximum(count, 0) + 1, shape, mean / (mean + shape))
    return np.where(count < 0, 0.0, head)


def quantile(level: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> Floats:
    """Return the smallest count that is not exceeded with probability `level`."""
    from scipy.stats import nbinom

    level, mean, dispersion = _broadcast(level, mean, dispersion)
    shape = 1 / np.maximum(dispersion, POISSON_DISPERSION)
    return np.where(mean > 0, nbinom.ppf(level, shape, shape / (shape + mean)), 0.0)


def expected_excess(limit: ArrayLike, mean: ArrayLike, dispersion: ArrayLike) -> Floats:
    """Return E[(X − limit)⁺], X taken as gamma of the same mean and variance.

    The units-short formula of Silver, Pyke & Thomas, Inventory and Production Management in
    Supply Chains, 4th ed. 2017, for gamma demand.
    """
    from scipy.special import gammaincc

    limit, mean, dispersion = _broadcast(limit, mean, dispersion)
    scale = 1 + dispersion * mean
    shape = np.maximum(mean, 1e-12) / scale
    x = np.maximum(limit, 0) / scale
    above = mean * gammaincc(shape + 1, x) - limit * gammaincc(shape, x)
    return np.where(limit <= 0, mean - limit, np.maximum(above, 0)) * (mean > 0)


def _broadcast(*values: ArrayLike) -> list[Floats]:
    return [np.asarray(v, dtype=np.float64) for v in np.broadcast_arrays(*values)]
