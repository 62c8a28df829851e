"""Shrinkage: posteriors by hand, strength recovered, exceptions that do not spoil it."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, betabinom

from ecom_ai_os.science import shrinkage
from ecom_ai_os.science.shrinkage import EXCEPTION_A, EXCEPTION_B, EXCEPTIONS


def arrays(*values: list[float]) -> list[np.ndarray]:
    return [np.array(value, dtype=float) for value in values]


def test_a_posterior_by_hand() -> None:
    hits, trials, usual = arrays([6, 2, 1], [20, 50, 40], [0.05, 0.05, 0.05])
    strength = shrinkage.prior_strength(hits, trials, usual)
    a, b = 0.05 * strength, 0.95 * strength
    alike = (1 - EXCEPTIONS) * betabinom.pmf(6, 20, a, b)
    exception = EXCEPTIONS * betabinom.pmf(6, 20, EXCEPTION_A, EXCEPTION_B)
    weight = exception / (alike + exception)
    known = shrinkage.posterior(hits, trials, usual)
    assert known.p_exception[0] == pytest.approx(weight)
    betas = beta(a + 6, b + 14), beta(EXCEPTION_A + 6, EXCEPTION_B + 14)
    mean = (1 - weight) * betas[0].mean() + weight * betas[1].mean()
    assert known.mean()[0] == pytest.approx(mean)
    median = known.quantile(0.5)[0]
    below = (1 - weight) * betas[0].cdf(median) + weight * betas[1].cdf(median)
    assert below == pytest.approx(0.5, abs=1e-6)
    assert known.above(np.full(3, median))[0] == pytest.approx(0.5, abs=1e-6)


def test_the_prior_is_as_strong_as_rates_are_alike() -> None:
    rng = np.random.default_rng(5)
    usual, trials = np.full(300, 0.1), np.full(300, 200.0)
    alike = rng.binomial(200, 0.1, 300).astype(float)
    differing = rng.binomial(200, rng.beta(4, 36, 300)).astype(float)
    assert shrinkage.prior_strength(differing, trials, usual) == pytest.approx(40, rel=0.4)
    assert shrinkage.prior_strength(alike, trials, usual) > 1000


def test_exceptions_are_believed_and_leave_the_others_tight() -> None:
    rng = np.random.default_rng(6)
    hits = rng.binomial(200, 0.05, 100).astype(float)
    hits[:2] = 60
    trials, usual = np.full(100, 200.0), np.full(100, 0.05)
    known = shrinkage.posterior(hits, trials, usual)
    assert known.mean()[:2] == pytest.approx(0.3, abs=0.01)
    assert known.mean()[2:] == pytest.approx(0.05, abs=0.02)
    assert shrinkage.prior_strength(hits, trials, usual) > 300
