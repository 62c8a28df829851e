"""Which share of a SKU's demand each location serves, from how its stock fell."""

from __future__ import annotations

import polars as pl

#: units worth of today's stock shares that the observed outflow is added to
PRIOR_UNITS = 10.0


def location_shares(levels: pl.DataFrame) -> pl.DataFrame:
    """Return sku, location, share (adding up to 1 by SKU).

    `levels`: sku, location, observed_on, on_hand, the recent days (28, say) with the newest last.
    Orders do not say where they are served from, but stock does: a location's share is its falls
    of stock plus ten units spread by the stock it holds. A SKU with no stock anywhere is
    shared evenly; moves between locations count as falls.
    """
    change = pl.col("on_hand").diff().over("sku", "location")
    by_location = (
        levels.sort("sku", "location", "observed_on")
        .with_columns(pl.col("on_hand").cast(pl.Float64).fill_null(0.0))
        .with_columns(outflow=(-change).clip(lower_bound=0).fill_null(0.0))
        .group_by("sku", "location", maintain_order=True)
        .agg(pl.col("outflow").sum(), held=pl.col("on_hand").last().clip(lower_bound=0))
    )
    even = 1 / pl.len().over("sku")
    held = pl.col("held") / pl.col("held").sum().over("sku")
    prior = pl.when(pl.col("held").sum().over("sku") > 0).then(held).otherwise(even)
    weight = pl.col("outflow") + PRIOR_UNITS * prior
    return by_location.select("sku", "location", share=weight / weight.sum().over("sku"))
