"""Reviews: how buyers feel, what they complain of, and how each product fares by the week."""

from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.charts.reviews import health_chart, issues_chart, labels_chart, words_chart
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.pages import reviews as page
from ecom_ai_os.defs.presentation import describe, plot, preview
from ecom_ai_os.defs.quality import is_better, write_test
from ecom_ai_os.defs.tables import reviews as tables
from ecom_ai_os.defs.tables.reviews import HEALTH, INSIGHTS, MODEL, MODELS
from ecom_ai_os.science import (
    product_health,
    review_reading,
    review_week,
    sentiment,
    sentiment_backtest,
    sentiment_learning,
)
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse

SOURCES = [dg.AssetKey(["marts", mart]) for mart in ("fct_reviews", "dim_products")]
#: share by which the rated reviews of before the month must have changed to be learned from anew
NEWS = 0.05


class SentimentConfig(dg.Config):
    """When the shop's own stars teach; ecom.toml [thresholds.reviews] overrides the default."""

    min_rated: int = threshold(
        "reviews", "min_rated", 300, "Rated reviews with words from which a model is learned"
    )


class HealthConfig(dg.Config):
    """How health is drawn together; ecom.toml [thresholds.reviews] overrides the default."""

    prior_reviews: float = threshold(
        "reviews", "prior_reviews", 8.0, "Reviews' worth of the category in a product's health"
    )


