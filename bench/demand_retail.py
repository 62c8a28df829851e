"""Demand on three real shops, beside the rules a careful merchant uses, and the time it takes.

Rolling origins every second week of the last year (all there are on a shorter set). WAPE of single
weeks 1–4 ahead and of their sum, by SKU, and share of sums inside p10–p90 (0.8 is aimed at). The
data sets stand beside the project in ../shared/data; those that are missing are left out. With
statsforecast installed its AutoETS is measured on the two small sets at every fourth origin.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from ecom_ai_os.science import candidates, counts, demand, rolling, seasonality
from ecom_ai_os.science.backtest import coverage, wape
from ecom_ai_os.science.panels import Floats, Ints, Panel

DATA = Path(__file__).parents[2] / "shared" / "data"
AHEAD = rolling.HORIZON_WEEKS
N_SKUS, N_DAYS = 5_000, 728


def walmart7() -> tuple[Floats, Ints]:
    """Weekly sales of seven departments, each week spread evenly over its days."""
    frame = pl.read_csv(DATA / "walmart7" / "walmart_sales_weekly.csv")
    weekly = frame.pivot("Date", index="Dept", values="Weekly_Sales").drop("Dept").to_numpy()
    return np.repeat(np.maximum(weekly, 0) / 7, 7, axis=1), np.zeros(len(weekly), dtype=np.int64)


def m5_8() -> tuple[Floats, Ints]:
    """Daily units of eight slow food items."""
    frame = pl.read_csv(DATA / "m5_8" / "m5_sales_exog_small.csv")
    wide = frame.pivot("ds", index="unique_id", values="y", sort_columns=True).drop("unique_id")
    units = wide.select(sorted(wide.columns)).fill_null(0).to_numpy().astype(float)
    return units, np.zeros(len(units), dtype=np.int64)


def completejourney() -> tuple[Floats, Ints]:
    """Daily units of the 5,000 products that sell most; petrol is not counted in units."""
    folder = DATA / "completejourney"
    sold = pl.read_parquet(folder / "transactions.parquet").filter(
        pl.col("quantity").is_between(1, 99)
    )
    best = sold.group_by("product_id").agg(pl.col("quantity").sum()).top_k(N_SKUS, by="quantity")
    departments = pl.read_parquet(folder / "products.parquet").select("product_id", "department")
    rows = best.sort("product_id").select("product_id").with_row_index("row")
    day = pl.col("transaction_timestamp").dt.date()
    cells = (
        sold.join(rows, on="product_id")
        .with_columns(day=(day - day.min()).dt.total_days())
        .group_by("row", "day")
        .agg(pl.col("quantity").sum())
    )
    units = np.zeros((rows.height, int(cells["day"].to_numpy().max()) + 1))
    units[cells["row"].to_numpy(), cells["day"].to_numpy()] = cells["quantity"].to_numpy()
    groups = rows.join(departments, on="product_id", how="left", maintain_order="left")
    return units, groups["department"].fill_null("").rank("dense").to_numpy().astype(np.int64) - 1


def panel_of(units: Floats, groups: Ints) -> Panel:
    whole = units[:, -(units.shape[1] // 7 * 7) :]
    on_sale = (np.cumsum(whole, axis=1) > 0).astype(float)
    return Panel([str(i) for i in range(len(whole))], date(2026, 1, 1), groups, whole, on_sale)


def measure(panel: Panel, name: str) -> None:
    """Print the errors of the forecast and of both rules on the last year's origins."""
    trial = rolling.rehearse(panel)
    weeks = seasonality.to_weeks(panel)
    last = panel.n_weeks - AHEAD
    origins = [o for o in range(last, last - 52, -2) if o >= 16]
    said: dict[str, list[Floats]] = {}
    actual, inside = [], []
    for origin in origins:
        forecast = demand.forecast(panel, 7 * AHEAD, trial, panel.n_weeks - origin)
        sold = weeks.units[:, origin : origin + AHEAD]
        low, high = (forecast.quantile(level, 7 * AHEAD) for level in (0.1, 0.9))
        inside.append(coverage(sold.sum(axis=1), low, high))
        actual.append(sold)
        ours = forecast.mean.reshape(len(sold), AHEAD, 7).sum(axis=2)
        for method, rows in {"ours": ours, **rules(weeks, origin)}.items():
            said.setdefault(method, []).append(rows)
    print(f"{name}: {len(panel.skus)} series, {panel.n_weeks} weeks, {len(origins)} origins")
    for method, rows in said.items():
        if len(rows) == len(origins):
            print(f"  {method:24} {errors(actual, rows)}")
    print(f"  p10–p90 held {np.mean(inside):.2f} of the four-week sums")


