from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from scipy.optimize import check_grad

from assets_tests.science import shops
from ecom_ai_os.science import gamma_gamma


def test_likelihood_worked_by_hand():
    # p = q = γ = 1, one purchase of 1: Γ(2)/(Γ(1)Γ(1)) · 1/(1 + 1)².
    value, _ = gamma_gamma.log_likelihood(1, 1, 1, np.ones(1), np.ones(1), np.ones(1))
    assert np.exp(value) == pytest.approx(1 / 4)


def test_gradient_agrees_with_differences():
    rows = np.array([1.0, 2, 9]), np.array([5.0, 20, 12]), np.array([1.0, 2, 3])

    def value(theta):
        return gamma_gamma.log_likelihood(*theta, *rows)[0]

    def slope(theta):
        return gamma_gamma.log_likelihood(*theta, *rows)[1]

    assert check_grad(value, slope, np.array([2.0, 3, 15])) < 1e-4


def test_expected_value_moves_from_everyones_mean_to_ones_own():
    model = gamma_gamma.GammaGamma(p=2, q=3, gamma=10, log_likelihood=0)
    n, mean = np.array([0.0, 1, 1e6]), np.array([0.0, 20, 20])
    assert model.expected_value(n, mean) == pytest.approx([10, 15, 20], rel=1e-3)


def test_simulated_totals_have_the_expected_value():
    model = gamma_gamma.GammaGamma(p=2, q=4, gamma=30, log_likelihood=0)
    n, mean = np.array([3.0]), np.array([20.0])
    totals = model.draw_totals(n, np.full((1, 100_000), 5), seed=1) * model.scale(n, mean)
    assert totals.mean() == pytest.approx(5 * model.expected_value(n, mean)[0], rel=0.02)
    assert (model.draw_totals(n, np.zeros((1, 9), dtype=np.int64), seed=1) == 0).all()


def test_parameters_are_found_again():
    rng = np.random.default_rng(3)
    n = rng.integers(1, 8, 20_000).astype(float)
    mean = rng.gamma(4 * n) / (n * rng.gamma(5, 1 / 40, n.size))
    model = gamma_gamma.fit(n, mean)
    assert (model.p, model.q, model.gamma) == pytest.approx((4, 5, 40), rel=0.06)


def test_all_baskets_alike_do_not_run_off():
    model = gamma_gamma.fit(np.full(50, 3.0), np.full(50, 20.0))
    assert model.expected_value(np.array([3.0]), np.array([20.0])) == pytest.approx(20, rel=0.01)
    assert np.isfinite([model.p, model.q, model.gamma]).all()


def test_a_mean_of_nothing_is_said():
    with pytest.raises(ValueError, match="above 0"):
        gamma_gamma.fit(np.ones(2), np.array([5.0, 0]))


@pytest.mark.shared
def test_cdnow_sample_gives_the_published_parameters(shared: Path):
    """Fader & Hardie (2013), section 5: 946 repeat buyers, mean of their repeat purchases."""
    days = shops.cdnow(shared, "sample").filter(pl.col("ordered_on") <= date(1997, 9, 30))
    value = pl.col("net_revenue").sum()
    repeats = (
        days.group_by("customer_id", "ordered_on").agg(value)
        .filter(pl.col("ordered_on") > pl.col("ordered_on").min().over("customer_id"))
        .group_by("customer_id").agg(pl.len(), mean=pl.col("net_revenue").mean())
        .filter(pl.col("mean") > 0)
    )  # fmt: skip
    n, mean = repeats["len"].to_numpy().astype(float), repeats["mean"].to_numpy()
    model = gamma_gamma.fit(n, mean, prior_sd=np.inf)
    assert len(n) == 946
    assert (model.p, model.q, model.gamma) == pytest.approx((6.25, 3.74, 15.44), rel=0.02)
