"""How long until a customer buys again, and how likely it is that they never will.

Days between purchases are Gamma(p, ν) with a pace ν of the customer's own, Gamma(q, γ) over
customers: p is how regular the shop's customers are (1 is pure chance, many is clockwork). After
every purchase, the first included, a customer leaves with a chance of their own, Beta(a, b). With
p = 1 this is MBG/NBD; regular gaps are the idea of Platzer & Reutterer (2016), "Ticking away the
moments", and make silence speak: a fortnightly buyer is missed sooner than a whimsical one.

What is known of a customer is n (gaps so far), their sum in days and the days since the last
purchase; everything below is exact given these, integrated over ν and the chance to leave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecom_ai_os.science import bgnbd
from ecom_ai_os.science.estimation import likeliest, with_differences

Floats = NDArray[np.float64]

NEVER_DAYS = 3650.0  # expected days beyond ten years are given as ten years


@dataclass(frozen=True)
class Rhythm:
    """A fitted model; arrays `n` gaps, `total` days in them, `since` days since the last."""

    p: float
    q: float
    gamma: float
    a: float
    b: float

    def expected_days(self, n: Floats, total: Floats) -> Floats:
        """Days after a purchase by which half of such customers, if they stay, buy again."""
        from scipy.special import betaincinv

        gaps, row = np.unique(n, return_inverse=True)  # few values, and the inverse is dear
        share = betaincinv(self.p, self.p * gaps + self.q, 0.5)
        odds = (share / np.maximum(1 - share, 1e-12))[row]
        days: Floats = np.minimum((self.gamma + total) * odds, NEVER_DAYS)
        return days

    def silence(self, n: Floats, total: Floats, since: Floats) -> Floats:
        """Chance that a customer who stays lets more than `since` days pass (0–1)."""
        return _silence(self.p, self.q, self.gamma, n, total, since)

    def churn_risk(self, n: Floats, total: Floats, since: Floats) -> Floats:
        """Chance of having left: left / (left + stays × silence), left = a / (a + b + n)."""
        stays = (self.b + n) * self.silence(n, total, since)
        return self.a / (self.a + stays)

    def p_silent(self, n: Floats, total: Floats, since: Floats, horizon: float | Floats) -> Floats:
        """Chance of no purchase within the next `horizon` days: has left, or stays and waits."""
        later = self.silence(n, total, since + horizon)
        return (self.a + (self.b + n) * later) / (
            self.a + (self.b + n) * self.silence(n, total, since)
        )


def fit(
    n: Floats, total: Floats, since: Floats, weight: Floats, sum_log_gaps: float | None
) -> Rhythm:
    """The likeliest parameters, given the weak prior of `estimation`.

    Args:
        n, total, since: as in Rhythm, one row a group of customers alike.
        weight: customers in each group.
        sum_log_gaps: natural logs of all gaps in days, summed over all customers; it alone says
            how regular they are. None for gaps by pure chance (p = 1).
    """
    chance = bgnbd.fit(n, total, total + since, weight, leaves_after_first=True)
    start = np.array([1, chance.r, chance.alpha, chance.a, chance.b])
    if sum_log_gaps is None:
        return Rhythm(*start.tolist())
    unit = np.array([1, 1, max(float(np.average(total + since, weights=weight)), 1), 1, 1])
    found = likeliest(
        with_differences(
            lambda guess: log_likelihood(guess * unit, n, total, since, weight, sum_log_gaps)
        ),
        start / unit,
        float(np.sum(weight)),
    )
    return Rhythm(*(found * unit).tolist())


def log_likelihood(
    parameters: Floats, n: Floats, total: Floats, since: Floats, weight: Floats, sum_log_gaps: float
) -> float:
    """Weighted log-likelihood of (p, q, γ, a, b)."""
    from scipy.special import betaln, gammaln

    p, q, gamma, a, b = parameters
    gaps = (
        gammaln(p * n + q) - gammaln(q) - n * gammaln(p)
        + q * np.log(gamma) - (p * n + q) * np.log(gamma + total)
    )  # fmt: skip
    silence = _silence(p, q, gamma, n, total, since)
    stayed = betaln(a, b + n) - betaln(a, b) + np.log((a + (b + n) * silence) / (a + b + n))
    return float(np.sum(weight * (gaps + stayed)) + (p - 1) * sum_log_gaps)


def sum_log_gaps(orders: pl.DataFrame) -> float:
    """Natural logs of the days between each customer's purchases, summed.

    `orders` has customer_id and ordered_on; orders of one day are one purchase.
    """
    days = orders.lazy().select("customer_id", "ordered_on").unique()
    gap = pl.col("ordered_on").diff().dt.total_days().cast(pl.Float64)
    is_own = pl.col("customer_id") == pl.col("customer_id").shift()
    gaps = days.sort("customer_id", "ordered_on").select(gap.filter(is_own)).collect()
    return float(np.sum(np.log(gaps.to_series().to_numpy())))


def _silence(p: float, q: float, gamma: float, n: Floats, total: Floats, since: Floats) -> Floats:
    from scipy.special import betainc

    known = gamma + total
    chance: Floats = betainc(p * n + q, p, known / (known + since))
    return chance
