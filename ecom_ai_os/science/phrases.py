"""What short texts say by given patterns, sentence by sentence, with negation understood.

Works for English, German, French and Spanish at once. What is negated ("not damaged at all") or
only feared ("I was afraid it would break") is not said; a negation reaches to the end of its
clause. Not here: what is looked for, see `return_words` and `review_words`.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

#: kind → regular expressions, in the order in which they are looked for
Phrases = Mapping[str, tuple[str, ...]]

#: what says nothing of the matter: "not only too small" is too small, "did not work for me" works
IDIOMS = (
    r"\b(?:not (?:only|just|to mention)|(?:can't|cannot|couldn't) believe|no wonder|torn between|"
    r"(?:do not|don't) (?:buy|order|bother)|work(?:s|ed)? (?:for|with|on) (?:me|my|us|her|him)|"
    r"nicht nur|kein wunder|(?:pas|non) seulement|pas .tonnant|"
    r"no (?:s.lo|solo|solamente|(?:lo )?compr(?:es|.is|en))|fehlen (?:mir )?die worte|"
    r"(?:never|not|n't) arrived? (?:late|broken|damaged)|"
    r"(?:pas|jamais) arriv.e?s? (?:en retard|cass.e?s?|ab.m.e?s?)|"
    r"(?:no|nunca) lleg(?:ó|o|aron) (?:tarde|mal|rot[oa]s?|da.ad[oa]s?))\b"
)

#: words at which a sentence turns: a comma stands for them from the first
TURNS = r"\b(?:but|however|though|aber|sondern|jedoch|mais|cependant|pero|sino)\b"

#: words that begin another clause: what was negated before them ends there
JOINS = (
    r"\b(?:and|because|since|before|after|until|und|weil|denn|bevor|nachdem|bis|et|car|"
    r"parce que|puisque|avant|apr.s|jusqu|y|porque|antes|despu.s|hasta)\b"
)

#: words that take back what follows them in their clause
NEGATORS = (
    r"not|no|never|neither|nor|without|nothing|zero|[a-z]+n't|cannot|"
    r"nicht|kein\w*|nie|niemals|ohne|weder|keineswegs|nichts|"
    r"ne|pas|jamais|aucune?|sans|ni|nullement|rien|nunca|jam.s|sin|tampoco|ning.n\w?|nada|"
    r"was afraid|worried|feared|bef.rchtet\w*|angst|peur|craignais|miedo|tem.a"
)
#: what \w means in a pattern: of all alphabets it makes an automaton sixteen times slower
LETTER = "[a-z0-9_ß-öø-ÿœ]"
#: words a negation reaches, in its clause
REACH = 6
TAKEN_BACK = rf"\b(?:{NEGATORS})(?:\s+[a-z0-9_ß-öø-ÿœ'-]+){{1,{REACH}}}".replace(r"\w", LETTER)
#: German may put it last: "Gebrochen ist nichts."
TAKEN_BACK_LAST = r"[^,]+\b(?:nichts|nirgends)\s*(?:,|$)"


def find(texts: pl.Series, by_negation: Phrases, plain: Phrases) -> pl.DataFrame:
    """Return text, kind, sentence: every kind that a sentence of a text says.

    `by_negation` are phrases said by a negation ("does not fit"), looked for before negated words
    are taken out; `plain` are the others. What is named first takes its words along, so that "the
    description says it is bigger" is about the description.
    """
    texts = texts.cast(pl.Utf8).drop_nulls().unique(maintain_order=True)
    rest = split(texts)
    found = []
    for phrases in (by_negation, plain):
        for kind, patterns in phrases.items():
            hit, rest = _take(rest, patterns)
            found.append(hit.select("text", "sentence", "place", kind=pl.lit(kind)))
        rest = _without_negated(rest)
    return pl.concat(found).sort("place", maintain_order=True).drop("place")


def split(texts: pl.Series) -> pl.DataFrame:
    """Return text, sentence, its place and rest, the sentence as it is searched."""
    return (
        texts.alias("text")
        .to_frame()
        .with_columns(sentence=pl.col("text").str.extract_all(r"[^.!?;\n]+"))
        .explode("sentence")
        .with_columns(pl.col("sentence").str.strip_chars())
        .filter(pl.col("sentence") != "")
        .with_columns(rest=_prepared(pl.col("sentence")))
        .with_row_index("place")
    )


def _prepared(sentence: pl.Expr) -> pl.Expr:
    """Lower case, one kind of apostrophe and commas where the sentence turns, and only there."""
    return (
        sentence.str.to_lowercase()
        .str.replace_all("’", "'", literal=True)
        .str.replace_all(r",\s+da(?:ss|ß)\b", " dass")
        .str.replace_all(IDIOMS, " ")
        .str.replace_all(TURNS, ",")
    )


def _take(rest: pl.DataFrame, patterns: tuple[str, ...]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the sentences that say it, and all of them without what they say of it."""
    pattern = r"\b(?:" + "|".join(patterns).replace(r"\w", LETTER) + ")"
    is_hit = rest["rest"].str.contains(pattern)
    hit = rest.filter(is_hit)
    taken = hit.with_columns(pl.col("rest").str.replace_all(pattern, " , "))
    return hit, pl.concat([rest.filter(~is_hit), taken])


def _without_negated(rest: pl.DataFrame) -> pl.DataFrame:
    clauses = pl.col("rest").str.replace_all(JOINS, ", $0")
    return rest.with_columns(
        clauses.str.replace_all(TAKEN_BACK_LAST, ",").str.replace_all(TAKEN_BACK, " ")
    )
