"""Sentiment and issues of real reviews, beside common methods; `--write` renews the shipped model.

Needs the data sets that stand beside the project (../shared/data). The shipped model is learned
from clothing reviews (CC0: 6,000 texts and all titles, four of five products) and from the review
sentences that came with VADER (MIT, twice each); it is tried on the clothing reviews of the other
products and on Hu and Liu's sentences of nine other products (CC BY 4.0), which it never saw.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import polars as pl

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT))

from assets_tests.science import real_reviews  # noqa: E402
from ecom_ai_os.science import (  # noqa: E402
    backtest,
    review_issues,
    review_reading,
    sentiment,
    sentiment_backtest,
    sentiment_learning,
)
from ecom_ai_os.science.review_reading import Reader  # noqa: E402

SHARED = ROOT.parent / "shared"
SHIPPED = ROOT / "ecom_ai_os" / "science" / "sentiment_english.csv"
N_FEATURES = 3_000
#: macro-F1 of three classes on the same clothing reviews, by the usual libraries
PEERS = {"peer: VADER": 0.42, "peer: TextBlob": 0.44, "peer: TF-IDF + logistic regression": 0.66}
#: function words that carry an opinion all the same
TELLING = {"not", "no", "never", "nothing", "without", "cannot", "well", "however", "back", "again"}


def learned(reviews: pl.DataFrame) -> pl.DataFrame:
    """Return the model to be shipped: the features that tell most, function words left out."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    titles = reviews.drop_nulls("title")
    sentences, classes = real_reviews.sentences(SHARED)
    some = reviews.sample(6_000, seed=1)
    texts = pl.concat([some["text"], titles["title"], sentences, sentences])
    rated = sentiment_learning.classes(pl.concat([some["rating"], titles["rating"]]))
    labels = np.concatenate([rated, classes, classes])
    silent = (ENGLISH_STOP_WORDS | {"i'm", "it's", "i've"}) - TELLING
    whole = sentiment_learning.learn(texts, labels)
    says = [not set(feature.split()) <= silent for feature in whole["feature"]]
    told = whole.filter(pl.Series(says))
    spread = pl.max_horizontal(sentiment.LABELS) - pl.min_horizontal(sentiment.LABELS)
    best = told.top_k(N_FEATURES, by=spread)["feature"]
    model = sentiment_learning.learn(texts, labels, keep=best)
    return model.with_columns(pl.exclude("feature").round(2)).sort("feature")


def show_sentiment(test: pl.DataFrame, train: pl.DataFrame) -> None:
    truth = sentiment_learning.classes(test["rating"])
    own = Reader("own", sentiment_learning.learn_from(train.sample(6_000, seed=2)), is_own=True)
    print(f"Clothing reviews, {len(test)} of products not learned from: macro-F1, AUC of negative")
    for name, reader in (("shipped model", review_reading.shipped()), ("own stars, 6,000", own)):
        f1, auc = sentiment_backtest.judge(reader, test, truth)
        print(f"  {name:36}{f1:6.3f}{auc:8.3f}")
    print(f"  {'the commonest class':36}{sentiment_backtest.majority_f1(truth):6.3f}{0.5:8.3f}")
    for name, f1 in PEERS.items():
        print(f"  {name:36}{f1:6.2f}")


def show_other_goods() -> None:
    told = real_reviews.opinions(SHARED)
    truth = np.where(told["is_negative"].to_numpy(), 0, 2)
    _, auc = sentiment_backtest.judge(review_reading.shipped(), told, truth)
    print(f"\nHu and Liu, {len(told)} sentences of nine other products: AUC of negative {auc:.3f}")
    vader = _vader(told["text"])
    if vader is not None:
        print(f"  peer: VADER {backtest.auc(truth == 0, -vader):.3f}")
    found = review_issues.find(told["text"])["text"]
    cited = told.filter(pl.col("text").is_in(found.implode()))
    share, usual = cited["is_negative"].mean(), told["is_negative"].mean()
    print(
        f"  an issue is found in {len(cited)}; {share:.0%} of them are negative, of all {usual:.0%}"
    )


def _vader(texts: pl.Series) -> np.ndarray | None:
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
    except ImportError:
        return None
    analyzer = SentimentIntensityAnalyzer()
    return np.array([analyzer.polarity_scores(text)["compound"] for text in texts])


def show_issues(reviews: pl.DataFrame) -> None:
    found = review_issues.find(reviews["text"]).explode("issues").unnest("issues")
    cited = found.join(reviews.unique("text"), on="text")
    print("\nIssues in clothing reviews, and the stars of those that cite them")
    stars = cited.group_by("issue").agg(n=pl.len(), stars=pl.col("rating").mean()).sort("stars")
    for issue, n, mean in stars.iter_rows():
        print(f"  {issue:20}{n:6}{mean:6.2f}")
    print(f"  {'all reviews':20}{len(reviews):6}{reviews['rating'].mean():6.2f}")


def show_speed(reviews: pl.DataFrame) -> None:
    many = reviews.head(20_000).select(
        "title", "rating", body="text", language=pl.lit(None, pl.String)
    )
    for name, part in (("20,000 reviews", many), ("50 reviews", many.head(50))):
        began = time.perf_counter()
        review_reading.read(part, review_reading.shipped())
        print(f"  {name} read in {time.perf_counter() - began:.1f} s")


if __name__ == "__main__":
    REVIEWS = real_reviews.clothing(SHARED)
    TRAIN, TEST = real_reviews.split(REVIEWS)
    if "--write" in sys.argv:
        learned(TRAIN).write_csv(SHIPPED)
    show_sentiment(TEST, TRAIN)
    show_other_goods()
    show_issues(REVIEWS)
    print("\nSpeed")
    show_speed(REVIEWS)
