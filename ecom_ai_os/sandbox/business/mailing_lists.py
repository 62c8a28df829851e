"""Which mails go to which accounts, and when.

Campaigns go to accounts subscribed at that moment: to 55 % of them, drawn anew each time, or, when
a category is featured, to 80 % of those whose taste leans to it and 30 % of the others; a million
campaign mails in all at most, every campaign cut alike. Flows: welcome 10 minutes and 4 days after
sign-up, abandoned checkout 4 and 28 hours after it was left, win-back 90 and 120 days after the
last order, all for subscribers; shipping confirmation minutes after the fulfilment of every
account's order, subscribed or not.
"""

from dataclasses import dataclass, replace

import numpy as np

from .accounts import EMAIL_STATES, Accounts
from .assortment import CATEGORIES
from .calendar import DAY, N_DAYS, NEVER, Calendar
from .catalogue import Catalogue
from .checkouts import Checkouts
from .choice import Bools, Ints
from .delivery import Delivery
from .mailings import FLOWS, Mailing
from .people import People
from .sales import Sales

MOST_CAMPAIGN_MAILS = 1_000_000
ANY_SHARE, LEANING_SHARE, OTHER_SHARE = 0.55, 0.8, 0.3
CAMPAIGN, SHIPPING = 0, 1 + FLOWS.index("shipping_confirmation")
_SUBSCRIBED = EMAIL_STATES.index("SUBSCRIBED")


@dataclass(frozen=True)
class Mails:
    """By time of sending: indexes of mailings, accounts, Sales (−1: no order), products (−1).

    `kind` is CAMPAIGN or 1 + the position in FLOWS; `product` is shown first in the mail.
    """

    mailing: Ints
    kind: Ints
    account: Ints
    order: Ints
    product: Ints
    sent_at: Ints

    def __len__(self) -> int:
        return len(self.mailing)

    def take(self, rows: Ints | Bools) -> "Mails":
        return Mails(**{name: values[rows] for name, values in vars(self).items()})


