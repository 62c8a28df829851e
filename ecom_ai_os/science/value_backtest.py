"""Would the value model have been right about this shop? Hide the recent past and foresee it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import polars as pl

from ecom_ai_os.science import backtest, customer_value, naive_value, rfm

LONGEST_WINDOW_DAYS = 365
SHORTEST_HISTORY_DAYS = 182  # a quarter to learn from and a quarter to be tested on
FEWEST_REPEAT_CUSTOMERS = 30
INTERVAL = 0.8
COVERAGE_SLACK = 0.1  # an 80 % interval that held 70 to 90 % of customers did its work
BASELINE = "past repeat spend per day goes on"
FORESEEN = {
    "customer_id": pl.String,
    "came": pl.Float64,
    "predicted": pl.Float64,
    "naive": pl.Float64,
    "interval_low": pl.Float64,
    "interval_high": pl.Float64,
    "foreseen_on": pl.Date,
    "window_days": pl.Int64,
}
JUDGED = {
    name: backtest.MEASURES[name] for name in ("measure", "value", "baseline_value", "is_better")
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


def replay(orders: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Foresee the last half of the history (a year at most) from the rest of it; see `foresee`.

    `orders` has customer_id, ordered_on, net_revenue; nothing after `as_of` is looked at. No rows
    when the history is too short.
    """
    if too_short(orders, as_of):
        return pl.DataFrame(schema=FORESEEN)
    window = _window(_history_days(orders, as_of))
    return foresee(orders, as_of - timedelta(days=window), window)


def foresee(orders: pl.DataFrame, on: date, window_days: int) -> pl.DataFrame:
    """What the model and the rule of thumb said on a day, beside what came in the window.

    Returns:
        The columns of FORESEEN, one row a customer known on the day: the money that came, that the
        model and the rule (naive) said, and the model's interval.
    """
    customers = rfm.summarise(orders, on)
    model = customer_value.fit(orders, on, window_days).predict(customers, window_days, INTERVAL)
    came = rfm.spend_between(orders, on, on + timedelta(days=window_days))
    return (
        model.with_columns(
            naive=naive_value.carry_on(customers, window_days)["predicted"],
            foreseen_on=pl.lit(on),
            window_days=pl.lit(window_days, pl.Int64),
        )
        .join(came.select("customer_id", came="spend"), on="customer_id", how="left")
        .with_columns(pl.col("came").fill_null(0))
        .select(list(FORESEEN))
        .sort("customer_id")
    )


def measure(foreseen: pl.DataFrame) -> pl.DataFrame:
    """Judge `foresee`'s frame.

    Returns:
        The columns of `backtest.MEASURES`, one row a measure; none for an empty
        frame. Money errors (mae, rmse) are per customer and window.
    """
    if foreseen.is_empty():
        return pl.DataFrame(schema=backtest.MEASURES)
    on, window = foreseen.select("foreseen_on", "window_days").row(0)
    rows = pl.DataFrame(_judge(foreseen), schema=JUDGED, orient="row").fill_nan(None)
    return rows.with_columns(
        baseline=pl.when(pl.col("baseline_value").is_not_null()).then(pl.lit(BASELINE)),
        n=pl.lit(foreseen.height, pl.Int64),
        detail=pl.lit(f"foreseen on {on} for {window} days"),
    ).select(list(backtest.MEASURES))


def by_decile(foreseen: pl.DataFrame) -> pl.DataFrame:
    """Mean money promised and come by tenth of the promise: decile (1 best), predicted, came."""
    best_first = foreseen.sort("predicted", "customer_id", descending=[True, False])
    decile = (pl.int_range(pl.len()) * 10 // pl.len() + 1).alias("decile")
    means = best_first.group_by(decile).agg(pl.col("predicted", "came").mean())
    return means.sort("decile")


def is_model_better(measures: pl.DataFrame) -> bool:
    """Whether the model's absolute error was the smaller one; False when it was not tested."""
    return bool(measures.filter(pl.col("measure") == "mae")["is_better"].any())


def _judge(foreseen: pl.DataFrame) -> list[tuple[str, float, float | None, bool]]:
    came, model, naive = foreseen["came"], foreseen["predicted"], foreseen["naive"]

    def both(measure: Callable[..., float]) -> tuple[float, float]:
        return measure(came, model), measure(came, naive)

    errors = {"mae": backtest.mae, "wape": backtest.wape, "rmse": backtest.rmse}
    ranks = {
        "gini": backtest.gini,
        "spearman": backtest.spearman,
        "top_decile_share": backtest.top_decile_share,
    }
    bias, naive_bias = both(backtest.bias)
    held = backtest.coverage(came, foreseen["interval_low"], foreseen["interval_high"])
    return [
        ("total_bias", bias, naive_bias, abs(bias) < abs(naive_bias)),
        *((name, *(pair := both(by)), pair[0] < pair[1]) for name, by in errors.items()),
        *((name, *(pair := both(by)), pair[0] > pair[1]) for name, by in ranks.items()),
        ("interval_coverage", held, None, abs(held - INTERVAL) <= COVERAGE_SLACK),
    ]


def _history_days(orders: pl.DataFrame, as_of: date) -> int:
    first_on = orders["ordered_on"].min()
    return (as_of - first_on).days if isinstance(first_on, date) else 0


def _window(history_days: int) -> int:
    return min(LONGEST_WINDOW_DAYS, history_days // 2)
