"""Who writes a review, of what, where and when.

Of products: 7 % of delivered lines, times the person's talkativeness, Gamma(2, mean 1): half on the
shop's own site, half on Trustpilot, 1 day + Exponential(9 days) after delivery (60 at most); 15 %
of lines returned for a fault. A faulty lot is broken in 75 % of its units, and 80 % of the buyers
hit say so within days, mostly on Trustpilot; of a misdescribed product 35 % of buyers see it, and
35 % of those write. The acclaimed product draws a review from 40 % of buyers, whose few complaints
differ.
Of the shop: 2 % of delivered orders on Trustpilot, 1 % on Google; four times as many of late ones;
25 % of those whose parcel was lost complain on Trustpilot days after the promised day.
A review on the shop's site is verified when its writer was logged in (85 %), on Trustpilot when the
shop had asked for it (60 %): only then does the channel know the order.
"""

from dataclasses import dataclass, replace

import numpy as np

from .calendar import DAY, N_DAYS, NEVER, Calendar
from .catalogue import Catalogue
from .choice import Bools, Floats, Ints
from .countries import COUNTRIES
from .delivery import Delivery
from .incidents import Plan
from .opinions import (
    COMPLAINT,
    ISSUES,
    LATE,
    SARCASM,
    SERVICE,
    SHOP,
    SILENT,
    Opinions,
    family_of_category,
    issues_in_turn,
    issues_of_returns,
    judge,
    usual_issues,
)
from .people import People
from .refunds import returned_quantity
from .returns import Returns
from .sales import Sales

CHANNELS = ("shop", "trustpilot_product", "trustpilot_service", "google")
ON_SHOP, ON_TRUSTPILOT, OF_SHOP, ON_GOOGLE = range(4)
LANGUAGES = ("en", "de", "fr", "es", "nl", "it")
LINE_RATE, ORDER_RATE, GOOGLE_RATE = 0.07, 0.02, 0.01
BROKEN_SHARE, MISLED_SHARE = 0.75, 0.35


@dataclass(frozen=True)
class Voices:
    """Over persons: talkativeness, mood, language written in; `quality` over products."""

    talk: Floats
    mood: Floats
    language: Ints
    quality: Floats


@dataclass(frozen=True)
class Reviews:
    """Sorted by time. `order` and `line` (−1: of the shop) index Sales and are true whatever the
    channel knows; `knows_order` says whether it does. Unix seconds, NEVER where nothing happens."""

    channel: Ints
    order: Ints
    line: Ints
    created_at: Ints
    family: Ints
    language: Ints
    late_days: Ints
    opinions: Opinions
    knows_order: Bools
    edited_at: Ints
    edited_rating: Ints
    removed_at: Ints
    replied_at: Ints

    def __len__(self) -> int:
        return len(self.channel)


@dataclass(frozen=True)
class _Wish:
    """A review about to be written, before its tone is known."""

    channel: Ints
    order: Ints
    line: Ints
    created_at: Ints
    issue: Ints
    other_issue: Ints
    is_grave: Bools

    def __len__(self) -> int:
        return len(self.channel)

    def take(self, rows: Ints | Bools) -> "_Wish":
        return _Wish(**{name: values[rows] for name, values in vars(self).items()})


