"""The back-test of return rates: hidden weeks, judged beside two plain rules."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from assets_tests.science.deliveries import AS_OF, batch, shop
from ecom_ai_os.science import backtest, return_backtest

MIXED = {f"{c}-{i}": rate for c, rate in (("mugs", 0.03), ("shirts", 0.2)) for i in range(15)} | {
    "mugs-0": 0.3
}


def test_rates_foretell_better_than_category_and_raw() -> None:
    replayed = return_backtest.replay(shop(MIXED), AS_OF, 180)
    found = return_backtest.measure(replayed)
    better = dict(found.select("measure", "is_better").iter_rows())
    assert better["log_loss_beside_category"] and better["log_loss_beside_raw"]
    assert return_backtest.best_method(found) == "model"
    assert found.columns == [*backtest.MEASURES][:2] + found.columns[2:]
    assert set(found.columns) == set(backtest.MEASURES)


def test_log_loss_by_hand() -> None:
    replayed = pl.DataFrame(
        {
            "sku": ["a", "b"],
            "n_sold": [100, 300],
            "n_returned": [10, 30],
            "model": [0.1, 0.1],
            "category": [0.2, 0.1],
            "raw": [0.05, 0.05],
            "foreseen_on": [date(2026, 3, 1)] * 2,
        }
    )
    found = return_backtest.measure(replayed).row(0, named=True)
    assert found["value"] == pytest.approx(-(0.1 * np.log(0.1) + 0.9 * np.log(0.9)))
    assert found["n"] == 400


def test_the_hidden_weeks_change_nothing_that_was_foreseen() -> None:
    lines = shop(MIXED)
    then = return_backtest.replay(lines, AS_OF, 180)["foreseen_on"][0]
    is_hidden = pl.col("delivered_on") > then
    other = lines.with_columns(
        returned_on=pl.when(is_hidden & pl.col("returned_on").is_null())
        .then(pl.col("delivered_on") + timedelta(days=1))
        .otherwise("returned_on")
    )
    columns = ["sku", "model", "category", "raw"]
    one, two = (return_backtest.replay(frame, AS_OF, 180) for frame in (lines, other))
    assert one.select(columns).equals(two.select(columns))


def test_too_few_returns_are_no_test() -> None:
    replayed = return_backtest.replay(batch("a", 500, 9, 40), AS_OF, 180)
    measures = return_backtest.measure(replayed)
    assert measures.is_empty()
    assert return_backtest.best_method(measures) == "model"


@pytest.mark.parametrize(
    ("category", "raw", "best"), [(0.5, 0.4, "model"), (0.2, 0.4, "category"), (0.2, 0.1, "raw")]
)
def test_who_foretold_best_makes_the_rate(category: float, raw: float, best: str) -> None:
    measures = pl.DataFrame(
        {
            "measure": ["log_loss_beside_category", "log_loss_beside_raw", "total_bias"],
            "baseline_value": [category, raw, 0.0],
            "is_better": [category > 0.3, raw > 0.3, False],
        }
    )
    assert return_backtest.best_method(measures) == best
