"""Return rates: the category, one voice a customer, faults found, chance not taken for one."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assets_tests.science.deliveries import AS_OF, batch, shop
from ecom_ai_os.science import maturity, return_rates

USUAL = {f"{category}-{i}": 0.05 for category in ("mugs", "pans", "pots") for i in range(12)}


def rates(lines: pl.DataFrame) -> pl.DataFrame:
    return return_rates.rates(maturity.matured(lines, AS_OF, 365))


def test_the_category_is_the_others_in_it_drawn_to_the_shop() -> None:
    lines = pl.concat([batch("a", 100, 20), batch("b", 950, 40), batch("c", 1000, 40)])
    row = rates(lines).filter(sku="a").row(0, named=True)
    shop_rate = (100 + 0.5) / (2050 + 1)
    assert row["category_return_rate"] == pytest.approx((80 + 50 * shop_rate) / (1950 + 50))
    assert (row["n_sold"], row["n_returned"], row["n_buyers"]) == (100, 20, 100)
    assert row["raw_return_rate"] == 0.2 and row["is_flagged"]


def test_a_customer_has_one_voice_however_often_they_bought() -> None:
    one = batch("a", 40, 30, customer_id="fickle")
    row = rates(pl.concat([batch("b", 500, 20), batch("a", 60, 3), one])).filter(sku="a")
    assert row["raw_return_rate"].item() == pytest.approx(0.33)
    assert row["n_buyers"].item() == 61
    assert row["return_rate"].item() < 0.08 and not row["is_flagged"].item()


def test_a_fault_that_has_just_begun_is_flagged_by_its_last_weeks() -> None:
    new = shop(USUAL).with_columns(is_new=pl.col("delivered_on") > AS_OF - timedelta(days=50))
    faulty = (pl.col("sku") == "mugs-3") & pl.col("is_new") & (pl.int_range(pl.len()) % 3 > 0)
    soon = pl.when(faulty).then(pl.col("delivered_on") + timedelta(days=2)).otherwise("returned_on")
    lines = new.with_columns(returned_on=soon)
    recent = return_rates.rates(maturity.matured(lines, AS_OF, 56))
    both = return_rates.flagged_lately(rates(lines), recent)
    assert both.filter("is_flagged")["sku"].to_list() == ["mugs-3"]
    row = both.filter(sku="mugs-3").row(0, named=True)
    assert row["recent_return_rate"] > 2 * row["return_rate"]


def test_a_faulty_product_is_flagged_and_the_others_are_not() -> None:
    found = rates(shop(USUAL | {"mugs-3": 0.25}))
    assert found.filter("is_flagged")["sku"].to_list() == ["mugs-3"]
    assert found["sku"][0] == "mugs-3"


def test_where_all_products_are_alike_flags_are_rare() -> None:
    flags = [rates(shop(USUAL, seed=seed))["is_flagged"].sum() for seed in range(20)]
    assert sum(flags) <= 2  # of 720 products


def test_two_returns_of_two_flag_nobody() -> None:
    found = rates(pl.concat([shop(USUAL), batch("mugs-x", 2, 2)], how="diagonal"))
    assert not found.filter(sku="mugs-x")["is_flagged"].item()


def test_a_product_alone_in_its_category_is_held_against_the_shop() -> None:
    lines = pl.concat([batch("a", 100, 5), batch("b", 30, 0).with_columns(category=None)])
    row = rates(lines).filter(sku="b").row(0, named=True)
    assert row["category"] == "" and row["category_return_rate"] == pytest.approx(5.5 / 131)


def test_a_shop_without_deliveries_has_no_rates() -> None:
    found = rates(batch("a", 10, 2, days_ago=3))
    assert found.is_empty() and "is_flagged" in found.columns


@settings(max_examples=20, deadline=None)
@example([(1, 1), (22, 22), (22, 22), (24, 24), (29, 29), (29, 29), (50, 50)])
@given(
    st.lists(
        st.tuples(st.integers(1, 60), st.integers(0, 60)).map(lambda t: (t[0], min(t))),
        min_size=1,
        max_size=8,
    )
)
def test_rates_and_intervals_are_shares(rows: list) -> None:
    lines = pl.concat([batch(f"s{i}", n, back) for i, (n, back) in enumerate(rows)])
    found = rates(lines)
    low, rate, high = (
        found[c].to_numpy() for c in ("interval_low", "return_rate", "interval_high")
    )
    # Both are found to 1e-8, which is all that parts them where everything came back.
    assert (low <= high).all() and (low > 0).all() and (high <= 1).all()
    assert (rate > 0).all() and (rate < 1).all()
