"""Who reviews the shop itself.

2 % of delivered orders on Trustpilot, 1 % on Google, times the person's talk, and four times as
many of late ones, 0.1 day + Exponential(3 days) after delivery. 85 % of those served late say so, a
fifth of them that the service did not help; of the others 10 % found something else. 25 % of those
whose parcel was lost complain on Trustpilot from the sixth day after the promised one.
"""

import numpy as np

from .calendar import DAY, NEVER
from .choice import Ints
from .delivery import Delivery
from .drafts import OF_SHOP, ON_GOOGLE, Drafts
from .opinions import LATE, SERVICE, SHOP, usual_issues
from .sales import Sales
from .voices import Voices

RATES = {OF_SHOP: 0.02, ON_GOOGLE: 0.01}
LATE_FACTOR, LOST_RATE, LOST_WAIT = 4, 0.25, 6 * DAY


def of_shop(
    channel: int,
    voices: Voices,
    sales: Sales,
    delivery: Delivery,
    late: Ints,
    rng: np.random.Generator,
) -> Drafts:
    """Drafts on one channel; `late` is by order, in days."""
    purchase = sales.purchase
    promised, is_lost = delivery.promised_at[purchase], delivery.is_lost[purchase]
    chance = RATES[channel] * voices.talk[sales.person] * np.where(late > 0, LATE_FACTOR, 1)
    chance = np.where(is_lost, LOST_RATE if channel == OF_SHOP else 0.0, chance)
    is_parcel = (promised != NEVER) & ~delivery.is_test[purchase]
    order = np.flatnonzero(is_parcel & (rng.random(len(sales)) < chance))
    is_lost, n = is_lost[order], len(order)
    since = np.where(is_lost, promised[order] + LOST_WAIT, delivery.delivered_at[purchase[order]])
    wait = 0.1 + rng.exponential(3.0, n)
    says_late = is_lost | ((late[order] > 0) & (rng.random(n) < 0.85))
    return Drafts(
        channel=np.full(n, channel),
        order=order,
        line=np.full(n, -1),
        created_at=since + (wait * DAY).astype(np.int64),
        issue=np.where(says_late, LATE, _other_issues(n, rng)),
        other_issue=np.where(says_late & (rng.random(n) < 0.2), SERVICE, -1),
        is_grave=is_lost,
    )


def _other_issues(n: int, rng: np.random.Generator) -> Ints:
    return np.where(rng.random(n) < 0.9, -1, usual_issues(np.full(n, SHOP), rng))
