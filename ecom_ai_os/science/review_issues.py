"""What a review complains of, with the very sentence, and whose fault it is."""

from __future__ import annotations

import polars as pl

from ecom_ai_os.science import phrases
from ecom_ai_os.science.review_negations import BY_NEGATION
from ecom_ai_os.science.review_words import PLAIN

#: issue → whose fault: the product's, the delivery's or the service's
FAULTS = {
    "defective": "product",
    "poor_quality": "product",
    "sizing": "product",
    "not_as_described": "product",
    "taste_smell": "product",
    "missing_parts": "product",
    "value": "product",
    "late_delivery": "delivery",
    "damaged_in_transit": "delivery",
    "wrong_item": "delivery",
    "service": "service",
}
ISSUES = tuple(FAULTS)


def find(texts: pl.Series) -> pl.DataFrame:
    """Return text, issues: a list of structs of issue and the first sentence that says so.

    In the order of the sentences; an issue stands once. Texts that complain of nothing are left
    out. English, German, French and Spanish; see `phrases` for what a negation takes back.
    """
    said = phrases.find(texts, BY_NEGATION, PLAIN)
    return (
        said.rename({"kind": "issue"})
        .unique(["text", "issue"], keep="first", maintain_order=True)
        .group_by("text", maintain_order=True)
        .agg(issues=pl.struct("issue", "sentence"))
    )
