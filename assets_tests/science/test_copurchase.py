from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import nbinom

from assets_tests.science.test_baskets import FIRST_DAY, bought
from ecom_ai_os.sandbox.business.simulation import simulate
from ecom_ai_os.science import baskets, copurchase
from ecom_ai_os.science.copurchase import Belonging

LAST_DAY = FIRST_DAY + timedelta(days=700)
EVERYTHING = Belonging(false_share=1e9, min_lift=0, min_together=1)


def related(purchases: pl.DataFrame, asked: Belonging = EVERYTHING) -> pl.DataFrame:
    return copurchase.related(baskets.fill(purchases, LAST_DAY), asked)


def test_expectation_worked_by_hand() -> None:
    """Three pots with two cups; pot buyers also bought a cup and two teas at other times."""
    shop = bought(
        ("a", "pot", 0), ("a", "cup", 0), ("b", "pot", 0), ("b", "cup", 9), ("c", "pot", 50),
        ("c", "cup", 0), ("c", "tea", 0), ("a", "tea", 100), ("d", "tea", 0), ("e", "tea", 0),
    )  # fmt: skip
    row = related(shop).filter(sku="pot", related_sku="cup").row(0, named=True)
    assert (row["n_together"], row["n_bought"]) == (2, 3)
    # The cup is 3 of 10 lines; with the pot came 2 lines, its buyers' other 3 hold 1 cup.
    shape, exposure = 2 + 1, 2 / 0.3 + 3
    assert row["expected_together"] == pytest.approx(2 * shape / exposure)
    assert row["lift"] == pytest.approx(exposure / shape)
    assert row["extra_rate"] == pytest.approx((2 - 2 * shape / exposure) / (3 + 10))
    assert row["chance"] == pytest.approx(nbinom.sf(1, shape, exposure / (exposure + 2)))


def test_before_is_not_soon_after() -> None:
    shop = bought(("a", "pot", 0), ("a", "filter", 10), ("a", "sieve", 30))
    assert related(shop).select("sku", "related_sku").rows() == [("pot", "filter")]


def test_the_same_taste_is_not_belonging_together() -> None:
    """Tea people buy every tea, again and again; only the pot brings its filter."""
    rng = np.random.default_rng(3)
    rows = [
        (f"{world}{c}", f"{world}{rng.integers(6)}", int(day))
        for world in ("tea", "wine")
        for c in range(150)
        for day in rng.choice(690, 6, replace=False)
    ]
    pots = [(f"tea{c}", "pot", 30 + c) for c in range(0, 150, 3)]
    filters = [(name, "filter", day) for name, _, day in pots[::2]]
    found = related(bought(*rows, *pots, *filters), Belonging())
    assert set(found.select("sku", "related_sku").rows()) == {("pot", "filter"), ("filter", "pot")}
    rate = dict(found.select("sku", "extra_rate").rows())
    assert rate["pot"] == pytest.approx(25 / 60, abs=0.02)


def test_chance_alone_relates_nothing() -> None:
    rng = np.random.default_rng(4)
    customer, sku, day = rng.integers(0, 500, 4000), rng.integers(0, 40, 4000), rng.integers(700)
    rows = zip(customer.astype(str), sku.astype(str), np.full(4000, day), strict=True)
    assert related(bought(*((c, s, int(d)) for c, s, d in rows)), Belonging()).height <= 1


def test_a_shop_without_purchases_relates_nothing() -> None:
    assert related(bought(("a", "cup", 0)).clear()).schema == pl.Schema(copurchase.SCHEMA)
    assert related(bought(("a", "cup", 0))).is_empty()


@pytest.mark.parametrize("seed", [7, 8])
def test_planted_complements_are_found_and_hardly_anything_else(seed: int) -> None:
    """The simulated shop plants 12 complements; 20,000 orders show most of them."""
    shop = simulate(20_000, seed, date(2026, 6, 1))
    goods, sales = shop.catalogue, shop.sales
    purchases = pl.DataFrame(
        {
            "customer_id": pl.Series(sales.person[sales.order]).cast(pl.String),
            "sku": pl.Series(sales.variant).cast(pl.String),
            "bought_on": pl.Series(shop.calendar.day_of(sales.created_at[sales.order])),
        }
    ).with_columns(pl.col("bought_on").cast(pl.Int32).cast(pl.Date))
    is_goods = ~pl.Series(goods.is_gift_card[sales.variant])
    filled = baskets.fill(purchases.filter(is_goods), date(2100, 1, 1))
    pairs = set(copurchase.related(filled, Belonging())["sku", "related_sku"].rows())
    leading = np.flatnonzero(goods.complement >= 0)
    planted = {(str(a), str(goods.complement[a])) for a in leading}
    either_way = planted | {pair[::-1] for pair in planted}
    assert len(pairs & planted) / len(planted) >= 0.75
    assert len(pairs & either_way) / len(pairs) >= 0.75
