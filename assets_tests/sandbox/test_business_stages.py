"""The arithmetic of single stages, on inputs small enough to work by hand."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecom_ai_os.sandbox.business.assortment import CATEGORIES
from ecom_ai_os.sandbox.business.calendar import HISTORY_DAYS, make_calendar
from ecom_ai_os.sandbox.business.choice import GroupedChoice, draw_column, running_total, within
from ecom_ai_os.sandbox.business.pricing import share_out


def test_within_counts_from_nought_in_each_group() -> None:
    assert within(np.array([2, 0, 3])).tolist() == [0, 1, 0, 1, 2]


def test_running_total_leaves_out_the_value_itself_and_starts_anew() -> None:
    values, group = np.array([3, 1, 2, 5, 5]), np.array([7, 7, 7, 8, 9])
    assert running_total(values, group).tolist() == [0, 3, 4, 0, 0]


def test_a_grouped_choice_stays_in_its_group_and_keeps_its_weights() -> None:
    choice = GroupedChoice(
        [(np.array([4, 5]), np.array([3.0, 1.0])), (np.array([9]), np.array([0.2]))]
    )
    drawn = choice.draw(np.repeat([0, 1], 40_000), np.random.default_rng(1))
    assert set(drawn[40_000:]) == {9}
    assert (drawn[:40_000] == 4).mean() == pytest.approx(0.75, abs=0.01)


def test_draw_column_follows_the_row_and_never_takes_a_column_of_weight_nought() -> None:
    weights = np.tile(np.array([0.0, 1.0, 3.0, 0.0]), (40_000, 1))
    drawn = draw_column(weights, np.random.default_rng(2))
    assert set(drawn) == {1, 2}
    assert (drawn == 2).mean() == pytest.approx(0.75, abs=0.01)


@given(st.lists(st.lists(st.integers(1, 90_000), min_size=1, max_size=6), min_size=1, max_size=5))
def test_a_fixed_discount_is_shared_to_the_cent(baskets: list[list[int]]) -> None:
    baskets = [basket for basket in baskets if sum(basket) >= 500]
    base = np.array([cents for basket in baskets for cents in basket], dtype=np.int64)
    order = np.repeat(np.arange(len(baskets)), [len(basket) for basket in baskets])
    part = share_out(500, base, order)
    assert (part >= 0).all()
    assert (part <= base).all()
    assert np.bincount(order, part, len(baskets)).tolist() == [500] * len(baskets)


def test_seasons_average_to_one_and_peak_where_they_say() -> None:
    calendar = make_calendar(date(2026, 11, 23))
    year = calendar.season[HISTORY_DAYS - 365 : HISTORY_DAYS]
    assert year.mean(axis=0) == pytest.approx(1, abs=0.005)
    assert calendar.rush.mean() == pytest.approx(1)
    sweets = [c.name for c in CATEGORIES].index("Sweets")
    assert year[:, sweets].max() > 2 * year[:, sweets].min()


def test_black_friday_follows_thanksgiving() -> None:
    calendar = make_calendar(date(2026, 11, 23))
    days = {p.code: p.first_day - HISTORY_DAYS for p in calendar.promotions}
    assert days["BLACKFRIDAY26"] == 4  # 27 November 2026
    assert days["BLACKFRIDAY25"] == -360  # 28 November 2025
