"""Reads reviews: their language, how they feel and what they complain of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.resources import files

import polars as pl

from ecom_ai_os.science import (
    glossing,
    languages,
    opinion_words,
    phrases,
    review_issues,
    review_negations,
    review_words,
    sentiment,
)
from ecom_ai_os.science.sentiment import MODEL

ISSUES = pl.List(pl.Struct({"issue": pl.String, "sentence": pl.String}))


@dataclass(frozen=True)
class Reader:
    """A sentiment model and its name; the shop's own model needs no glossary."""

    name: str
    model: pl.DataFrame
    is_own: bool

    def score(self, texts: pl.Series, said_in: pl.Series) -> pl.DataFrame:
        """Return negative, mixed, positive (0–1) of each text; null: nothing known of it."""
        words = (
            sentiment.words(texts) if self.is_own else glossing.gloss(texts, said_in, self.model)
        )
        return sentiment.score(words, self.model, len(texts))


@cache
def shipped() -> Reader:
    """Return the model learned from public English reviews; see `bench/reviews.py`."""
    text = files("ecom_ai_os.science").joinpath("sentiment_english.csv").read_bytes()
    frame = pl.read_csv(text, schema=MODEL)
    model = frame.with_columns(pl.col("feature").fill_null(sentiment.INTERCEPT))
    return Reader("shipped model", model, is_own=False)


def texts(reviews: pl.DataFrame) -> pl.Series:
    """Return what reviews say, their title first and entities as letters; null without letters."""
    whole = pl.concat_str("title", "body", separator=". ", ignore_nulls=True)
    said = reviews.select(text=pl.when(whole.str.contains(r"\p{L}")).then(whole))["text"]
    coded = said.filter(said.str.contains("&[#a-zA-Z0-9]+;")).unique()
    return said.replace(coded, pl.Series([unescape(text) for text in coded], dtype=pl.String))


def read(reviews: pl.DataFrame, reader: Reader) -> pl.DataFrame:
    """Add language (detected), text_sentiment, sentiment, sentiment_label, issues, classified_by.

    `reviews`: title, body, language (as the platform says), rating (1–5); null where not given.
    """
    told = reviews.with_columns(texts(reviews))
    language = languages.detect(told["text"], told["language"])
    scores = reader.score(told["text"], language)
    return (
        told.with_columns(language, text_sentiment=sentiment.of_text(scores))
        .with_columns(sentiment=sentiment.combined(pl.col("text_sentiment"), pl.col("rating")))
        .join(review_issues.find(told["text"]), on="text", how="left", maintain_order="left")
        .with_columns(
            pl.col("issues").fill_null(pl.lit([], dtype=ISSUES)),
            sentiment_label=sentiment.label(pl.col("sentiment")),
            classified_by=_classified_by(reader),
        )
        .drop("text")
    )


def read_new(
    reviews: pl.DataFrame, known: pl.DataFrame, reader: Reader
) -> tuple[pl.DataFrame, int]:
    """Return the reviews as `read` does, in their order, and how many were read.

    Those that stand in `known` with the same review_id and text_hash keep what it says of them.
    """
    same = ["review_id", "text_hash"]
    new = reviews.join(known, on=same, how="anti", maintain_order="left")
    kept = reviews.drop("language").join(known, on=same, maintain_order="left")
    if new.is_empty():
        return kept, 0
    rows = read(new, reader)
    whole = pl.concat([kept.select(rows.columns), rows])
    return reviews.select(same).join(whole, on=same, maintain_order="left"), len(new)


def _classified_by(reader: Reader) -> pl.Expr:
    has_rating = pl.col("rating").is_not_null()
    return (
        pl.when(pl.col("text_sentiment").is_not_null())
        .then(
            pl.lit(reader.name)
            + pl.when(has_rating).then(pl.lit(" and stars")).otherwise(pl.lit(""))
        )
        .when(has_rating)
        .then(pl.lit("stars alone"))
        .otherwise(pl.lit("nothing to go by"))
    )


@cache
def version() -> str:
    """Return a mark of all words and weights that are shipped: another one reads differently."""
    lists = (review_negations.BY_NEGATION, review_words.PLAIN, opinion_words.OPINIONS)
    parts = (lists, phrases.IDIOMS, phrases.NEGATORS, languages.LANGUAGES, shipped().model.rows())
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]
