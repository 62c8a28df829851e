"""Negative binomial counts against worked answers and scipy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ecom_ai_os.science import counts


def test_without_dispersion_it_is_poisson():
    assert counts.at_least(1, 2.0, 0.0) == pytest.approx(1 - np.exp(-2), rel=1e-4)
    assert counts.at_most(0, 2.0, 0.0) == pytest.approx(np.exp(-2), rel=1e-4)


def test_tails_meet_and_agree_with_scipy():
    k = np.arange(0, 12)
    assert counts.at_least(k + 1, 3.0, 0.5) + counts.at_most(k, 3.0, 0.5) == pytest.approx(1)
    assert counts.at_most(k, 3.0, 0.5) == pytest.approx(stats.nbinom.cdf(k, 2, 2 / 5))


def test_what_is_not_positive_is_always_reached():
    assert counts.at_least(np.array([0, -3]), 1.0, 0.1).tolist() == [1, 1]
    assert counts.at_most(-1, 1.0, 0.1) == 0
    assert counts.at_least(1, 0.0, 0.1) == 0


def test_quantiles_of_nothing_are_nothing():
    assert counts.quantile(0.9, np.array([0.0, 10.0]), 0.0).tolist() == [0, 14]


def test_units_short_of_gamma_demand():
    """Exponential demand of mean 10 (variance 100): E[(X − a)⁺] = 10 e^(−a/10)."""
    dispersion = (100 - 10) / 10**2
    assert counts.expected_excess(5.0, 10.0, dispersion) == pytest.approx(10 * np.exp(-0.5))
    assert counts.expected_excess(-2.0, 10.0, dispersion) == pytest.approx(12)
    assert counts.expected_excess(3.0, 0.0, dispersion) == 0
