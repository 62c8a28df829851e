"""Churn risk: days since the last purchase against the customer's own expected interval.

Two models are tried on the shop's hidden past, `regular` gaps and gaps by `chance` (see `rhythm`),
beside a rule that knows no customer: those silent as long as this stayed away this often (`naive`).
Who foresaw best scores.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecom_ai_os.science import backtest, rfm, rhythm
from ecom_ai_os.science.rhythm import Rhythm

Floats = NDArray[np.float64]

LONGEST_WINDOW_DAYS = 90
SHORTEST_WINDOW_DAYS = 28
FITTED_CUSTOMERS = 30_000  # enough to know five parameters to a percent or two
STEP_DAYS = 30  # recency classes of the naive rule, up to a year
BASELINE = "share that stayed away at the same recency, one window earlier"
METHODS = {"regular": "own regular rhythm", "chance": "own rhythm, by chance", "naive": BASELINE}


def rehearse(orders: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Foresee who would stay away in the last window (a quarter of the history, 90 days at most).

    Args:
        orders: customer_id, ordered_on, net_revenue; nothing after `as_of` is looked at.

    Returns:
        customer_id, is_silent (no purchase in the window), the chance of it by regular, chance and
        naive, by model (the better of the first two a window earlier), foreseen_on. No rows when
        the window would be under four weeks.
    """
    orders = orders.filter(pl.col("ordered_on") <= as_of)
    window = _window(orders, as_of)
    if window < SHORTEST_WINDOW_DAYS:
        return pl.DataFrame(schema={"customer_id": pl.String, "is_silent": pl.Boolean})
    then = as_of - timedelta(days=window)
    earlier = _foresee(orders, then - timedelta(days=window), window)
    model = min(("chance", "regular"), key=lambda name: _brier(earlier, name))
    return _foresee(orders, then, window).with_columns(
        model=pl.col(model), foreseen_on=pl.lit(then), window_days=pl.lit(window)
    )


def measure(rehearsal: pl.DataFrame) -> pl.DataFrame:
    """Judge a rehearsal: the columns of `backtest.MEASURES`, no rows when there was none."""
    if rehearsal.is_empty():
        return pl.DataFrame(schema=backtest.MEASURES)
    silent = rehearsal["is_silent"]
    brier, naive_brier = _brier(rehearsal, "model"), _brier(rehearsal, "naive")
    auc, naive_auc = (backtest.auc(silent, rehearsal[by]) for by in ("model", "naive"))
    bias, naive_bias = (backtest.bias(silent, rehearsal[by]) for by in ("model", "naive"))
    rows = [
        ("brier", brier, naive_brier, brier < naive_brier),
        ("auc", auc, naive_auc, auc > naive_auc),
        ("total_bias", bias, naive_bias, abs(bias) < abs(naive_bias)),
    ]
    for model in ("regular", "chance"):
        error = _brier(rehearsal, model)
        rows.append((f"brier_{model}", error, naive_brier, error < naive_brier))
    names = ["measure", "value", "baseline_value", "is_better"]
    on, days = rehearsal.select("foreseen_on", "window_days").row(0)
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        pl.col("value", "baseline_value").fill_nan(None),
        baseline=pl.lit(BASELINE),
        n=pl.lit(rehearsal.height, pl.Int64),
        detail=pl.lit(f"no purchase within {days} days, foreseen on {on}"),
    )


def best_method(measures: pl.DataFrame) -> str:
    """Who foresaw best by `measure`: regular, chance or naive; chance when nothing was measured."""
    briers = measures.filter(pl.col("measure").str.starts_with("brier_")).sort("value")
    if briers.is_empty():
        return "chance"
    best = briers.row(0, named=True)
    return best["measure"].removeprefix("brier_") if best["is_better"] else "naive"


