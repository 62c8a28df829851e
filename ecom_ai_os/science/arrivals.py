"""When goods on order arrive: purchase orders by their dates, the rest after the lead time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecom_ai_os.science.panels import Floats, Ints


@dataclass(frozen=True)
class Arrivals:
    """Units arriving by row and day ahead, their total, and the first day (-1: none).

    `is_assumed` marks rows with incoming goods whose date nobody gave.
    """

    by_day: Floats
    total: Floats
    first_day: Ints
    is_assumed: NDArray[np.bool_]


def arrivals(
    rows: pl.DataFrame, purchases: pl.DataFrame, as_of: date, overdue_days: int, days: int
) -> Arrivals:
    """Spread open purchase orders over a SKU's locations and date what stock levels call incoming.

    `rows`: sku, share, incoming, lead_time_days, one row by SKU × location. `purchases`: sku,
    expected_on (null allowed), quantity still open. An overdue order is taken to come in
    `overdue_days`; an order without a date, and incoming stock beyond the orders, after the lead
    time. Goods later than `days` count in `total` only.
    """
    ordered = _ordered(rows, purchases, as_of, overdue_days)
    by_order = ordered.group_by("row").agg(pl.col("units").sum())
    beyond = (
        rows.with_row_index("row")
        .join(by_order, on="row", how="left")
        .with_columns(units=(pl.col("incoming") - pl.col("units").fill_null(0)).clip(lower_bound=0))
        .select("row", "units", day=pl.col("lead_time_days").clip(lower_bound=1), is_assumed=True)
    )
    every = pl.concat([ordered, beyond], how="vertical_relaxed").filter(pl.col("units") > 0)
    return _gathered(every, rows.height, days)


def _ordered(
    rows: pl.DataFrame, purchases: pl.DataFrame, as_of: date, overdue_days: int
) -> pl.DataFrame:
    due = (pl.col("expected_on") - pl.lit(as_of)).dt.total_days()
    day = pl.when(due > 0).then(due).when(due <= 0).then(max(overdue_days, 1))
    return (
        rows.with_row_index("row")
        .join(purchases, on="sku")
        .select(
            "row",
            units=pl.col("quantity").cast(pl.Float64) * pl.col("share"),
            day=day.otherwise(pl.col("lead_time_days").clip(lower_bound=1)),
            is_assumed=pl.col("expected_on").is_null(),
        )
    )


def _gathered(every: pl.DataFrame, n_rows: int, days: int) -> Arrivals:
    by_day, total = np.zeros((n_rows, days)), np.zeros(n_rows)
    first, is_assumed = np.full(n_rows, np.iinfo(np.int64).max), np.zeros(n_rows, dtype=bool)
    row, day, units = (every[c].to_numpy() for c in ("row", "day", "units"))
    np.add.at(total, row, units)
    np.minimum.at(first, row, day)
    is_assumed[row[every["is_assumed"].to_numpy()]] = True
    inside = day <= days
    np.add.at(by_day, (row[inside], day[inside] - 1), units[inside])
    return Arrivals(by_day, total, np.where(total > 0, first, -1), is_assumed)
