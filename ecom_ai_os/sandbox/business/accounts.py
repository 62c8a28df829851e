"""Accounts: the customers the shop knows, as opposed to the people who buy.

A person who is no guest gets an account minutes before the first order. 2.5 % of those with three
orders or more open a second one half-way: the same e-mail in other case (60 %), or another e-mail
with the same phone. Guests, and 1.2 % of later orders of account holders, leave only an e-mail.
Consent: 55 % subscribe by e-mail at sign-up (12 % of them leave, after Exponential(200 days)),
4 % stay pending; 45 % give a phone, 30 % of those subscribe to SMS (10 % leave).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from .calendar import DAY
from .choice import Bools, Ints, within
from .countries import COUNTRIES
from .delivery import NEVER
from .people import People
from .sales import Sales

SECOND_RATE, LOGGED_OUT_RATE = 0.025, 0.012
NONE, OTHER_CASE, OTHER_EMAIL = 0, 1, 2


@dataclass(frozen=True)
class Accounts:
    """Sorted by creation. `of_order` (over Sales) is an account or −1 for a guest order.

    `twin` says how a second account differs from the person's first; `contact` is a frame over
    persons, then second accounts, with first_name, last_name, email, phone, city, zip, locale;
    `contact_of_order` and `contact_of` point into it.
    """

    person: Ints
    created_at: Ints
    twin: Ints
    of_order: Ints
    contact: pl.DataFrame
    contact_of: Ints
    contact_of_order: Ints
    email_state: Ints
    email_left_at: Ints
    sms_state: Ints
    sms_left_at: Ints

    def first_of_person(self, n_people: int) -> Ints:
        """Each person's first account, or −1."""
        first = np.full(n_people, -1)
        own = np.flatnonzero(self.twin == NONE)
        first[self.person[own]] = own
        return first


def open_accounts(people: People, sales: Sales, single: Ints, rng: np.random.Generator) -> Accounts:
    """Accounts of everyone with an order that came about; persons in `single` keep to one."""
    n = len(people)
    by_person = np.argsort(sales.person, kind="stable")
    n_orders = np.bincount(sales.person, minlength=n)
    turn = np.empty(len(sales), dtype=np.int64)
    turn[by_person] = within(n_orders)
    doubles = (n_orders >= 3) & ~people.is_guest & (rng.random(n) < SECOND_RATE)
    doubles[single] = False
    second = np.flatnonzero(doubles)
    twin = np.where(rng.random(len(second)) < 0.6, OTHER_CASE, OTHER_EMAIL)
    second_of = np.full(n, -1)
    second_of[second] = n + np.arange(len(second))
    switched = (second_of[sales.person] >= 0) & (turn * 2 >= n_orders[sales.person])
    contact_of_order = np.where(switched, second_of[sales.person], sales.person)
    is_guest = people.is_guest[sales.person]
    is_guest |= (
        (turn > 0)
        & (turn * 2 != n_orders[sales.person])
        & (rng.random(len(sales)) < LOGGED_OUT_RATE)
    )
    start = np.full(n + len(second), np.iinfo(np.int64).max)
    np.minimum.at(start, contact_of_order, sales.created_at)
    start -= rng.integers(60, 600, len(start))
    holder = np.r_[~people.is_guest & (n_orders > 0), np.ones(len(second), dtype=bool)]
    rank, contact_of = _in_order(start, holder)
    person = np.r_[np.arange(n), second]
    contact = _contacts(people, person, np.r_[np.zeros(n, dtype=np.int64), twin], rng)
    created_at = start[contact_of]
    has_phone = contact["phone"].is_not_null().to_numpy()[contact_of]
    return Accounts(
        person=person[contact_of],
        created_at=created_at,
        twin=np.r_[np.zeros(n, dtype=np.int64), twin][contact_of],
        of_order=np.where(is_guest, -1, rank[contact_of_order]),
        contact=contact,
        contact_of=contact_of,
        contact_of_order=contact_of_order,
        **_consent(created_at, has_phone, rng),
    )


def _in_order(start: Ints, holder: Bools) -> tuple[Ints, Ints]:
    """Rank of each holder by start (−1 for others), and the holders in that order."""
    holders = np.flatnonzero(holder)
    holders = holders[np.argsort(start[holders], kind="stable")]
    rank = np.full(len(start), -1)
    rank[holders] = np.arange(len(holders))
    return rank, holders


