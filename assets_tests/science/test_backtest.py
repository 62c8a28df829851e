from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecom_ai_os.science import backtest

AMOUNTS = st.lists(st.integers(0, 50), min_size=3, max_size=40).filter(lambda v: len(set(v)) > 1)


def test_errors_by_hand():
    actual, predicted = [0, 10, 30], [5, 10, 20]
    assert backtest.mae(actual, predicted) == 5
    assert backtest.wape(actual, predicted) == 15 / 40
    assert backtest.rmse(actual, predicted) == pytest.approx(math.sqrt(125 / 3))
    assert backtest.bias(actual, predicted) == 35 / 40 - 1


def test_nothing_happened_is_not_a_number_rather_than_a_crash():
    assert math.isnan(backtest.wape([0, 0], [1, 2]))
    assert math.isnan(backtest.gini([0, 0], [1, 2]))
    assert math.isnan(backtest.spearman([1, 1], [1, 2]))
    assert math.isnan(backtest.auc([1, 1], [0.2, 0.3]))


def test_gini_of_swapping_the_best_two():
    # Shares 6:3:1, cumulated 6, 9, 10 against 3, 9, 10; the diagonal gives 20/3 of 10.
    assert backtest.gini([6, 3, 1], [2, 3, 1]) == pytest.approx((22 - 20) / (25 - 20))


@given(AMOUNTS)
def test_gini_is_1_for_the_truth_and_0_for_one_size_fits_all(actual: list[int]):
    assert backtest.gini(actual, actual) == pytest.approx(1)
    assert backtest.gini(actual, np.ones(len(actual))) == pytest.approx(0, abs=1e-9)


@given(AMOUNTS, st.randoms())
def test_order_of_the_rows_does_not_matter(actual: list[int], random: object):
    predicted = [value % 3 for value in actual]
    order = np.random.default_rng(1).permutation(len(actual))
    shuffled = np.array(actual)[order], np.array(predicted)[order]
    assert backtest.gini(*shuffled) == pytest.approx(backtest.gini(actual, predicted))
    assert backtest.spearman(*shuffled) == pytest.approx(
        backtest.spearman(actual, predicted), nan_ok=True
    )


def test_ranks():
    assert backtest.spearman([1, 2, 3, 4], [10, 20, 40, 30]) == pytest.approx(0.8)
    assert backtest.auc([0, 1, 0, 1], [0.1, 0.4, 0.4, 0.9]) == (2 + 1.5) / 4
    assert backtest.top_decile_share([*range(10)], [*range(10)]) == 9 / 45


def test_probabilities_and_intervals():
    assert backtest.brier([1, 0], [0.5, 0.5]) == 0.25
    assert backtest.coverage([0, 5, 9], [0, 6, 8], [0, 7, 10]) == 2 / 3
