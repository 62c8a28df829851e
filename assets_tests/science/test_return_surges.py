"""Return surges: exact chances by hand, matured deliveries only."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from scipy.stats import binom

from ecom_ai_os.science import return_surges

AS_OF = date(2026, 6, 30)


def deliveries(sku: str, days_ago: int, n: int, returned: int, after: int = 5) -> pl.DataFrame:
    day = AS_OF - timedelta(days=days_ago)
    back = [day + timedelta(days=after)] * returned + [None] * (n - returned)
    return pl.DataFrame(
        {"sku": sku, "category": "shirts", "delivered_on": [day] * n, "returned_on": back},
        schema_overrides={"returned_on": pl.Date, "delivered_on": pl.Date},
    )


def test_a_product_that_begins_to_come_back_is_found():
    lines = pl.concat(
        [
            deliveries("good", 90, 400, 20),
            deliveries("good", 30, 100, 6),
            deliveries("bad", 90, 80, 4),
            deliveries("bad", 30, 40, 15),
        ]
    )
    (row,) = return_surges.surges(lines, AS_OF).to_dicts()
    assert row["sku"] == "bad"
    assert row["past_rate"] == pytest.approx(0.05)
    assert row["chance"] == pytest.approx(binom.sf(14, 40, 0.05))


def test_fresh_deliveries_do_not_count_yet():
    lines = pl.concat([deliveries("a", 90, 200, 10), deliveries("a", 5, 40, 30, after=2)])
    assert return_surges.surges(lines, AS_OF).is_empty()


def test_what_came_back_late_counts_neither_before_nor_now():
    lines = pl.concat([deliveries("a", 90, 200, 10), deliveries("a", 30, 40, 20, after=25)])
    assert return_surges.surges(lines, AS_OF).is_empty()


def test_a_category_that_always_returns_much_is_no_news():
    lines = pl.concat([deliveries("a", 90, 200, 80), deliveries("b", 30, 40, 17)])
    assert return_surges.surges(lines, AS_OF).is_empty()


def test_a_shop_without_past_deliveries_has_no_surges():
    assert return_surges.surges(deliveries("a", 30, 10, 9), AS_OF).is_empty()
    assert return_surges.surges(deliveries("a", 30, 0, 0), AS_OF).is_empty()


def test_returns_after_as_of_change_nothing():
    lines = pl.concat([deliveries("a", 90, 200, 4), deliveries("a", 20, 40, 12)])
    later = deliveries("a", -3, 500, 0)
    now = return_surges.surges(lines, AS_OF)
    assert now.equals(return_surges.surges(pl.concat([lines, later]), AS_OF))
