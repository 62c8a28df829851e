"""Delivered lines of a made-up shop whose return rates, delays and people are known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

AS_OF = date(2026, 6, 30)


def batch(sku: str, n: int, returned: int, days_ago: int = 60, after: int = 5, **more: str):
    """`n` lines of a SKU delivered on one day, the first `returned` of them sent back."""
    day = AS_OF - timedelta(days=days_ago)
    back = [day + timedelta(days=after)] * returned + [None] * (n - returned)
    frame = pl.DataFrame(
        {"sku": sku, "category": "mugs", "delivered_on": [day] * n, "returned_on": back},
        schema_overrides={"returned_on": pl.Date, "delivered_on": pl.Date},
    )
    ids = pl.format("{}-{}-{}", "sku", pl.lit(days_ago), pl.int_range(pl.len()))
    buyer = pl.lit(None, dtype=pl.String)
    return frame.with_columns(order_id=ids, customer_id=buyer).with_columns(
        **{name: pl.lit(value) for name, value in more.items()}
    )


def shop(rates: dict[str, float], n: int = 12_000, seed: int = 3) -> pl.DataFrame:
    """A year of lines of SKUs with these rates; returns are asked for 1.5 + Exp(5.5) days on."""
    rng = np.random.default_rng(seed)
    skus = list(rates)
    which = rng.integers(0, len(skus), n)
    delivered = np.datetime64(AS_OF, "D") - rng.integers(0, 365, n)
    delay = (1.5 + rng.exponential(5.5, n)).astype(int)
    is_back = rng.random(n) < np.array(list(rates.values()))[which]
    return pl.DataFrame(
        {
            "line_id": [f"line-{i}" for i in range(n)],
            "order_id": [f"order-{i}" for i in range(n)],
            "customer_id": [f"c{i:04}" for i in rng.integers(0, n // 10, n)],
            "sku": [skus[i] for i in which],
            "category": [skus[i].split("-")[0] for i in which],
            "delivered_on": delivered,
            "returned_on": delivered + delay,
        }
    ).with_columns(returned_on=pl.when(pl.Series(is_back)).then("returned_on"))
