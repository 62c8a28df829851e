"""Abandoned checkouts: 22 for every 100 orders, and 3 % of repeat orders first abandoned.

An unrecovered one repeats the basket of an order of the same customer 1–25 days later; a recovered
one precedes its order by 1–48 hours.
"""

from dataclasses import dataclass

import numpy as np

from .accounts import Accounts
from .calendar import DAY, N_DAYS, NEVER, Calendar
from .choice import Ints, within
from .delivery import Delivery
from .people import People
from .sales import Sales

ABANDON_RATE, RECOVER_RATE = 0.22, 0.03


@dataclass(frozen=True)
class Checkouts:
    """Sorted by time; `order` (the basket's) and `line` index Sales."""

    order: Ints
    is_recovered: np.ndarray
    created_at: Ints
    updated_at: Ints
    completed_at: Ints
    checkout: Ints
    line: Ints


def abandon(
    people: People,
    sales: Sales,
    accounts: Accounts,
    delivery: Delivery,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Checkouts:
    """Draw the checkouts of account holders that were left, and those that came back."""
    n = len(sales)
    known = (accounts.of_order >= 0) & ~delivery.is_test[sales.purchase]
    left = np.flatnonzero(known & (rng.random(n) < ABANDON_RATE / 0.9))
    left_at = sales.created_at[left] + rng.integers(DAY, 25 * DAY, len(left))
    end = calendar.at(np.minimum(people.died[sales.person[left]], N_DAYS))
    left, left_at = left[left_at < end], left_at[left_at < end]
    saved = np.flatnonzero(known & (rng.random(n) < RECOVER_RATE))
    saved_at = sales.created_at[saved] - rng.integers(3600, 2 * DAY, len(saved))
    had_account = saved_at > accounts.created_at[accounts.of_order[saved]]
    saved, saved_at = saved[had_account], saved_at[had_account]
    order, created_at = np.concatenate([left, saved]), np.concatenate([left_at, saved_at])
    is_recovered = np.repeat([False, True], [len(left), len(saved)])
    by_time = np.argsort(created_at, kind="stable")
    order, created_at, is_recovered = order[by_time], created_at[by_time], is_recovered[by_time]
    n_lines, first = (
        np.bincount(sales.order, minlength=n),
        np.searchsorted(sales.order, np.arange(n)),
    )
    counts = n_lines[order]
    done = sales.created_at[order]
    return Checkouts(
        order=order,
        is_recovered=is_recovered,
        created_at=created_at,
        updated_at=np.where(is_recovered, done, created_at + 300),
        completed_at=np.where(is_recovered, done, NEVER),
        checkout=np.repeat(np.arange(len(order)), counts),
        line=np.repeat(first[order], counts) + within(counts),
    )
