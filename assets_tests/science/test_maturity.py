"""Maturity: the shop's own delays, and nothing later than the day."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from assets_tests.science.deliveries import AS_OF, batch, shop
from ecom_ai_os.science import maturity

LINES = shop({"mugs-0": 0.3, "mugs-1": 0.3}, n=3000)


def test_maturity_is_when_95_of_100_returns_have_come() -> None:
    lines = pl.concat([batch("a", 95, 95, 120, after=4), batch("a", 5, 5, 120, after=20)])
    assert maturity.maturity_days(lines, AS_OF) == 4
    later = pl.concat([lines, batch("a", 2, 2, 120, after=20)])
    assert maturity.maturity_days(later, AS_OF) == 20


def test_young_deliveries_do_not_make_returns_look_quick() -> None:
    lines = pl.concat([batch("a", 50, 50, 120, after=15), batch("a", 500, 100, 10, after=2)])
    assert maturity.maturity_days(lines, AS_OF) == 15


def test_a_shop_with_few_returns_waits_four_weeks() -> None:
    assert maturity.maturity_days(batch("a", 100, 29, 120), AS_OF) == 28


def test_only_deliveries_within_the_history_and_old_enough_count() -> None:
    lines = pl.concat([batch("a", 1, 0, days) for days in (27, 28, 127, 128)])
    ages = (AS_OF - maturity.matured(lines, AS_OF, 100)["delivered_on"]).dt.total_days()
    assert ages.to_list() == [28, 127]


@settings(max_examples=15, deadline=None)
@given(days=st.integers(0, 200), history=st.integers(1, 300))
def test_nothing_after_the_day_is_seen(days: int, history: int) -> None:
    """What happens later, or is not known yet, gives the same matured lines."""
    day = AS_OF - timedelta(days=days)
    blind = LINES.filter(pl.col("delivered_on") <= day).with_columns(
        returned_on=pl.when(pl.col("returned_on") <= day).then("returned_on")
    )
    seen = maturity.matured(LINES, day, history)
    assert seen.equals(maturity.matured(blind, day, history))
    assert seen["returned_on"].drop_nulls().is_between(seen["delivered_on"].min(), day).all()
