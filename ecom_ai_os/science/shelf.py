"""What is known of every SKU on the day it may be recommended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecom_ai_os.science import similar_customers
from ecom_ai_os.science.baskets import EPOCH, Baskets, Ints, Sparse, places

Bools = NDArray[np.bool_]
Floats = NDArray[np.float32]

POPULAR_DAYS = 90


@dataclass(frozen=True)
class Shelf:
    """Arrays by the numbers of `baskets.skus`.

    is_offered: may be recommended. category: −1 for none. product: number of the product it is a
    variant of. siblings: SKUs × SKUs (sparse), 1 for
    variants of one durable, itself included. brings: SKUs × SKUs (sparse), extra_rate of
    complements. weights: SKUs × SKUs of `similar_customers`; None where popularity did better.
    n_recent: customers who bought it in the last 90 days.
    """

    baskets: Baskets
    as_of: date
    is_offered: Bools
    category: Ints
    product: Ints
    siblings: Sparse
    brings: Sparse
    weights: Floats | None
    n_recent: Floats

    @cached_property
    def most_variants(self) -> int:
        """Variants of the product that has most."""
        return int(np.bincount(self.product).max(initial=1))


def stock_shelf(
    baskets: Baskets,
    goods: pl.DataFrame,
    related: pl.DataFrame,
    as_of: date,
    trust_similar: bool = True,
) -> Shelf:
    """Put together what is known of the SKUs that were ever bought.

    Args:
        goods: sku, product_id, category, is_consumable, is_offered; a SKU that is not among them
            is not offered.
        related: sku, related_sku, extra_rate (null: no complement) as from `relating.relate`.
        trust_similar: whether what similar customers buy did better than what is popular.
    """
    names = pl.DataFrame({"sku": baskets.skus})
    known = names.join(goods, on="sku", how="left", maintain_order="left")
    category = known["category"].rank("dense").cast(pl.Int64).fill_null(0).to_numpy() - 1
    return Shelf(
        baskets=baskets,
        as_of=as_of,
        is_offered=known["is_offered"].fill_null(False).to_numpy(),
        category=category,
        product=known.select(pl.coalesce("product_id", "sku").rank("dense")).to_series().to_numpy()
        - 1,
        siblings=_siblings(known),
        brings=_brings(baskets, related),
        weights=similar_customers.learn(baskets) if trust_similar else None,
        n_recent=bought_since(baskets, as_of, POPULAR_DAYS).sum(axis=0),
    )


def bought_since(baskets: Baskets, as_of: date, days: int) -> Sparse:
    """Customers × SKUs (sparse): 1 where bought in the `days` up to `as_of`."""
    is_recent = baskets.day[baskets.occasion] > (as_of - EPOCH).days - days
    customer, sku = baskets.customer[baskets.occasion[is_recent]], baskets.sku[is_recent]
    return ones(customer, sku, (len(baskets.customers), len(baskets.skus)))


def ones(rows: Ints, columns: Ints, shape: tuple[int, int]) -> Sparse:
    """Sparse matrix of 1 at the places given, however often."""
    from scipy.sparse import csr_array

    matrix = csr_array((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    matrix.data[:] = 1
    return matrix


def _siblings(known: pl.DataFrame) -> Sparse:
    product = pl.coalesce("product_id", "sku")
    durable = known.with_columns(product=product, number=pl.int_range(pl.len())).filter(
        ~pl.col("is_consumable").fill_null(False)
    )
    pairs = durable.select("product", "number").join(
        durable.select("product", other="number"), on="product"
    )
    first, second = (pairs[name].to_numpy() for name in ("number", "other"))
    return ones(first, second, (len(known), len(known)))


def _brings(baskets: Baskets, related: pl.DataFrame) -> Sparse:
    from scipy.sparse import csr_array

    related = related.filter(pl.col("extra_rate").is_not_null())
    a, b = (places(related[name], baskets.skus) for name in ("sku", "related_sku"))
    rate = related["extra_rate"].to_numpy().astype(np.float32)
    n = len(baskets.skus)
    return csr_array((rate, (a, b)), shape=(n, n))
