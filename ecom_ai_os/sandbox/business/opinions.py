"""What a reviewer thinks: contentment or issues, how it is told, and the stars.

The discontented name one issue, drawn by the family of goods; a fault, a reason of return, a late
parcel come from what really happened. Told as PRAISE (4–5 stars), MEH (3), MIXED (praise and an
issue, 2–4), COMPLAINT (1–2, rarely 3), SARCASM (1–2) or SILENT (stars alone). A late parcel or a
bad service leaves the product praised. A good mood adds stars and leaves fewer lukewarm.
"""

from dataclasses import dataclass

import numpy as np

from .assortment import CATEGORIES, GIFT_CARDS, REASONS
from .choice import Bools, Floats, GroupedChoice, Ints

ISSUES = (
    "defective", "poor_quality", "sizing", "not_as_described", "taste_smell", "missing_parts",
    "value", "late_delivery", "damaged_in_transit", "wrong_item", "service",
)  # fmt: skip
DEFECTIVE, NOT_AS_DESCRIBED, LATE, DAMAGED, SERVICE = (
    ISSUES.index(issue)
    for issue in ("defective", "not_as_described", "late_delivery", "damaged_in_transit", "service")
)
PRAISE, MEH, MIXED, COMPLAINT, SARCASM, SILENT = range(6)
SENTIMENTS = ("positive", "mixed", "negative")
SILENT_SHARE, SARCASM_SHARE, MEH_SHARE, MIXED_SHARE = 0.11, 0.05, 0.05, 0.4

# Families of goods as far as words go; the shop itself is the last.
FAMILIES = ("food", "care", "fragile", "electric", "textile", "durable", "service")
SHOP = FAMILIES.index("service")
_FAMILY_OF = {
    "Coffee": "food", "Tea": "food", "Sweets": "food", "Care": "care", "Brewing": "fragile",
    "Cups & Glass": "fragile", "Machines": "electric", "Linen": "textile", "Kitchen": "durable",
    "Gift Cards": "service",
}  # fmt: skip
# What is wrong when something is, in parts over ISSUES.
_WEIGHTS = {
    "food": (0, 2, 0, 2, 5, 1, 2, 0, 1, 0, 0),
    "care": (1, 3, 1, 2, 2, 1, 3, 0, 1, 0, 0),
    "fragile": (2, 3, 1, 2, 0, 1, 2, 0, 4, 0, 0),
    "electric": (5, 3, 0, 2, 0, 1, 2, 0, 1, 0, 0),
    "textile": (0, 3, 6, 3, 0, 0, 2, 0, 0, 0, 0),
    "durable": (1, 4, 1, 2, 0, 1, 2, 0, 0, 0, 0),
    "service": (0, 0, 0, 0, 0, 1, 1, 0, 2, 2, 6),
}
_SAID_OF_RETURN = {
    "too-small": "sizing", "too-big": "sizing", "damaged-or-defective": "defective",
    "item-not-as-described": "not_as_described", "received-the-wrong-item": "wrong_item",
    "color": "not_as_described",
}  # fmt: skip
# Chance of that many stars or fewer (1, 2, 3, 4) by tone, SILENT left out.
_STARS = np.array([
    [0.0, 0.0, 0.0, 0.24],
    [0.0, 0.0, 1.0, 1.0],
    [0.0, 0.2, 0.7, 1.0],
    [0.58, 0.95, 1.0, 1.0],
    [0.9, 1.0, 1.0, 1.0],
])  # fmt: skip


@dataclass(frozen=True)
class Opinions:
    """Over reviews: two issues at most (index into ISSUES, −1: none), tone and stars."""

    issue: Ints
    other_issue: Ints
    tone: Ints
    rating: Ints

    @property
    def is_complaint(self) -> Bools:
        return np.isin(self.tone, (COMPLAINT, SARCASM))

    @property
    def sentiment(self) -> Ints:
        """Index into SENTIMENTS; by the stars where nothing is said."""
        by_stars = np.select([self.rating >= 4, self.rating == 3], [0, 1], 2)
        by_tone = np.array([0, 1, 1, 2, 2, -1])[self.tone]
        return np.where(self.tone == SILENT, by_stars, by_tone)


def family_of_category() -> Ints:
    """Index into FAMILIES by category."""
    return np.array([FAMILIES.index(_FAMILY_OF[c.name]) for c in (*CATEGORIES, GIFT_CARDS)])


def usual_issues(family: Ints, rng: np.random.Generator) -> Ints:
    """What the discontented complain of, by family of goods."""
    every = np.arange(len(ISSUES))
    choice = GroupedChoice([(every, np.array(_WEIGHTS[name], dtype=float)) for name in FAMILIES])
    return choice.draw(family, rng)


def issues_in_turn(family: Ints) -> Ints:
    """One usual issue after the other, so that hardly two complaints agree."""
    issues = [np.flatnonzero(_WEIGHTS[name]) for name in FAMILIES]
    n_issues = np.array([len(some) for some in issues])
    starts = np.cumsum(n_issues) - n_issues
    turns: Ints = np.concatenate(issues)[starts[family] + np.arange(len(family)) % n_issues[family]]
    return turns


def issues_of_returns(reason: Ints, family: Ints) -> Ints:
    """The issue behind a reason of return; −1 where there is none (a change of mind)."""
    said = [_SAID_OF_RETURN.get(name) for name in REASONS]
    issue = np.array([-1 if name is None else ISSUES.index(name) for name in said])[reason]
    broke_on_the_way = (issue == DEFECTIVE) & (family == FAMILIES.index("fragile"))
    return np.where(broke_on_the_way, DAMAGED, issue)


def judge(
    issue: Ints,
    other_issue: Ints,
    is_grave: Bools,
    is_of_shop: Bools,
    mood: Floats,
    rng: np.random.Generator,
) -> Opinions:
    """Tone and stars of each review; what is grave is neither mixed nor left unsaid."""
    n = len(issue)
    is_alone = (issue < 0) & (other_issue >= 0)
    issue, other_issue = np.where(is_alone, other_issue, issue), np.where(is_alone, -1, other_issue)
    is_content = issue < 0
    of_delivery = np.isin(issue, (LATE, SERVICE)) & ~is_of_shop
    is_mixed = ~is_grave & (of_delivery | (rng.random(n) < MIXED_SHARE))
    is_meh = rng.random(n) < MEH_SHARE * np.exp(-0.8 * mood)
    is_sarcastic = rng.random(n) < SARCASM_SHARE
    tone = np.select(
        [is_content & is_meh, is_content, is_mixed, is_sarcastic],
        [MEH, PRAISE, MIXED, SARCASM],
        COMPLAINT,
    )
    is_silent = (rng.random(n) < SILENT_SHARE) & ~is_grave
    return Opinions(
        issue=np.where(is_silent, -1, issue),
        other_issue=np.where(is_silent, -1, other_issue),
        tone=np.where(is_silent, SILENT, tone),
        rating=_stars(tone, mood, rng),
    )


def _stars(tone: Ints, mood: Floats, rng: np.random.Generator) -> Ints:
    luck = np.clip(rng.random(len(tone)) + 0.05 * mood, 0, 0.999)
    stars: Ints = 1 + (luck[:, None] >= _STARS[tone]).sum(axis=1)
    return stars
