"""What reviewers write: sentences put together from the phrases of six languages.

phrases/LANGUAGE.toml holds, by part of a review, alternatives for `any` goods and for families of
goods; {thing} is the product in the reader's word, {days} how late the parcel was. A review is two
to four parts by its tone. Some writers mistype, shout, leave capitals out or add an emoji, and some
texts come with HTML entities, as forms hand them over.
"""

import tomllib
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import polars as pl

from .choice import Ints
from .opinions import COMPLAINT, FAMILIES, ISSUES, MEH, MIXED, PRAISE, SARCASM, SILENT
from .reviews import LANGUAGES, Reviews

PARTS = (
    "opener_good", "praise", "negated", "closer_good", "meh", "but", "opener_bad", "sarcasm",
    "closer_bad", "title_good", "title_meh", "title_bad", "reply_good", "reply_bad", "edit_good",
    "edit_bad", "edit_eased", *(f"complaint.{issue}" for issue in ISSUES),
)  # fmt: skip
_EMOJI = {"good": ("😊", "👍", "❤️", "😍", "☕", "⭐⭐⭐⭐⭐"), "bad": ("😡", "👎", "😞", "🙄")}
_NONE = -1


class Phrasebook:
    """All phrases of all languages end to end; a cell is (language, part, family)."""

    def __init__(self) -> None:
        cells = [
            _alternatives(_words(language), part, family)
            for language in LANGUAGES
            for part in PARTS
            for family in FAMILIES
        ]
        self._sizes = np.array([len(cell) for cell in cells])
        self._starts = np.cumsum(self._sizes) - self._sizes
        self._phrases = pl.Series([phrase for cell in cells for phrase in cell])

    def draw(self, language: Ints, part: Ints, family: Ints, rng: np.random.Generator) -> pl.Series:
        """A phrase for each row, null where `part` is −1 or its cell is empty."""
        cell = (language * len(PARTS) + part) * len(FAMILIES) + family
        size = np.where(part < 0, 0, self._sizes[cell])
        row = self._starts[cell] + (rng.random(len(cell)) * size).astype(np.int64)
        phrases = self._phrases.gather(np.where(size > 0, row, 0))
        return phrases.set(pl.Series(size == 0), None)


@cache
def _words(language: str) -> dict[str, Any]:
    found = resources.files(__package__).joinpath(f"phrases/{language}.toml")
    return tomllib.loads(found.read_text("utf-8"))


def _alternatives(words: dict[str, Any], part: str, family: str) -> list[str]:
    """Those of the family and, except of the shop itself, those for any goods."""
    table = words
    for name in part.split("."):
        table = table.get(name, {})
    own: list[str] = table.get(family, [])
    return own if own and family == "service" else own + table.get("any", [])


def things(kinds: list[str], product_kind: Ints, language: Ints) -> pl.Series:
    """What each product is called in its reviewer's language; null for the shop (−1)."""
    names = [_words(tongue)["things"].get(kind) for tongue in LANGUAGES for kind in kinds]
    row = language * len(kinds) + np.maximum(product_kind, 0)
    return pl.Series(names, dtype=pl.String).gather(row).set(pl.Series(product_kind < 0), None)


def bodies(
    reviews: Reviews, thing: pl.Series, book: Phrasebook, rng: np.random.Generator
) -> pl.Series:
    """The text of each review; empty for stars alone."""
    parts = [book.draw(reviews.language, part, reviews.family, rng) for part in _plan(reviews, rng)]
    frame = pl.DataFrame({f"part_{i}": p for i, p in enumerate(parts)})
    frame = frame.with_columns(
        thing=thing, days=pl.Series(np.maximum(reviews.late_days, 2)).cast(pl.String)
    )
    sentences = [_sentence(pl.col(f"part_{i}")) for i in range(len(parts))]
    text = frame.select(pl.concat_str(sentences, separator=" ", ignore_nulls=True)).to_series()
    return _as_typed(text, reviews, rng)


def _sentence(part: pl.Expr) -> pl.Expr:
    filled = part.str.replace("{thing}", pl.col("thing"), literal=True)
    filled = filled.str.replace("{days}", pl.col("days"), literal=True)
    filled = (
        pl.when(part.str.contains("{thing}", literal=True) & pl.col("thing").is_null())
        .then(None)
        .otherwise(filled)
    )
    return filled.str.slice(0, 1).str.to_uppercase() + filled.str.slice(1)