def score(orders: pl.DataFrame, as_of: date, method: str) -> pl.DataFrame:
    """Churn risk of every customer who bought by `as_of`.

    Returns:
        customer_id, recency_days (since the last purchase), expected_repurchase_days (after which
        half of such customers, if they stay, have bought again), churn_risk (0–1), churn_method.
    """
    orders = orders.filter(pl.col("ordered_on") <= as_of)
    customers = _silences(orders, as_of)
    if customers.is_empty():
        return _no_scores()
    model = _fit(orders, customers, is_regular=method == "regular")
    n, total, since = _known(customers)
    risk = pl.Series(model.churn_risk(n, total, since))
    if method == "naive":
        risk = _naive(orders, customers, as_of, _window(orders, as_of))
    return customers.select(
        "customer_id",
        recency_days="since_days",
        expected_repurchase_days=pl.Series(model.expected_days(n, total)),
        churn_risk=risk,
        churn_method=pl.lit(METHODS[method]),
    )


def _foresee(orders: pl.DataFrame, on: date, window: int) -> pl.DataFrame:
    known = orders.filter(pl.col("ordered_on") <= on)
    customers = _silences(known, on)
    arguments = _known(customers)
    return _with_silence(customers, orders, on, window).select(
        "customer_id",
        "is_silent",
        regular=pl.Series(_fit(known, customers, True).p_silent(*arguments, window)),
        chance=pl.Series(_fit(known, customers, False).p_silent(*arguments, window)),
        naive=_naive(known, customers, on, window),
    )


def _fit(orders: pl.DataFrame, customers: pl.DataFrame, is_regular: bool) -> Rhythm:
    """Fit to every k-th customer where there are very many."""
    sample = customers.gather_every(max(1, len(customers) // FITTED_CUSTOMERS))
    alike = ["n_repeat", "recency_days", "since_days"]
    rows = sample.group_by(alike).len().sort(alike)
    n, total, since, weight = (_floats(rows[name]) for name in [*alike, "len"])
    own = orders.join(sample, on="customer_id", how="semi")
    return rhythm.fit(n, total, since, weight, rhythm.sum_log_gaps(own) if is_regular else None)


def _naive(orders: pl.DataFrame, customers: pl.DataFrame, on: date, window: int) -> pl.Series:
    """Share that stayed away in the window before `on`, by recency at its beginning."""
    before = on - timedelta(days=window)
    seen = _with_silence(_silences(orders, before), orders, before, window)
    step = (pl.col("since_days") // STEP_DAYS).clip(0, 12).alias("step")
    shares = seen.group_by(step).agg(pl.col("is_silent").mean().alias("share"))
    found = customers.select(step).join(shares, on="step", how="left", maintain_order="left")
    return found["share"].fill_null(float(_floats(seen["is_silent"]).mean()) if len(seen) else 0.5)


def _with_silence(
    customers: pl.DataFrame, orders: pl.DataFrame, on: date, window: int
) -> pl.DataFrame:
    came = orders.filter(
        pl.col("ordered_on").is_between(on, on + timedelta(days=window), closed="right")
    )["customer_id"]
    return customers.with_columns(is_silent=~pl.col("customer_id").is_in(came.unique().implode()))


def _silences(orders: pl.DataFrame, as_of: date) -> pl.DataFrame:
    since = pl.col("age_days") - pl.col("recency_days")
    return rfm.summarise(orders, as_of).with_columns(since_days=since)


def _known(customers: pl.DataFrame) -> tuple[Floats, Floats, Floats]:
    n, total = _floats(customers["n_repeat"]), _floats(customers["recency_days"])
    return n, total, _floats(customers["since_days"])


def _brier(foreseen: pl.DataFrame, by: str) -> float:
    return backtest.brier(foreseen["is_silent"], foreseen[by])


def _window(orders: pl.DataFrame, as_of: date) -> int:
    first_on = orders["ordered_on"].min()
    days = (as_of - first_on).days if isinstance(first_on, date) else 0
    return min(LONGEST_WINDOW_DAYS, days // 4)


def _floats(values: pl.Series) -> Floats:
    return values.to_numpy().astype(np.float64)


def _no_scores() -> pl.DataFrame:
    return pl.DataFrame(
        schema={
            "customer_id": pl.String,
            "recency_days": pl.Int64,
            "expected_repurchase_days": pl.Float64,
            "churn_risk": pl.Float64,
            "churn_method": pl.String,
        }
    )
