"""How products fare in their reviews, week by week.

health = 100 × (Σ w·g + K·c) / (Σ w + K), where g is a review's sentiment as 0…1, w = 0.5^(age in
weeks / 4) over twelve weeks, c the mean of the others in the category and K = 8 reviews' worth of
it: one review alone moves a product by a ninth of the way. In c a product weighs n / (n + K), so
that a much reviewed one does not pull down its whole category; one product's worth of the shop's
mean is added, and to that one of 0.5. A complaint of nothing but delivery or service is not the
product's and does not count.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import polars.selectors as cs

from ecom_ai_os.science.review_issues import FAULTS

WINDOW_WEEKS, HALF_LIFE_WEEKS = 12, 4
PRIOR_REVIEWS = 8.0
#: weeks up to a week's end whose complaints are its top issues, and the weeks change looks back
ISSUE_WEEKS = CHANGE_WEEKS = 4
TOP = 3
NEUTRAL = 0.5
#: sums in any order agree to so many
DIGITS = 4


def weekly(reviews: pl.DataFrame, as_of: date, prior: float = PRIOR_REVIEWS) -> pl.DataFrame:
    """Return one row by SKU and week (its Monday) that has a review in its last 12 weeks.

    `reviews`: sku, category, day, rating, sentiment, sentiment_label, issues (list of structs of
    issue and sentence). Columns out: sku, week_on, category, n_reviews, mean_rating,
    mean_sentiment, n_negative, top_issues (structs of issue and n_reviews), health (0–100),
    category_health, change_vs_4_weeks, n_effective.
    """
    known = (
        reviews.filter(pl.col("day") <= as_of)
        .drop_nulls(["sku", "sentiment"])
        .with_columns(pl.col("category").fill_null(""), week_on=monday(pl.col("day")))
    )
    last_week = monday_of(as_of)
    health = _health(_effective(known, last_week), prior)
    before = health.select(
        "sku", pl.col("week_on") + timedelta(weeks=CHANGE_WEEKS), health_before="health"
    )
    keys = ["sku", "week_on"]
    return (
        health.join(_counts(known), on=keys, how="left")
        .join(_top_issues(known, last_week), on=keys, how="left")
        .join(before, on=keys, how="left")
        .with_columns(
            pl.col("n_reviews", "n_negative").fill_null(0),
            change_vs_4_weeks=pl.col("health") - pl.col("health_before"),
        )
        .drop("health_before")
        .with_columns(cs.float().round(DIGITS))
        .sort(keys)
    )


def monday(day: pl.Expr) -> pl.Expr:
    """Return the Monday of the ISO week."""
    return day.dt.truncate("1w")


def monday_of(day: date) -> date:
    """Return the Monday of the ISO week of a day."""
    return day - timedelta(days=day.weekday())


def product_faults(issues: str = "issues") -> pl.Expr:
    """Return the issues of each row's list that are the product's, as a list of names."""
    names = pl.col(issues).list.eval(pl.element().struct.field("issue"))
    of_product = [issue for issue, fault in FAULTS.items() if fault == "product"]
    return names.list.set_intersection(pl.lit(of_product))


def is_of_product() -> pl.Expr:
    """Whether a review is of the product: all but mere complaints of delivery or service."""
    blames_others = (pl.col("issues").list.len() > 0) & (product_faults().list.len() == 0)
    return ~((pl.col("sentiment_label") == "negative") & blames_others)


def _effective(known: pl.DataFrame, last_week: date) -> pl.DataFrame:
    """Return sku, category, week_on, n_effective (Σ w), good (Σ w·g)."""
    weight = pl.when(is_of_product()).then(0.5 ** (pl.col("age") / HALF_LIFE_WEEKS)).otherwise(0.0)
    goodness = (pl.col("sentiment") + 1) / 2
    return (
        _reaching(known, WINDOW_WEEKS, last_week)
        .group_by("sku", "category", "week_on")
        .agg(n_effective=weight.sum(), good=(weight * goodness).sum())
    )


def _reaching(known: pl.DataFrame, weeks: int, last_week: date) -> pl.DataFrame:
    """Repeat each review for the `weeks` in which it counts, with its age in them."""
    ages = pl.DataFrame({"age": range(weeks)})
    return (
        known.join(ages, how="cross")
        .with_columns(week_on=pl.col("week_on") + pl.duration(weeks="age"))
        .filter(pl.col("week_on") <= last_week)
    )


def _health(effective: pl.DataFrame, prior: float) -> pl.DataFrame:
    n, good = pl.col("n_effective"), pl.col("good")
    weight, worth = n / (n + prior), good / (n + prior)
    kind, shop = ["category", "week_on"], ["week_on"]
    of_shop = (worth.sum().over(shop) + NEUTRAL) / (weight.sum().over(shop) + 1)
    others, worth_of_others = weight.sum().over(kind) - weight, worth.sum().over(kind) - worth
    of_kind = (worth_of_others + of_shop) / (others + 1)
    own = (good + prior * pl.col("of_kind")) / (n + prior)
    return effective.with_columns(of_kind=of_kind).select(
        "sku",
        "week_on",
        "category",
        "n_effective",
        health=100 * own,
        category_health=100 * pl.col("of_kind"),
    )


def _counts(known: pl.DataFrame) -> pl.DataFrame:
    is_negative = pl.col("sentiment_label") == "negative"
    return known.group_by("sku", "week_on").agg(
        n_reviews=pl.len().cast(pl.Int64),
        mean_rating=pl.col("rating").mean(),
        mean_sentiment=pl.col("sentiment").mean(),
        n_negative=is_negative.sum().cast(pl.Int64),
    )


def _top_issues(known: pl.DataFrame, last_week: date) -> pl.DataFrame:
    cited = known.select("sku", "week_on", issue=product_faults()).explode("issue")
    return (
        _reaching(cited.drop_nulls("issue"), ISSUE_WEEKS, last_week)
        .group_by("sku", "week_on", "issue")
        .agg(n_reviews=pl.len().cast(pl.Int64))
        .sort("sku", "week_on", -pl.col("n_reviews"), "issue")
        .group_by("sku", "week_on", maintain_order=True)
        .agg(top_issues=pl.struct("issue", "n_reviews").head(TOP))
    )