EMAIL_STATES = ("SUBSCRIBED", "PENDING", "NOT_SUBSCRIBED")


def _consent(created_at: Ints, has_phone: Bools, rng: np.random.Generator) -> dict[str, Ints]:
    n = len(created_at)
    email_state = rng.choice(3, n, p=[0.55, 0.04, 0.41])
    sms_state = np.where(has_phone & (rng.random(n) < 0.3), 0, 2)
    left = {}
    for name, state, rate in (("email", email_state, 0.12), ("sms", sms_state, 0.10)):
        leaves = (state == 0) & (rng.random(n) < rate)
        after = (rng.exponential(200 * DAY, n) + DAY).astype(np.int64)
        left[f"{name}_left_at"] = np.where(leaves, created_at + after, NEVER)
    return {"email_state": email_state, "sms_state": sms_state, **left}


def _contacts(people: People, person: Ints, twin: Ints, rng: np.random.Generator) -> pl.DataFrame:
    """Names, e-mails, phones and addresses; a second account shares the person's but for `twin`."""
    n = len(people)
    country = people.country
    pick = {k: rng.random(n) for k in ("first_names", "last_names", "city")}
    words = {k: _word(k, country, pick[k])[person] for k in ("first_names", "last_names")}
    has_phone = rng.random(n) < 0.45
    has_phone[person[twin == OTHER_EMAIL]] = True
    place = _word("city", country, pick["city"])[person]
    frame = pl.DataFrame(
        {
            "number": person + 1,
            "twin": twin,
            "domain": rng.choice(["example.com", "example.org", "example.net"], n)[person],
            "first_name": words["first_names"],
            "last_name": words["last_names"],
            "place": place,
            "country_code": np.array([c.code for c in COUNTRIES])[country][person],
            "locale": np.array([f"{c.language}-{c.code}" for c in COUNTRIES])[country][person],
            "prefix": np.array([c.phone_prefix for c in COUNTRIES])[country][person],
            "digits": np.array([c.phone_digits for c in COUNTRIES])[country][person],
            "has_phone": has_phone[person],
        }
    )
    return _spelled(frame)


def _word(what: str, country: Ints, pick: np.ndarray) -> np.ndarray:
    """A word of the country's list per person; cities come as 'city|zip'."""
    lists = [
        ["|".join(p) for p in c.cities] if what == "city" else getattr(c, what).split()
        for c in COUNTRIES
    ]
    sizes = np.array([len(choices) for choices in lists])
    starts = np.cumsum(sizes) - sizes
    flat = np.array([word for choices in lists for word in choices])
    words: np.ndarray = flat[starts[country] + (pick * sizes[country]).astype(np.int64)]
    return words


def _slug(column: str) -> pl.Expr:
    """Lower-case ASCII letters of a name: 'Müller' is 'muller'."""
    plain = pl.col(column).str.normalize("NFKD").str.replace_all(r"[^\x00-\x7F]", "")
    return plain.str.to_lowercase()


def _spelled(frame: pl.DataFrame) -> pl.DataFrame:
    name = pl.concat_str(_slug("first_name"), pl.lit("."), _slug("last_name"), "number")
    capital = pl.concat_str(
        _slug("first_name").str.to_titlecase(), pl.lit("."), _slug("last_name").str.to_titlecase(),
        "number",
    )  # fmt: skip
    other = pl.concat_str(_slug("last_name"), pl.lit("."), "number")
    local = (
        pl.when(pl.col("twin") == OTHER_CASE)
        .then(capital)
        .when(pl.col("twin") == OTHER_EMAIL)
        .then(other)
        .otherwise(name)
    )
    number = (pl.col("number") + 2_000_000).cast(pl.String).str.tail(7)
    digits = (
        pl.when(pl.col("digits") == 8).then(pl.concat_str(pl.lit("2"), number)).otherwise(number)
    )
    return frame.select(
        "first_name",
        "last_name",
        "country_code",
        "locale",
        email=pl.concat_str(local, pl.lit("@"), "domain"),
        phone=pl.when("has_phone").then(pl.concat_str("prefix", digits)),
        city=pl.col("place").str.split("|").list.first(),
        zip=pl.col("place").str.split("|").list.last(),
    )
