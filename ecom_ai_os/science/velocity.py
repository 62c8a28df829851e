"""Sharp changes of pace: SKUs that sell far less, or far more, than was forecast before the change.

The chance of so few (or so many) sales comes from the negative binomial of the forecast made before
the window. Chances are held against one threshold a day for all SKUs and windows together, set so
that a year of nothing but chance raises `false_alarms_per_year` of either kind. Among the drops
SKUs that sell too little to ever pass it are not counted (Tarone, A modified Bonferroni method for
discrete data, 1990); a surge has no such bound.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from ecom_ai_os.science import counts
from ecom_ai_os.science.demand import Forecast, forecast
from ecom_ai_os.science.panels import Floats, Panel, divide
from ecom_ai_os.science.rolling import Trial

WINDOW_WEEKS = (1, 2, 4)
#: weeks of history below which there is no forecast worth missing
MIN_WEEKS = 16
#: units a window is taken to promise at least, so that one sale of a sleeping SKU is no surge
LEAST_EXPECTED = 1.0
#: days on sale before the window that a SKU needs: a launch is no surge
KNOWN_DAYS = 56
SCHEMA = {
    "sku": pl.Utf8,
    "kind": pl.Utf8,
    "window_days": pl.Int64,
    "expected": pl.Float64,
    "sold": pl.Float64,
    "chance": pl.Float64,
}


def changes(
    panel: Panel, trial: Trial, false_alarms_per_year: float = 1.0, factor: float = 2.0
) -> pl.DataFrame:
    """Return the SKUs whose pace changed at least `factor`-fold beyond chance.

    Columns: sku, kind (drop or surge), window_days, expected (units forecast before the window for
    the days on which it could sell, moved by what the rest of the shop did), sold, chance. One row
    a SKU: the window of the smallest chance.
    """
    if panel.n_weeks < MIN_WEEKS or not panel.skus:
        return pl.DataFrame(schema=SCHEMA)
    found = [_window(panel, forecast(panel, 7 * w, trial, w), w) for w in WINDOW_WEEKS]
    tests = pl.concat(found)
    alpha = false_alarms_per_year / 365
    fell = _threshold(tests["least_chance"].to_numpy(), alpha)
    rose = alpha / max(int(tests["is_known"].sum()), 1)
    limit = pl.when(pl.col("kind") == "drop").then(fell).otherwise(rose)
    ratio = (pl.col("sold") + 0.5) / (pl.col("expected") + 0.5)
    is_sharp = ratio.log().abs() >= np.log(factor)
    return (
        tests.filter(is_sharp, pl.col("chance") <= limit)
        .sort("chance", "window_days", "sku")
        .unique("sku", keep="first", maintain_order=True)
        .select(list(SCHEMA))
    )


def _window(panel: Panel, before: Forecast, n_weeks: int) -> pl.DataFrame:
    days = slice(panel.units.shape[1] - 7 * n_weeks, None)
    seen = panel.seen[:, days]
    sold = (panel.units[:, days] * seen).sum(axis=1)
    promised = (before.mean * seen).sum(axis=1)
    spread = before.spread.dispersion(7 * n_weeks)
    low = promised * _rest_of_shop(sold, promised, down=True)
    high = np.maximum(promised * _rest_of_shop(sold, promised, down=False), LEAST_EXPECTED)
    fell = sold < promised
    is_known = panel.seen[:, : days.start].sum(axis=1) >= KNOWN_DAYS
    expected = np.where(fell, low, high)
    tail = np.where(fell, counts.at_most(sold, low, spread), counts.at_least(sold, high, spread))
    return pl.DataFrame(
        {
            "sku": panel.skus,
            "kind": np.where(fell, "drop", "surge"),
            "window_days": np.full(len(sold), 7 * n_weeks),
            "expected": expected,
            "sold": sold,
            "chance": np.where(is_known, tail, 1.0),
            "least_chance": np.where(is_known, counts.at_most(0, low, spread), 1.0),
            "is_known": is_known,
        }
    )


def _rest_of_shop(sold: Floats, promised: Floats, down: bool) -> Floats:
    """What the other SKUs did: a quiet week of the whole shop is no SKU's drop."""
    others = promised.sum() - promised
    ratio = divide(sold.sum() - sold, others, otherwise=1)
    return np.asarray(np.minimum(ratio, 1) if down else np.maximum(ratio, 1))


def _threshold(least: Floats, alpha: float) -> float:
    """Return alpha over the number of tests that could pass it (Tarone's K)."""
    least = np.sort(least)
    n_tests = np.arange(1, len(least) + 1)
    could_pass = np.searchsorted(least, alpha / n_tests, side="right")
    return float(alpha / n_tests[np.argmax(could_pass <= n_tests)])
