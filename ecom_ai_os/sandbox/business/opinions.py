"""What a reviewer thinks: contentment or issues, how it is said, and the stars.

Product p contents a share `quality` ~ Beta(14, 2.2) of its buyers; the others name one issue, drawn
by the family of goods. A fault, a reason of return, a late parcel come from what really happened.
Told as PRAISE (4–5 stars), MEH (3), MIXED (praise and an issue, 2–4), COMPLAINT (1–2, rarely 3),
SARCASM (1) or SILENT (stars alone). The mood of a person, N(0, 1), shifts the stars.
"""

from dataclasses import dataclass

import numpy as np

from .assortment import CATEGORIES, REASONS
from .choice import Bools, Floats, GroupedChoice, Ints

ISSUES = (
    "defective", "poor_quality", "sizing", "not_as_described", "taste_smell", "missing_parts",
    "value", "late_delivery", "damaged_in_transit", "wrong_item", "service",
)  # fmt: skip
LATE, SERVICE = ISSUES.index("late_delivery"), ISSUES.index("service")
PRAISE, MEH, MIXED, COMPLAINT, SARCASM, SILENT = range(6)
SENTIMENTS = ("positive", "mixed", "negative")
SILENT_SHARE, SARCASM_SHARE, MEH_SHARE = 0.11, 0.05, 0.05

# Families of goods as far as words go; the shop itself is the last.
FAMILIES = ("food", "care", "fragile", "electric", "textile", "durable", "service")
SHOP = FAMILIES.index("service")
_FAMILY_OF = {
    "Coffee": "food", "Tea": "food", "Sweets": "food", "Care": "care", "Brewing": "fragile",
    "Cups & Glass": "fragile", "Machines": "electric", "Linen": "textile", "Kitchen": "durable",
}  # fmt: skip
# What is wrong when something is, in parts over ISSUES.
_WEIGHTS = {
    "food": (0, 2, 0, 2, 5, 1, 2, 0, 1, 0, 0),
    "care": (1, 3, 1, 2, 2, 1, 3, 0, 1, 0, 0),
    "fragile": (2, 3, 1, 2, 0, 1, 2, 0, 4, 0, 0),
    "electric": (5, 3, 0, 2, 0, 1, 2, 0, 1, 0, 0),
    "textile": (0, 3, 6, 3, 0, 0, 2, 0, 0, 0, 0),
    "durable": (1, 4, 1, 2, 0, 1, 2, 0, 0, 0, 0),
    "service": (0, 0, 0, 0, 0, 1, 1, 2, 2, 2, 5),
}
_SAID_OF_RETURN = {
    "too-small": "sizing", "too-big": "sizing", "damaged-or-defective": "defective",
    "item-not-as-described": "not_as_described", "received-the-wrong-item": "wrong_item",
    "color": "not_as_described",
}  # fmt: skip


@dataclass(frozen=True)
class Opinions:
    """Over reviews: two issues at most (index into ISSUES, −1: none), tone and stars."""

    issue: Ints
    other_issue: Ints
    tone: Ints
    rating: Ints

    @property
    def sentiment(self) -> Ints:
        """Index into SENTIMENTS; of stars alone where nothing is said."""
        by_stars = np.where(self.rating >= 4, 0, np.where(self.rating == 3, 1, 2))
        by_tone = np.array([0, 1, 1, 2, 2, 0])[self.tone]
        return np.where(self.tone == SILENT, by_stars, by_tone)


def family_of_category() -> Ints:
    """Index into FAMILIES by category."""
    return np.array([FAMILIES.index(_FAMILY_OF[c.name]) for c in CATEGORIES])


def usual_issues(family: Ints, rng: np.random.Generator) -> Ints:
    """What the discontented complain of, by family of goods."""
    every = np.arange(len(ISSUES))
    return GroupedChoice([(every, np.array(_WEIGHTS[f], dtype=float)) for f in FAMILIES]).draw(
        family, rng
    )


def issues_in_turn(family: Ints) -> Ints:
    """One issue after the other, so that few complaints of one kind of goods agree."""
    issues = [np.flatnonzero(_WEIGHTS[f]) for f in FAMILIES]
    return np.array([issues[f][i % len(issues[f])] for i, f in enumerate(family)], dtype=np.int64)


def issues_of_returns(reason: Ints, family: Ints) -> Ints:
    """The issue behind a reason of return; −1 where there is none (a change of mind)."""
    issue_of = np.array(
        [ISSUES.index(_SAID_OF_RETURN[r]) if r in _SAID_OF_RETURN else -1 for r in REASONS]
    )
    issue = issue_of[reason]
    broke_on_the_way = (issue == ISSUES.index("defective")) & (family == FAMILIES.index("fragile"))
    return np.where(broke_on_the_way, ISSUES.index("damaged_in_transit"), issue)


def judge(
    issue: Ints,
    other_issue: Ints,
    is_grave: Bools,
    is_of_shop: Bools,
    mood: Floats,
    rng: np.random.Generator,
) -> Opinions:
    """Tone and stars. A delivery's fault leaves the product praised: the review is mixed."""
    n = len(issue)
    alone = (issue < 0) & (other_issue >= 0)
    issue, other_issue = np.where(alone, other_issue, issue), np.where(alone, -1, other_issue)
    is_content = issue < 0
    of_delivery = np.isin(issue, (LATE, SERVICE)) & ~is_of_shop
    is_mixed = ~is_content & ~is_grave & (of_delivery | (rng.random(n) < 0.4))
    is_meh = is_content & (rng.random(n) < MEH_SHARE * np.exp(-0.8 * mood))
    tone = np.select(
        [is_meh, is_content, is_mixed, rng.random(n) < SARCASM_SHARE],
        [MEH, PRAISE, MIXED, SARCASM],
        COMPLAINT,
    )
    tone = np.where((rng.random(n) < SILENT_SHARE) & ~is_grave, SILENT, tone)
    rating = _stars(
        np.where(tone == SILENT, np.where(is_content, PRAISE, COMPLAINT), tone), mood, rng
    )
    silent = tone == SILENT
    return Opinions(np.where(silent, -1, issue), np.where(silent, -1, other_issue), tone, rating)


def _stars(tone: Ints, mood: Floats, rng: np.random.Generator) -> Ints:
    """Stars by tone: cumulative chances of 1, 2, 3, 4 stars or fewer, moved by the mood."""
    chances = np.array([
        [0.0, 0.0, 0.0, 0.24], [0.0, 0.0, 1.0, 1.0], [0.0, 0.2, 0.7, 1.0],
        [0.58, 0.95, 1.0, 1.0], [0.9, 1.0, 1.0, 1.0],
    ])  # fmt: skip
    luck = np.clip(rng.random(len(tone)) + 0.05 * mood, 0, 0.999)
    stars: Ints = 1 + (luck[:, None] >= chances[tone]).sum(axis=1)
    return stars
