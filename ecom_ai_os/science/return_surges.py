"""Products that come back more often than they used to, and than their category does.

Only deliveries old enough for their returns to be known count, and only returns asked for within
the same number of days, so that fresh and old deliveries compare. Not here: why they come back.
"""

from __future__ import annotations

from datetime import date

import polars as pl

#: deliveries' worth of the category's rate in a product's own past rate
PRIOR_DELIVERIES = 20
#: returns below which no product is called faulty, however small its sales
MIN_RETURNS = 3
#: windows of four weeks that differ by days say the same thing: a year holds about 52 looks
LOOKS_PER_YEAR = 52
SCHEMA = {
    "sku": pl.Utf8,
    "n_delivered": pl.Int64,
    "n_returned": pl.Int64,
    "return_rate": pl.Float64,
    "past_rate": pl.Float64,
    "category_rate": pl.Float64,
    "chance": pl.Float64,
}


def surges(
    lines: pl.DataFrame,
    as_of: date,
    window_days: int = 28,
    maturity_days: int = 14,
    false_alarms_per_year: float = 1.0,
) -> pl.DataFrame:
    """Return the SKUs whose delivered lines come back beyond chance, most certain first.

    `lines`: sku, category, delivered_on, returned_on (null: not returned), one row a delivered
    line. The window's lines (those delivered in the `window_days` before the last `maturity_days`)
    are held against the higher of the SKU's own past rate, shrunk to its category, and the
    category's by an exact one-sided binomial test, Bonferroni-corrected over SKUs and a year's
    looks. Columns: see SCHEMA.
    """
    matured = _matured(lines, as_of, maturity_days, window_days)
    rates = _rates(matured)
    if not rates.height:
        return pl.DataFrame(schema=SCHEMA)
    tested = rates.with_columns(chance=_chance(rates))
    limit = false_alarms_per_year / LOOKS_PER_YEAR / tested.height
    return (
        tested.filter(pl.col("chance") <= limit, pl.col("n_returned") >= MIN_RETURNS)
        .sort("chance", "sku")
        .select(list(SCHEMA))
    )


def _matured(
    lines: pl.DataFrame, as_of: date, maturity_days: int, window_days: int
) -> pl.DataFrame:
    age = (pl.lit(as_of) - pl.col("delivered_on")).dt.total_days()
    came_back = (pl.col("returned_on") - pl.col("delivered_on")).dt.total_days() <= maturity_days
    return lines.filter(age >= maturity_days).select(
        "sku",
        pl.col("category").fill_null(""),
        is_returned=came_back.fill_null(False),
        is_recent=age < maturity_days + window_days,
    )


def _rates(matured: pl.DataFrame) -> pl.DataFrame:
    """Return counts in the window and rates before it, by SKU with deliveries in the window."""
    past, recent = pl.col("is_recent").not_(), pl.col("is_recent")
    by_sku = matured.group_by("sku", "category").agg(
        n_delivered=recent.sum().cast(pl.Int64),
        n_returned=(recent & pl.col("is_returned")).sum().cast(pl.Int64),
        n_past=past.sum(),
        n_past_returned=(past & pl.col("is_returned")).sum(),
    )
    returned, delivered = (pl.col(c).sum().over("category") for c in ("n_past_returned", "n_past"))
    shrunk = pl.col("n_past_returned") + PRIOR_DELIVERIES * pl.col("category_rate")
    return (
        by_sku.with_columns(category_rate=(returned / delivered).fill_nan(None))
        .filter(pl.col("category_rate").is_not_null(), pl.col("n_delivered") > 0)
        .with_columns(past_rate=shrunk / (pl.col("n_past") + PRIOR_DELIVERIES))
        .with_columns(return_rate=pl.col("n_returned") / pl.col("n_delivered"))
    )


def _chance(rates: pl.DataFrame) -> pl.Series:
    """P(at least this many returns), were the rate still that of the past."""
    from scipy.stats import binom

    usual = rates.select(pl.max_horizontal("past_rate", "category_rate")).to_series().to_numpy()
    returned, delivered = rates["n_returned"].to_numpy(), rates["n_delivered"].to_numpy()
    return pl.Series(binom.sf(returned - 1, delivered, usual))
