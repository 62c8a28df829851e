from __future__ import annotations

from datetime import timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from assets_tests.science import shops
from ecom_ai_os.science import churn

LAST_DAY = shops.FIRST_DAY + timedelta(days=729)


@cache
def shop() -> pl.DataFrame:
    return shops.simulate(2_000)


@cache
def rehearsal() -> pl.DataFrame:
    return churn.rehearse(shop(), LAST_DAY)


def test_own_rhythm_foresees_silence_better_than_recency_alone():
    measures = churn.measure(rehearsal())
    assert dict(measures.select("measure", "is_better").iter_rows())["brier"]
    assert churn.best_method(measures) in ("regular", "chance")
    bias = measures.filter(measure="total_bias")["value"].item()
    assert abs(bias) < 0.05


@pytest.mark.parametrize("method", list(churn.METHODS))
def test_everyone_has_a_risk_between_0_and_1(method: str):
    frame = churn.score(shop(), LAST_DAY, method)
    assert frame.height == shop()["customer_id"].n_unique()
    assert frame["churn_risk"].is_between(0, 1).all()
    assert frame["expected_repurchase_days"].is_between(0.5, 3650).all()
    assert frame["churn_method"].unique().to_list() == [churn.METHODS[method]]


def test_recency_counts_from_the_last_purchase():
    orders = shops.orders(["a", "a", "b"], [0, 10, 29], [5, 5, 5])
    frame = churn.score(orders, shops.FIRST_DAY + timedelta(days=30), "chance")
    assert frame["recency_days"].to_list() == [20, 1]


def test_the_future_changes_nothing():
    on = shops.FIRST_DAY + timedelta(days=400)
    past = shop().filter(pl.col("ordered_on") <= on)
    assert_frame_equal(churn.rehearse(shop(), on), churn.rehearse(past, on))
    for method in churn.METHODS:
        assert_frame_equal(churn.score(shop(), on, method), churn.score(past, on, method))


def test_row_order_changes_nothing():
    shuffled = shop().sample(fraction=1, shuffle=True, seed=3)
    assert churn.rehearse(shuffled, LAST_DAY).equals(rehearsal())
    assert churn.score(shuffled, LAST_DAY, "regular").equals(
        churn.score(shop(), LAST_DAY, "regular")
    )


@pytest.mark.parametrize(
    ("customers", "days"),
    [([], []), (["a"], [0]), (["a", "a"], [0, 729]), (["a", "b"], [729, 729])],
)
def test_small_shops_get_an_untested_risk(customers: list[str], days: list[int]):
    orders = shops.orders(customers, days, [10.0] * len(days))
    rehearsed = churn.rehearse(orders, LAST_DAY)
    frame = churn.score(orders, LAST_DAY, churn.best_method(churn.measure(rehearsed)))
    assert frame.height == len(set(customers))
    assert frame["churn_risk"].is_between(0, 1).all()


@pytest.mark.parametrize(
    ("regular", "chance", "best"),
    [(0.1, 0.2, "regular"), (0.2, 0.1, "chance"), (0.4, 0.3, "naive")],
)
def test_who_erred_least_scores(regular: float, chance: float, best: str):
    measures = pl.DataFrame(
        {
            "measure": ["auc", "brier_regular", "brier_chance"],
            "value": [0.05, regular, chance],
            "is_better": [True, regular < 0.25, chance < 0.25],
        }
    )
    assert churn.best_method(measures) == best


@pytest.mark.shared
@pytest.mark.parametrize("name", ["cdnow", "completejourney", "online_retail"])
def test_real_customers_are_foreseen_better_than_by_recency(shared: Path, name: str):
    orders = getattr(shops, name)(shared)
    measures = churn.measure(churn.rehearse(orders, orders["ordered_on"].max()))
    better = dict(measures.select("measure", "is_better").iter_rows())
    assert better["brier"] and better["auc"]
