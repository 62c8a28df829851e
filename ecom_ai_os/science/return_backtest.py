"""How well a product's return rate foretells its next eight weeks, on the shop's own past."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from ecom_ai_os.science import backtest, maturity, return_rates
from ecom_ai_os.science.panels import Floats

WINDOW_DAYS = 56
#: lines and returns below which a comparison is a matter of luck
MIN_LINES, MIN_RETURNS = 200, 10
BASELINES = {"category": "rate of the category", "raw": "the product's own rate, not drawn to it"}


def replay(lines: pl.DataFrame, as_of: date, history_days: int) -> pl.DataFrame:
    """Foresee the returns of the last eight weeks of deliveries that are matured by `as_of`.

    `lines`: sku, category, delivered_on, returned_on (null: not returned).

    Columns out, by SKU delivered in those weeks: sku, n_sold, n_returned, and the rates foreseen
    the day before them: model, category, raw (half a return added, so that none is impossible);
    foreseen_on. A SKU that was new then has its category's rate in all three.
    """
    actual = maturity.matured(lines, as_of, WINDOW_DAYS)
    start = as_of - timedelta(days=maturity.maturity_days(lines, as_of) + WINDOW_DAYS - 1)
    then = start - timedelta(days=1)
    foreseen = return_rates.rates(maturity.matured(lines, then, history_days))
    return (
        actual.group_by("sku", pl.col("category").fill_null(""))
        .agg(n_sold=pl.len().cast(pl.Int64), n_returned=pl.col("is_returned").sum().cast(pl.Int64))
        .sort("sku")
        .join(_rates_of_new(foreseen), on="category", how="left")
        .join(_foreseen(foreseen), on="sku", how="left")
        .with_columns(pl.col("model", "category_rate", "raw").fill_null(pl.col("of_new")))
        .drop("category", "of_new")
        .drop_nulls()
        .rename({"category_rate": "category"})
        .with_columns(foreseen_on=pl.lit(then))
    )


def measure(replayed: pl.DataFrame) -> pl.DataFrame:
    """Return log-loss a line beside each baseline, and the bias: `backtest.MEASURES`.

    No rows where fewer than 200 lines or 10 returns were foreseen.
    """
    if replayed["n_sold"].sum() < MIN_LINES or replayed["n_returned"].sum() < MIN_RETURNS:
        return pl.DataFrame(schema=backtest.MEASURES)
    loss = {name: _log_loss(replayed, name) for name in ("model", *BASELINES)}
    bias = {name: _bias(replayed, name) for name in ("model", "category")}
    rows = [
        (f"log_loss_beside_{name}", loss["model"], said, loss[name], loss["model"] < loss[name])
        for name, said in BASELINES.items()
    ]
    is_less_biased = abs(bias["model"]) < abs(bias["category"])
    said = BASELINES["category"]
    rows += [("total_bias", bias["model"], said, bias["category"], is_less_biased)]
    names = ["measure", "value", "baseline", "baseline_value", "is_better"]
    on, n = replayed["foreseen_on"][0], int(replayed["n_sold"].sum())
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        n=pl.lit(n, pl.Int64),
        detail=pl.lit(f"lines returned of those delivered in {WINDOW_DAYS} days after {on}"),
    )


def best_method(measures: pl.DataFrame) -> str:
    """Who foretold best by `measure`: model, category or raw; model when nothing was measured."""
    better = measures.filter(pl.col("measure").str.starts_with("log_loss"), ~pl.col("is_better"))
    if better.is_empty():
        return "model"
    best = better.sort("baseline_value").row(0, named=True)
    return str(best["measure"].removeprefix("log_loss_beside_"))


def foreseen_rates(rates: pl.DataFrame, method: str) -> pl.DataFrame:
    """Return sku, expected_rate by the method that foretold best."""
    return _foreseen(rates).select(
        "sku", expected_rate={"category": "category_rate"}.get(method, method)
    )


def _foreseen(rates: pl.DataFrame) -> pl.DataFrame:
    raw = (pl.col("n_returned") + 0.5) / (pl.col("n_sold") + 1)
    return rates.select("sku", raw=raw, model="return_rate", category_rate="category_return_rate")


def _rates_of_new(rates: pl.DataFrame) -> pl.DataFrame:
    usual = (pl.col("category_return_rate") * pl.col("n_sold")).sum() / pl.col("n_sold").sum()
    return rates.group_by("category").agg(of_new=usual)


def _log_loss(replayed: pl.DataFrame, by: str) -> float:
    k, n, p = (_floats(replayed, c) for c in ("n_returned", "n_sold", by))
    p = np.clip(p, 1e-6, 1 - 1e-6)
    return float(-(k * np.log(p) + (n - k) * np.log(1 - p)).sum() / n.sum())


def _bias(replayed: pl.DataFrame, by: str) -> float:
    expected = _floats(replayed, "n_sold") * _floats(replayed, by)
    return backtest.bias(_floats(replayed, "n_returned"), expected)


def _floats(frame: pl.DataFrame, column: str) -> Floats:
    return frame[column].to_numpy().astype(np.float64)