def draw_voices(people: People, catalogue: Catalogue, rng: np.random.Generator) -> Voices:
    """How each person writes, and how good each product is."""
    n = len(people)
    own = np.array([LANGUAGES.index(c.language) for c in COUNTRIES])[people.country]
    luck = rng.random(n)
    english = luck < np.where(own == LANGUAGES.index("nl"), 0.5, 0.06)
    return Voices(
        talk=rng.gamma(2.0, 0.5, n),
        mood=rng.normal(0, 1, n),
        language=np.where(luck > 0.993, LANGUAGES.index("it"), np.where(english, 0, own)),
        quality=rng.beta(14, 2.2, len(catalogue.titles)),
    )


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
    """Every review of the calendar, with its opinion and what later becomes of it."""
    late_days = _late_days(sales, delivery)
    wishes = [
        _of_lines(voices, sales, catalogue, delivery, returns, plan, calendar, late_days, rng),
        _of_orders(voices, sales, delivery, late_days, ON_GOOGLE, GOOGLE_RATE, rng),
        _of_orders(voices, sales, delivery, late_days, OF_SHOP, ORDER_RATE, rng),
    ]
    wish = _Wish(
        **{name: np.concatenate([vars(w)[name] for w in wishes]) for name in vars(wishes[0])}
    )
    wish = wish.take(wish.created_at < calendar.at(N_DAYS))
    wish = wish.take(np.argsort(wish.created_at, kind="stable"))
    person = sales.person[wish.order]
    category = catalogue.category[sales.variant[wish.line]]
    family = np.where(wish.line < 0, SHOP, np.r_[family_of_category(), 0][category])
    opinions = judge(
        wish.issue, wish.other_issue, wish.is_grave, wish.line < 0, voices.mood[person], rng
    )
    known = np.array([0.85, 0.6, 0.6, 0.0])[wish.channel]
    return _fated(
        Reviews(
            channel=wish.channel,
            order=wish.order,
            line=wish.line,
            created_at=wish.created_at,
            family=family,
            language=voices.language[person],
            late_days=late_days[wish.order],
            opinions=opinions,
            knows_order=rng.random(len(wish)) < known,
            edited_at=np.full(len(wish), NEVER),
            edited_rating=opinions.rating,
            removed_at=np.full(len(wish), NEVER),
            replied_at=np.full(len(wish), NEVER),
        ),
        rng,
    )


