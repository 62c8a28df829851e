from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from assets_tests.science.test_baskets import FIRST_DAY, bought
from ecom_ai_os.science import restock

TODAY = FIRST_DAY + timedelta(days=400)


def regulars(n: int = 60, seed: int = 1) -> pl.DataFrame:
    """Coffee every 30 days or so, tea every 90, each at a pace of their own; some stop."""
    rng = np.random.default_rng(seed)
    rows = []
    for c in range(n):
        for sku, usual in (("coffee", 30), ("tea", 90)):
            interval = usual * rng.gamma(10, 1 / 10)
            days = np.cumsum(rng.gamma(20, interval / 20, 30)) + rng.integers(40)
            stops = rng.integers(2, 15) if c % 4 == 0 else 30
            rows += [(f"c{c:02}", sku, int(day)) for day in days[:stops]]
    return bought(*rows)


def foresee(purchases: pl.DataFrame, horizon_days: int = 14) -> pl.DataFrame:
    known = purchases.with_columns(category=pl.lit("drinks"))
    return restock.learn(known, TODAY).foresee(horizon_days)


def test_an_own_interval_counts_as_it_becomes_known() -> None:
    """One purchase of coffee has the usual interval; a fortnightly buyer has their own."""
    fortnightly = bought(*(("fast", "coffee", day) for day in range(220, 400, 14)))
    once = bought(("once", "coffee", 395))
    found = foresee(pl.concat([regulars(), fortnightly, once])).filter(sku="coffee")
    interval = dict(found.select("customer_id", "interval_days").rows())
    assert interval["once"] == pytest.approx(30, rel=0.3)
    assert interval["fast"] == pytest.approx(14, rel=0.15)
    chance = dict(found.select("customer_id", "chance").rows())
    assert chance["fast"] > 0.6 > 0.2 > chance["once"]


def test_a_sku_without_repeats_takes_its_category_s_interval() -> None:
    new = pl.concat([regulars(), bought(("x", "matcha", 380))])
    interval = foresee(new).filter(sku="matcha")["interval_days"][0]
    assert 30 < interval < 70  # between coffee's and tea's


def test_chances_are_what_happens() -> None:
    """Of 400 regulars the foreseen number bought in the month after, within a tenth."""
    everyone = regulars(400, seed=2)
    after = everyone.filter(
        pl.col("bought_on").is_between(TODAY, TODAY + timedelta(days=30), closed="right")
    ).unique(["customer_id", "sku"])
    found = foresee(everyone, 30)
    assert found["chance"].sum() == pytest.approx(len(after), rel=0.1)


def test_who_has_just_bought_needs_nothing_yet() -> None:
    found = foresee(pl.concat([regulars(), bought(("c01", "tea", 400))]))
    assert found.filter(customer_id="c01", sku="tea")["chance"][0] < 0.1


def test_later_purchases_change_nothing() -> None:
    known = regulars(n=20)
    later = bought(("c03", "coffee", 401), ("new", "tea", 450))
    seen = known.filter(pl.col("bought_on") <= TODAY)
    assert foresee(pl.concat([known, later])).equals(foresee(seen))


def test_too_few_gaps_foresee_nothing() -> None:
    assert foresee(bought(("a", "tea", 0), ("a", "tea", 9))).schema == pl.Schema(restock.SCHEMA)