def _plan(reviews: Reviews, rng: np.random.Generator) -> list[Ints]:
    """Which part stands first, second … in each review."""
    opinions, n = reviews.opinions, len(reviews)
    tone = opinions.tone

    def some(part: str, share: float) -> Ints:
        return np.where(rng.random(n) < share, PARTS.index(part), _NONE)

    def complaint(issue: Ints) -> Ints:
        return np.where(issue < 0, _NONE, PARTS.index(f"complaint.{ISSUES[0]}") + issue)

    def by_tone(**parts: Ints) -> Ints:
        tones = {
            "praise": PRAISE,
            "meh": MEH,
            "mixed": MIXED,
            "complaint": COMPLAINT,
            "sarcasm": SARCASM,
        }
        return np.select([tone == tones[name] for name in parts], list(parts.values()), _NONE)

    first, second = complaint(opinions.issue), complaint(opinions.other_issue)
    return [
        by_tone(
            praise=some("opener_good", 0.45),
            mixed=some("praise", 1),
            complaint=some("opener_bad", 0.5),
            sarcasm=some("sarcasm", 1),
        ),
        by_tone(
            praise=some("praise", 1),
            meh=some("meh", 1),
            mixed=some("but", 0.8),
            complaint=first,
            sarcasm=first,
        ),
        by_tone(praise=some("negated", 0.22), mixed=first, complaint=second, sarcasm=second),
        by_tone(praise=some("closer_good", 0.4), mixed=second, complaint=some("closer_bad", 0.55)),
    ]


def _as_typed(text: pl.Series, reviews: Reviews, rng: np.random.Generator) -> pl.Series:
    """With slips of the finger (6 %), no capitals (4 %), capitals only (3 % of complaints), emoji
    (10 %) and HTML entities (3 %)."""
    n, tone = len(reviews), reviews.opinions.tone
    is_bad = np.isin(tone, (COMPLAINT, SARCASM))
    luck = rng.random(n)
    at = (rng.random(n) * np.maximum(text.str.len_chars().to_numpy() - 6, 0)).astype(np.int64) + 2
    emoji = np.where(
        is_bad,
        len(_EMOJI["good"]) + rng.integers(0, len(_EMOJI["bad"]), n),
        rng.integers(0, len(_EMOJI["good"]), n),
    )
    frame = pl.DataFrame({
        "text": text,
        "at": at,
        "slips": luck < 0.06,
        "whispers": (luck >= 0.06) & (luck < 0.10),
        "shouts": (luck >= 0.10) & (luck < 0.13) & is_bad,
        "smiles": (rng.random(n) < 0.10) & (tone != SILENT) & (tone != MEH) & (tone != MIXED),
        "emoji": pl.Series([*_EMOJI["good"], *_EMOJI["bad"]]).gather(emoji),
        "escapes": rng.random(n) < 0.03,
    })  # fmt: skip
    body, at_ = pl.col("text"), pl.col("at")
    swapped = pl.concat_str(
        body.str.slice(0, at_),
        body.str.slice(at_ + 1, 1),
        body.str.slice(at_, 1),
        body.str.slice(at_ + 2),
    )
    escaped = (
        body.str.replace_all("&", "&amp;", literal=True)
        .str.replace_all("'", "&#039;", literal=True)
        .str.replace_all(" – ", " &ndash; ", literal=True)
    )
    steps = [
        pl.when("slips").then(swapped).when("whispers").then(body.str.to_lowercase()).when("shouts").then(body.str.to_uppercase()).otherwise(body),
        pl.when("smiles").then(body + " " + pl.col("emoji")).otherwise(body),
        pl.when("escapes").then(escaped).otherwise(body),
    ]  # fmt: skip
    for step in steps:
        frame = frame.with_columns(text=step)
    return frame["text"]


def titles(reviews: Reviews, book: Phrasebook, rng: np.random.Generator) -> pl.Series:
    """A few words above the text for seven in ten, none on Google."""
    part = {name: PARTS.index(name) for name in ("title_good", "title_meh", "title_bad")}
    by_tone = np.array(
        [
            part["title_good"],
            part["title_meh"],
            part["title_meh"],
            part["title_bad"],
            part["title_bad"],
            _NONE,
        ]
    )
    mute = (rng.random(len(reviews)) < 0.3) | (reviews.channel == 3)
    return book.draw(
        reviews.language, np.where(mute, _NONE, by_tone[reviews.opinions.tone]), reviews.family, rng
    )


def replies(
    reviews: Reviews, is_replied: np.ndarray, book: Phrasebook, rng: np.random.Generator
) -> pl.Series:
    """What the shop answers, null where it does not."""
    is_bad = np.isin(reviews.opinions.tone, (MIXED, COMPLAINT, SARCASM))
    part = np.where(is_bad, PARTS.index("reply_bad"), PARTS.index("reply_good"))
    return book.draw(reviews.language, np.where(is_replied, part, _NONE), reviews.family, rng)


def additions(
    reviews: Reviews,
    is_edited: np.ndarray,
    is_eased: np.ndarray,
    book: Phrasebook,
    rng: np.random.Generator,
) -> pl.Series:
    """The sentence an edit appends, null where there is none."""
    is_bad = np.isin(reviews.opinions.tone, (COMPLAINT, SARCASM))
    part = np.select(
        [is_eased, is_bad],
        [PARTS.index("edit_eased"), PARTS.index("edit_bad")],
        PARTS.index("edit_good"),
    )
    return book.draw(reviews.language, np.where(is_edited, part, _NONE), reviews.family, rng)
