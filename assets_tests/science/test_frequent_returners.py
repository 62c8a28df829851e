"""Frequent returners: held against what they bought, others' habits and the number looked at."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.stats import poisson

from ecom_ai_os.science import frequent_returners
from ecom_ai_os.science.discoveries import discoveries
from ecom_ai_os.science.frequent_returners import ReturnerRule

RATES = pl.DataFrame({"sku": ["mug", "shirt"], "return_rate": [0.05, 0.4]})


def bought(customer: str, sku: str, n: int, returned: int, lines_an_order: int = 1) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "customer_id": customer,
            "order_id": [f"{customer}-{sku}-{i // lines_an_order}" for i in range(n)],
            "sku": sku,
            "is_returned": [True] * returned + [False] * (n - returned),
        }
    )


def crowd(n: int = 400, shape: float | None = None) -> list[pl.DataFrame]:
    rng = np.random.default_rng(8)
    habit = rng.gamma(shape, 1 / shape, n) if shape else np.ones(n)
    back = rng.binomial(12, np.minimum(0.05 * habit, 1))
    return [bought(f"p{i:03}", "mug", 12, int(back[i])) for i in range(n)]


def find(*frames: pl.DataFrame, **rule: float) -> pl.DataFrame:
    return frequent_returners.find(pl.concat(frames), RATES, ReturnerRule(**rule))


def test_a_serial_returner_is_flagged_with_the_figures() -> None:
    flagged = find(*crowd(), bought("serial", "mug", 20, 14)).filter("is_frequent_returner")
    (row,) = flagged.to_dicts()
    assert row["customer_id"] == "serial"
    assert row["expected_rate"] == pytest.approx(0.05) and row["return_rate"] == 0.7
    assert row["reason"].startswith("sent back 14 of 20 lines where 1.0 were to be expected")
    assert "no ground to refuse" in row["reason"]


def test_buying_what_everybody_returns_is_nobodys_habit() -> None:
    found = find(*crowd(), bought("dresser", "shirt", 20, 10))
    assert not found.filter(customer_id="dresser")["is_frequent_returner"].item()


def test_chance_is_poisson_where_people_are_alike() -> None:
    found = find(*crowd(), bought("x", "mug", 20, 4)).filter(customer_id="x")
    assert found["chance"].item() == pytest.approx(poisson.sf(3, 1.0), rel=1e-3)


def test_habits_that_differ_are_learned_and_excuse_more() -> None:
    spread = find(*crowd(3000, shape=2.0))
    columns = ("n_returns", "n_expected", "n_sold")
    known = (spread[column].to_numpy().astype(float) for column in columns)
    assert frequent_returners.habit_spread(*known) == pytest.approx(0.5, rel=0.4)
    assert spread["is_frequent_returner"].sum() <= 2


def test_serial_returners_do_not_excuse_each_other() -> None:
    serial = [bought(f"serial-{i}", "mug", 20, 14) for i in range(4)]
    assert find(*crowd(), *serial)["is_frequent_returner"].sum() == 4


def test_one_order_says_nothing() -> None:
    found = find(*crowd(), bought("once", "mug", 10, 10, lines_an_order=10)).filter(
        customer_id="once"
    )
    assert not found["is_frequent_returner"].item()
    assert "fewer than 3 orders" in found["reason"].item()


def test_guests_and_empty_shops_are_nobody() -> None:
    guests = bought("x", "mug", 5, 5).with_columns(customer_id=pl.lit(None, dtype=pl.String))
    assert find(guests).is_empty()


def test_discoveries_are_those_of_benjamini_and_hochberg() -> None:
    chance = [0.039, 0.001, 0.041, 0.008, 0.6, 0.042, 0.06, 0.074, 0.205, 0.212]
    assert np.flatnonzero(discoveries(chance, 0.05)).tolist() == [1, 3]
    assert discoveries([], 0.05).tolist() == []