def _late_days(sales: Sales, delivery: Delivery) -> Ints:
    """Days after the promised one, begun ones whole; 0 in time, 14 when the parcel was lost."""
    promised, arrived = (v[sales.purchase] for v in (delivery.promised_at, delivery.delivered_at))
    late = np.where(arrived == NEVER, 14, -((promised - arrived) // DAY))
    return np.where(promised == NEVER, 0, np.maximum(late, 0))


def _of_lines(
    voices: Voices,
    sales: Sales,
    catalogue: Catalogue,
    delivery: Delivery,
    returns: Returns,
    plan: Plan,
    calendar: Calendar,
    late_days: Ints,
    rng: np.random.Generator,
) -> _Wish:
    """Reviews of products, on the shop's own site and on Trustpilot."""
    n, purchase = len(sales.order), sales.purchase[sales.order]
    family = np.r_[family_of_category(), 0][catalogue.category[sales.variant]]
    chance = LINE_RATE * voices.talk[sales.person[sales.order]]
    content = voices.quality[catalogue.product[sales.variant]]
    issue = np.where(rng.random(n) < content, -1, usual_issues(family, rng))
    day = calendar.day_of(sales.created_at)[sales.order]
    acclaimed = (sales.variant == plan.acclaim.variant) & (day >= plan.acclaim.from_day)
    acclaimed &= day < plan.acclaim.to_day
    chance = np.where(acclaimed, 0.4, chance)
    said = issues_of_returns(returns.reason[sales.intended], family)
    sent_back = (returned_quantity(sales, returns) > 0) & (said >= 0)
    issue, chance = np.where(sent_back, said, issue), np.where(sent_back, 0.15, chance)
    hit, told = _hit(sales, plan, day, sent_back, rng)
    issue = np.where(hit >= 0, hit, issue)
    chance = np.where(hit >= 0, told, chance)
    arrived = delivery.delivered_at[purchase]
    can = (arrived != NEVER) & ~delivery.is_test[purchase] & ~catalogue.is_gift_card[sales.variant]
    line = np.flatnonzero(can & (rng.random(n) < chance))
    order, m = sales.order[line], len(line)
    in_turn = acclaimed[line] & (issue[line] >= 0)
    issue = issue[line]
    issue[in_turn] = issues_in_turn(family[line][in_turn])
    is_grave = (hit[line] >= 0) | sent_back[line]
    wait = np.minimum(1 + rng.exponential(np.where(hit[line] >= 0, 3.0, 9.0)), 60)
    late = (late_days[order] > 0) & (rng.random(m) < 0.4)
    unanswered = is_grave & (rng.random(m) < 0.1)
    on_trustpilot = rng.random(m) < np.where(hit[line] >= 0, 0.75, 0.5)
    return _Wish(
        channel=np.where(on_trustpilot, ON_TRUSTPILOT, ON_SHOP),
        order=order,
        line=line,
        created_at=arrived[line] + (wait * DAY).astype(np.int64),
        issue=issue,
        other_issue=np.where(late, LATE, np.where(unanswered, SERVICE, -1)),
        is_grave=is_grave,
    )


def _hit(
    sales: Sales, plan: Plan, day: Ints, sent_back: Bools, rng: np.random.Generator
) -> tuple[Ints, Floats]:
    """By line: the issue of a planted fault its buyer met (−1: none), and the chance to tell."""
    hit, told = np.full(len(sales.order), -1), np.zeros(len(sales.order))
    for fault in plan.faults:
        is_broken = fault.kind == "product_fault"
        issue = ISSUES.index("defective" if is_broken else "not_as_described")
        share, tell = (BROKEN_SHARE, 0.8) if is_broken else (MISLED_SHARE, 0.35)
        met = (sales.variant == fault.variant) & (day >= fault.from_day) & (day < fault.to_day)
        met &= sent_back | (rng.random(len(hit)) < share)
        hit[met], told[met] = issue, tell
    return hit, told


def _of_orders(
    voices: Voices,
    sales: Sales,
    delivery: Delivery,
    late_days: Ints,
    channel: int,
    rate: float,
    rng: np.random.Generator,
) -> _Wish:
    """Reviews of the shop: of how it sold, packed, delivered and answered."""
    n, purchase = len(sales), sales.purchase
    arrived, promised = delivery.delivered_at[purchase], delivery.promised_at[purchase]
    is_lost = delivery.is_lost[purchase]
    is_late = late_days > 0
    chance = rate * voices.talk[sales.person] * np.where(is_late, 4, 1)
    chance = np.where(is_lost, 0.25 * (channel == OF_SHOP), chance)
    can = (promised != NEVER) & ~delivery.is_test[purchase]
    order = np.flatnonzero(can & (rng.random(n) < chance))
    m = len(order)
    late = (is_late[order] & (rng.random(m) < 0.85)) | is_lost[order]
    usual = np.where(rng.random(m) < 0.9, -1, usual_issues(np.full(m, SHOP), rng))
    usual = np.where((usual == LATE) & ~late, SERVICE, usual)
    since = np.where(is_lost, promised + 6 * DAY, arrived)[order]
    return _Wish(
        channel=np.full(m, channel),
        order=order,
        line=np.full(m, -1),
        created_at=since + ((0.1 + rng.exponential(3.0, m)) * DAY).astype(np.int64),
        issue=np.where(late, LATE, usual),
        other_issue=np.where(late & (rng.random(m) < 0.2), SERVICE, -1),
        is_grave=is_lost[order],
    )


def _fated(reviews: Reviews, rng: np.random.Generator) -> Reviews:
    """2.5 % are edited 2–30 days later, 1 % removed; the shop answers 55 % of the bad ones and 12 %
    of the others after 1–5 days, on the shop's site too. A bad review edited after an answer gains
    two stars (the text says why); other edits change a star at most, and nothing of the sense."""
    n, written = len(reviews), reviews.created_at
    is_bad = np.isin(reviews.opinions.tone, (COMPLAINT, SARCASM))
    says_much = reviews.opinions.tone != SILENT
    replied_at = np.where(
        says_much & (rng.random(n) < np.where(is_bad, 0.55, 0.12)),
        written + rng.integers(DAY // 2, 5 * DAY, n), NEVER,
    )  # fmt: skip
    edits = says_much & (rng.random(n) < np.where(is_bad, 0.05, 0.018))
    edited_at = np.where(
        edits, np.maximum(written, replied_at) + rng.integers(2 * DAY, 30 * DAY, n), NEVER
    )
    is_eased = is_bad & (replied_at != NEVER)
    rating = reviews.opinions.rating
    worse = np.where(is_bad, np.maximum(rating - 1, 1), rating)
    removed = rng.random(n) < 0.01
    return replace(
        reviews,
        edited_at=edited_at,
        edited_rating=np.where(is_eased, rating + 2, worse),
        removed_at=np.where(
            removed, np.maximum(written, edited_at) + rng.integers(DAY, 20 * DAY, n), NEVER
        ),
        replied_at=replied_at,
    )
