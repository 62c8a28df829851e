"""Why a line came back: from the shop platform's code and from the customer's own words.

The code counts first. The words decide where the code says nothing (unknown, other), where it means
two things (damaged or defective) and where they plainly say something else. What broke on the way
(damaged) is kept apart from what was made badly (quality): different teams mend it.
"""

from __future__ import annotations

import polars as pl

from ecom_ai_os.science import phrases
from ecom_ai_os.science.return_words import BY_NEGATION, PLAIN

REASONS = (*PLAIN, "other")

#: code (as Shopify's handles and its older enum spell it) → the reasons it may stand for, likeliest
#: first; codes that are not listed say nothing we know
CODES: dict[str, tuple[str, ...]] = {
    "too-small": ("sizing",),
    "too-big": ("sizing",),
    "size-too-small": ("sizing",),
    "size-too-large": ("sizing",),
    "received-the-wrong-item": ("wrong_item",),
    "wrong-item": ("wrong_item",),
    "item-not-as-described": ("not_as_described",),
    "not-as-described": ("not_as_described",),
    "damaged-or-defective": ("quality", "damaged"),
    "defective": ("quality", "damaged"),
    "changed-my-mind": ("changed_mind",),
    "unwanted": ("changed_mind",),
    "style": ("changed_mind", "not_as_described"),
    "color": ("changed_mind", "not_as_described"),
}

#: how sure we are, by who says it; `disputed` holds where code and words disagree
CONFIDENCE = {"both": 0.95, "code": 0.8, "words": 0.8, "vague code": 0.55, "disputed": 0.6}
SEVERAL = 0.75  # of the words' confidence, when they name several reasons
UNSAID = 0.2


def classify(returns: pl.DataFrame) -> pl.DataFrame:
    """Add reason, confidence (0–1) and evidence to each returned line.

    `returns`: return_id, reason_native (the platform's code), reason_text (the customer's words);
    null where not given. `evidence` is the sentence that says so, otherwise the code; null when
    nobody said anything.
    """
    returns = returns.with_columns(pl.col("reason_native", "reason_text").cast(pl.Utf8))
    code = pl.col("reason_native").str.to_lowercase().str.replace_all("_", "-")
    codes = pl.DataFrame({"code": list(CODES), "meant": [list(m) for m in CODES.values()]})
    words = read_words(returns["reason_text"])
    said = words.group_by("reason_text", maintain_order=True).agg(said="reason")
    return (
        returns.with_columns(code=code)
        .join(codes, on="code", how="left", maintain_order="left")
        .join(said, on="reason_text", how="left", maintain_order="left")
        .with_columns(agreed=pl.col("said").list.set_intersection("meant").list.first())
        .with_columns(reason=_reason(), confidence=_confidence())
        .join(words, on=["reason_text", "reason"], how="left", maintain_order="left")
        .with_columns(evidence=pl.coalesce("sentence", "reason_native"))
        .drop("code", "meant", "said", "agreed", "sentence")
    )


def read_words(texts: pl.Series) -> pl.DataFrame:
    """Return reason_text, reason, sentence: every reason a text says, the plainest first.

    A reason said in more sentences comes first, then the order of `return_words.PLAIN`. What is
    negated ("not damaged") is not said.
    """
    said = phrases.find(texts, BY_NEGATION, PLAIN).rename({"text": "reason_text", "kind": "reason"})
    rank = pl.col("reason").replace_strict(list(REASONS), list(range(len(REASONS))))
    return (
        said.group_by("reason_text", "reason", maintain_order=True)
        .agg(n=pl.len().cast(pl.Int64), sentence=pl.col("sentence").first())
        .sort("reason_text", -pl.col("n"), rank)
        .drop("n")
    )


def _is_disputed() -> pl.Expr:
    return pl.col("meant").is_not_null() & pl.col("said").is_not_null()


def _reason() -> pl.Expr:
    one_thing = pl.when(pl.col("said").list.len() == 1).then(pl.col("said").list.first())
    by_words = pl.when(pl.col("meant").is_null()).then(pl.col("said").list.first())
    return pl.coalesce("agreed", by_words, one_thing, pl.col("meant").list.first(), pl.lit("other"))


def _confidence() -> pl.Expr:
    several = pl.when(pl.col("said").list.len() > 1).then(SEVERAL).otherwise(1.0)
    is_vague = pl.col("meant").list.len() > 1
    return (
        pl.when(pl.col("agreed").is_not_null())
        .then(CONFIDENCE["both"])
        .when(_is_disputed())
        .then(CONFIDENCE["disputed"])
        .when(pl.col("said").is_not_null())
        .then(CONFIDENCE["words"] * several)
        .when(pl.col("meant").is_null())
        .then(UNSAID)
        .when(is_vague)
        .then(CONFIDENCE["vague code"])
        .otherwise(CONFIDENCE["code"])
    )
