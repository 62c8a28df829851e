"""The related SKUs of every SKU: what belongs to it first, then what the same customers have."""

from __future__ import annotations

import polars as pl

from ecom_ai_os.science import copurchase, similar_customers
from ecom_ai_os.science.baskets import Baskets
from ecom_ai_os.science.copurchase import SCHEMA, Belonging

#: kinds in the order of their ranks
KINDS = ("complementary", "similar_customers")


def relate(baskets: Baskets, asked: Belonging, most: int) -> pl.DataFrame:
    """Up to `most` related SKUs of each SKU; the columns of `copurchase.SCHEMA`.

    Kind complementary is as in `copurchase`; similar_customers counts customers who ever bought
    both (n_together) against independence, and has neither extra_rate nor chance.
    """
    belonging = copurchase.related(baskets, asked, most)
    alike = similar_customers.alike(baskets, most, asked.min_together).with_columns(
        kind=pl.lit("similar_customers"),
        extra_rate=pl.lit(None, pl.Float64),
        chance=pl.lit(None, pl.Float64),
    )
    turn = pl.col("kind").replace_strict(dict(zip(KINDS, (0, 1), strict=True)))
    found = pl.concat(
        frame.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
        for frame in (belonging, alike)
    )
    return (
        found.sort("sku", turn, "rank")
        .unique(["sku", "related_sku"], keep="first", maintain_order=True)
        .with_columns(rank=pl.int_range(1, pl.len() + 1).over("sku"))
        .filter(pl.col("rank") <= most)
    )
