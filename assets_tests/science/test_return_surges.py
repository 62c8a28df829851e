"""Return surges: chances by hand, fresh deliveries counted by the share of returns due."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from scipy.stats import nbinom

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
    shop = 24.5 / 481
    category = (24 + 50 * shop) / (480 + 50)
    evidence = 4 + 20 * category
    assert row["category_rate"] == pytest.approx(category)
    assert row["past_rate"] == pytest.approx(evidence / (80 + 20))
    expected = 40 * max(evidence / 100, category)
    assert row["n_expected"] == pytest.approx(expected)
    assert row["chance"] == pytest.approx(nbinom.sf(14, evidence, evidence / (evidence + expected)))


def test_fresh_deliveries_count_by_the_share_of_returns_that_is_due():
    lines = pl.concat([deliveries("a", 90, 200, 10), deliveries("a", 7, 40, 9, after=2)])
    (row,) = return_surges.surges(lines, AS_OF).to_dicts()
    # A quarter of 28 days has passed, in which 95 % of the returns come.
    assert row["n_expected"] == pytest.approx(40 * 0.95 / 4 * row["category_rate"])
    assert row["return_rate"] == pytest.approx(9 / (40 * 0.95 / 4))


def test_as_many_as_are_due_by_their_age_are_no_news():
    past = [deliveries("a", 120, 40, 8, after=after) for after in (4, 8, 12, 16, 20)]
    lines = pl.concat([*past, deliveries("a", 10, 100, 8, after=8)])
    assert return_surges.surges(lines, AS_OF).is_empty()


def test_a_past_that_is_little_known_makes_a_surge_less_certain():
    def chance(n_past: int) -> float:
        others = deliveries("other", 90, 1000, 50)
        now = deliveries("a", 30, 40, 25)
        lines = pl.concat([others, deliveries("a", 90, n_past, n_past // 20), now])
        (row,) = return_surges.surges(lines, AS_OF).to_dicts()
        return float(row["chance"])

    assert chance(20) > 10 * chance(400)


def test_a_category_that_always_returns_much_is_no_news():
    lines = pl.concat([deliveries("a", 90, 200, 80), deliveries("b", 30, 40, 17)])
    assert return_surges.surges(lines, AS_OF).is_empty()


def test_a_category_that_never_returned_anything_may_begin_to() -> None:
    new = deliveries("pot", 90, 100, 0).vstack(deliveries("pot", 20, 40, 12))
    lines = pl.concat([deliveries("a", 90, 900, 9), new.with_columns(category=pl.lit("pots"))])
    assert return_surges.surges(lines, AS_OF)["sku"].to_list() == ["pot"]


def test_a_shop_without_past_deliveries_has_no_surges():
    assert return_surges.surges(deliveries("a", 30, 10, 9), AS_OF).is_empty()
    assert return_surges.surges(deliveries("a", 30, 0, 0), AS_OF).is_empty()


def test_returns_after_as_of_change_nothing():
    lines = pl.concat([deliveries("a", 90, 200, 4), deliveries("a", 20, 40, 12)])
    later = deliveries("a", -3, 500, 0)
    now = return_surges.surges(lines, AS_OF)
    assert now.equals(return_surges.surges(pl.concat([lines, later]), AS_OF))
