"""Rates drawn to what is usual, without hiding the exceptions: a beta-binomial mixture prior.

Most products are like the others of their kind: their rate is beta around the usual one, as tightly
as the shop's own products are. One in twenty is an exception whose rate may be anything. A record
that the first does not explain moves its weight to the second, so that the usual can be tight and
a faulty product is still believed (empirical Bayes: Efron 2010, Large-Scale Inference, ch. 1–2).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ecom_ai_os.science.panels import Floats

#: trials' worth of the usual rate that are tried for the prior
STRENGTHS = np.geomspace(5, 20_000, 60)
#: how many are exceptions, and the beta of their rates
EXCEPTIONS = 0.05
EXCEPTION_A, EXCEPTION_B = 1.0, 6.0
#: halvings of [0, 1] that find a quantile to 1e-8
HALVINGS = 27


@dataclass(frozen=True)
class Posterior:
    """What is known of each rate: two betas (usual, exceptional) and the weight of the second."""

    usual: tuple[Floats, Floats]
    exceptional: tuple[Floats, Floats]
    p_exception: Floats

    def mean(self) -> Floats:
        """Return the expected rates."""
        (a, b), (c, d) = self.usual, self.exceptional
        return (1 - self.p_exception) * a / (a + b) + self.p_exception * c / (c + d)

    def above(self, limit: Floats) -> Floats:
        """Return the probabilities that the rates are above `limit` (1 at most)."""
        from scipy.special import betaincc

        limit = np.clip(limit, 0, 1)
        usual, exceptional = betaincc(*self.usual, limit), betaincc(*self.exceptional, limit)
        mixed: Floats = (1 - self.p_exception) * usual + self.p_exception * exceptional
        return mixed

    def quantile(self, level: float) -> Floats:
        """Return the rates that are not exceeded with probability `level`."""
        low, high = np.zeros(len(self.p_exception)), np.ones(len(self.p_exception))
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            is_below = self.above(middle) > 1 - level
            low, high = np.where(is_below, middle, low), np.where(is_below, high, middle)
        return (low + high) / 2


def posterior(hits: Floats, trials: Floats, usual: Floats) -> Posterior:
    """Return what `hits` of `trials` say of each rate whose kind has the rate `usual` (0–1)."""
    strength = prior_strength(hits, trials, usual)
    a, b = usual * strength, (1 - usual) * strength
    log_usual = _log_likelihood(hits, trials, a, b)
    log_exception = _log_likelihood(hits, trials, EXCEPTION_A, EXCEPTION_B)
    odds = np.log(EXCEPTIONS / (1 - EXCEPTIONS)) + log_exception - log_usual
    misses = trials - hits
    return Posterior(
        usual=(a + hits, b + misses),
        exceptional=(EXCEPTION_A + hits, EXCEPTION_B + misses),
        p_exception=1 / (1 + np.exp(-np.clip(odds, -700, 700))),
    )


def prior_strength(hits: Floats, trials: Floats, usual: Floats) -> float:
    """Return how many trials the usual rate is worth: the likeliest, exceptions allowed for."""
    rows, weight = np.unique(np.column_stack([hits, trials, usual]), axis=0, return_counts=True)
    k, n, m = (column[:, None] for column in rows.T)
    alike = _log_likelihood(k, n, m * STRENGTHS, (1 - m) * STRENGTHS)
    exception = _log_likelihood(k, n, EXCEPTION_A, EXCEPTION_B)
    mixed = np.logaddexp(np.log1p(-EXCEPTIONS) + alike, np.log(EXCEPTIONS) + exception)
    return float(STRENGTHS[int(np.argmax(weight @ mixed))])


def _log_likelihood(k: Floats, n: Floats, a: Floats | float, b: Floats | float) -> Floats:
    """Of a beta-binomial, without the factor that does not depend on a and b."""
    from scipy.special import betaln

    log: Floats = betaln(a + k, b + n - k) - betaln(a, b)
    return log