@dg.asset(
    key=MODELS.asset_key,
    group_name="reviews",
    kinds={"python", "duckdb", "scikitlearn"},
    owners=["team:data"],
    deps=[dg.AssetKey(["marts", "fct_reviews"])],
    pool="warehouse",
)
def sentiment_model(
    config: SentimentConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """What the shop's own stars teach about the words of its reviews.

    **Method.** Once a month, TF-IDF of words and word pairs and a logistic regression on the
    newest 6,000 rated reviews before the first of it. The newest fifth judges: the model is used
    when it foresees their stars from the text better than the shipped one, by macro-F1 over three
    classes and by AUC of negative.

    **Shipped model.** Learned from public English reviews (clothing and electronics); it reads
    German, French and Spanish through a list of opinion words. Other languages have the stars
    alone until the shop's own model is used.
    """
    month = clock.as_of.replace(day=1)
    rated = tables.read_rated(warehouse, month)
    known = tables.read_model(warehouse)
    if _is_current(known, month, len(rated)):
        return dg.MaterializeResult(metadata=_model_metadata(known))
    newest = rated.tail(sentiment_backtest.ENOUGH_TEXTS)
    tested = sentiment_backtest.rehearse(newest, review_reading.shipped(), config.min_rated)
    learned = pl.DataFrame(schema=sentiment.MODEL)
    if sentiment_backtest.can_learn(newest, config.min_rated):
        learned = sentiment_learning.learn_from(newest)
    rows = learned.with_columns(
        learned_on=pl.lit(month), n_texts=pl.lit(len(rated)), is_used=pl.lit(tested.is_own_better)
    )
    write_test(warehouse, MODEL, month, tested.measures)
    warehouse.replace(MODELS, rows)
    return dg.MaterializeResult(
        metadata=_model_metadata(rows) | {"back_test": preview(tested.measures.drop("detail"))}
    )


def _is_current(known: pl.DataFrame, month: date, n_rated: int) -> bool:
    """Whether the stored model was learned for the month from about as many reviews."""
    if known.is_empty() or known["learned_on"][0] != month:
        return False
    return bool(abs(n_rated - known["n_texts"][0]) <= NEWS * n_rated)


def _model_metadata(rows: pl.DataFrame) -> dict[str, Any]:
    weighty = rows.filter(pl.col("feature") != "").sort("negative", descending=True)
    is_used = bool(rows["is_used"].any())
    said = "own model" if is_used else "shipped model"
    shown = {"words": plot(words_chart(rows))} if len(rows) else {}
    return describe(MODELS, weighty) | {"in_use": said} | shown


@dg.asset(
    key=INSIGHTS.asset_key,
    group_name="reviews",
    kinds={"python", "duckdb"},
    owners=["team:support"],
    deps=[MODELS.asset_key, dg.AssetKey(["marts", "fct_reviews"])],
    pool="warehouse",
)
def review_insights(warehouse: Warehouse, clock: Clock) -> dg.MaterializeResult[None]:
    """How each review feels and what it complains of, with the sentence that says so.

    **Sentiment.** The stars count twice and the text once, read by the shop's own model or the
    shipped one; either stands alone where the other is missing. `text_sentiment` keeps the text's
    word, `classified_by` says who spoke.

    **Issues.** Phrases in English, German, French and Spanish, sentence by sentence; what a clause
    denies or only fears is none. Product, delivery and service faults are told apart.

    **Caveats.** Only new and edited reviews are read, until the model or the words change. What an
    edited review said before is not kept. Irony is read by its stars alone.
    """
    reader = tables.reader_of(tables.read_model(warehouse))
    version = f"{review_reading.version()}/{reader.name}"
    reviews = tables.read_reviews(warehouse, clock)
    known = tables.read_known(warehouse, version)
    rows, n_read = review_reading.read_new(reviews, known, reader)
    rows = rows.with_columns(version=pl.lit(version), scored_on=pl.lit(clock.as_of))
    warehouse.replace(INSIGHTS, rows)
    return dg.MaterializeResult(
        metadata=describe(INSIGHTS, rows.reverse())
        | {"n_read": n_read}
        | ({"by_label": plot(labels_chart(rows))} if len(rows) else {})
        | ({"by_issue": plot(issues_chart(rows))} if rows["issues"].list.len().sum() else {})
    )


@dg.asset(
    key=HEALTH.asset_key,
    group_name="reviews",
    kinds={"python", "duckdb"},
    owners=["team:buying"],
    deps=[INSIGHTS.asset_key, *SOURCES],
    pool="warehouse",
)
def product_health_weekly(
    config: HealthConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """How each product fares in its reviews, week by week, and a page of the week to read.

    **Method.** Sentiment as 0…100 over twelve weeks, halved every four, drawn to the others of the
    category by eight reviews' worth, so that one review makes neither 0 nor 100. A complaint of
    nothing but delivery or service is not the product's.

    **The page** (`page` below) is written anew each day for the week so far, and stays as it is
    when the week is over: problems with what buyers say, new issues, movers.

    **Caveats.** Past weeks are told with today's words and weights. Who writes reviews is not who
    buys: compare products of one category and weeks of one product.
    """
    scored = tables.read_scored(warehouse, clock)
    rows = product_health.weekly(scored, clock.as_of, config.prior_reviews).with_columns(
        scored_on=pl.lit(clock.as_of)
    )
    titles = scored.select("sku", "title").unique("sku")
    titled = rows.join(titles, on="sku", how="left", maintain_order="left")
    warehouse.replace(HEALTH, rows)
    week = review_week.tell(scored, titled, clock.as_of)
    path = page.write(week, Path(warehouse.home) / "reports", settings.current().business.name)
    return dg.MaterializeResult(
        metadata=describe(HEALTH, rows.sort("week_on", "health", descending=[True, False]))
        | {"page": dg.MetadataValue.path(str(path))}
        | ({"worst": plot(health_chart(week.worst))} if len(week.worst) else {})
    )


@dg.asset_check(asset=MODELS.asset_key)
def sentiment_beats_the_majority(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """From their text alone, the newest reviews' stars are foreseen better than by the usual."""
    month = clock.as_of.replace(day=1)
    return is_better(
        warehouse, MODEL, "macro_f1", month, "There are too few rated reviews to test a model."
    )


@dg.asset_check(asset=INSIGHTS.asset_key)
def every_review_is_read_once(warehouse: Warehouse, clock: Clock) -> dg.AssetCheckResult:
    """Each review known on the day is there, with a feeling where there is anything to go by."""
    counted = warehouse.read(
        """
        select
            (select count(*) from marts.fct_reviews where reviewed_at < $until) as n_reviews,
            (select count(*) from reviews.review_insights) as n_insights,
            (
                select count(*) from reviews.review_insights
                where
                    not coalesce(sentiment between -1 and 1, true)
                    or sentiment is null and rating is not null
                    or (sentiment is null) <> (sentiment_label is null)
            ) as n_wrong
        """,
        until=clock.until,
    ).row(0, named=True)
    is_whole = counted["n_reviews"] == counted["n_insights"] and not counted["n_wrong"]
    return dg.AssetCheckResult(passed=is_whole, metadata=counted)


@dg.asset_check(asset=INSIGHTS.asset_key)
def every_issue_is_said_in_the_review(warehouse: Warehouse) -> dg.AssetCheckResult:
    """The sentence behind each issue stands in the review's own words, if these are no HTML."""
    n_wrong = warehouse.read(
        """
        with said as (
            select review_id, unnest(issues) as said from reviews.review_insights
        )

        select count(*) as n
        from said
        inner join marts.fct_reviews using (review_id)
        where not contains(concat_ws('. ', title, body), said.sentence)
            and not regexp_matches(concat_ws('', title, body), '&[#a-zA-Z0-9]+;')
        """
    ).item()
    return dg.AssetCheckResult(passed=n_wrong == 0, metadata={"n_wrong": n_wrong})


@dg.asset_check(asset=HEALTH.asset_key)
def health_counts_every_review(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every review of a SKU stands in one week, and no health is beyond 0 and 100."""
    counted = warehouse.read(
        """
        select
            (
                select count(*) from reviews.product_health_weekly
                where health is null or health not between 0 and 100
            ) as n_wrong,
            (select coalesce(sum(n_reviews), 0)::bigint from reviews.product_health_weekly)
                as n_counted,
            (
                select count(*) from reviews.review_insights
                where sku is not null and sentiment is not null
            ) as n_reviews
        """
    ).row(0, named=True)
    is_whole = counted["n_counted"] == counted["n_reviews"] and not counted["n_wrong"]
    return dg.AssetCheckResult(passed=is_whole, metadata=counted)
