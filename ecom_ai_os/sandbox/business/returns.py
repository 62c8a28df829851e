"""Which sold lines come back, when and why, decided before stock (a line never sold never returns).

A delivered line is returned with probability return_rate(variant) · Gamma(2, mean 1) of the person,
or by the rate of a planted fault; 70 % of a serial returner's. One return per order, asked for
1.5 days + Exponential(5.5) after delivery (30 at most), approved within a day (4 % declined),
closed (goods in, money back) 4–10 days later. Whole goods go back on the shelf, faulty ones do not.
"""

from dataclasses import dataclass

import numpy as np

from .assortment import REASONS
from .baskets import Lines
from .calendar import DAY, NEVER
from .catalogue import Catalogue
from .choice import Bools, GroupedChoice, Ints
from .delivery import Delivery
from .incidents import Fault
from .people import People
from .purchases import Purchases

DECLINE_RATE = 0.04
SERIAL_RATE = 0.7


@dataclass(frozen=True)
class Returns:
    """`quantity`, `reason`, `is_restocked` over intended lines (0 = kept); times over purchases."""

    quantity: Ints
    reason: Ints
    is_restocked: Bools
    requested_at: Ints
    is_declined: Bools
    decided_at: Ints
    closed_at: Ints


def send_back(
    people: People,
    purchases: Purchases,
    lines: Lines,
    catalogue: Catalogue,
    delivery: Delivery,
    faults: tuple[Fault, ...],
    serial: Ints,
    rng: np.random.Generator,
) -> Returns:
    """Decide the fate of every line."""
    person, day = purchases.person[lines.order], purchases.day[lines.order]
    chance = catalogue.return_rate[lines.variant] * people.return_factor[person]
    weights = catalogue.reason_weights
    choice = GroupedChoice([(np.arange(len(REASONS)), w) for w in weights])
    reason = choice.draw(lines.variant, rng)
    for fault in faults:
        hit = (lines.variant == fault.variant) & (day >= fault.from_day) & (day < fault.to_day)
        chance = np.where(hit, fault.rate, chance)
        reason = np.where(hit & (rng.random(len(lines)) < 0.85), fault.reason, reason)
    chance = np.where(np.isin(person, serial), SERIAL_RATE, chance)
    came = (delivery.delivered_at != NEVER) & ~delivery.is_test
    back = (rng.random(len(lines)) < chance) & came[lines.order]
    back &= ~catalogue.is_gift_card[lines.variant]
    part = 1 + (rng.random(len(lines)) * lines.quantity).astype(np.int64)
    quantity = np.where(back, np.where(rng.random(len(lines)) < 0.8, lines.quantity, part), 0)
    requested = _requests(delivery, len(purchases), rng)
    decided = requested + rng.integers(1800, DAY, len(purchases))
    broken = reason == REASONS.index("damaged-or-defective")
    return Returns(
        quantity=quantity,
        reason=reason,
        is_restocked=~broken & (rng.random(len(lines)) < 0.8),
        requested_at=requested,
        is_declined=rng.random(len(purchases)) < DECLINE_RATE,
        decided_at=decided,
        closed_at=decided + rng.integers(4 * DAY, 10 * DAY, len(purchases)),
    )


def _requests(delivery: Delivery, n: int, rng: np.random.Generator) -> Ints:
    """When each order's return would be asked for."""
    wait = np.minimum(1.5 + rng.exponential(5.5, n), 30)
    arrived = np.where(delivery.delivered_at == NEVER, 0, delivery.delivered_at)
    return arrived + (wait * DAY).astype(np.int64)
