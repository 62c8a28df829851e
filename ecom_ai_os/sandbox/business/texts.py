"""What reviewers write, put together from phrases: two to four parts by the tone of the review."""

import numpy as np
import polars as pl

from .choice import Ints
from .drafts import ON_GOOGLE
from .opinions import COMPLAINT, ISSUES, MEH, MIXED, PRAISE, SARCASM
from .phrasebook import NOTHING, Phrasebook, part
from .reviews import Reviews

_FIRST_COMPLAINT = part(f"complaint.{ISSUES[0]}")
# Titles by tone: PRAISE, MEH, MIXED, COMPLAINT, SARCASM, SILENT.
_TITLES = np.array([
    part("title_good"), part("title_meh"), part("title_meh"), part("title_bad"), part("title_bad"),
    NOTHING,
])  # fmt: skip


def bodies(
    reviews: Reviews, thing: pl.Series, book: Phrasebook, rng: np.random.Generator
) -> pl.Series:
    """The text of each review; empty where stars stand alone."""
    parts = [
        book.draw(reviews.language, which, reviews.family, rng) for which in _parts(reviews, rng)
    ]
    columns = [f"part_{place}" for place in range(len(parts))]
    frame = pl.DataFrame(dict(zip(columns, parts, strict=True))).with_columns(
        thing=thing, days=pl.Series(np.maximum(reviews.late_days, 2)).cast(pl.String)
    )
    sentences = [_sentence(pl.col(column)) for column in columns]
    return frame.select(text=pl.concat_str(sentences, separator=" ", ignore_nulls=True)).to_series()


def _sentence(phrase: pl.Expr) -> pl.Expr:
    """A phrase with its gaps filled and a capital; null where the thing has no name."""
    filled = phrase.str.replace("{days}", pl.col("days"), literal=True)
    filled = filled.str.replace("{thing}", pl.col("thing"), literal=True)
    nameless = phrase.str.contains("{thing}", literal=True) & pl.col("thing").is_null()
    capital = filled.str.slice(0, 1).str.to_uppercase() + filled.str.slice(1)
    return pl.when(~nameless).then(capital)


def _parts(reviews: Reviews, rng: np.random.Generator) -> list[Ints]:
    """Which part stands first, second … in each review."""
    opinions, n = reviews.opinions, len(reviews)

    def some(name: str, share: float = 1.0) -> Ints:
        return np.where(rng.random(n) < share, part(name), NOTHING)

    def by_tone(choices: dict[int, Ints]) -> Ints:
        told = [opinions.tone == tone for tone in choices]
        return np.select(told, list(choices.values()), NOTHING)

    issue, other = (
        np.where(i < 0, NOTHING, _FIRST_COMPLAINT + i)
        for i in (opinions.issue, opinions.other_issue)
    )
    return [
        by_tone(
            {
                PRAISE: some("opener_good", 0.45),
                MIXED: some("praise"),
                COMPLAINT: some("opener_bad", 0.5),
                SARCASM: some("sarcasm"),
            }
        ),
        by_tone(
            {
                PRAISE: some("praise"),
                MEH: some("meh"),
                MIXED: some("but", 0.8),
                COMPLAINT: issue,
                SARCASM: issue,
            }
        ),
        by_tone({PRAISE: some("negated", 0.22), MIXED: issue, COMPLAINT: other, SARCASM: other}),
        by_tone(
            {
                PRAISE: some("closer_good", 0.4),
                MIXED: other,
                COMPLAINT: some("closer_bad", 0.55),
            }
        ),
    ]


def titles(reviews: Reviews, book: Phrasebook, rng: np.random.Generator) -> pl.Series:
    """A few words above the text for seven in ten; Google has none."""
    is_mute = (rng.random(len(reviews)) < 0.3) | (reviews.drafts.channel == ON_GOOGLE)
    which = np.where(is_mute, NOTHING, _TITLES[reviews.opinions.tone])
    return book.draw(reviews.language, which, reviews.family, rng)


def replies(reviews: Reviews, book: Phrasebook, rng: np.random.Generator) -> pl.Series:
    """What the shop answers; null where it does not."""
    is_sorry = reviews.opinions.is_complaint | (reviews.opinions.tone == MIXED)
    which = np.where(is_sorry, part("reply_bad"), part("reply_good"))
    which = np.where(reviews.sequel.is_replied, which, NOTHING)
    return book.draw(reviews.language, which, reviews.family, rng)


def additions(reviews: Reviews, book: Phrasebook, rng: np.random.Generator) -> pl.Series:
    """The sentence an edit adds; null where there is none."""
    which = np.select(
        [~reviews.sequel.is_edited, reviews.is_eased, reviews.opinions.is_complaint],
        [NOTHING, part("edit_eased"), part("edit_bad")],
        part("edit_good"),
    )
    return book.draw(reviews.language, which, reviews.family, rng)
