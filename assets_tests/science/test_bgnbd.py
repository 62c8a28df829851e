from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import check_grad

from assets_tests.science import shops
from ecom_ai_os.science import bgnbd, rfm

ONE = np.ones(1)
ZERO = np.zeros(1)


def likelihood(x: float, t_x: float, age: float, n: float) -> float:
    """Likelihood of one customer under r = α = a = b = 1."""
    row = (np.array([v], dtype=float) for v in (x, t_x, age, n, 1))
    return np.exp(bgnbd.log_likelihood(np.ones(4), *row)[0])


def test_likelihood_worked_by_hand():
    # Never came back: E[e^(−λ)] = 1/2. Came back at once, then nobody looked: 1/2·1/4 + 1/2·1/4.
    assert likelihood(0, 0, 1, n=0) == pytest.approx(1 / 2)
    assert likelihood(1, 1, 1, n=1) == pytest.approx(1 / 4)
    # May leave after the first purchase as well: stayed and silent 1/2·1/2, or left 1/2.
    assert likelihood(0, 0, 1, n=1) == pytest.approx(3 / 4)


@pytest.mark.parametrize(("leaves_after_first", "p_alive"), [(False, 1.0), (True, 1 / 3)])
def test_p_alive_of_a_silent_one_time_buyer(leaves_after_first: bool, p_alive: float):
    model = bgnbd.BgNbd(1, 1, 1, 1, leaves_after_first, 0)
    assert model.p_alive(ZERO, ZERO, ONE) == pytest.approx(p_alive)


def test_gradient_agrees_with_differences():
    x, t_x, age = np.array([0.0, 0, 1, 7]), np.array([0.0, 0, 3, 20]), np.array([2.0, 40, 30, 25])
    for n in (x, x + 1):

        def value(theta, n=n):
            return bgnbd.log_likelihood(np.exp(theta), x, t_x, age, n, np.arange(1.0, 5))[0]

        def slope(theta, n=n):
            return bgnbd.log_likelihood(np.exp(theta), x, t_x, age, n, np.arange(1.0, 5))[1]

        assert check_grad(value, slope, np.array([0.1, -0.3, 0.4, 0.2])) < 1e-4


@pytest.mark.parametrize("leaves_after_first", [False, True])
def test_expected_orders_is_the_mean_of_the_draws(leaves_after_first: bool):
    model = bgnbd.BgNbd(0.6, 7.0, 0.8, 1.5, leaves_after_first, 0)
    x, t_x, age = np.array([0.0, 2, 30]), np.array([0.0, 30, 36]), np.array([20.0, 38, 39])
    draws = model.draw_orders(x, t_x, age, 39, n_draws=60_000, seed=1)
    assert draws.mean(axis=1) == pytest.approx(model.expected_orders(x, t_x, age, 39), rel=0.03)


def test_expected_orders_of_a_customer_who_never_leaves_is_the_rate():
    model = bgnbd.BgNbd(r=2, alpha=10, a=1e-6, b=1e5, leaves_after_first=True, log_likelihood=0)
    x, t_x, age = np.array([0.0, 5, 4000]), np.array([0.0, 50, 100]), np.array([50.0, 60, 100])
    assert model.expected_orders(x, t_x, age, 30) == pytest.approx((2 + x) / (10 + age) * 30)


def test_expected_orders_has_no_hole_at_a_equal_to_one():
    x, t_x, age = np.array([3.0]), np.array([20.0]), np.array([30.0])
    at, beside = (
        bgnbd.BgNbd(1, 5, a, 2, True, 0).expected_orders(x, t_x, age, 9) for a in (1, 1.001)
    )
    assert at == pytest.approx(beside, rel=1e-3)


def test_grouped_rows_are_worth_their_weight():
    x, t_x, age = np.array([0.0, 1, 3]), np.array([0.0, 9, 20]), np.array([30.0, 30, 25])
    grouped = bgnbd.fit(x, t_x, age, np.array([20.0, 10, 5]))
    spread = bgnbd.fit(*(np.repeat(v, [20, 10, 5]) for v in (x, t_x, age)))
    assert spread.log_likelihood == pytest.approx(grouped.log_likelihood)
    assert spread.b == pytest.approx(grouped.b, rel=1e-3)


def test_everybody_buying_alike_for_ever_does_not_run_off():
    """Wholesale: nobody leaves, nobody differs. The bare likelihood has no maximum here."""
    age = np.full(200, 52.0)
    model = bgnbd.fit(np.full(200, 50.0), np.full(200, 51.0), age)
    assert max(model.r, model.alpha, model.a, model.b) < 1e5
    assert model.expected_orders(np.full(1, 50.0), np.full(1, 51.0), age[:1], 52)[0] < 60


def test_no_customers_is_said():
    with pytest.raises(ValueError, match="at least one customer"):
        bgnbd.fit(*(np.empty(0) for _ in range(3)))


@pytest.mark.shared
def test_cdnow_sample_gives_the_published_parameters(shared: Path):
    """Fader, Hardie & Lee (2005), table 2; E of customer 1516 as in their spreadsheet note."""
    customers = rfm.summarise(shops.cdnow(shared, "sample"), date(1997, 9, 30))
    x, t_x, age = (customers[c].to_numpy() for c in ("n_repeat", "recency_days", "age_days"))
    model = bgnbd.fit(x, t_x / 7, age / 7, prior_sd=np.inf)
    found = model.r, model.alpha, model.a, model.b
    assert found == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=0.002)
    assert model.log_likelihood == pytest.approx(-9582.4, abs=0.05)
    expected = model.expected_orders(np.array([2.0]), np.array([30.43]), np.array([38.86]), 39)
    assert expected == pytest.approx(1.226, abs=0.001)
