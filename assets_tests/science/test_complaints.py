"""Complaints of a week and what chance brings, worked by hand."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from scipy.stats import poisson

from ecom_ai_os.science import complaints

TODAY = date(2026, 3, 31)


def said(sku: str, *days_ago: int) -> pl.DataFrame:
    days = [TODAY - timedelta(days=ago) for ago in days_ago]
    quotes = [f"{sku} {ago}" for ago in days_ago]
    return pl.DataFrame(
        {"sku": sku, "day": days, "sentence": quotes}, schema_overrides={"day": pl.Date}
    )


def reviewed(**days: int) -> pl.DataFrame:
    """SKUs whose reviews began so many days before the week."""
    start = TODAY - timedelta(days=6)
    first = [start - timedelta(days=n) for n in days.values()]
    return pl.DataFrame({"sku": list(days), "category": "mugs", "first_on": first})


def test_three_in_seven_days_with_the_expected_by_hand() -> None:
    """a: two in 100 days before; b: none in 200. Drawn to each other, then to all."""
    found = complaints.citing(
        pl.concat([said("a", 0, 3, 6, 7, 50), said("b", 2)]), reviewed(a=100, b=200), TODAY
    )
    of_all = (2 + 0.5) / (300 + 7)
    of_kind = (0 + 0.5 + 90 * of_all) / (200 + 90)
    expected = 7 * (2 + 90 * of_kind) / (100 + 90)
    (row,) = found.to_dicts()
    assert (row["sku"], row["n_reviews"]) == ("a", 3)
    assert row["expected"] == pytest.approx(expected)
    assert row["chance"] == pytest.approx(poisson.sf(2, expected))
    assert row["quotes"] == ["a 0", "a 3", "a 6"]


def test_two_are_not_enough_and_the_eighth_day_is_over() -> None:
    assert complaints.citing(said("a", 0, 6, 7), reviewed(a=100), TODAY).is_empty()


def test_nothing_later_is_seen() -> None:
    later = said("a", -1, -2, 0, 1)
    assert complaints.citing(later, reviewed(a=100), TODAY).is_empty()


def test_a_sku_that_is_always_complained_of_is_expected_to_be() -> None:
    usual = said("a", *range(0, 300, 2))
    (row,) = complaints.citing(usual, reviewed(a=293, b=293), TODAY).to_dicts()
    assert row["expected"] > 2 and row["chance"] > 0.1


def test_over_the_shop_only_what_chance_does_not_bring() -> None:
    shop = reviewed(a=200, b=200)
    rare = pl.concat([said("a", 0, 1), said("b", 2, 100)])
    (row,) = complaints.over_the_shop(rare, shop, TODAY, 0.01).to_dicts()
    assert row["n_reviews"] == 3
    assert row["expected"] == pytest.approx(7 * 1.5 / 200)
    usual = said("a", *range(0, 200, 2))
    assert complaints.over_the_shop(usual, shop, TODAY, 0.01).is_empty()
