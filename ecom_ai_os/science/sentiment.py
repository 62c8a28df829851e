"""How a text feels: a linear model of words and word pairs, read in polars.

A model is a frame with one row a feature: feature (a word, or two in a row), idf, and its weight
for negative, mixed and positive; the row with the empty feature holds the intercepts. The shop's
own model and the shipped one have this shape, so that scoring needs no library and every weight
can be looked at. Not here: how a model is learned, see `sentiment_learning`.
"""

from __future__ import annotations

import polars as pl

LABELS = ("negative", "mixed", "positive")
MODEL = {"feature": pl.String, "idf": pl.Float64} | dict.fromkeys(LABELS, pl.Float64)
INTERCEPT = ""
#: a word; of writing without spaces a character
WORD = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]|[\p{L}][\p{L}'’]*"
#: where a combined sentiment stops being mixed
LIMIT = 0.25
#: sums in any order agree to so many
DIGITS = 4


def words(texts: pl.Series, pattern: str = WORD) -> pl.DataFrame:
    """Return row (of the text), word, in the order of the texts; lower case."""
    plain = texts.str.to_lowercase().str.replace_all("’", "'", literal=True)
    listed = plain.str.extract_all(pattern)
    frame = listed.alias("word").to_frame().with_row_index("row")
    return frame.explode("word").drop_nulls("word")


def features(said: pl.DataFrame) -> pl.DataFrame:
    """Return row, feature, weight (1 + ln of how often) of the words and pairs of each text."""
    pair = pl.concat_str("word", pl.col("word").shift(-1), separator=" ")
    is_pair = pl.col("row") == pl.col("row").shift(-1)
    pairs = said.select("row", feature=pl.when(is_pair).then(pair)).drop_nulls("feature")
    return (
        pl.concat([said.select("row", feature="word"), pairs])
        .group_by("row", "feature")
        .agg(weight=1 + pl.len().log())
    )


def score(said: pl.DataFrame, model: pl.DataFrame, n_texts: int) -> pl.DataFrame:
    """Return the probabilities negative, mixed, positive, one row a text of `n_texts`.

    `said`: row, word. Null where the model knows no word of the text.
    """
    value = pl.col("weight") * pl.col("idf")
    known = features(said).join(model, on="feature").with_columns(value=value)
    norm = (pl.col("value") ** 2).sum().sqrt()
    summed = known.group_by("row").agg(
        ((pl.col("value") * pl.col(label)).sum() / norm).alias(label) for label in LABELS
    )
    start = model.filter(pl.col("feature") == INTERCEPT).row(0, named=True)
    raised = [(pl.col(label) + start[label]).exp().alias(label) for label in LABELS]
    rows = pl.DataFrame({"row": pl.int_range(n_texts, dtype=pl.UInt32, eager=True)})
    return (
        rows.join(summed.with_columns(raised), on="row", how="left", maintain_order="left")
        .with_columns([pl.col(label) / pl.sum_horizontal(LABELS) for label in LABELS])
        .select(LABELS)
    )


def of_text(probabilities: pl.DataFrame) -> pl.Series:
    """Return sentiments (−1…1): the probability of positive less that of negative."""
    return (probabilities["positive"] - probabilities["negative"]).round(DIGITS)


def combined(text_sentiment: pl.Expr, rating: pl.Expr) -> pl.Expr:
    """Return the sentiment of a review: stars, as −1…1, count twice and the text once.

    So the text decides from two to four stars, and no reading of ours turns one or five round.
    Where there is only one of them it stands alone; null without either.
    """
    stars = (rating - 3) / 2
    return pl.coalesce((2 * stars + text_sentiment) / 3, stars, text_sentiment)


def label(sentiment: pl.Expr) -> pl.Expr:
    """Return negative below −0.25, positive above 0.25, mixed between; null stays null."""
    return (
        pl.when(sentiment < -LIMIT)
        .then(pl.lit("negative"))
        .when(sentiment > LIMIT)
        .then(pl.lit("positive"))
        .when(sentiment.is_not_null())
        .then(pl.lit("mixed"))
    )
