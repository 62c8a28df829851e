from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ecom_ai_os.science.membership import Bars, follow

BARS = Bars(join=0.05, stay=0.10, patience=3)
MONTHS = [date(2025 + n // 12, n % 12 + 1, 1) for n in range(24)]
#: places above the high bar, between the bars and under the low one
TOP, BETWEEN, UNDER = 0.01, 0.07, 0.5


def ranked(*histories: list[float], is_sure: bool = True) -> pl.DataFrame:
    rows = [
        (f"c{n}", month, place, is_sure)
        for n, places in enumerate(histories)
        for month, place in zip(MONTHS, places, strict=False)
    ]
    schema = {
        "customer_id": pl.String,
        "month": pl.Date,
        "place": pl.Float64,
        "is_sure": pl.Boolean,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def spell(places: list[float], is_sure: bool = True) -> tuple[int, int | None] | None:
    rows = follow(ranked(places, is_sure=is_sure), BARS)
    if rows.is_empty():
        return None
    joined, left = rows["enrolled_on"][0], rows["left_on"][0]
    return MONTHS.index(joined), None if left is None else MONTHS.index(left)


def test_the_best_join_and_stay_between_the_bars() -> None:
    assert spell([UNDER, TOP, BETWEEN, BETWEEN, BETWEEN, BETWEEN]) == (1, None)
    assert spell([BETWEEN] * 6) is None


def test_they_leave_after_three_months_in_a_row_under_the_low_bar() -> None:
    assert spell([TOP, UNDER, UNDER]) == (0, None)
    assert spell([TOP, UNDER, UNDER, UNDER]) == (0, 3)
    assert spell([TOP, UNDER, UNDER, BETWEEN, UNDER, UNDER]) == (0, None)


def test_who_comes_back_has_a_new_membership() -> None:
    assert spell([TOP, UNDER, UNDER, UNDER, BETWEEN, TOP]) == (5, None)


def test_an_unsure_month_is_not_enough_but_two_are() -> None:
    assert spell([TOP, UNDER, TOP], is_sure=False) is None
    assert spell([UNDER, TOP, TOP], is_sure=False) == (2, None)


def test_who_is_no_longer_scored_leaves() -> None:
    rows = follow(ranked([TOP], [UNDER] * 4), BARS)
    assert rows.row(0) == ("c0", MONTHS[0], MONTHS[3], TOP, True)


def test_nobody_scored_is_nobody_enrolled() -> None:
    assert follow(ranked(), BARS).is_empty()


HISTORIES = st.lists(st.sampled_from([TOP, BETWEEN, UNDER]), min_size=1, max_size=24)


@given(st.lists(HISTORIES, min_size=1, max_size=5), st.booleans())
def test_the_order_of_rows_changes_nothing(many: list[list[float]], sure: bool) -> None:
    rows = ranked(*many, is_sure=sure)
    assert follow(rows.sample(fraction=1, shuffle=True, seed=1), BARS).equals(follow(rows, BARS))


@given(HISTORIES)
def test_nobody_is_thrown_in_and_out(history: list[float]) -> None:
    """Month by month: who left had three months under the low bar, who joined was on top."""
    before: tuple[int, int | None] | None = None
    for month in range(len(history)):
        now = spell(history[: month + 1])
        if now != before:
            assert now is not None
            if now[1] is None:
                assert now[0] == month and history[month] == TOP
                assert before is None or before[1] is not None
            else:
                assert now[1] == month and history[month - 2 : month + 1] == [UNDER] * 3
                assert before == (now[0], None) and month - now[0] >= 3
        before = now
