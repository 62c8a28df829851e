"""What a customer likes (category affinity) and whether they listen (e-mail engagement)."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

HALF_LIFE_DAYS = 180  # spend of half a year ago says half as much about today's taste
ENGAGEMENT_DAYS = 90


def affinity(lines: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The category each customer buys from most, by spend weighted by recency.

    A customer's shares are drawn to the shop's as if one average basket had been bought across the
    shop's mix, so that a single small purchase is no conviction.

    Args:
        lines: customer_id, category (null: left out), ordered_on, net_revenue.

    Returns:
        customer_id, category_affinity, affinity_share (0–1, of the drawn shares). Ties go to the
        category the shop sells more of.
    """
    spend = _weighted_spend(lines, as_of)
    baskets = spend.group_by("customer_id").agg(pl.col("spend").sum())
    shop = spend.group_by("category").agg(pl.col("spend").sum().alias("shop"))
    mix = shop.with_columns(pl.col("shop") / pl.col("shop").sum())
    basket = baskets["spend"].median() if len(baskets) else 0.0
    drawn = (pl.col("spend") + basket * pl.col("shop")) / (pl.col("total") + basket)
    return (
        spend.join(mix, on="category")
        .with_columns(total=pl.col("spend").sum().over("customer_id"))
        .with_columns(affinity_share=drawn)
        .sort("customer_id", "affinity_share", "shop", descending=[False, True, True])
        .group_by("customer_id", maintain_order=True)
        .first()
        .select("customer_id", pl.col("category").alias("category_affinity"), "affinity_share")
    )


def engagement(events: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """How each customer took the e-mails of the last 90 days; openings by machines do not count.

    Args:
        events: customer_id, kind (sent, delivered, opened, clicked, unsubscribed, complained …),
            is_machine_open, occurred_on.

    Returns:
        customer_id, engagement: left (unsubscribed or complained), high (clicked), medium (opened),
        low (was written to, did neither). Customers without such events have no row.
    """
    recent = events.filter(
        pl.col("customer_id").is_not_null(),
        pl.col("occurred_on").is_between(as_of - timedelta(days=ENGAGEMENT_DAYS), as_of),
    )
    has = {
        "left": pl.col("kind").is_in(["unsubscribed", "complained"]).any(),
        "high": (pl.col("kind") == "clicked").any(),
        "medium": (
            (pl.col("kind") == "opened") & ~pl.col("is_machine_open").fill_null(False)
        ).any(),
    }
    level = pl.coalesce(*(pl.when(name).then(pl.lit(name)) for name in has), pl.lit("low"))
    marks = recent.group_by("customer_id").agg(**has)
    return marks.select("customer_id", engagement=level).sort("customer_id")


def _weighted_spend(lines: pl.DataFrame, as_of: date) -> pl.DataFrame:
    age_days = (pl.lit(as_of) - pl.col("ordered_on")).dt.total_days()
    weight = 0.5 ** (age_days / HALF_LIFE_DAYS)
    known = lines.filter(pl.col("category").is_not_null(), pl.col("customer_id").is_not_null())
    return (
        known.filter(pl.col("ordered_on") <= as_of)
        .group_by("customer_id", "category")
        .agg((pl.col("net_revenue").cast(pl.Float64) * weight).sum().alias("spend"))
        .filter(pl.col("spend") > 0)
    )
