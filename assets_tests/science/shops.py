"""Small shops with known truth, and the real ones that stand beside the project."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

FIRST_DAY = date(2024, 1, 1)


def simulate(
    n_customers: int, n_days: int = 730, seed: int = 1, p_stays: float = 0.75
) -> pl.DataFrame:
    """Orders of customers who buy at a rate of their own and may leave after every purchase."""
    rng = np.random.default_rng(seed)
    start = rng.integers(0, n_days, n_customers)
    rate, worth = rng.gamma(0.8, 1 / 50, n_customers), rng.gamma(6, 10, n_customers)
    leaves = rng.beta(1.0, p_stays / (1 - p_stays), n_customers).clip(1e-6)
    last = rng.geometric(leaves) - 1  # the repeat purchase after which they are gone
    n_repeats = rng.poisson(rate * (n_days - start))
    customer = np.repeat(np.arange(n_customers), n_repeats)
    day = rng.integers(start[customer], n_days)
    order = np.lexsort((day, customer))
    place = np.arange(len(customer)) - np.repeat(np.cumsum(n_repeats) - n_repeats, n_repeats)
    stays = place < last[customer]
    customer = np.concatenate([np.arange(n_customers), customer[stays]])
    day = np.concatenate([start, day[order][stays]])
    return orders([f"c{i:05}" for i in customer], day, rng.gamma(4, worth[customer] / 4))


def orders(
    customers: list[str], days: np.ndarray | list[int], values: np.ndarray | list[float]
) -> pl.DataFrame:
    """customer_id, ordered_on (`days` after FIRST_DAY), net_revenue."""
    return pl.DataFrame(
        {
            "customer_id": customers,
            "ordered_on": [FIRST_DAY + timedelta(days=int(day)) for day in days],
            "net_revenue": np.asarray(values, dtype=float).round(2),
        },
        schema={"customer_id": pl.String, "ordered_on": pl.Date, "net_revenue": pl.Float64},
    )


def cdnow(shared: Path, name: str = "master") -> pl.DataFrame:
    """The CDNOW customers; in the sample the second field numbers them."""
    lines = (shared / "data" / "cdnow" / f"CDNOW_{name}.txt").read_text().splitlines()
    fields = [line.split() for line in lines if line.split() and line.split()[-1][0].isdigit()]
    return pl.DataFrame(
        {
            "customer_id": [row[-4] for row in fields],
            "ordered_on": [row[-3] for row in fields],
            "net_revenue": [float(row[-1]) for row in fields],
        }
    ).with_columns(pl.col("ordered_on").str.to_date("%Y%m%d"))


def online_retail(shared: Path) -> pl.DataFrame:
    """French and German customers of a wholesaler: few, frequent, of wildly different size."""
    folder = shared / "data" / "online_retail_fr_de"
    lines = pl.concat(
        pl.read_csv(folder / f"{country}.csv", infer_schema=False, encoding="utf8-lossy")
        for country in ("france", "germany")
    )
    value = pl.col("Quantity").cast(pl.Float64) * pl.col("UnitPrice").cast(pl.Float64)
    return lines.filter(
        ~pl.col("InvoiceNo").str.starts_with("C"), pl.col("CustomerID").str.len_chars() > 0
    ).select(
        customer_id="CustomerID",
        ordered_on=pl.col("InvoiceDate").str.to_datetime("%m/%d/%Y %H:%M").dt.date(),
        net_revenue=value,
    )


def completejourney(shared: Path) -> pl.DataFrame:
    """Baskets of 2,469 grocery households in 2017."""
    lines = pl.scan_parquet(shared / "data" / "completejourney" / "transactions.parquet")
    return (
        lines.group_by("household_id", "basket_id")
        .agg(pl.col("sales_value").sum(), pl.col("transaction_timestamp").min())
        .select(
            customer_id=pl.col("household_id").cast(pl.String),
            ordered_on=pl.col("transaction_timestamp").dt.date(),
            net_revenue="sales_value",
        )
        .collect()
    )
