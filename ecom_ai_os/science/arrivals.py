"""When goods on order arrive: purchase orders by their dates, the rest after the lead time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecom_ai_os.science.panels import Floats, Ints

PLACE = ["sku", "location"]


@dataclass(frozen=True)
class Arrivals:
    """Units arriving by row and day ahead, their total, and the first day (-1: none).

    `is_assumed` marks rows with incoming goods whose date nobody gave.
    """

    by_day: Floats
    total: Floats
    first_day: Ints
    is_assumed: NDArray[np.bool_]


def lots(levels: pl.DataFrame) -> pl.DataFrame:
    """What stock levels call incoming now, by the day on which it was first seen.

    `levels`: sku, location, observed_on, incoming, a row a day. Goods are taken to come in the
    order in which they were announced. Returns sku, location, seen_on (null: always there), units.
    """
    units = pl.col("incoming").cast(pl.Float64).fill_null(0)
    known = levels.with_columns(units).sort("observed_on")
    rises = known.select(
        *PLACE, seen_on="observed_on", units=pl.col("incoming").diff().over(PLACE)
    ).filter(pl.col("units") > 0)
    now = known.filter(pl.col("observed_on") == pl.col("observed_on").max()).select(
        *PLACE, total="incoming"
    )
    seen = _newest(rises, now, PLACE)
    ever = (
        now.join(seen.group_by(PLACE).agg(pl.col("units").sum()), on=PLACE, how="left")
        .with_columns(units=pl.col("total") - pl.col("units").fill_null(0))
        .select(*PLACE, seen_on=pl.lit(None, pl.Date), units="units")
    )
    return pl.concat([seen, ever]).filter(pl.col("units") > 0)


def arrivals(
    rows: pl.DataFrame,
    incoming: pl.DataFrame,
    purchases: pl.DataFrame,
    as_of: date,
    overdue_days: int,
    days: int,
) -> Arrivals:
    """Date what is on order, by purchase orders and by what stock levels call incoming.

    `rows`: sku, location, share (of demand), lead_time_days, one row by SKU × location. `incoming`:
    see `lots`. `purchases`: sku, location (null, or none of the SKU's: not known), expected_on
    (null allowed), quantity still open.

    The two tell of the same goods. An order without a location is where more is incoming than its
    orders explain, and spread by demand beyond that. It comes after the lead time when it has no
    date; incoming goods beyond all orders a lead time after they were first seen, or from today.
    What is overdue is taken to come in `overdue_days`. Goods later than `days` count in `total`
    only.
    """
    places = rows.with_row_index("row")
    counted = incoming.join(places, on=PLACE).select("row", "seen_on", "units")
    ordered = _ordered(places, counted, purchases, as_of, overdue_days)
    totals = (
        _sums(counted, "counted")
        .join(_sums(ordered, "ordered"), on="row", how="left")
        .select("row", total=(pl.col("counted") - pl.col("ordered").fill_null(0)).clip(0))
    )
    waited = (pl.lit(as_of) - pl.col("seen_on")).dt.total_days().fill_null(0)
    beyond = (
        _newest(counted, totals, ["row"])
        .join(places, on="row")
        .select(
            "row",
            "units",
            day=_day(pl.col("lead_time_days") - waited, overdue_days),
            is_assumed=True,
        )
    )
    every = pl.concat([ordered, beyond], how="vertical_relaxed").filter(pl.col("units") > 0)
    return _gathered(every, rows.height, days)


def _newest(some: pl.DataFrame, totals: pl.DataFrame, of: list[str]) -> pl.DataFrame:
    """The newest lots (of, seen_on, units) that make up each `total`, the last of them in part."""
    newer = pl.col("units").cum_sum().over(of) - pl.col("units")
    return (
        some.sort("seen_on", descending=True, nulls_last=True)
        .join(totals, on=of, maintain_order="left")
        .with_columns(units=pl.min_horizontal("units", (pl.col("total") - newer).clip(0)))
        .select(*of, "seen_on", "units")
    )


def _sums(goods: pl.DataFrame, name: str) -> pl.DataFrame:
    return goods.group_by("row").agg(pl.col("units").sum().alias(name))


def _ordered(
    places: pl.DataFrame,
    counted: pl.DataFrame,
    purchases: pl.DataFrame,
    as_of: date,
    overdue_days: int,
) -> pl.DataFrame:
    """Row, units, day and is_assumed of the purchase orders."""
    units = pl.col("quantity").cast(pl.Float64)
    orders = purchases.with_columns(units=units).filter(pl.col("units") > 0)
    there = orders.join(places, on=PLACE)
    nowhere = orders.join(places, on=PLACE, how="anti").drop("location")
    spread = (
        nowhere.join(_weights(places, counted, there, nowhere), on="sku")
        .with_columns(units=pl.col("units") * pl.col("weight"))
        .join(places, on=["row", "sku"])
    )
    due = (pl.col("expected_on") - pl.lit(as_of)).dt.total_days()
    columns = ["row", "units", "expected_on", "lead_time_days"]
    return pl.concat([there.select(columns), spread.select(columns)]).select(
        "row",
        "units",
        day=_day(due.fill_null(pl.col("lead_time_days")), overdue_days),
        is_assumed=pl.col("expected_on").is_null(),
    )


def _weights(
    places: pl.DataFrame, counted: pl.DataFrame, there: pl.DataFrame, nowhere: pl.DataFrame
) -> pl.DataFrame:
    """Row, sku and weight: how much of an order without a location each place gets."""
    gap = (pl.col("counted").fill_null(0) - pl.col("ordered").fill_null(0)).clip(0)
    gaps, all_units = pl.col("gap").sum().over("sku"), pl.col("all_units")
    by_gap = pl.when(gaps > 0).then(pl.col("gap") / gaps).otherwise(0.0)
    explained = pl.min_horizontal(gaps, all_units)
    return (
        places.select("row", "sku", "share")
        .join(nowhere.group_by("sku").agg(all_units=pl.col("units").sum()), on="sku")
        .join(_sums(counted, "counted"), on="row", how="left")
        .join(_sums(there, "ordered"), on="row", how="left")
        .with_columns(gap=gap)
        .select(
            "row",
            "sku",
            weight=(explained * by_gap + (all_units - explained) * pl.col("share")) / all_units,
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
