from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecom_ai_os.science import readiness
from ecom_ai_os.science.readiness import MONTH_DAYS, Pace

TODAY = date(2026, 6, 30)


def events(*ago: int) -> pl.Series:
    return pl.Series([TODAY - timedelta(days=n) for n in ago], dtype=pl.Date)


def test_the_pace_is_that_of_the_last_ninety_days() -> None:
    three_a_day = events(*[day for day in range(400) for _ in range(3)])
    found = readiness.pace(three_a_day, TODAY)
    assert found.per_month == pytest.approx(3 * MONTH_DAYS)
    assert found.growth is None


def test_a_young_shop_is_not_taken_for_a_busy_one() -> None:
    assert readiness.pace(events(0, 1, 2, 3), TODAY).per_month == pytest.approx(4 / 30 * MONTH_DAYS)


def test_nothing_later_than_the_day_counts() -> None:
    assert readiness.pace(events(-1, -2), TODAY) == Pace(0.0, None)


def test_growth_by_a_tenth_a_month_is_found() -> None:
    counts = np.round(100 * 1.1 ** np.arange(12))
    assert readiness.growth(counts) == pytest.approx(np.log(1.1), abs=0.005)
    assert readiness.growth(counts[::-1]) is None


def test_scatter_is_no_growth() -> None:
    assert readiness.growth(np.array([30, 90, 10, 80, 20, 95, 15, 90])) is None


def test_doubling_in_a_year_reaches_twice_as_much_in_a_year() -> None:
    pace = Pace(100, np.log(2) / 12)
    assert pace.reaches(200, TODAY) == TODAY + timedelta(days=365)
    assert pace.reaches(100, TODAY) == TODAY
    assert pace.reaches(100 * 2**5.1, TODAY) is None
    assert Pace(100, None).reaches(200, TODAY) is None


def test_the_lift_a_textbook_holdout_shows() -> None:
    """Fleiss, Levin & Paik: 10 % against 15 % in equal groups needs 686 in each."""
    assert readiness.smallest_lift(2 * 686, 0.10, 0.5) == pytest.approx(0.5, abs=0.005)


def test_a_handful_of_customers_shows_nothing() -> None:
    assert readiness.smallest_lift(10, 0.5, 0.1) is None
    assert readiness.smallest_lift(10_000, 0.0, 0.1) is None


@given(st.integers(500, 10**6), st.floats(0.01, 0.5), st.floats(0.05, 0.5))
def test_more_customers_show_smaller_lifts(n: int, rate: float, share: float) -> None:
    few, many = (readiness.smallest_lift(size, rate, share) for size in (n, 2 * n))
    assert many is not None or few is None
    assert few is None or many is None or 0 < many < few


@given(st.lists(st.integers(0, 1_000), min_size=4, max_size=24))
def test_any_history_has_a_growth_or_none(counts: list[int]) -> None:
    found = readiness.growth(np.array(counts))
    assert found is None or 0 < found < 31
