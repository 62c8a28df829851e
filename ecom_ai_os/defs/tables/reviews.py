"""The tables the reviews workflow writes, and the marts as it reads them."""

from datetime import date

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.science import review_reading
from ecom_ai_os.science.sentiment import LABELS
from ecom_ai_os.warehouse import Column, Table, Warehouse

MODEL = "reviews.sentiment"

MODELS = Table(
    "reviews.sentiment_model",
    grain="feature of the model learned from the shop's own stars",
    key=("feature",),
    columns={
        "feature": Column("varchar", "A word, or two in a row; empty: the intercepts"),
        "idf": Column("double", "How rare it is: ln((1 + texts) / (1 + texts with it)) + 1"),
        "negative": Column("double", "Weight for 1 or 2 stars"),
        "mixed": Column("double", "Weight for 3 stars"),
        "positive": Column("double", "Weight for 4 or 5 stars"),
        "learned_on": Column("date", "Only reviews before this day were learned from"),
        "n_texts": Column("bigint", "Rated reviews with words before that day"),
        "is_used": Column("boolean", "Did better than the shipped model on the newest reviews"),
    },
)

INSIGHTS = Table(
    "reviews.review_insights",
    grain="review",
    key=("review_id",),
    columns={
        "review_id": Column("varchar", "Review; marts.fct_reviews"),
        "sku": Column("varchar", "SKU; marts.dim_products. Null: of the shop, or of no known SKU"),
        "reviewed_at": Column("timestamptz", "When it was written"),
        "rating": Column("integer", "Stars, 1–5"),
        "sentiment": Column(
            "double", "−1…1: the stars (counted twice) with text_sentiment, or what there is"
        ),
        "sentiment_label": Column("varchar", "negative (below −0.25), mixed or positive (above)"),
        "text_sentiment": Column(
            "double", "Of the text alone: probability of positive less that of negative"
        ),
        "issues": Column(
            "struct(issue varchar, sentence varchar)[]",
            "What it complains of, with the sentence that says so. Of the product: defective, "
            "poor_quality, sizing, not_as_described, taste_smell, missing_parts, value; of the "
            "delivery: late_delivery, damaged_in_transit, wrong_item; of the service: service",
        ),
        "language": Column("varchar", "ISO 639-1, detected; of short texts what the platform says"),
        "classified_by": Column("varchar", "Which model, and whether stars had a say"),
        "text_hash": Column("varchar", "Another one: the review was edited and is read anew"),
        "version": Column("varchar", "Words and weights it was read with; others read it anew"),
        "scored_on": Column("date", "Last day whose reviews count"),
    },
)

HEALTH = Table(
    "reviews.product_health_weekly",
    grain="SKU × ISO week",
    key=("sku", "week_on"),
    columns={
        "sku": Column("varchar", "SKU; marts.dim_products"),
        "week_on": Column("date", "Monday of the ISO week"),
        "category": Column("varchar", "Category it is drawn to; empty when unknown"),
        "n_reviews": Column("bigint", "Reviews of the week; may be 0"),
        "mean_rating": Column("double", "Stars of the week's reviews (1–5)"),
        "mean_sentiment": Column("double", "Sentiment of the week's reviews (−1…1)"),
        "n_negative": Column("bigint", "Negative reviews of the week"),
        "top_issues": Column(
            "struct(issue varchar, n_reviews bigint)[]",
            "Product faults cited in the four weeks up to this one, three at most",
        ),
        "health": Column(
            "double",
            "0–100: sentiment as 0…100 over 12 weeks, halved every 4, with 8 reviews' worth of the "
            "category's; complaints of nothing but delivery or service do not count",
        ),
        "category_health": Column("double", "The same of the others in the category"),
        "change_vs_4_weeks": Column("double", "health less that of four weeks before; null: none"),
        "n_effective": Column("double", "Reviews behind health, older ones counted in part"),
        "scored_on": Column("date", "Last day whose reviews count"),
    },
)

REVIEWS = """
    select
        review_id, sku, rating, title, body, language, reviewed_at,
        md5(concat_ws(chr(31), title, '', body, language, rating)) as text_hash
    from marts.fct_reviews
    where reviewed_at < $until
    order by reviewed_at, review_id
"""

RATED = """
    select title, body, language, rating
    from marts.fct_reviews
    where
        rating is not null and timezone($zone, reviewed_at)::date < $day
    order by reviewed_at, review_id
"""

SCORED = """
    select
        insights.*, products.title, products.category,
        timezone($zone, insights.reviewed_at)::date as day
    from reviews.review_insights as insights
    left join marts.dim_products as products using (sku)
    where insights.reviewed_at < $until
    order by insights.reviewed_at, insights.review_id
"""


def read_reviews(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Every review known on the day, oldest first, with text_hash."""
    return warehouse.read(REVIEWS, until=clock.until)


def read_known(warehouse: Warehouse, version: str) -> pl.DataFrame:
    """What the reviews that were read with this version say; see `review_reading.read_new`."""
    warehouse.ensure(INSIGHTS)
    return warehouse.read(
        """
        select
            review_id, text_hash, language, text_sentiment, sentiment, sentiment_label, issues,
            classified_by
        from reviews.review_insights
        where version = $version
        """,
        version=version,
    )


def read_rated(warehouse: Warehouse, day: date) -> pl.DataFrame:
    """Rated reviews with words before the day: text, language, rating; oldest first."""
    rated = warehouse.read(RATED, zone=settings.current().business.timezone, day=day)
    return rated.select("language", "rating", review_reading.texts(rated)).drop_nulls("text")


def read_scored(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """The insights up to the day, with the SKU's title and category and the local day."""
    zone = settings.current().business.timezone
    return warehouse.read(SCORED, zone=zone, until=clock.until)


def read_model(warehouse: Warehouse) -> pl.DataFrame:
    """The shop's own model as it was learned last, used or not; no rows when there is none."""
    warehouse.ensure(MODELS)
    return warehouse.read("from reviews.sentiment_model order by feature")


def reader_of(model: pl.DataFrame) -> review_reading.Reader:
    """The shop's own model where it is used, otherwise the shipped one."""
    used = model.filter("is_used")
    if used.is_empty():
        return review_reading.shipped()
    name = f"{used['n_texts'][0]:,} own stars before {used['learned_on'][0]}"
    return review_reading.Reader(name, used.select("feature", "idf", *LABELS), is_own=True)
