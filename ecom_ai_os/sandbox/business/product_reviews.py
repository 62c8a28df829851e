"""Who reviews the products of a delivery.

7 % of delivered lines, times the person's talk: half on the shop's own site, half on Trustpilot, 1
day + Exponential(9 days) after delivery (60 at most). Of lines returned for a fault 15 %, and they
name it. A faulty lot is broken in 75 % of its units, and 80 % of the buyers hit say so within days,
mostly on Trustpilot; of a misdescribed product 35 % of buyers see it, and 35 % of those write. The
acclaimed product draws a review from 40 % of buyers, nine in ten content and no two complaints in a
row alike. 40 % of those whose parcel was late mention it, 10 % of those with a fault the service.
"""

from dataclasses import dataclass, replace

import numpy as np

from .calendar import DAY, NEVER, Calendar
from .catalogue import Catalogue
from .choice import Bools, Floats, Ints
from .delivery import Delivery
from .drafts import ON_SHOP, ON_TRUSTPILOT, Drafts
from .incidents import Fault, Plan
from .opinions import (
    DEFECTIVE,
    LATE,
    NOT_AS_DESCRIBED,
    SERVICE,
    family_of_category,
    issues_in_turn,
    issues_of_returns,
    usual_issues,
)
from .refunds import returned_quantity
from .returns import Returns
from .sales import Sales
from .voices import Voices

RATE, RETURNED_RATE, ACCLAIMED_RATE, ACCLAIMED_QUALITY = 0.07, 0.15, 0.4, 0.9
# Share of the buyers a planted fault hits, and of those the share that tells.
HITS = {"product_fault": (0.75, 0.8), "misdescribed_product": (0.35, 0.35)}
ISSUE_OF = {"product_fault": DEFECTIVE, "misdescribed_product": NOT_AS_DESCRIBED}


@dataclass(frozen=True)
class _Verdicts:
    """Over sold lines: what there is to complain of (−1: nothing), the chance that it is told."""

    issue: Ints
    chance: Floats
    is_hit: Bools
    is_grave: Bools

    def where(self, rows: Bools, issue: Ints | int, chance: float, is_hit: bool) -> "_Verdicts":
        return _Verdicts(
            issue=np.where(rows, issue, self.issue),
            chance=np.where(rows, chance, self.chance),
            is_hit=self.is_hit | (rows & is_hit),
            is_grave=self.is_grave | rows,
        )


def of_products(
    voices: Voices,
    sales: Sales,
    catalogue: Catalogue,
    delivery: Delivery,
    returns: Returns,
    plan: Plan,
    calendar: Calendar,
    late: Ints,
    rng: np.random.Generator,
) -> Drafts:
    """Drafts of lines that arrived; `late` is by order, in days."""
    family = family_of_category()[catalogue.category[sales.variant]]
    day = calendar.day_of(sales.created_at)[sales.order]
    verdicts = _usual(voices, sales, catalogue, family, rng)
    verdicts = _acclaimed(verdicts, sales, plan, day, family, rng)
    fault = issues_of_returns(returns.reason[sales.intended], family)
    sent_back = (returned_quantity(sales, returns) > 0) & (fault >= 0)
    verdicts = verdicts.where(sent_back, fault, RETURNED_RATE, is_hit=False)
    for planted in plan.faults:
        verdicts = _met(verdicts, planted, sales, day, sent_back, rng)
    purchase = sales.purchase[sales.order]
    came = (delivery.delivered_at[purchase] != NEVER) & ~delivery.is_test[purchase]
    came &= ~catalogue.is_gift_card[sales.variant]
    line = np.flatnonzero(came & (rng.random(len(day)) < verdicts.chance))
    return _drafts(line, verdicts, sales, delivery, late, rng)


def _usual(
    voices: Voices, sales: Sales, catalogue: Catalogue, family: Ints, rng: np.random.Generator
) -> _Verdicts:
    n = len(sales.order)
    is_content = rng.random(n) < voices.quality[catalogue.product[sales.variant]]
    return _Verdicts(
        issue=np.where(is_content, -1, usual_issues(family, rng)),
        chance=RATE * voices.talk[sales.person[sales.order]],
        is_hit=np.zeros(n, dtype=bool),
        is_grave=np.zeros(n, dtype=bool),
    )


def _acclaimed(
    verdicts: _Verdicts,
    sales: Sales,
    plan: Plan,
    day: Ints,
    family: Ints,
    rng: np.random.Generator,
) -> _Verdicts:
    acclaim, chance, issue = plan.acclaim, verdicts.chance.copy(), verdicts.issue.copy()
    in_days = (day >= acclaim.from_day) & (day < acclaim.to_day)
    row = np.flatnonzero((sales.variant == acclaim.variant) & in_days)
    row = row[rng.random(len(row)) < ACCLAIMED_RATE]
    is_content = rng.random(len(row)) < ACCLAIMED_QUALITY
    issue[row[is_content]] = -1
    issue[row[~is_content]] = issues_in_turn(family[row[~is_content]])
    chance[row] = 1.0
    return replace(verdicts, chance=chance, issue=issue)


def _met(
    verdicts: _Verdicts,
    fault: Fault,
    sales: Sales,
    day: Ints,
    sent_back: Bools,
    rng: np.random.Generator,
) -> _Verdicts:
    """Those who met a planted fault: all who sent the goods back, and a share of the others."""
    share, telling = HITS[fault.kind]
    in_lot = (sales.variant == fault.variant) & (day >= fault.from_day) & (day < fault.to_day)
    met = in_lot & (sent_back | (rng.random(len(day)) < share))
    return verdicts.where(met, ISSUE_OF[fault.kind], telling, is_hit=True)


def _drafts(
    line: Ints,
    verdicts: _Verdicts,
    sales: Sales,
    delivery: Delivery,
    late: Ints,
    rng: np.random.Generator,
) -> Drafts:
    n, order, is_hit = len(line), sales.order[line], verdicts.is_hit[line]
    wait = np.minimum(1 + rng.exponential(np.where(is_hit, 3.0, 9.0)), 60)
    mentions_late = (late[order] > 0) & (rng.random(n) < 0.4)
    is_unanswered = verdicts.is_grave[line] & (rng.random(n) < 0.1)
    on_trustpilot = rng.random(n) < np.where(is_hit, 0.75, 0.5)
    arrived = delivery.delivered_at[sales.purchase[order]]
    return Drafts(
        channel=np.where(on_trustpilot, ON_TRUSTPILOT, ON_SHOP),
        order=order,
        line=line,
        created_at=arrived + (wait * DAY).astype(np.int64),
        issue=verdicts.issue[line],
        other_issue=np.select([mentions_late, is_unanswered], [LATE, SERVICE], -1),
        is_grave=verdicts.is_grave[line],
    )
