from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from ecom_ai_os.science import baskets

FIRST_DAY = date(2026, 1, 1)


def bought(*rows: tuple[str, str, int]) -> pl.DataFrame:
    """(customer, sku, day after FIRST_DAY) as purchases."""
    frame = pl.DataFrame(rows, schema=["customer_id", "sku", "day"], orient="row")
    day = pl.lit(FIRST_DAY) + pl.duration(days=pl.col("day"))
    return frame.select("customer_id", "sku", bought_on=day.cast(pl.Date))


SHOP = bought(("b", "cup", 3), ("a", "tea", 0), ("a", "cup", 0), ("a", "tea", 0), ("a", "pot", 5))


def test_orders_of_one_day_are_one_occasion() -> None:
    filled = baskets.fill(SHOP, FIRST_DAY + timedelta(days=9))
    assert filled.customers.to_list() == ["a", "b"]
    assert filled.skus.to_list() == ["cup", "pot", "tea"]
    assert filled.by_occasion.toarray().tolist() == [[1, 0, 1], [0, 1, 0], [1, 0, 0]]
    assert filled.by_customer.toarray().tolist() == [[1, 1, 1], [1, 0, 0]]


@pytest.mark.parametrize(("days", "pot_day"), [(4, [0, 1, 0]), (5, [1, 1, 1])])
def test_just_before_reaches_back_the_days_and_never_to_others(
    days: int, pot_day: list[int]
) -> None:
    seen = baskets.fill(SHOP, FIRST_DAY + timedelta(days=9)).just_before(days).toarray()
    assert seen[1].tolist() == pot_day
    assert seen[2].tolist() == [1, 0, 0]


def test_later_purchases_are_not_seen() -> None:
    filled = baskets.fill(SHOP, FIRST_DAY)
    assert filled.skus.to_list() == ["cup", "tea"]


def test_no_purchases_are_empty_baskets() -> None:
    filled = baskets.fill(SHOP.clear(), FIRST_DAY)
    assert filled.by_occasion.shape == filled.just_before(3).shape == (0, 0)


def test_places_say_what_is_not_there() -> None:
    among = pl.Series(["a", "c"])
    assert baskets.places(pl.Series(["c", "b", "a", "d"]), among).tolist() == [1, -1, 0, -1]
    assert baskets.places(pl.Series(["a"]), among.clear()).tolist() == [-1]
    assert np.array_equal(baskets.places(among.clear(), among), np.array([], dtype=np.int64))
