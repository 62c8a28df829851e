"""Reads German, French and Spanish texts as the English words of the shipped sentiment model.

Of a text only its opinions are kept, each as the English word it weighs like; a negated praise is
"not good", a negated complaint is nothing. English texts keep all other words, too.
"""

from __future__ import annotations

from functools import cache

import polars as pl

from ecom_ai_os.science import phrases, sentiment
from ecom_ai_os.science.opinion_words import OPINIONS, VERBS

LANGUAGES = tuple(OPINIONS)
STOP = rf"^(?:[,;.:!?]|{phrases.TURNS}|{phrases.JOINS})$"
NEGATOR = rf"^(?:{phrases.NEGATORS})$"
#: words before an opinion, and behind a verb, in which a negation is looked for
REACH, REACH_BEHIND = 3, 5


def gloss(texts: pl.Series, languages: pl.Series, model: pl.DataFrame) -> pl.DataFrame:
    """Return row, word as `sentiment.words` does; texts of other languages have no words."""
    said = sentiment.words(texts, rf"{sentiment.WORD}|[,;.:!?]")
    language = pl.Series("language", languages.gather(said["row"].cast(pl.Int64)))
    said = said.with_columns(language).filter(pl.col("language").is_in(LANGUAGES))
    read = said.join(_meanings(said), on=["language", "word"], how="left", maintain_order="left")
    return (
        read.with_columns(word=_read(read, model))
        .drop_nulls("word")
        .select("row", pl.col("word").str.split(" "))
        .explode("word")
    )


def _read(read: pl.DataFrame, model: pl.DataFrame) -> pl.Expr:
    """What each word becomes; null: nothing."""
    praise = model.filter(pl.col("positive") > pl.col("negative"))["feature"]
    is_kept = (pl.col("language") == "en") & pl.col("word").str.contains(r"\w")
    return (
        pl.when(pl.col("meaning").is_null())
        .then(pl.when(is_kept).then("word"))
        .when(~_is_negated())
        .then("meaning")
        .when(pl.col("meaning").is_in(praise.implode()))
        .then(pl.lit("not good"))
    )


def _is_negated() -> pl.Expr:
    """Whether a negator stands shortly before the word in its clause, or behind a verb."""
    negator = pl.col("word").str.contains(NEGATOR).fill_null(False)
    clause = pl.struct("row", pl.col("word").str.contains(STOP).cum_sum())
    before = [_at(negator, n) & (clause == clause.shift(n)) for n in range(1, REACH + 1)]
    behind = [_at(negator, -n) & (clause == clause.shift(-n)) for n in range(1, REACH_BEHIND + 1)]
    is_verb = pl.col("meaning").is_in(VERBS)
    return (pl.any_horizontal(before) | (is_verb & pl.any_horizontal(behind))).fill_null(False)


def _at(flag: pl.Expr, n: int) -> pl.Expr:
    return flag.shift(n, fill_value=False)


def _meanings(said: pl.DataFrame) -> pl.DataFrame:
    """Return language, word, meaning of the words that have one; the longest entry counts."""
    entries = _entries()
    longest = int(entries["entry"].str.len_chars().max())  # type: ignore[arg-type]
    starts = [pl.col("word").str.head(length) for length in range(1, longest + 1)]
    return (
        said.select("language", "word")
        .unique()
        .with_columns(entry=pl.concat_list(starts))
        .explode("entry")
        .join(entries, on=["language", "entry"])
        .filter(~pl.col("is_whole") | (pl.col("entry") == pl.col("word")))
        .sort(pl.col("entry").str.len_chars(), "meaning", descending=[True, False])
        .unique(["language", "word"], keep="first", maintain_order=True)
        .select("language", "word", "meaning")
    )


@cache
def _entries() -> pl.DataFrame:
    """Return language, entry, meaning, is_whole (the entry is the whole word)."""
    rows = [
        (language, entry.rstrip("*"), meaning, not entry.endswith("*"))
        for language, meanings in OPINIONS.items()
        for meaning, entries in meanings.items()
        for entry in entries.split()
    ]
    return pl.DataFrame(rows, schema=["language", "entry", "meaning", "is_whole"], orient="row")
