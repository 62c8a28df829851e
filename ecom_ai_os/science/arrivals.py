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

    `rows`: sku, share, incoming, incoming_since (date, null: unknown), lead_time_days, one row by
    SKU × location. `purchases`: sku, expected_on (null allowed), quantity still open. An order
    without a date comes after the lead time; incoming stock beyond the orders a lead time after it
    was first seen, or from today. What is overdue is taken to come in `overdue_days`. Goods later
    than `days` count in `total` only.
    """
    ordered = _ordered(rows, purchases, as_of, overdue_days)
    by_order = ordered.group_by("row").agg(pl.col("units").sum())
    waited = (pl.lit(as_of) - pl.col("incoming_since")).dt.total_days().fill_null(0)
    beyond = (
        rows.with_row_index("row")
        .join(by_order, on="row", how="left")
        .with_columns(units=(pl.col("incoming") - pl.col("units").fill_null(0)).clip(lower_bound=0))
        .with_columns(due=pl.col("lead_time_days") - waited)
        .select("row", "units", day=_day(pl.col("due"), overdue_days), is_assumed=True)
    )
    every = pl.concat([ordered, beyond], how="vertical_relaxed").filter(pl.col("units") > 0)
    return _gathered(every, rows.height, days)


def _ordered(
    rows: pl.DataFrame, purchases: pl.DataFrame, as_of: date, overdue_days: int
) -> pl.DataFrame:
    due = (pl.col("expected_on") - pl.lit(as_of)).dt.total_days()
    return (
        rows.with_row_index("row")
        .join(purchases, on="sku")
        .select(
            "row",
            units=pl.col("quantity").cast(pl.Float64) * pl.col("share"),
            day=_day(due.fill_null(pl.col("lead_time_days")), overdue_days),
            is_assumed=pl.col("expected_on").is_null(),
        )
    )


def _day(due: pl.Expr, overdue_days: int) -> pl.Expr:
    return pl.when(due > 0).then(due).otherwise(max(overdue_days, 1))


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