def address(
    mailings: tuple[Mailing, ...],
    people: People,
    sales: Sales,
    accounts: Accounts,
    delivery: Delivery,
    checkouts: Checkouts,
    catalogue: Catalogue,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Mails:
    """Every mail of the calendar that consent allows; what bounces later is not known here."""
    parts = [
        *_campaigns(mailings, people, accounts, rng),
        *_welcomes(_messages(mailings, "welcome"), accounts, rng),
        *_reminders(
            _messages(mailings, "abandoned_checkout"), sales, accounts, checkouts, catalogue, rng
        ),
        *_confirmations(
            _messages(mailings, "shipping_confirmation"), sales, accounts, delivery, rng
        ),
        *_win_backs(_messages(mailings, "win_back"), sales, accounts, delivery, rng),
    ]
    mails = Mails(
        **{name: np.concatenate([vars(p)[name] for p in parts]) for name in vars(parts[0])}
    )
    may = (mails.kind == SHIPPING) | _is_subscribed(accounts, mails.account, mails.sent_at)
    mails = mails.take(may & (mails.sent_at < calendar.at(N_DAYS)))
    return mails.take(np.argsort(mails.sent_at, kind="stable"))


def _messages(mailings: tuple[Mailing, ...], flow: str) -> list[int]:
    return [i for i, mailing in enumerate(mailings) if mailing.flow == flow]


def _to(mailing: int, flow: str | None, account: Ints, sent_at: Ints) -> Mails:
    """Mails about no order and no product."""
    n, kind = len(account), CAMPAIGN if flow is None else 1 + FLOWS.index(flow)
    nothing = np.full(n, -1)
    return Mails(np.full(n, mailing), np.full(n, kind), account, nothing, nothing, sent_at)


def _is_subscribed(accounts: Accounts, account: Ints, at: Ints | int) -> Bools:
    left_at = accounts.email.left_at[account]
    joined = (accounts.email.state[account] == _SUBSCRIBED) & (accounts.created_at[account] < at)
    return np.asarray(joined & ((left_at == NEVER) | (left_at > at)))


def _campaigns(
    mailings: tuple[Mailing, ...], people: People, accounts: Accounts, rng: np.random.Generator
) -> list[Mails]:
    """A share of the subscribers each time, staggered over twenty minutes."""
    everybody = np.arange(len(accounts.person))
    leans = people.taste > np.array([c.share for c in CATEGORIES], dtype=np.float32)
    sent = [(i, mailing) for i, mailing in enumerate(mailings) if mailing.flow is None]
    lists = [np.flatnonzero(_is_subscribed(accounts, everybody, m.sent_at)) for _, m in sent]
    expected = ANY_SHARE * sum(map(len, lists))
    cut = min(1.0, MOST_CAMPAIGN_MAILS / max(expected, 1))
    parts = []
    for (position, mailing), account in zip(sent, lists, strict=True):
        share = np.full(len(account), ANY_SHARE)
        if mailing.category >= 0:
            is_leaning = leans[accounts.person[account], mailing.category]
            share = np.where(is_leaning, LEANING_SHARE, OTHER_SHARE)
        account = account[rng.random(len(account)) < share * cut]
        at = mailing.sent_at + rng.integers(0, 1200, len(account))
        parts.append(_to(position, None, account, at))
    return parts


def _welcomes(messages: list[int], accounts: Accounts, rng: np.random.Generator) -> list[Mails]:
    account = np.arange(len(accounts.person))
    soon = accounts.created_at + rng.integers(600, 900, len(account))
    days = zip(messages, (0, 4), strict=True)
    return [_to(message, "welcome", account, soon + d * DAY) for message, d in days]


def _reminders(
    messages: list[int],
    sales: Sales,
    accounts: Accounts,
    checkouts: Checkouts,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> list[Mails]:
    """Of the first product in each basket still left."""
    line = np.searchsorted(sales.order, checkouts.order)
    product = catalogue.product[sales.variant[line]]
    account = accounts.of_order[checkouts.order]
    parts = []
    for message, hours in zip(messages, (4, 28), strict=True):
        at = checkouts.created_at + hours * 3600 + rng.integers(0, 600, len(account))
        is_left = (checkouts.completed_at == NEVER) | (checkouts.completed_at > at)
        mails = replace(_to(message, "abandoned_checkout", account, at), product=product)
        parts.append(mails.take(is_left))
    return parts


def _confirmations(
    messages: list[int],
    sales: Sales,
    accounts: Accounts,
    delivery: Delivery,
    rng: np.random.Generator,
) -> list[Mails]:
    fulfilled_at = delivery.fulfilled_at[sales.purchase]
    is_sent = (fulfilled_at != NEVER) & (accounts.of_order >= 0)
    order = np.flatnonzero(is_sent & ~delivery.is_test[sales.purchase])
    at = fulfilled_at[order] + rng.integers(120, 1800, len(order))
    account = accounts.of_order[order]
    return [replace(_to(m, "shipping_confirmation", account, at), order=order) for m in messages]


def _win_backs(
    messages: list[int],
    sales: Sales,
    accounts: Accounts,
    delivery: Delivery,
    rng: np.random.Generator,
) -> list[Mails]:
    """After every order that no other of the same account has followed by then."""
    void = delivery.is_cancelled[sales.purchase] | delivery.is_test[sales.purchase]
    order = np.flatnonzero((accounts.of_order >= 0) & ~void)
    order = order[np.argsort(accounts.of_order[order], kind="stable")]
    account, bought_at = accounts.of_order[order], sales.created_at[order]
    next_at = np.full(len(order), np.iinfo(np.int64).max)
    goes_on = np.flatnonzero(account[1:] == account[:-1])
    next_at[goes_on] = bought_at[goes_on + 1]
    parts = []
    for message, days in zip(messages, (90, 120), strict=True):
        at = bought_at + days * DAY + rng.integers(0, 3600, len(order))
        parts.append(_to(message, "win_back", account, at).take(at < next_at))
    return parts
