"""What will a customer's next purchase be worth? The Gamma-Gamma model of Fader & Hardie (2013).

A purchase is worth Gamma(p, ν), and ν differs between customers as Gamma(q, γ): the more purchases
are known of a customer, the less their mean is pulled to everyone's.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecom_ai_os.science.estimation import PRIOR_SD, likeliest

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class GammaGamma:
    """A fitted model; `n` purchases and their mean value are arrays of equal length."""

    p: float
    q: float
    gamma: float
    log_likelihood: float

    def expected_value(self, n: Floats, mean_value: Floats) -> Floats:
        """Expected value of one purchase, shrunk towards the mean of all customers."""
        return self.p * self.scale(n, mean_value) / (self.p * n + self.q - 1)

    def scale(self, n: Floats, mean_value: Floats) -> Floats:
        """γ + n·mean: ν is Gamma(p·n + q) over this, so it carries all a customer's own money."""
        return self.gamma + n * mean_value

    def draw_totals(self, n: Floats, n_orders: NDArray[np.int64], seed: int) -> Floats:
        """Simulated value of `n_orders` (customers × draws) for a customer whose `scale` is 1.

        A customer's own total is this times their `scale`, so customers alike in `n` and in their
        rhythm share one simulation.
        """
        rng = np.random.default_rng(seed)
        nu = rng.standard_gamma(np.broadcast_to((self.p * n + self.q)[:, None], n_orders.shape))
        return rng.standard_gamma(self.p * n_orders) / nu


def fit(
    n: Floats, mean_value: Floats, weight: Floats | None = None, *, prior_sd: float = PRIOR_SD
) -> GammaGamma:
    """The likeliest p, q, γ given a weak log-normal prior; q stays above 1, so that a mean exists.

    Args:
        n: number of purchases behind each mean (at least 1).
        mean_value: mean value of a purchase, above 0.
        weight: number of customers each row stands for (default 1).

    Raises:
        ValueError: when there are no rows or a mean is not above 0.
    """
    if len(n) == 0 or not (mean_value > 0).all():
        raise ValueError("Gamma-Gamma needs customers whose mean purchase value is above 0")
    w = np.ones(len(n)) if weight is None else weight
    unit = float(np.exp(np.average(np.log(mean_value), weights=w)))

    def likelihood(guess: Floats) -> tuple[float, Floats]:
        p, q_less_1, gamma = guess
        value, by = log_likelihood(p, 1 + q_less_1, gamma, n, mean_value / unit, w)
        return value, by * guess

    found = likeliest(likelihood, np.ones(3), float(np.sum(w)), prior_sd)
    p, q_less_1, gamma = found.tolist()
    value, _ = log_likelihood(p, 1 + q_less_1, gamma * unit, n, mean_value, w)
    return GammaGamma(p, 1 + q_less_1, gamma * unit, value)


def log_likelihood(
    p: float, q: float, gamma: float, n: Floats, mean_value: Floats, weight: Floats
) -> tuple[float, Floats]:
    """Weighted log-likelihood of the means, and its gradient by p, q and γ."""
    from scipy.special import digamma, gammaln

    pn, scale = p * n, gamma + n * mean_value
    value = (
        gammaln(pn + q) - gammaln(pn) - gammaln(q) + q * np.log(gamma)
        + (pn - 1) * np.log(mean_value) + pn * np.log(n) - (pn + q) * np.log(scale)
    )  # fmt: skip
    slopes = (
        n * (digamma(pn + q) - digamma(pn) + np.log(n * mean_value) - np.log(scale)),
        digamma(pn + q) - digamma(q) + np.log(gamma) - np.log(scale),
        q / gamma - (pn + q) / scale,
    )
    gradient = np.array([np.sum(weight * slope) for slope in slopes])
    return float(np.sum(weight * value)), gradient
