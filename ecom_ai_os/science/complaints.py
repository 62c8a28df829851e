"""Negative reviews that cite one thing within a week, and how many chance would bring.

Expected is a Poisson mean: what the SKU's own reviews cited in the year before the week, a
day, drawn to the others of its category with 90 days' worth of their rate; the category's is drawn
to all SKUs' likewise. Delivery and service are counted over the shop, without a prior but its own.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

WINDOW_DAYS, PAST_DAYS = 7, 365
#: days' worth of the category's rate in a SKU's own
PRIOR_DAYS = 90.0
MIN_REVIEWS = 3
#: complaints that are added where there never was one: none is impossible
HALF = 0.5
QUOTES = 5


def citing(complaints: pl.DataFrame, reviewed: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return the SKUs that three or more negative reviews cite within the last 7 days.

    `complaints`: sku, day, sentence, of one issue, one row a negative review. `reviewed`: sku,
    category, first_on (the day of its first review), all SKUs with a review. Columns out: sku,
    n_reviews, expected, chance (of as many or more), quotes (newest first).
    """
    window, past = _split(complaints, as_of)
    exposed = _days_before(reviewed, as_of)
    counted = exposed.join(past.group_by("sku").len("n_past"), on="sku", how="left").with_columns(
        pl.col("n_past").fill_null(0), pl.col("category").fill_null("")
    )
    found = _counted(window).join(_expected(counted), on="sku")
    return _with_chance(found).sort("chance", "sku")


def over_the_shop(
    complaints: pl.DataFrame, reviewed: pl.DataFrame, as_of: date, max_chance: float
) -> pl.DataFrame:
    """Return at most one row: n_reviews, expected, chance, quotes of the whole shop's complaints.

    Only where chance brings as many in less than `max_chance` of weeks.
    """
    window, past = _split(complaints, as_of)
    days = _days_before(reviewed, as_of).select(pl.col("days").max().fill_null(0)).item()
    expected = WINDOW_DAYS * (past.height + HALF) / max(days, WINDOW_DAYS)
    found = _counted(window.with_columns(sku=pl.lit("")))
    rows = _with_chance(found.with_columns(expected=pl.lit(expected)))
    return rows.filter(pl.col("chance") < max_chance).drop("sku")


def _split(complaints: pl.DataFrame, as_of: date) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the week's complaints and those of the year before it."""
    age = (pl.lit(as_of) - pl.col("day")).dt.total_days()
    window = complaints.filter(age.is_between(0, WINDOW_DAYS - 1))
    return window, complaints.filter(age.is_between(WINDOW_DAYS, WINDOW_DAYS + PAST_DAYS - 1))


def _days_before(reviewed: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Add days: how long each SKU was reviewed before the week, a year at most."""
    start = as_of - timedelta(days=WINDOW_DAYS - 1)
    days = (pl.lit(start) - pl.col("first_on")).dt.total_days().clip(0, PAST_DAYS)
    return reviewed.filter(pl.col("first_on") <= as_of).with_columns(days=days)


def _counted(window: pl.DataFrame) -> pl.DataFrame:
    return (
        window.sort("day", "sentence", descending=[True, False])
        .group_by("sku", maintain_order=True)
        .agg(n_reviews=pl.len().cast(pl.Int64), quotes=pl.col("sentence").head(QUOTES))
        .filter(pl.col("n_reviews") >= MIN_REVIEWS)
    )


def _expected(counted: pl.DataFrame) -> pl.DataFrame:
    """Return sku, expected: complaints in seven days."""
    n, days = pl.col("n_past"), pl.col("days")
    of_all = (n.sum() + HALF) / (days.sum() + WINDOW_DAYS)
    others, days_of_others = n.sum().over("category") - n, days.sum().over("category") - days
    of_kind = (others + HALF + PRIOR_DAYS * of_all) / (days_of_others + PRIOR_DAYS)
    own = (n + PRIOR_DAYS * pl.col("of_kind")) / (days + PRIOR_DAYS)
    return counted.with_columns(of_kind=of_kind).select("sku", expected=WINDOW_DAYS * own)


def _with_chance(found: pl.DataFrame) -> pl.DataFrame:
    from scipy.special import pdtrc

    n, expected = found["n_reviews"].to_numpy(), found["expected"].to_numpy()
    return found.with_columns(chance=pl.Series(pdtrc(n - 1, expected), dtype=pl.Float64))
