"""Reviews, and what becomes of them.

On the shop's site a writer who was logged in is verified (85 %), on Trustpilot one the shop had
asked (60 %): only then does the channel know the order. The shop answers 55 % of complaints and 12
% of the others after half a day to five days; 1 % are removed within twenty days. 5 % of complaints
and 1.8 % of the others are edited 2–30 days later: a complaint that was answered gains two stars
and says why, one that was not loses one; praise stays what it was.
"""

from dataclasses import dataclass

import numpy as np

from .calendar import DAY, N_DAYS, NEVER, Calendar
from .catalogue import Catalogue
from .choice import Bools, Ints
from .delivery import Delivery
from .drafts import OF_SHOP, ON_GOOGLE, Drafts, joined, late_days
from .incidents import Plan
from .opinions import SHOP, SILENT, Opinions, family_of_category, judge
from .people import People
from .product_reviews import of_products
from .returns import Returns
from .sales import Sales
from .shop_reviews import of_shop
from .voices import Voices

_KNOWN_SHARE = np.array([0.85, 0.6, 0.6, 0.0])  # by channel


@dataclass(frozen=True)
class Sequel:
    """What happens to a review later; unix seconds, NEVER where nothing does."""

    edited_at: Ints
    edited_rating: Ints
    removed_at: Ints
    replied_at: Ints

    @property
    def is_edited(self) -> Bools:
        return np.asarray(self.edited_at != NEVER)

    @property
    def is_replied(self) -> Bools:
        return np.asarray(self.replied_at != NEVER)


@dataclass(frozen=True)
class Reviews:
    """By time of writing. `drafts.order` is true whether the channel knows it (`knows_order`) or
    not; `family` of goods and `language` choose the words, `late_days` fill them."""

    drafts: Drafts
    opinions: Opinions
    sequel: Sequel
    knows_order: Bools
    family: Ints
    language: Ints
    late_days: Ints

    def __len__(self) -> int:
        return len(self.drafts)

    @property
    def is_eased(self) -> Bools:
        """Edited because the shop made good."""
        better = self.sequel.edited_rating > self.opinions.rating
        return np.asarray(self.sequel.is_edited & better)


def review(
    people: People,
    voices: Voices,
    sales: Sales,
    catalogue: Catalogue,
    delivery: Delivery,
    returns: Returns,
    plan: Plan,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Reviews:
    """Every review of the calendar."""
    late = late_days(sales, delivery)
    drafts = joined(
        [
            of_products(voices, sales, catalogue, delivery, returns, plan, calendar, late, rng),
            *(of_shop(c, voices, sales, delivery, late, rng) for c in (OF_SHOP, ON_GOOGLE)),
        ]
    )
    drafts = drafts.take(drafts.created_at < calendar.at(N_DAYS))
    drafts = drafts.take(np.argsort(drafts.created_at, kind="stable"))
    person, is_of_shop = sales.person[drafts.order], drafts.line < 0
    opinions = judge(
        drafts.issue, drafts.other_issue, drafts.is_grave, is_of_shop, voices.mood[person], rng
    )
    family = family_of_category()[catalogue.category[sales.variant[drafts.line]]]
    return Reviews(
        drafts=drafts,
        opinions=opinions,
        sequel=_sequel(drafts.created_at, opinions, rng),
        knows_order=rng.random(len(drafts)) < _KNOWN_SHARE[drafts.channel],
        family=np.where(is_of_shop, SHOP, family),
        language=voices.language[person],
        late_days=late[drafts.order],
    )


def _sequel(created_at: Ints, opinions: Opinions, rng: np.random.Generator) -> Sequel:
    n, is_bad, has_text = len(created_at), opinions.is_complaint, opinions.tone != SILENT
    replies = has_text & (rng.random(n) < np.where(is_bad, 0.55, 0.12))
    replied_at = np.where(replies, created_at + rng.integers(DAY // 2, 5 * DAY, n), NEVER)
    edits = has_text & (rng.random(n) < np.where(is_bad, 0.05, 0.018))
    known_at = np.maximum(created_at, replied_at)
    edited_at = np.where(edits, known_at + rng.integers(2 * DAY, 30 * DAY, n), NEVER)
    worse = np.maximum(opinions.rating - 1, 1)
    removed_at = np.maximum(created_at, edited_at) + rng.integers(DAY, 20 * DAY, n)
    return Sequel(
        edited_at=edited_at,
        edited_rating=np.select(
            [is_bad & replies, is_bad], [opinions.rating + 2, worse], opinions.rating
        ),
        removed_at=np.where(rng.random(n) < 0.01, removed_at, NEVER),
        replied_at=replied_at,
    )
