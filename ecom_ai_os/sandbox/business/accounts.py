"""Accounts: the customers the shop knows, as opposed to the people who buy.

A person who is no guest gets an account minutes before the first order (or, who never buys, on the
first visit). 2.5 % of those with three orders or more open a second one half-way: the same e-mail
in other case (60 %), or another e-mail with the same phone. Guests, and 1.2 % of later orders of
account holders, leave only an e-mail.
Consent: 55 % subscribe by e-mail at sign-up (12 % of them leave, after Exponential(200 days)),
4 % stay pending; 45 % give a phone, 30 % of those subscribe to SMS (10 % leave).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from .calendar import DAY, NEVER, Calendar
from .choice import Bools, Ints, within
from .contacts import FIRST, OTHER_CASE, OTHER_EMAIL, contacts
from .people import People
from .sales import Sales

SECOND_RATE, LOGGED_OUT_RATE = 0.025, 0.012
EMAIL_STATES = ("SUBSCRIBED", "PENDING", "NOT_SUBSCRIBED")


@dataclass(frozen=True)
class Consent:
    """Index into EMAIL_STATES at sign-up, and when a subscriber leaves."""

    state: Ints
    left_at: Ints


@dataclass(frozen=True)
class Accounts:
    """Sorted by creation. `of_order` (over Sales) is an account or −1 for a guest order.

    `contact` is a frame over persons, then second accounts; `contact_of` (over accounts) and
    `contact_of_order` (over Sales) point into it. `twin` is one of contacts.FIRST, ….
    """

    person: Ints
    created_at: Ints
    twin: Ints
    of_order: Ints
    contact: pl.DataFrame
    contact_of: Ints
    contact_of_order: Ints
    email: Consent
    sms: Consent

    def first_of_person(self, n_people: int) -> Ints:
        """Each person's first account, or −1."""
        first = np.full(n_people, -1)
        own = np.flatnonzero(self.twin == FIRST)
        first[self.person[own]] = own
        return first


def open_accounts(
    people: People, sales: Sales, calendar: Calendar, single: Ints, rng: np.random.Generator
) -> Accounts:
    """Accounts of all but guests; persons in `single` keep to one."""
    turn, n_orders = _turns(sales, len(people))
    second, second_twin = _second(people, n_orders, single, rng)
    person = np.r_[np.arange(len(people)), second]
    twin = np.r_[np.full(len(people), FIRST), second_twin]
    contact_of_order = _switch(sales, second, turn, n_orders)
    start = _starts(people, sales, contact_of_order, calendar, len(person))
    start -= rng.integers(60, 600, len(start))
    is_holder = ~people.is_guest & ((n_orders > 0) | people.is_visitor)
    rank, contact_of = _in_order(start, np.r_[is_holder, np.full(len(second), True)])
    contact = contacts(people, person, twin, rng)
    is_out = (turn > 0) & (turn * 2 != n_orders[sales.person])
    is_out &= rng.random(len(sales)) < LOGGED_OUT_RATE
    is_guest = people.is_guest[sales.person] | is_out
    created_at = start[contact_of]
    has_phone = contact["phone"].is_not_null().to_numpy()[contact_of]
    return Accounts(
        person=person[contact_of],
        created_at=created_at,
        twin=twin[contact_of],
        of_order=np.where(is_guest, -1, rank[contact_of_order]),
        contact=contact,
        contact_of=contact_of,
        contact_of_order=contact_of_order,
        email=_consent(created_at, _email_state(len(created_at), rng), 0.12, rng),
        sms=_consent(created_at, _sms_state(has_phone, rng), 0.10, rng),
    )


def _turns(sales: Sales, n_people: int) -> tuple[Ints, Ints]:
    """How many orders the same person placed before, by order; orders by person."""
    n_orders = np.bincount(sales.person, minlength=n_people)
    turn = np.empty(len(sales), dtype=np.int64)
    turn[np.argsort(sales.person, kind="stable")] = within(n_orders)
    return turn, n_orders


def _second(
    people: People, n_orders: Ints, single: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Persons who open a second account, and how it differs from the first."""
    doubles = (n_orders >= 3) & ~people.is_guest & (rng.random(len(people)) < SECOND_RATE)
    doubles[single] = False
    second = np.flatnonzero(doubles)
    return second, np.where(rng.random(len(second)) < 0.6, OTHER_CASE, OTHER_EMAIL)


def _switch(sales: Sales, second: Ints, turn: Ints, n_orders: Ints) -> Ints:
    """Contact of each order: the person's, from half-way the second account's."""
    second_of = np.full(len(n_orders), -1)
    second_of[second] = len(n_orders) + np.arange(len(second))
    switched = (second_of[sales.person] >= 0) & (turn * 2 >= n_orders[sales.person])
    return np.where(switched, second_of[sales.person], sales.person)


def _starts(
    people: People, sales: Sales, contact_of_order: Ints, calendar: Calendar, n_contacts: int
) -> Ints:
    """First sight of each contact: its first order, a visitor's first day."""
    start = np.full(n_contacts, np.iinfo(np.int64).max)
    np.minimum.at(start, contact_of_order, sales.created_at)
    visitors = np.flatnonzero(people.is_visitor)
    start[visitors] = calendar.at(people.born[visitors])
    return start


def _in_order(start: Ints, is_holder: Bools) -> tuple[Ints, Ints]:
    """Rank of each holder by start (−1 for others), and the holders in that order."""
    holders = np.flatnonzero(is_holder)
    holders = holders[np.argsort(start[holders], kind="stable")]
    rank = np.full(len(start), -1)
    rank[holders] = np.arange(len(holders))
    return rank, holders


def _email_state(n: int, rng: np.random.Generator) -> Ints:
    return rng.choice(3, n, p=[0.55, 0.04, 0.41])


def _sms_state(has_phone: Bools, rng: np.random.Generator) -> Ints:
    return np.where(has_phone & (rng.random(len(has_phone)) < 0.3), 0, 2)


def _consent(created_at: Ints, state: Ints, leave_rate: float, rng: np.random.Generator) -> Consent:
    n = len(created_at)
    leaves = (state == 0) & (rng.random(n) < leave_rate)
    after = (rng.exponential(200 * DAY, n) + DAY).astype(np.int64)
    return Consent(state, np.where(leaves, created_at + after, NEVER))
