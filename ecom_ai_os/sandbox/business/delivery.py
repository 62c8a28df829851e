"""From order to doorstep: cancellation, fulfilment, transit.

Cancelled 2 % (within ten hours, before fulfilment). Orders after 15:00 UTC count for the next day;
0–3 business days of handling (35/40/20/5 %); carrier scan 2–10 h later; transit Gamma(9) around the
country's mean; promised = scan + ⌈mean⌉ + 1 days; 0.4 % of parcels never arrive.
Orders of gift cards alone are fulfilled at once by e-mail: no scan, no promise, no delivery.
"""

from dataclasses import dataclass

import numpy as np

from .baskets import Lines
from .calendar import DAY, NEVER, Calendar
from .catalogue import Catalogue
from .choice import Bools, Floats, Ints
from .countries import COUNTRIES
from .incidents import SlowLane
from .people import People
from .purchases import Purchases

CARRIERS = ("DHL", "DPD", "PostNL", "GLS")
CANCEL_REASONS = ("CUSTOMER", "FRAUD", "DECLINED", "STAFF", "OTHER")
TEST_RATE, CANCEL_RATE, LOSS_RATE = 0.002, 0.02, 0.004


@dataclass(frozen=True)
class Delivery:
    """Arrays over purchases; unix seconds, NEVER where it does not happen."""

    location: Ints
    is_test: Bools
    is_digital: Bools
    cancelled_at: Ints
    cancel_reason: Ints
    fulfilled_at: Ints
    in_transit_at: Ints
    promised_at: Ints
    delivered_at: Ints
    carrier: Ints

    @property
    def is_cancelled(self) -> Bools:
        return np.asarray(self.cancelled_at != NEVER)

    @property
    def is_lost(self) -> Bools:
        return np.asarray((self.in_transit_at != NEVER) & (self.delivered_at == NEVER))


def deliver(
    people: People,
    purchases: Purchases,
    lines: Lines,
    catalogue: Catalogue,
    calendar: Calendar,
    lanes: tuple[SlowLane, ...],
    rng: np.random.Generator,
) -> Delivery:
    """Decide every order's way; whether a line is in stock is decided later."""
    n = len(purchases)
    country = people.country[purchases.person]
    is_test = rng.random(n) < TEST_RATE
    goods = ~catalogue.is_gift_card[lines.variant]
    is_digital = np.bincount(lines.order[goods], minlength=n) == 0
    fulfilled = np.where(is_digital, purchases.created_at + 60, _handle(purchases, rng))
    cancelled_at = _cancel(purchases, fulfilled, is_digital | is_test, rng)
    is_cancelled = cancelled_at != NEVER
    scanned = fulfilled + rng.integers(2 * 3600, 10 * 3600, n)
    mean_days = np.array([c.transit_days for c in COUNTRIES])[country]
    promised = scanned // DAY * DAY + (np.ceil(mean_days).astype(np.int64) + 1) * DAY + 64_800
    transit_days = np.maximum(rng.gamma(9, mean_days / 9), 0.5)
    transit_days += _slowed(country, calendar.day_of(scanned), lanes, rng)
    arrived = scanned + (transit_days * DAY).astype(np.int64)
    gone = is_cancelled | is_digital
    return Delivery(
        location=np.array([c.location for c in COUNTRIES])[country],
        is_test=is_test,
        is_digital=is_digital,
        cancelled_at=cancelled_at,
        cancel_reason=rng.choice(len(CANCEL_REASONS), n, p=[0.62, 0.08, 0.1, 0.1, 0.1]),
        fulfilled_at=np.where(is_cancelled, NEVER, fulfilled),
        in_transit_at=np.where(gone, NEVER, scanned),
        promised_at=np.where(gone, NEVER, promised),
        delivered_at=np.where(gone | (rng.random(n) < LOSS_RATE), NEVER, arrived),
        carrier=rng.integers(0, len(CARRIERS), n),
    )


def _cancel(
    purchases: Purchases, fulfilled: Ints, is_kept: Bools, rng: np.random.Generator
) -> Ints:
    """Ten minutes to ten hours after the order, a minute before fulfilment at the latest."""
    n = len(purchases)
    room = np.minimum(36_000, fulfilled - purchases.created_at - 60)
    cancelled = (rng.random(n) < CANCEL_RATE) & ~is_kept & (room > 660)
    at = purchases.created_at + 600 + (rng.random(n) * (room - 600)).astype(np.int64)
    return np.where(cancelled, at, NEVER)


def _slowed(
    country: Ints, day: Ints, lanes: tuple[SlowLane, ...], rng: np.random.Generator
) -> Floats:
    """Days added to transit by the planted slow lanes."""
    extra = np.zeros(len(day))
    for lane in lanes:
        slow = (country == lane.country) & (day >= lane.from_day) & (day < lane.to_day)
        extra += slow * (lane.extra_days + rng.uniform(-1, 2, len(day)))
    return extra


def _handle(purchases: Purchases, rng: np.random.Generator) -> Ints:
    """Packing time: business days, 09:00–17:00, at least half an hour after the order."""
    n = len(purchases)
    is_late = purchases.created_at % DAY >= 15 * 3600
    day = (purchases.created_at // DAY + is_late).astype("datetime64[D]")
    wait = rng.choice(4, n, p=[0.35, 0.4, 0.2, 0.05])
    packed = np.busday_offset(day, wait, roll="forward").astype(np.int64) * DAY
    packed += rng.integers(9 * 3600, 17 * 3600, n)
    return np.maximum(packed, purchases.created_at + 1800)
