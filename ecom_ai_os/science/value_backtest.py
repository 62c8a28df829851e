"""Would the value model have been right about this shop? Hide the recent past and foresee it."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from ecom_ai_os.science import backtest, customer_value, naive_value, rfm

LONGEST_WINDOW_DAYS = 365
SHORTEST_HISTORY_DAYS = 182  # a quarter to learn from and a quarter to be tested on
FEWEST_REPEAT_CUSTOMERS = 30
INTERVAL = 0.8
BASELINE = "past repeat spend per day goes on"
MEASURES = {
    "measure": pl.String,
    "value": pl.Float64,
    "baseline": pl.String,
    "baseline_value": pl.Float64,
    "n": pl.Int64,
    "is_better": pl.Boolean,
    "detail": pl.String,
}


def too_short(orders: pl.DataFrame, as_of: date) -> str:
    """Why the history up to `as_of` can neither carry nor test a model; empty when it can."""
    days = _history_days(orders, as_of)
    if days < SHORTEST_HISTORY_DAYS:
        return f"history too short for a model ({days} of {SHORTEST_HISTORY_DAYS} days)"
    known = rfm.summarise(orders, as_of - timedelta(days=_window(days)))
    n_repeat = known.filter(pl.col("n_repeat") > 0, pl.col("mean_value") > 0).height
    if n_repeat < FEWEST_REPEAT_CUSTOMERS:
        return f"too few repeat customers for a model ({n_repeat} of {FEWEST_REPEAT_CUSTOMERS})"
    return ""


def run(orders: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Foresee the last half of the history (a year at most) from the rest of it.

    Args:
        orders: customer_id, ordered_on, net_revenue; nothing after `as_of` is looked at.

    Returns:
        The columns of MEASURES (those of `quality.backtests`), one row a measure; no rows when the
        history is too short. `total_bias` and `mae` are about money in the window, per customer.
    """
    if too_short(orders, as_of):
        return pl.DataFrame(schema=MEASURES)
    window = _window(_history_days(orders, as_of))
    foreseen = foresee(orders, as_of - timedelta(days=window), window)
    detail = f"foreseen on {as_of - timedelta(days=window)} for {window} days"
    return compare(foreseen).with_columns(
        n=pl.lit(foreseen.height, pl.Int64), detail=pl.lit(detail)
    ).select(list(MEASURES))  # fmt: skip


def foresee(orders: pl.DataFrame, on: date, window_days: int) -> pl.DataFrame:
    """What the model and the rule of thumb said on a day, beside what came.

    Returns:
        customer_id, came, predicted, naive, interval_low, interval_high: money in the window.
    """
    customers = rfm.summarise(orders, on)
    model = customer_value.fit(orders, on, window_days).predict(customers, window_days, INTERVAL)
    came = rfm.spend_between(orders, on, on + timedelta(days=window_days))
    return (
        model.with_columns(naive=naive_value.carry_on(customers, window_days)["predicted"])
        .join(came.select("customer_id", came="spend"), on="customer_id", how="left")
        .with_columns(pl.col("came").fill_null(0))
        .select("customer_id", "came", "predicted", "naive", "interval_low", "interval_high")
        .sort("customer_id")
    )


def compare(foreseen: pl.DataFrame) -> pl.DataFrame:
    """Measures of `foresee`'s frame: measure, value, baseline, baseline_value, is_better."""
    came, model, naive = foreseen["came"], foreseen["predicted"], foreseen["naive"]
    errors = {"mae": backtest.mae, "wape": backtest.wape, "rmse": backtest.rmse}
    gains = {
        "gini": backtest.gini,
        "spearman": backtest.spearman,
        "top_decile_share": backtest.top_decile_share,
    }
    held = backtest.coverage(came, foreseen["interval_low"], foreseen["interval_high"])
    bias, naive_bias = backtest.bias(came, model), backtest.bias(came, naive)
    rows = [
        ("total_bias", bias, naive_bias, abs(bias) < abs(naive_bias)),
        *(
            (name, (v := f(came, model)), (w := f(came, naive)), v < w)
            for name, f in errors.items()
        ),
        *((name, (v := f(came, model)), (w := f(came, naive)), v > w) for name, f in gains.items()),
        ("interval_coverage", held, None, abs(held - INTERVAL) <= 0.1),
    ]
    names = ["measure", "value", "baseline_value", "is_better"]
    schema = {name: MEASURES[name] for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        baseline=pl.when(pl.col("baseline_value").is_not_null()).then(pl.lit(BASELINE))
    )


def is_model_better(measures: pl.DataFrame) -> bool:
    """Whether the model's absolute error was the smaller one; False when it was not tested."""
    return bool(measures.filter(pl.col("measure") == "mae")["is_better"].any())


def _history_days(orders: pl.DataFrame, as_of: date) -> int:
    first_on = orders["ordered_on"].min()
    return (as_of - first_on).days if isinstance(first_on, date) else 0


def _window(history_days: int) -> int:
    return min(LONGEST_WINDOW_DAYS, history_days // 2)
