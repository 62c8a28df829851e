"""Incidents planted at known days relative to the origin; the ground truth tests ask for.

Product incidents are planned before anything is sold (a shift of demand, a fault, a drought of
stock, a slow lane); customer incidents are drawn from the people who bought. Subjects are chosen
by rank of popularity among long-lived goods, so that the trace is large enough to be seen.
"""

from dataclasses import dataclass

import numpy as np

from .assortment import REASONS
from .calendar import HISTORY_DAYS as TODAY
from .calendar import N_DAYS
from .catalogue import ALL_CATEGORIES, Catalogue
from .choice import Bools, Floats, Ints
from .countries import COUNTRIES
from .people import People
from .purchases import Purchases


@dataclass(frozen=True)
class Shift:
    """Demand for a variant is multiplied by `factor` from a day on."""

    kind: str
    variant: int
    from_day: int
    to_day: int
    factor: float
    seen_days: int


@dataclass(frozen=True)
class Fault:
    """Orders of a variant placed in these days are returned `rate` often, for one reason."""

    kind: str
    variant: int
    from_day: int
    to_day: int
    rate: float
    reason: int
    seen_days: int


@dataclass(frozen=True)
class Drought:
    """A variant at a location runs out on `out_day`; its delivery, promised for `promised_day`, is
    announced for and comes on `delivery_day`."""

    kind: str
    variant: int
    location: int
    out_day: int
    promised_day: int
    delivery_day: int
    seen_day: int


@dataclass(frozen=True)
class SlowLane:
    """Parcels sent to a country in these days take `extra_days` longer than promised."""

    country: int
    from_day: int
    to_day: int
    extra_days: float


@dataclass(frozen=True)
class Plan:
    shifts: tuple[Shift, ...]
    faults: tuple[Fault, ...]
    droughts: tuple[Drought, ...]
    lanes: tuple[SlowLane, ...]


def plan(catalogue: Catalogue) -> Plan:
    """Choose the subjects of all product and delivery incidents."""
    ranked = [int(v) for v in np.argsort(-_weight(catalogue)) if catalogue.is_lasting[v]]
    nearby = iter([v for v in ranked if catalogue.lead_days[v] <= 14][1:])
    soon, past, later = (next(nearby) for _ in range(3))
    goods = iter([v for v in ranked if v not in (soon, past, later)])
    collapse, collapse_later, surge, surge_later = (next(goods) for _ in range(4))
    durable = iter([v for v in goods if catalogue.lasts_days[v] == 0])
    faulty, faulty_later, misdescribed = (next(durable) for _ in range(3))
    broken, wrong = REASONS.index("damaged-or-defective"), REASONS.index("item-not-as-described")
    codes = [c.code for c in COUNTRIES]

    def raised(variant: int, times: float) -> float:
        return float(np.clip(catalogue.return_rate[variant] * times, 0.2, 0.6))

    return Plan(
        shifts=(
            Shift("velocity_collapse", collapse, TODAY - 21, N_DAYS, 0.2, 14),
            Shift("velocity_collapse", collapse_later, TODAY + 20, N_DAYS, 0.2, 14),
            Shift("demand_surge", surge, TODAY - 14, TODAY + 30, 3.0, 7),
            Shift("demand_surge", surge_later, TODAY + 40, TODAY + 80, 3.0, 7),
        ),
        faults=(
            Fault("product_fault", faulty, TODAY - 40, N_DAYS, raised(faulty, 6), broken, 25),
            Fault(
                "product_fault",
                faulty_later,
                TODAY + 15,
                N_DAYS,
                raised(faulty_later, 6),
                broken,
                25,
            ),
            Fault(
                "misdescribed_product", misdescribed, 0, N_DAYS, raised(misdescribed, 4), wrong, 60
            ),
        ),
        droughts=(
            Drought("stockout", past, 0, TODAY - 21, TODAY - 24, TODAY - 12, TODAY - 21),
            Drought("stockout_to_come", soon, 0, TODAY + 10, TODAY + 4, TODAY + 24, TODAY - 5),
            Drought("stockout_to_come", later, 0, TODAY + 60, TODAY + 54, TODAY + 75, TODAY + 45),
        ),
        lanes=(
            SlowLane(codes.index("FR"), TODAY - 30, TODAY - 16, 7.0),
            SlowLane(codes.index("GB"), TODAY + 60, TODAY + 74, 7.0),
        ),
    )


def _weight(catalogue: Catalogue) -> Floats:
    """Share of the shop's sales by variant."""
    share = np.array([c.share for c in ALL_CATEGORIES])
    weight: Floats = share[catalogue.category] * catalogue.popularity
    return weight


@dataclass(frozen=True)
class Slip:
    """A customer of high value who stops buying on `stop_day`, against an own short interval."""

    person: int
    stop_day: int
    interval_days: float


def choose_slips(people: People, purchases: Purchases) -> list[Slip]:
    """The dearest frequent buyers who would have gone on: some stop before the origin, some after.

    A slip stops four own intervals before it is visible at the origin (or 10 days after it).
    """
    n_slips = 5
    slips: list[Slip] = []
    for stop in (TODAY - 75, TODAY + 10):
        before = purchases.person[purchases.day < stop]
        bought = np.bincount(before, minlength=len(people))
        known_days = np.maximum(stop - people.born, 1)
        interval = known_days / np.maximum(bought, 1)
        fit = (bought >= 8) & (interval <= 30) & (people.died > TODAY + 60) & ~people.is_guest
        taken = [s.person for s in slips]
        fit[taken] = False
        value = np.where(fit, bought * (1 + people.tier), 0)
        best = np.argsort(-value, kind="stable")[:n_slips]
        slips += [Slip(int(p), stop, float(interval[p])) for p in best if value[p] > 0]
    return slips


def choose_returners(people: People, purchases: Purchases, slips: list[Slip]) -> Ints:
    """Three frequent buyers who send most of what they buy back (70 % of lines)."""
    recent = (purchases.day < TODAY) & (purchases.day >= TODAY - 365)
    bought = np.bincount(purchases.person[recent], minlength=len(people))
    bought[[s.person for s in slips]] = 0
    bought[people.is_guest] = 0
    return np.argsort(-bought, kind="stable")[3:6]


def end_slips(people: People, purchases: Purchases, slips: list[Slip]) -> Purchases:
    """Purchases without those after a slip; the truth then says the person dropped out."""
    stop: Bools = np.zeros(len(purchases), dtype=bool)
    for slip in slips:
        stop |= (purchases.person == slip.person) & (purchases.day >= slip.stop_day)
        people.died[slip.person] = slip.stop_day
    return purchases.keep(~stop)
