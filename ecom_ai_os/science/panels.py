"""Sales as a matrix of SKU × day, with the days on which nothing could be sold marked unseen.

Days are calendar days in the shop's timezone. A day without stock says nothing about demand, so it
is unseen rather than zero. Not here: forecasting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: expected units missed before a gap without stock records is taken for a stockout: at Poisson
#: demand so long a gap has a chance of e⁻¹² (6 in a million)
GAP_UNITS = 12.0
#: share of stockless days with sales from which a SKU is taken to sell on back order
BACKORDER_SHARE = 0.1


@dataclass(frozen=True)
class Panel:
    """Daily units by SKU, ending with `as_of`; whole weeks only.

    `units` and `seen` are [SKU × day]; `seen` is 1 where demand could show and 0 where not.
    `groups` numbers each SKU's category.
    """

    skus: list[str]
    as_of: date
    groups: Ints
    units: Floats
    seen: Floats

    @property
    def n_weeks(self) -> int:
        return int(self.units.shape[1]) // 7


def divide(part: Floats, whole: Floats, otherwise: float = 0.0) -> Floats:
    """Return part / whole, and `otherwise` where the whole is zero."""
    shape = np.broadcast_shapes(part.shape, whole.shape)
    out: Floats = np.full(shape, float(otherwise))
    np.divide(part, whole, out=out, where=whole > 1e-12)
    return out


def build(
    sales: pl.DataFrame,
    products: pl.DataFrame,
    as_of: date,
    stock: pl.DataFrame | None = None,
    max_weeks: int = 209,
) -> Panel:
    """Return the panel of the products' sales up to and including `as_of`.

    `sales`: sku, sold_on, units (several rows a day are summed, a day's net below zero counts as
    zero). `products`: sku, category (null allowed). `stock`: sku, observed_on, available, one row
    a SKU and day over all locations; days it does not cover are judged by their gaps alone.
    """
    skus = products["sku"].unique().sort()
    known = sales.filter(pl.col("sold_on") <= as_of).join(products, on="sku", how="semi")
    n_days = _n_days(known, as_of, max_weeks)
    days = [as_of - timedelta(days=d) for d in range(n_days - 1, -1, -1)]
    units = np.maximum(_matrix(known, skus, days, "sold_on", "units", 0.0), 0.0)
    seen = _launched(units)
    seen *= 1 - _long_gaps(units, seen)
    if stock is not None:
        available = _matrix(stock, skus, days, "observed_on", "available", np.nan)
        seen = _without_stockouts(units, seen, available)
    return Panel(skus.to_list(), as_of, _groups(skus, products), units, seen)


def _n_days(sales: pl.DataFrame, as_of: date, max_weeks: int) -> int:
    first = sales["sold_on"].min()
    n_weeks = ((as_of - first).days + 1) // 7 if isinstance(first, date) else 0
    return 7 * int(np.clip(n_weeks, 1, max_weeks))


def _matrix(
    frame: pl.DataFrame, skus: pl.Series, days: list[date], day: str, value: str, empty: float
) -> Floats:
    cells = (
        frame.filter(pl.col(day).is_between(days[0], days[-1]), pl.col(value).is_not_null())
        .group_by("sku", day)
        .agg(pl.col(value).sum().cast(pl.Float64))
        .join(skus.to_frame("sku").with_row_index("row"), on="sku")
    )
    matrix = np.full((skus.len(), len(days)), empty)
    column = (cells[day] - days[0]).dt.total_days().to_numpy()
    matrix[cells["row"].to_numpy(), column] = cells[value].to_numpy()
    return matrix


def _groups(skus: pl.Series, products: pl.DataFrame) -> Ints:
    category = skus.to_frame("sku").join(
        products.unique("sku", keep="first"), on="sku", how="left", maintain_order="left"
    )["category"]
    numbers = category.fill_null("").rank("dense").to_numpy().astype(np.int64)
    return numbers - 1


def _launched(units: Floats) -> Floats:
    """A SKU is on sale from its first sale in the panel on; never when it has none."""
    return (np.cumsum(units, axis=1) > 0).astype(np.float64)


def _long_gaps(units: Floats, seen: Floats) -> Floats:
    """Mark gaps between sales that are far too long for the SKU's pace on both sides of them.

    A gap still open at the end is never marked: it may be a collapse of demand.
    """
    n_days = units.shape[1]
    day = np.arange(n_days)
    last = np.maximum.accumulate(np.where(units > 0, day, -1), axis=1)
    following = np.minimum.accumulate(np.where(units > 0, day, n_days)[:, ::-1], axis=1)[:, ::-1]
    total = np.pad(np.cumsum(units, axis=1), ((0, 0), (1, 0)))
    before = _sum_between(total, last + 1 - 28, last + 1)
    after = _sum_between(total, following, following + 28)
    pace = np.minimum(before, after) / 28
    missed = pace * (following - last - 1)
    closed = (units == 0) & (last >= 0) & (following < n_days)
    is_gap = closed & (missed > GAP_UNITS) & (seen > 0)
    return np.asarray(is_gap, dtype=np.float64)


def _sum_between(total: Floats, start: Ints, end: Ints) -> Floats:
    limit = total.shape[1] - 1
    upper = np.take_along_axis(total, np.clip(end, 0, limit), axis=1)
    return np.asarray(upper - np.take_along_axis(total, np.clip(start, 0, limit), axis=1))


def _without_stockouts(units: Floats, seen: Floats, available: Floats) -> Floats:
    """A day that began and ended without stock and sold nothing is unseen, back orders aside.

    A recorded day with stock is seen, whatever its gap suggested.
    """
    recorded = ~np.isnan(available)
    began_empty = np.pad(available <= 0, ((0, 0), (1, 0)), constant_values=True)[:, :-1]
    empty = recorded & (available <= 0) & began_empty
    sold = (empty & (units > 0)).sum(axis=1)
    sells_on_back_order = sold > BACKORDER_SHARE * np.maximum(empty.sum(axis=1), 1)
    censored = empty & (units == 0) & ~sells_on_back_order[:, None]
    stocked = recorded & (available > 0)
    return np.where(stocked & _launched(units).astype(bool), 1.0, np.where(censored, 0.0, seen))
