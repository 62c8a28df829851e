"""Return rates: posteriors by hand, faults found, chance not taken for one."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from assets_tests.science.deliveries import AS_OF, batch, shop
from ecom_ai_os.science import maturity, return_rates

USUAL = {f"{category}-{i}": 0.05 for category in ("mugs", "pans", "pots") for i in range(12)}


def rates(lines: pl.DataFrame) -> pl.DataFrame:
    return return_rates.rates(maturity.matured(lines, AS_OF, 365))


def test_a_rate_is_drawn_to_the_others_of_its_category() -> None:
    lines = pl.concat([batch("a", 100, 20), batch("b", 950, 40), batch("c", 1000, 40)])
    row = rates(lines).filter(sku="a").row(0, named=True)
    shop_rate = (100 + 0.5) / (2050 + 1)
    usual = (80 + 50 * shop_rate) / (1950 + 50)
    assert row["category_return_rate"] == pytest.approx(usual)
    strength = (20 - 100 * row["return_rate"]) / (row["return_rate"] - usual)
    assert np.abs(np.log(return_rates.STRENGTHS / strength)).min() < 1e-6
    a, b = usual * strength + 20, (1 - usual) * strength + 80
    assert row["interval_low"] == pytest.approx(beta.ppf(0.05, a, b))
    assert row["interval_high"] == pytest.approx(beta.ppf(0.95, a, b))
    assert row["p_excess"] == pytest.approx(beta.sf(1.5 * usual, a, b))
    assert row["raw_return_rate"] == 0.2 and row["is_flagged"]


def test_the_prior_is_as_strong_as_products_are_alike() -> None:
    rng = np.random.default_rng(5)
    usual, sold = np.full(300, 0.1), np.full(300, 200.0)
    alike = rng.binomial(200, 0.1, 300).astype(float)
    differing = rng.binomial(200, rng.beta(2, 18, 300)).astype(float)
    assert return_rates.prior_strength(differing, sold, usual) == pytest.approx(20, rel=0.4)
    assert return_rates.prior_strength(alike, sold, usual) > 1000


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
@given(
    st.lists(
        st.tuples(st.integers(1, 60), st.integers(0, 60)).map(lambda t: (t[0], min(t))),
        min_size=1,
        max_size=8,
    )
)
def test_rates_lie_in_their_interval_between_record_and_category(rows: list) -> None:
    lines = pl.concat([batch(f"s{i}", n, back) for i, (n, back) in enumerate(rows)])
    found = rates(lines)
    record, usual = found["raw_return_rate"], found["category_return_rate"]
    low, high = np.minimum(record, usual), np.maximum(record, usual)
    assert found["return_rate"].is_between(low - 1e-9, high + 1e-9).all()
    assert (found["interval_low"] <= found["interval_high"]).all()
    assert found.select(pl.col("interval_low", "interval_high").is_between(0, 1).all()).row(0) == (
        True,
        True,
    )
