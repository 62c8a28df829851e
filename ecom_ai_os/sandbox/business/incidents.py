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
class Acclaim:
    """Buyers of a variant in these days review it as never before, and hardly one agrees with
    another in what is wrong: no incident, though there are bad reviews."""

    variant: int
    from_day: int
    to_day: int


@dataclass(frozen=True)
class Plan:
    shifts: tuple[Shift, ...]
    faults: tuple[Fault, ...]
    droughts: tuple[Drought, ...]
    lanes: tuple[SlowLane, ...]
    acclaim: Acclaim


def plan(catalogue: Catalogue) -> Plan:
    """Choose the subjects of all product and delivery incidents: best-sellers first."""
    ranked = [int(v) for v in np.argsort(-_weight(catalogue)) if catalogue.is_lasting[v]]
    nearby = [v for v in ranked if catalogue.lead_days[v] <= 14][1:4]
    others = [v for v in ranked if v not in nearby]
    durable = [v for v in others[4:] if catalogue.lasts_days[v] == 0]
    praised = next(v for v in others[4:] if v not in durable[:3])
    return Plan(
        shifts=_shifts(*others[:4]),
        faults=_faults(catalogue, *durable[:3]),
        droughts=_droughts(*nearby),
        lanes=(_lane("FR", TODAY - 30, 7.0), _lane("GB", TODAY + 60, 7.0)),
        acclaim=Acclaim(praised, TODAY - 60, TODAY + 60),
    )


def _shifts(fallen: int, falling: int, risen: int, rising: int) -> tuple[Shift, ...]:
    return (
        Shift("velocity_collapse", fallen, TODAY - 21, N_DAYS, 0.2, 14),
        Shift("velocity_collapse", falling, TODAY + 20, N_DAYS, 0.2, 14),
        Shift("demand_surge", risen, TODAY - 14, TODAY + 30, 3.0, 7),
        Shift("demand_surge", rising, TODAY + 40, TODAY + 80, 3.0, 7),
    )


def _faults(catalogue: Catalogue, now: int, later: int, misdescribed: int) -> tuple[Fault, ...]:
    """Returns multiply by six for a fault, by four for a wrong description; 20 % to 60 %."""
    usual = catalogue.return_rate
    broken, wrong = REASONS.index("damaged-or-defective"), REASONS.index("item-not-as-described")

    def fault(kind: str, variant: int, day: int, times: int, reason: int, seen: int) -> Fault:
        rate = float(np.clip(usual[variant] * times, 0.2, 0.6))
        return Fault(kind, variant, day, N_DAYS, rate, reason, seen)

    return (
        fault("product_fault", now, TODAY - 40, 6, broken, 25),
        fault("product_fault", later, TODAY + 15, 6, broken, 25),
        fault("misdescribed_product", misdescribed, 0, 4, wrong, 60),
    )


def _droughts(soon: int, past: int, later: int) -> tuple[Drought, ...]:
    return (
        Drought("stockout", past, 0, TODAY - 21, TODAY - 24, TODAY - 12, TODAY - 21),
        Drought("stockout_to_come", soon, 0, TODAY + 10, TODAY + 4, TODAY + 24, TODAY - 5),
        Drought("stockout_to_come", later, 0, TODAY + 60, TODAY + 54, TODAY + 75, TODAY + 45),
    )


def _lane(code: str, from_day: int, extra_days: float) -> SlowLane:
    country = [c.code for c in COUNTRIES].index(code)
    return SlowLane(country, from_day, from_day + 14, extra_days)


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
    """Five of the dearest frequent buyers stop 75 days before the origin, five 10 days after it.

    They bought eight times or more, every 30 days or oftener, and would have gone on.
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
