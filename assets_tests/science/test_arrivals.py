"""Goods on order: counted once, where they go, on the day they are due."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecom_ai_os.science.arrivals import Arrivals, arrivals, lots

AS_OF = date(2026, 3, 1)
LEAD, OVERDUE, DAYS = 20, 7, 60


def day(n: int) -> date:
    return AS_OF + timedelta(days=n)


def places(**shares: float) -> pl.DataFrame:
    rows = [("s0", place, share, LEAD) for place, share in shares.items()]
    schema = ["sku", "location", "share", "lead_time_days"]
    return pl.DataFrame(rows, schema=schema, orient="row")


def come(
    rows: pl.DataFrame,
    incoming: list[tuple[str, date | None, float]],
    purchases: list[tuple[str | None, date | None, float]],
) -> Arrivals:
    """Incoming as (location, seen_on, units), purchases as (location, expected_on, quantity)."""
    seen = {"location": pl.Utf8, "seen_on": pl.Date, "units": pl.Float64}
    open_ = {"location": pl.Utf8, "expected_on": pl.Date, "quantity": pl.Float64}
    sku = pl.lit("s0").alias("sku")
    return arrivals(
        rows,
        pl.DataFrame(incoming, schema=seen, orient="row").with_columns(sku),
        pl.DataFrame(purchases, schema=open_, orient="row").with_columns(sku),
        AS_OF,
        OVERDUE,
        DAYS,
    )


def due(found: Arrivals, row: int) -> dict[int, float]:
    """Units by days ahead."""
    return {n + 1: float(units) for n, units in enumerate(found.by_day[row]) if units}


def test_an_order_and_what_is_incoming_for_it_are_the_same_goods() -> None:
    found = come(
        places(a=0.6, b=0.4), [("a", day(-5), 72), ("b", day(-5), 36)],
        [("a", day(10), 72), ("b", day(12), 36)],
    )  # fmt: skip
    assert due(found, 0) == {10: 72} and due(found, 1) == {12: 36}
    assert not found.is_assumed.any()


def test_goods_for_one_place_arrive_nowhere_else() -> None:
    found = come(places(a=0.6, b=0.4), [("a", day(-5), 24)], [("a", day(10), 24)])
    assert found.total.tolist() == [24, 0]
    assert found.first_day.tolist() == [10, -1]


def test_an_order_without_a_place_is_where_goods_are_awaited() -> None:
    found = come(places(a=0.6, b=0.4), [("b", day(-5), 24)], [(None, day(10), 24)])
    assert due(found, 0) == {} and due(found, 1) == {10: 24}
    elsewhere = come(places(a=0.6, b=0.4), [("b", day(-5), 24)], [("c", day(10), 24)])
    assert due(elsewhere, 1) == {10: 24}, "a place without stock of the SKU"


def test_an_order_that_is_not_awaited_anywhere_is_spread_by_demand() -> None:
    found = come(places(a=0.6, b=0.4), [("b", day(-5), 10)], [(None, day(10), 30)])
    assert due(found, 0) == {10: 12} and due(found, 1) == {10: pytest.approx(18)}


def test_incoming_goods_beyond_the_orders_come_a_lead_time_after_they_were_seen() -> None:
    found = come(places(a=1.0), [("a", day(-15), 10), ("a", day(-2), 8)], [("a", day(3), 12)])
    assert due(found, 0) == {3: 12, 18: 6}, "the orders explain what was announced first"
    assert found.is_assumed.tolist() == [True]


def test_each_announcement_has_its_own_date() -> None:
    """A second order does not put off the first: a false alarm of a stockout."""
    found = come(places(a=1.0), [("a", day(-14), 18), ("a", day(0), 30)], [])
    assert due(found, 0) == {6: 18, 20: 30}


def levels(*incoming: float | None) -> pl.DataFrame:
    rows = [("s0", "a", day(n - len(incoming) + 1), units) for n, units in enumerate(incoming)]
    schema = {"sku": pl.Utf8, "location": pl.Utf8, "observed_on": pl.Date, "incoming": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


@pytest.mark.parametrize(
    ("incoming", "expected"),
    [
        ([0, 18, 18, 48], [(0, 30), (-2, 18)]),
        ([0, 18, 48, 30], [(-1, 30)]),
        ([0, 18, 48, 40], [(-1, 30), (-2, 10)]),
        ([12, 12, 20], [(0, 8), (None, 12)]),
        ([12, 0, None], []),
        ([7], [(None, 7)]),
    ],
)
def test_what_was_announced_first_comes_first(
    incoming: list[float | None], expected: list[tuple[int | None, float]]
) -> None:
    found = lots(levels(*incoming)).select("seen_on", "units").rows()
    assert found == [(None if n is None else day(n), units) for n, units in expected]


UNITS = st.integers(0, 40).map(float)
WHERE = st.sampled_from(["a", "b"])


@given(
    incoming=st.lists(st.tuples(WHERE, st.integers(-40, 0).map(day), UNITS), max_size=4),
    purchases=st.lists(
        st.tuples(
            st.sampled_from(["a", "b", "c", None]),
            st.none() | st.integers(-20, 59).map(day),
            UNITS,
        ),
        max_size=4,
    ),
    share=st.floats(0, 1),
)
def test_goods_are_neither_lost_nor_counted_twice(
    incoming: list[tuple[str, date, float]],
    purchases: list[tuple[str | None, date | None, float]],
    share: float,
) -> None:
    found = come(places(a=share, b=1 - share), incoming, purchases)
    ordered = {place: sum(q for where, _, q in purchases if where == place) for place in "ab"}
    counted = {
        place: sum(units for where, _, units in incoming if where == place) for place in "ab"
    }
    gaps = sum(max(counted[place] - ordered[place], 0) for place in "ab")
    nowhere = sum(q for where, _, q in purchases if where not in ("a", "b"))
    assert found.total.sum() == pytest.approx(sum(ordered.values()) + max(gaps, nowhere))
    assert all(
        total >= max(ordered[place], counted[place]) - 1e-9
        for total, place in zip(found.total, "ab", strict=True)
    )
    assert found.by_day.sum() == pytest.approx(found.total.sum())
