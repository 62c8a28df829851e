"""Rows of incidents: what was planted, from when it can be seen, and what exactly happened."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil
from typing import Any

import numpy as np
import orjson

from .assortment import REASONS
from .buying import N_LOCATIONS
from .calendar import DAY, HISTORY_DAYS
from .choice import Ints
from .countries import COUNTRIES
from .drafts import ON_SHOP, ON_TRUSTPILOT
from .identifiers import ids, skus
from .ledger import Ledger
from .opinions import ISSUES
from .product_reviews import ISSUE_OF
from .simulation import Business

_Row = tuple[str, str, str, int, int, dict[str, Any]]  # kind, type, id, planted, visible, detail


def write_incidents(ledger: Ledger, business: Business) -> None:
    """Fill incidents by the day they were planted, then the bursts of reviews that followed."""
    rows = [*_products(business), *_stockouts(business), *_lanes(business), *_people(business)]
    rows.sort(key=lambda row: (row[3], row[0], row[2]))
    rows += _bursts(business)
    kinds, types, subjects, planted, visible, details = zip(*rows, strict=True)
    ledger.write(
        "incidents",
        {
            "incident_id": np.arange(len(rows)) + 1,
            "kind": kinds,
            "subject_type": types,
            "subject_id": subjects,
            "planted_on": [_on(business, day) for day in planted],
            "visible_from": [_on(business, day) for day in visible],
            "detail": [orjson.dumps(detail).decode() for detail in details],
        },
    )


def _on(business: Business, day: int) -> date:
    return business.calendar.start + timedelta(days=int(day))


def _variant(business: Business, variant: int) -> tuple[str, dict[str, Any]]:
    goods = business.catalogue
    sku = skus(goods.n_variants)[variant]
    title = goods.titles[goods.product[variant]]
    return str(ids("variant", np.array(variant))), {"sku": sku, "title": title}


def _products(business: Business) -> Iterator[_Row]:
    plan = business.plan
    for s in plan.shifts:
        subject, detail = _variant(business, s.variant)
        detail |= {"factor": s.factor, "until": _on(business, s.to_day).isoformat()}
        yield s.kind, "variant", subject, s.from_day, s.from_day + s.seen_days, detail
    for f in plan.faults:
        subject, detail = _variant(business, f.variant)
        usual = float(business.catalogue.return_rate[f.variant])
        detail |= {"rate": f.rate, "usual_rate": usual, "reason": REASONS[f.reason]}
        yield f.kind, "variant", subject, f.from_day, f.from_day + f.seen_days, detail


def _stockouts(business: Business) -> Iterator[_Row]:
    for d in business.plan.droughts:
        subject, detail = _variant(business, d.variant)
        shelf = business.stock.available[:, d.variant * N_LOCATIONS + d.location]
        empty = np.flatnonzero(shelf[d.out_day - 10 : d.delivery_day] == 0)
        out_day = d.out_day - 10 + int(empty[0]) if len(empty) else d.out_day
        detail |= {
            "location_id": int(ids("location", np.array(d.location))),
            "out_on": _on(business, out_day).isoformat(),
            "promised_on": _on(business, d.promised_day).isoformat(),
            "delivered_on": _on(business, d.delivery_day).isoformat(),
        }
        planted = d.out_day if d.kind == "stockout" else d.out_day - 15
        yield d.kind, "variant", subject, planted, d.seen_day, detail


def _lanes(business: Business) -> Iterator[_Row]:
    for lane in business.plan.lanes:
        detail = {"extra_days": lane.extra_days, "until": _on(business, lane.to_day).isoformat()}
        code = COUNTRIES[lane.country].code
        yield "slow_delivery_lane", "country", code, lane.from_day, lane.from_day + 7, detail


def _bursts(business: Business) -> Iterator[_Row]:
    """Runs of bad product reviews naming the issue of a planted fault, three or more a week."""
    opinions, drafts = business.reviews.opinions, business.reviews.drafts
    is_bad = opinions.is_complaint & np.isin(drafts.channel, (ON_SHOP, ON_TRUSTPILOT))
    variant = np.where(drafts.line < 0, -1, business.sales.variant[drafts.line])
    for fault in business.plan.faults:
        issue = ISSUE_OF[fault.kind]
        cites = is_bad & (variant == fault.variant) & (opinions.issue == issue)
        at = drafts.created_at[cites]
        for run in runs(at, 3, 7 * DAY):
            subject, detail = _variant(business, fault.variant)
            first, seen, last = business.calendar.day_of(at[run][[0, 2, -1]])
            dates = {"from": _on(business, first), "until": _on(business, last)}
            detail |= {"issue": ISSUES[issue], "n_reviews": len(run)}
            detail |= {name: day.isoformat() for name, day in dates.items()}
            yield "review_burst", "variant", subject, int(first), int(seen), detail


def runs(at: Ints, n: int, within: int) -> list[Ints]:
    """Positions of sorted moments of which each belongs to n that lie `within` seconds, cut where
    two neighbours are further apart than that."""
    close = np.flatnonzero(at[n - 1 :] - at[: len(at) - n + 1] <= within)
    member = np.unique(close[:, None] + np.arange(n))
    return np.split(member, np.flatnonzero(np.diff(at[member]) > within) + 1) if len(member) else []


def _people(business: Business) -> Iterator[_Row]:
    first = business.accounts.first_of_person(len(business.people))
    for slip in business.slips:
        detail = {"person_id": slip.person + 1, "interval_days": round(slip.interval_days, 1)}
        seen = slip.stop_day + ceil(2 * slip.interval_days)
        yield "slipping_vip", "customer", _customer(first, slip.person), slip.stop_day, seen, detail
    for person in business.serial_returners:
        since = int(business.people.born[person])
        detail = {"person_id": int(person) + 1}
        subject = _customer(first, int(person))
        yield "serial_returner", "customer", subject, since, HISTORY_DAYS, detail


def _customer(first: np.ndarray, person: int) -> str:
    return str(ids("customer", first[person]))
