"""When will a customer buy again, and is there still a customer? The BG/NBD model.

A customer buys at a rate λ of their own (gamma over customers: r, α) and after each purchase leaves
for good with a chance p of their own (beta over customers: a, b). Fader, Hardie & Lee (2005),
"Counting your customers the easy way". There nobody can leave before a second purchase, so everyone
who bought once is alive for certain; with `leaves_after_first` they can (Batislam, Denizel &
Filiztekin 2007; Hoppe & Wagner 2007, MBG/NBD). One formula serves both: only the number of chances
to leave differs (`_chances`).

Times may be in any unit, the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ecom_ai_os.science.estimation import PRIOR_SD, likeliest

Floats = NDArray[np.float64]

TINY = 1e-300


@dataclass(frozen=True)
class BgNbd:
    """A fitted model. Methods take arrays: x repeat purchases, t_x time from first to last, age."""

    r: float
    alpha: float
    a: float
    b: float
    leaves_after_first: bool
    log_likelihood: float

    def p_alive(self, x: Floats, t_x: Floats, age: Floats) -> Floats:
        """Chance that the customer has not left yet (0–1)."""
        from scipy.special import expit

        odds = _log_odds_left(self.r, self.alpha, self.a, self.b, x, t_x, age, self._chances(x))
        return np.asarray(expit(-odds))

    def expected_orders(self, x: Floats, t_x: Floats, age: Floats, horizon: float) -> Floats:
        """Expected number of purchases in the next `horizon` units of time."""
        from scipy.special import hyp2f1

        n = self._chances(x)
        a = self.a + 1e-6 if abs(self.a - 1) < 1e-6 else self.a  # a = 1 is a removable hole
        z = horizon / (self.alpha + age + horizon)
        # Euler's transformation: no power of (r + x) is left to overflow for a frequent customer.
        tail = (1 - z) ** (a - 1) * hyp2f1(
            a + self.b + n - 1 - self.r - x, a - 1, a + self.b + n - 1, z
        )
        given_alive: Floats = (a + self.b + n - 1) / (a - 1) * (1 - tail)
        return given_alive * self.p_alive(x, t_x, age)

    def draw_orders(
        self, x: Floats, t_x: Floats, age: Floats, horizon: float, n_draws: int, seed: int
    ) -> NDArray[np.int64]:
        """Simulated purchases in the next `horizon`: customers × `n_draws`, from the posterior of
        (alive, λ, p). Given alive these three are independent, so the draws are exact."""
        rng = np.random.default_rng(seed)
        shape = (len(x), n_draws)
        n = self._chances(x)
        rate = rng.gamma((self.r + x)[:, None], 1 / (self.alpha + age)[:, None], shape)
        leaves = rng.beta(self.a, (self.b + n)[:, None], shape).clip(1e-9, 1)
        alive = rng.random(shape) < self.p_alive(x, t_x, age)[:, None]
        # The purchase after which the customer leaves is the last one there is.
        orders = np.minimum(rng.poisson(rate * horizon), rng.geometric(leaves))
        return np.where(alive, orders, 0)

    def _chances(self, x: Floats) -> Floats:
        return _chances(x, self.leaves_after_first)


def fit(
    x: Floats,
    t_x: Floats,
    age: Floats,
    weight: Floats | None = None,
    *,
    leaves_after_first: bool = False,
    prior_sd: float = PRIOR_SD,
) -> BgNbd:
    """The likeliest parameters, given a weak log-normal prior that keeps them finite.

    Where no one ever leaves or everyone buys alike (wholesale), the bare likelihood rises for ever
    with a, b or r; the prior (each parameter about 1, α about the mean age, `prior_sd` in logs)
    stops it and is drowned by a few hundred ordinary customers. `prior_sd=inf` is the bare model.

    Args:
        weight: number of customers each row stands for (default 1).

    Raises:
        ValueError: when there are no rows.
    """
    if len(x) == 0:
        raise ValueError("BG/NBD needs at least one customer; got none")
    w = np.ones(len(x)) if weight is None else weight
    unit = max(float(np.average(age, weights=w)), 1e-9)
    n = _chances(x, leaves_after_first)
    r, alpha, a, b = likeliest(
        lambda guess: log_likelihood(guess, x, t_x / unit, age / unit, n, w),
        start=np.ones(4),
        n=float(np.sum(w)),
        prior_sd=prior_sd,
    ).tolist()
    value, _ = log_likelihood(np.array([r, alpha * unit, a, b]), x, t_x, age, n, w)
    return BgNbd(r, alpha * unit, a, b, leaves_after_first, value)


def log_likelihood(
    parameters: Floats, x: Floats, t_x: Floats, age: Floats, n: Floats, weight: Floats
) -> tuple[float, Floats]:
    """Weighted log-likelihood of (r, α, a, b) and its gradient with respect to their logs.

    `n` is the number of chances to leave that were let pass (x for BG/NBD, x + 1 for MBG/NBD).
    """
    from scipy.special import digamma, expit, gammaln

    r, alpha, a, b = parameters
    late, last = np.log(alpha + age), np.log(alpha + t_x)
    left = _log_odds_left(r, alpha, a, b, x, t_x, age, n)
    gone = expit(left)
    gammas = _of_counts(x, lambda v: gammaln(r + v)) - gammaln(r) + r * np.log(alpha)
    betas = (
        _of_counts(n, lambda v: gammaln(b + v) - gammaln(a + b + v)) + gammaln(a + b) - gammaln(b)
    )
    value = gammas + betas - (r + x) * late + np.logaddexp(0, left)
    psi_r = _of_counts(x, lambda v: digamma(r + v)) - digamma(r)
    psi_b = _of_counts(n, lambda v: digamma(b + v)) - digamma(b)
    psi_ab = _of_counts(n, lambda v: digamma(a + b + v)) - digamma(a + b)
    slopes = (
        psi_r + np.log(alpha) - late + gone * (late - last),
        r / alpha - (r + x) * ((1 - gone) / (alpha + age) + gone / (alpha + t_x)),
        gone / a - psi_ab,
        psi_b - psi_ab - gone / np.maximum(b + n - 1, TINY),
    )
    gradient = np.array([np.sum(weight * slope) for slope in slopes]) * parameters
    return float(np.sum(weight * value)), gradient


def _chances(x: Floats, leaves_after_first: bool) -> Floats:
    """How often a customer could have left without our knowing and did not."""
    return np.asarray(x, dtype=np.float64) + leaves_after_first


def _log_odds_left(
    r: float, alpha: float, a: float, b: float, x: Floats, t_x: Floats, age: Floats, n: Floats
) -> Floats:
    """Log odds of having left at the last purchase; −∞ where there was no chance to."""
    stays = np.maximum(b + n - 1, TINY)
    since = (r + x) * np.log((alpha + age) / (alpha + t_x))
    return np.where(n > 0, np.log(a / stays) + since, -np.inf)


def _of_counts(counts: Floats, function: Callable[[Floats], Floats]) -> Floats:
    """Apply a slow special function to 0, 1, … once and look the (whole) counts up."""
    table = function(np.arange(counts.max() + 1))
    return table[counts.astype(np.intp)]