def rules(weeks: seasonality.Weeks, origin: int) -> dict[str, Floats]:
    options = candidates.candidates(weeks, candidates.levels(weeks), origin, AHEAD)
    names = candidates.names(candidates.has_season(origin))
    return {
        rule: options[names.index(rule)]
        for rule in (candidates.RULE, candidates.FLAT)
        if rule in names
    }


def errors(actual: list[Floats], said: list[Floats]) -> str:
    a, s = np.array(actual), np.array(said)
    of_sums = wape(a.sum(axis=2).ravel(), s.sum(axis=2).ravel())
    of_shop = wape(a.sum(axis=(1, 2)), s.sum(axis=(1, 2)))
    return f"week {wape(a.ravel(), s.ravel()):.3f}  28 days {of_sums:.3f}  whole shop {of_shop:.3f}"


def measure_peer(panel: Panel, name: str) -> None:
    try:
        from statsforecast import StatsForecast
        from statsforecast.models import AutoETS
    except ImportError:
        return
    weekly = seasonality.to_weeks(panel).units
    actual, said = [], []
    for origin in range(panel.n_weeks - AHEAD, panel.n_weeks - AHEAD - 52, -8):
        history = pl.DataFrame(
            {
                "unique_id": np.repeat(panel.skus, origin),
                "ds": np.tile(np.arange(origin), len(panel.skus)),
                "y": weekly[:, :origin].ravel(),
            }
        )
        model = StatsForecast(models=[AutoETS(season_length=52 if origin > 104 else 1)], freq=1)
        ahead = model.forecast(df=history, h=AHEAD).sort("unique_id", "ds")
        order = np.argsort(np.argsort(panel.skus))
        said.append(ahead["AutoETS"].to_numpy().reshape(-1, AHEAD)[order])
        actual.append(weekly[:, origin : origin + AHEAD])
    print(f"  {'AutoETS, 7 origins':24} {errors(actual, said)}")


def speed() -> None:
    """Print the seconds of one forecast of 5,000 SKUs from two years of days."""
    rng = np.random.default_rng(0)
    units = rng.poisson(rng.gamma(0.5, 1, (N_SKUS, 1)) * np.ones((1, N_DAYS))).astype(float)
    panel = panel_of(units, np.arange(N_SKUS) % 40)
    started = time.perf_counter()
    trial = rolling.rehearse(panel)
    rehearsed = time.perf_counter()
    forecast = demand.forecast(panel, 56, trial)
    made = time.perf_counter()
    for level in (0.1, 0.5, 0.9):
        spread = forecast.spread.dispersion(1)[:, None]
        counts.quantile(forecast.spread.nominal(level), forecast.mean, spread)
    done = time.perf_counter()
    print(
        f"{N_SKUS} SKUs × {N_DAYS} days: rehearsal {rehearsed - started:.2f} s, "
        f"forecast {made - rehearsed:.2f} s, daily quantiles of 56 days {done - made:.2f} s"
    )


if __name__ == "__main__":
    sets: tuple[Callable[[], tuple[Floats, Ints]], ...] = (walmart7, m5_8, completejourney)
    for load in sets:
        if not (DATA / load.__name__).exists():
            print(f"{load.__name__}: not there, left out")
            continue
        shop = panel_of(*load())
        measure(shop, load.__name__)
        if len(shop.skus) < 10:
            measure_peer(shop, load.__name__)
    speed()
