"""Why a product comes back, and to whom: its reasons and the segments that return it most."""

from __future__ import annotations

import polars as pl

TOP = 3
#: deliveries' worth of the product's rate in a segment's rate: one return of one is not 100 %
SEGMENT_PRIOR = 10


def top_reasons(returned: pl.DataFrame) -> pl.DataFrame:
    """Return sku, top_reasons: up to three structs of reason and n_returned, commonest first.

    `returned`: sku, reason, one row a returned line; `other` is named last, it explains nothing.
    """
    return (
        returned.group_by("sku", "reason")
        .agg(n_returned=pl.len().cast(pl.Int64))
        .sort("sku", pl.col("reason") == "other", -pl.col("n_returned"), "reason")
        .group_by("sku", maintain_order=True)
        .agg(top_reasons=pl.struct("reason", "n_returned").head(TOP))
    )


def segments_returning_most(matured: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """Return sku, segments_returning_most: up to three structs of segment, n_sold, n_returned.

    `matured`: sku, customer_id, is_returned, one row a delivered line. `segments`: customer_id,
    segment. Segments are in the order of their rate, drawn to the product's; those that returned
    nothing are left out.
    """
    n_sold, n_returned = pl.col("n_sold"), pl.col("n_returned")
    usual = n_returned.sum().over("sku") / n_sold.sum().over("sku")
    rate = (n_returned + SEGMENT_PRIOR * usual) / (n_sold + SEGMENT_PRIOR)
    return (
        matured.join(segments, on="customer_id")
        .group_by("sku", "segment")
        .agg(n_sold=pl.len().cast(pl.Int64), n_returned=pl.col("is_returned").sum().cast(pl.Int64))
        .with_columns(rate=rate)
        .filter(n_returned > 0)
        .sort("sku", -pl.col("rate"), "segment")
        .group_by("sku", maintain_order=True)
        .agg(segments_returning_most=pl.struct("segment", "n_sold", "n_returned").head(TOP))
    )
