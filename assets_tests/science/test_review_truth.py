"""Reading reviews whose truth is known: the simulated business's, and real ones that people marked.

The phrases were written without a look at the simulated reviews. Measured when this was written,
on 3,830 of them: issues 86 % right and 72 % found (none in Dutch and Italian), macro-F1 .90 of
sentiment with the stars, .55 from the text alone.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
import pytest

from assets_tests.science import real_reviews
from assets_tests.simulated_business import TODAY, simulated_business
from ecom_ai_os.science import (
    backtest,
    complaints,
    review_issues,
    review_reading,
    sentiment,
    sentiment_backtest,
    sentiment_learning,
)

REVIEWS = """
    select
        r.review_id, r.rating, r.title, r.body, r.language, r.created_at::date as day, v.sku,
        p.category_name as category, t.sentiment as truth, t.issues as true_issues
    from reviews as r
    join review_truth as t using (review_id)
    left join products as p on r.product_id = p.product_id
    left join variants as v
        on v.product_id = p.product_id and (v.variant_id = r.variant_id or r.variant_id is null)
    qualify row_number() over (partition by r.review_id order by v.variant_id) = 1
    order by r.created_at, r.review_id
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, set[str]]:
    """Every review as read by the shipped model, and the SKUs with a planted fault."""
    path = simulated_business(tmp_path_factory)
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        reviews = pl.DataFrame(connection.sql(REVIEWS))
        planted = connection.sql(
            "select detail->>'sku' from incidents "
            "where kind in ('product_fault', 'misdescribed_product')"
        ).fetchall()
    return review_reading.read(reviews, review_reading.shipped()), {sku for (sku,) in planted}


def test_issues_are_found_and_seldom_invented(shop: tuple) -> None:
    read = shop[0].filter(pl.col("language").is_in(["en", "de", "fr", "es"]))
    found = pl.col("issues").list.eval(pl.element().struct.field("issue"))
    right = found.list.set_intersection("true_issues").list.len().sum()
    n_right, n_found, n_true = read.select(
        right, found=found.list.len().sum(), true=pl.col("true_issues").list.len().sum()
    ).row(0)
    assert n_right / n_found > 0.75
    assert n_right / n_true > 0.6


def test_sentiment_agrees_with_the_truth(shop: tuple) -> None:
    read = shop[0]
    place = {label: i for i, label in enumerate(sentiment.LABELS)}
    truth = np.array([place[label] for label in read["truth"]])
    labels = np.array([place[label] for label in read["sentiment_label"]])
    assert backtest.macro_f1(truth, labels) > 0.8
    assert backtest.auc(truth == 0, -read["sentiment"].to_numpy()) > 0.97


def test_planted_faults_are_told_and_hardly_another(shop: tuple) -> None:
    """Day by day over a year and a half: all three faulty products, one other at most."""
    read, planted = shop
    negative = read.filter(pl.col("sentiment_label") == "negative", pl.col("sku").is_not_null())
    cited = negative.explode("issues").drop_nulls("issues").unnest("issues")
    first = {"category": pl.col("category").first(), "first_on": pl.col("day").min()}
    reviewed = read.drop_nulls("sku").group_by("sku").agg(**first)
    told: set[str] = set()
    for issue in ("defective", "not_as_described", "poor_quality", "sizing", "taste_smell"):
        of_issue = cited.filter(pl.col("issue") == issue)
        for days in range(-110, 450, 3):
            day = TODAY - timedelta(days=days)
            told |= set(complaints.citing(of_issue, reviewed, day)["sku"])
    assert planted <= told
    assert len(told - planted) <= 1


@pytest.mark.shared
def test_real_clothing_reviews_beat_a_lexicon_and_learn_more(shared: Path) -> None:
    """VADER's macro-F1 on these is .42, TextBlob's .44."""
    known, unseen = real_reviews.split(real_reviews.clothing(shared))
    truth = sentiment_learning.classes(unseen["rating"])
    f1, auc = sentiment_backtest.judge(review_reading.shipped(), unseen, truth)
    assert f1 > 0.55 and auc > 0.89
    learned = sentiment_learning.learn_from(known.sample(3000, seed=1))
    own = review_reading.Reader("own", learned, is_own=True)
    own_f1, own_auc = sentiment_backtest.judge(own, unseen, truth)
    assert own_f1 > 0.55 and own_auc > 0.9


@pytest.mark.shared
def test_real_sentences_of_other_goods(shared: Path) -> None:
    """Hu and Liu's marks: where an issue is found the mark is mostly negative (36 % of all are)."""
    told = real_reviews.opinions(shared)
    truth = np.where(told["is_negative"].to_numpy(), 0, 2)
    assert sentiment_backtest.judge(review_reading.shipped(), told, truth)[1] > 0.75
    cited = told.filter(pl.col("text").is_in(review_issues.find(told["text"])["text"].implode()))
    assert len(cited) > 60
    assert cited["is_negative"].mean() > 0.65
