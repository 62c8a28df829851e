"""Products that come back more often than they used to, and than their category does.

Fresh deliveries count at once, each for the share of returns that has come by its age: a delivery
of yesterday says little, and its return says much. Not here: why they come back.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from ecom_ai_os.science import counts, maturity
from ecom_ai_os.science.return_rates import CATEGORY_PRIOR

#: deliveries' worth of the category's rate in a product's own past rate
PRIOR_DELIVERIES = 20
#: returns below which no product is called faulty, however small its sales
MIN_RETURNS = 3
#: windows of six weeks that differ by days say the same: a year holds about 26 looks
LOOKS_PER_YEAR = 26
SCHEMA = {
    "sku": pl.Utf8,
    "n_delivered": pl.Int64,
    "n_returned": pl.Int64,
    "n_expected": pl.Float64,
    "return_rate": pl.Float64,
    "past_rate": pl.Float64,
    "category_rate": pl.Float64,
    "chance": pl.Float64,
}


def surges(
    lines: pl.DataFrame, as_of: date, window_days: int = 42, false_alarms_per_year: float = 1.0
) -> pl.DataFrame:
    """Return the SKUs whose lately delivered lines come back beyond chance, most certain first.

    `lines`: sku, category, delivered_on, returned_on (null: not returned), one row a delivered
    line. What came back by the end of `as_of` of the lines delivered in the last `window_days` is
    held against what would have by now at the higher of the SKU's own past rate, drawn to its
    category's, and the category's, drawn to the shop's. How well the past is known counts: the
    one-sided test is that of the gamma-Poisson's predictive distribution, Bonferroni-corrected
    over SKUs and a year's looks. Columns: see SCHEMA; return_rate: what the returns so far would
    make when all are in; n_expected: returns by now at the usual rate.
    """
    rates = _rates(_exposed(maturity.known(lines, as_of), as_of, window_days))
    if not rates.height:
        return pl.DataFrame(schema=SCHEMA)
    usual = pl.max_horizontal("past_rate", "category_rate")
    tested = rates.with_columns(n_expected=usual * pl.col("exposure"))
    tested = tested.with_columns(chance=_chance(tested))
    limit = false_alarms_per_year / LOOKS_PER_YEAR / tested.height
    return (
        tested.filter(pl.col("chance") <= limit, pl.col("n_returned") >= MIN_RETURNS)
        .sort("chance", "sku")
        .select(list(SCHEMA))
    )


def _exposed(known: pl.DataFrame, as_of: date, window_days: int) -> pl.DataFrame:
    """Add to each line exposure: the share of returns that has come by its age."""
    shares = pl.Series(maturity.shares_by_age(known, as_of))
    age = (pl.lit(as_of) - pl.col("delivered_on")).dt.total_days()
    return known.select(
        "sku",
        pl.col("category").fill_null(""),
        is_returned=pl.col("returned_on").is_not_null(),
        is_recent=age < window_days,
        exposure=shares.gather(known.select(age.clip(0, len(shares) - 1)).to_series()),
    )


def _rates(exposed: pl.DataFrame) -> pl.DataFrame:
    """Return counts in the window and rates before it, by SKU with deliveries in the window."""
    past, recent = pl.col("is_recent").not_(), pl.col("is_recent")
    by_sku = exposed.group_by("sku", "category").agg(
        n_delivered=recent.sum().cast(pl.Int64),
        n_returned=(recent & pl.col("is_returned")).sum().cast(pl.Int64),
        exposure=pl.col("exposure").filter(recent).sum(),
        n_past=pl.col("exposure").filter(past).sum(),
        n_past_returned=(past & pl.col("is_returned")).sum(),
    )
    returned, delivered = pl.col("n_past_returned"), pl.col("n_past")
    shop = (returned.sum() + 0.5) / (delivered.sum() + 1)
    of_category = (returned.sum().over("category") + CATEGORY_PRIOR * shop) / (
        delivered.sum().over("category") + CATEGORY_PRIOR
    )
    return (
        by_sku.with_columns(category_rate=of_category)
        .filter(pl.col("exposure") > 0)
        .with_columns(evidence=returned + PRIOR_DELIVERIES * pl.col("category_rate"))
        .with_columns(past_rate=pl.col("evidence") / (pl.col("n_past") + PRIOR_DELIVERIES))
        .with_columns(return_rate=(pl.col("n_returned") / pl.col("exposure")).clip(upper_bound=1))
    )


def _chance(tested: pl.DataFrame) -> pl.Series:
    """P(at least this many returns by now), were the rate still the usual one."""
    returned, expected = tested["n_returned"], tested["n_expected"]
    return pl.Series(counts.at_least(returned, expected, 1 / tested["evidence"]))
