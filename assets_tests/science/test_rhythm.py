from __future__ import annotations

import numpy as np
import pytest

from assets_tests.science import shops
from ecom_ai_os.science import bgnbd, rhythm
from ecom_ai_os.science.rhythm import Rhythm

N, TOTAL, SINCE = np.array([0.0, 1, 12]), np.array([0.0, 40, 300]), np.array([50.0, 9, 70])
WEIGHT = np.array([3.0, 2, 1])


def test_gaps_by_chance_are_the_bg_nbd_model_that_loses_people_at_once():
    r, alpha, a, b = 0.7, 40.0, 0.6, 1.4
    own = rhythm.log_likelihood(np.array([1, r, alpha, a, b]), N, TOTAL, SINCE, WEIGHT, 0)
    parameters = np.array([r, alpha, a, b])
    theirs, _ = bgnbd.log_likelihood(parameters, N, TOTAL, TOTAL + SINCE, N + 1, WEIGHT)
    assert own == pytest.approx(theirs)
    p_alive = bgnbd.BgNbd(r, alpha, a, b, True, 0).p_alive(N, TOTAL, TOTAL + SINCE)
    assert Rhythm(1, r, alpha, a, b).churn_risk(N, TOTAL, SINCE) == pytest.approx(1 - p_alive)


def test_churn_risk_worked_by_hand():
    # One purchase, 1 day of silence, p = q = γ = a = b = 1: silence 1/2, left 1 : stays 1 × 1/2.
    model = Rhythm(1, 1, 1, 1, 1)
    none, one = np.zeros(1), np.ones(1)
    assert model.silence(none, none, one) == pytest.approx(1 / 2)
    assert model.churn_risk(none, none, one) == pytest.approx(2 / 3)
    assert model.expected_days(none, none) == pytest.approx(1)
    # Another day of silence: (1 + 1/3) / (1 + 1/2).
    assert model.p_silent(none, none, one, 1) == pytest.approx(8 / 9)


def test_silence_counts_in_own_intervals():
    """Thirty quiet days say little of a yearly customer and much of a weekly one."""
    model = Rhythm(p=2, q=1.5, gamma=60, a=0.6, b=1.2)
    n, total = np.array([4.0, 40]), np.array([1200.0, 280])
    weekly_is_riskier = model.churn_risk(n, total, np.full(2, 30.0))
    assert weekly_is_riskier[1] > 5 * weekly_is_riskier[0]
    assert model.expected_days(n, total) == pytest.approx([260, 6.5], rel=0.15)


def test_risk_grows_with_silence_from_the_chance_to_leave_to_one():
    model = Rhythm(p=1.5, q=1, gamma=50, a=0.5, b=1.5)
    since = np.array([0.0, 10, 100, 1e6])
    risk = model.churn_risk(np.full(4, 3.0), np.full(4, 90.0), since)
    assert risk[0] == pytest.approx(0.5 / (0.5 + 1.5 + 3))
    assert (np.diff(risk) > 0).all() and risk[-1] > 0.99


def test_regularity_is_found_again():
    """Customers whose gaps are Gamma(4): four times as regular as chance."""
    rng = np.random.default_rng(5)
    pace = rng.gamma(3, 1 / 80, 2_000)
    gaps = rng.gamma(4, 1 / pace[:, None], (2_000, 60)).clip(0.5)
    days = gaps.cumsum(axis=1)
    seen = days < 700
    n = seen.sum(axis=1).astype(float)
    total = np.where(seen, days, 0).max(axis=1)
    logs = np.log(gaps[seen]).sum()
    model = rhythm.fit(n, total, 700 - total, np.ones(2_000), logs)
    assert model.p == pytest.approx(4, rel=0.1)
    assert model.q == pytest.approx(3, rel=0.2)
    assert model.a / (model.a + model.b) < 0.02


def test_gaps_are_between_days_of_one_customer():
    orders = shops.orders(["a", "a", "a", "b", "b"], [0, 0, 3, 4, 9], [1.0] * 5)
    assert rhythm.sum_log_gaps(orders) == pytest.approx(np.log(3) + np.log(5))
    assert rhythm.sum_log_gaps(orders.clear()) == 0


def test_one_customer_is_enough():
    model = rhythm.fit(np.zeros(1), np.zeros(1), np.zeros(1), np.ones(1), 0)
    assert 0 < model.churn_risk(np.zeros(1), np.zeros(1), np.zeros(1))[0] < 1
