"""Who bought what on which day, as sparse matrices: what every recommendation starts from.

All orders of one customer on one day are one occasion. Memory grows with the lines, not with
customers × SKUs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Sparse = Any  # scipy.sparse.csr_array, whose module is imported where it is used

EPOCH = date(1970, 1, 1)
DAYS = 1 << 20  # days that keys of different customers lie apart, more than any history


@dataclass(frozen=True)
class Baskets:
    """Occasions sorted by customer and day, and the lines on them.

    customers: names by number, sorted. skus: names by number, sorted.
    customer, day: of each occasion (day since 1970-01-01).
    occasion, sku: of each line; a SKU stands once per occasion.
    """

    customers: pl.Series
    skus: pl.Series
    customer: Ints
    day: Ints
    occasion: Ints
    sku: Ints

    @cached_property
    def by_occasion(self) -> Sparse:
        """Occasions × SKUs: 1 where bought."""
        return _matrix(self.occasion, self.sku, (len(self.day), len(self.skus)))

    @cached_property
    def by_customer(self) -> Sparse:
        """Customers × SKUs: occasions on which bought."""
        shape = (len(self.customers), len(self.skus))
        return _matrix(self.customer[self.occasion], self.sku, shape)

    def just_before(self, days: int) -> Sparse:
        """Occasions × SKUs: 1 where the customer bought it that day or in the `days` before."""
        from scipy.sparse import csr_array

        key = self.customer * DAYS + self.day
        start = np.searchsorted(key, key - days)
        lengths = np.arange(len(key)) - start + 1
        ends = np.cumsum(lengths)
        reach = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - lengths - start, lengths)
        shape = (len(key), len(key))
        links = csr_array((np.ones(len(reach), np.float32), reach, np.r_[0, ends]), shape=shape)
        seen = (links @ self.by_occasion).tocsr()
        seen.data[:] = 1
        return seen


def fill(purchases: pl.DataFrame, as_of: date) -> Baskets:
    """Put the purchases up to `as_of` into baskets.

    `purchases`: customer_id (a guest's order stands for itself), sku, bought_on. Order and repeats
    of rows do not matter.
    """
    known = purchases.filter(pl.col("bought_on") <= as_of)
    rows = known.select("customer_id", "bought_on", "sku").sort(pl.all())
    is_other = {name: pl.col(name).ne_missing(pl.col(name).shift()) for name in rows.columns}
    rows = rows.filter(pl.any_horizontal(is_other.values()))
    skus = rows["sku"].unique().sort()
    is_first = rows.select(
        of_customer=is_other["customer_id"],
        of_occasion=is_other["customer_id"] | is_other["bought_on"],
    )
    occasions = rows.filter(is_first["of_occasion"])
    return Baskets(
        customers=rows["customer_id"].filter(is_first["of_customer"]),
        skus=skus,
        customer=_numbers(is_first["of_customer"])[is_first["of_occasion"].to_numpy()],
        day=(occasions["bought_on"] - EPOCH).dt.total_days().to_numpy().astype(np.int64),
        occasion=_numbers(is_first["of_occasion"]),
        sku=places(rows["sku"], skus),
    )


def _numbers(is_first: pl.Series) -> Ints:
    """Number runs from 0 by where each begins."""
    return is_first.to_numpy().cumsum(dtype=np.int64) - 1


def places(values: pl.Series, among: pl.Series) -> Ints:
    """Where each value stands in the sorted series; −1 where it does not."""
    if among.is_empty():
        return np.full(len(values), -1, dtype=np.int64)
    place = among.search_sorted(values).to_numpy().astype(np.int64)
    is_there = (among.gather(np.minimum(place, len(among) - 1)) == values).to_numpy()
    return np.where(is_there, place, -1)


def _matrix(rows: Ints, columns: Ints, shape: tuple[int, int]) -> Sparse:
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
