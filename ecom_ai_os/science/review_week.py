"""What a week's reviews say to the people who make and buy products: problems, news and movers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from ecom_ai_os.science.product_health import ISSUE_WEEKS, monday_of
from ecom_ai_os.science.review_issues import FAULTS

TOP, QUOTES = 8, 3
#: days without a word of it that make an issue new
NEW_AFTER_DAYS = 182
#: points of health that are a move
MOVE = 3.0


@dataclass(frozen=True)
class Week:
    """What the page shows; frames are in the order in which they are read."""

    week_on: date
    until: date
    summary: dict[str, float | int | None]
    problems: pl.DataFrame
    new_issues: pl.DataFrame
    elsewhere: pl.DataFrame
    worst: pl.DataFrame
    movers: pl.DataFrame


def tell(reviews: pl.DataFrame, health: pl.DataFrame, as_of: date) -> Week:
    """Return the ISO week of `as_of`, as known on that day.

    `reviews`: sku, title, day, rating, sentiment_label, issues; one row a review. `health`: the
    columns of `product_health.weekly` and title.
    """
    week_on = monday_of(as_of)
    known = reviews.filter(pl.col("day") <= as_of)
    cited = _cited(known)
    now = health.filter(pl.col("week_on") == week_on)
    return Week(
        week_on=week_on,
        until=as_of,
        summary=_summary(known, week_on),
        problems=_problems(cited.filter(pl.col("fault") == "product"), ["sku", "title"], week_on),
        new_issues=_new(cited.filter(pl.col("fault") == "product"), week_on),
        elsewhere=_problems(cited.filter(pl.col("fault") != "product"), [], week_on),
        worst=now.sort("health", "sku").head(TOP),
        movers=now.filter(pl.col("n_reviews") > 0, pl.col("change_vs_4_weeks").abs() >= MOVE)
        .sort(pl.col("change_vs_4_weeks").abs(), "sku", descending=[True, False])
        .head(TOP),
    )


def _cited(known: pl.DataFrame) -> pl.DataFrame:
    """Return one row by review and issue of those that are not positive, newest first."""
    return (
        known.filter(pl.col("sentiment_label") != "positive")
        .explode("issues")
        .drop_nulls("issues")
        .unnest("issues")
        .with_columns(fault=pl.col("issue").replace_strict(FAULTS, return_dtype=pl.String))
        .sort("day", "sentence", descending=[True, False])
    )


def _problems(cited: pl.DataFrame, of: list[str], week_on: date) -> pl.DataFrame:
    """Return issue, n_week, n_before (the mean of the four weeks before), quotes, most first."""
    in_week = pl.col("day") >= week_on
    start = week_on - timedelta(weeks=ISSUE_WEEKS)
    return (
        cited.filter(pl.col("day") >= start, *[pl.col(name).is_not_null() for name in of[:1]])
        .group_by(*of, "issue", maintain_order=True)
        .agg(
            n_week=in_week.sum().cast(pl.Int64),
            n_before=(~in_week).sum() / ISSUE_WEEKS,
            quotes=_quotes(in_week),
        )
        .filter(pl.col("n_week") > 0)
        .sort("n_week", "n_before", *of, "issue", descending=[True, *[False] * (2 + len(of))])
        .head(TOP)
    )


def _quotes(in_week: pl.Expr) -> pl.Expr:
    return pl.col("sentence").filter(in_week).unique(maintain_order=True).head(QUOTES)


def _new(cited: pl.DataFrame, week_on: date) -> pl.DataFrame:
    """Return sku, title, issue, n_week, quotes of what nobody said in the half year before."""
    start = week_on - timedelta(days=NEW_AFTER_DAYS)
    in_week = pl.col("day") >= week_on
    return (
        cited.filter(pl.col("day") >= start, pl.col("sku").is_not_null())
        .group_by("sku", "title", "issue", maintain_order=True)
        .agg(
            n_week=in_week.sum().cast(pl.Int64),
            n_before=(~in_week).sum(),
            quotes=_quotes(in_week),
        )
        .filter(pl.col("n_week") > 0, pl.col("n_before") == 0)
        .sort(-pl.col("n_week"), "sku", "issue")
        .head(TOP)
    )


def _summary(known: pl.DataFrame, week_on: date) -> dict[str, float | int | None]:
    """Figures of the week and, as `_before`, means of the four weeks before it."""
    before = known.filter(
        pl.col("day") < week_on, pl.col("day") >= week_on - timedelta(weeks=ISSUE_WEEKS)
    )
    week = known.filter(pl.col("day") >= week_on)
    is_negative = pl.col("sentiment_label") == "negative"
    figures = [pl.col("rating").mean().alias("rating"), is_negative.mean().alias("negative_rate")]
    now, then = (part.select(figures).row(0, named=True) for part in (week, before))
    return {
        "n_reviews": week.height,
        "n_reviews_before": before.height / ISSUE_WEEKS,
        **now,
        **{f"{name}_before": value for name, value in then.items()},
    }
