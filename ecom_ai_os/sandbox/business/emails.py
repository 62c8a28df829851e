"""Which mails go to which accounts, and what becomes of them.

Campaigns go to accounts subscribed at that moment: to 55 % of them, drawn anew each time, or, when
a category is featured, to 80 % of those whose taste leans to it and 30 % of the others; 1.5 million
campaign mails in all at most. Flows: welcome 10 minutes and 4 days after sign-up, abandoned
checkout 4 and 28 hours after it was left, win-back 90 and 120 days after the last order, all for
subscribers; shipping confirmation minutes after the fulfilment of every account's order, subscribed
or not. Nothing is sent to an account after a hard bounce or a complaint.

A person's engagement e ~ Beta(1.5, 2.5) is the chance that a campaign is opened; times a factor of
the kind of mail, and times 0.3 once the person has dropped out. Mails are opened after a wait of
median 2.5 hours; clicks follow opens. 45 % of people read with a program that fetches every mail
minutes after its delivery, whatever they do. Mail causes no purchase: what people buy was decided
before. Who leaves the list does so through the last marketing mail of the ten days before, if there
was one.
"""

from dataclasses import dataclass, replace

import numpy as np

from .accounts import Accounts
from .assortment import CATEGORIES
from .calendar import DAY, N_DAYS, NEVER, Calendar
from .catalogue import GIFT_CATEGORY, Catalogue
from .checkouts import Checkouts
from .choice import Bools, Floats, GroupedChoice, Ints, draw_column
from .delivery import Delivery
from .mailings import FLOWS, Mailing
from .people import People
from .sales import Sales

MOST_CAMPAIGN_MAILS = 1_500_000
HARD_RATE, SOFT_RATE, COMPLAINT_RATE = 0.005, 0.01, 0.001  # complaints: of the opened
PREFETCH_SHARE, GONE_FACTOR = 0.45, 0.3
LEAVE_WITHIN = 10 * DAY
# Of campaigns, then FLOWS: openings as a multiple of engagement, clicks by opened mail.
_EAGERNESS = np.array([1.0, 1.5, 1.4, 2.2, 0.8])
_CLICK_RATE = np.array([0.11, 0.22, 0.35, 0.30, 0.10])
_SHIPPING = 1 + FLOWS.index("shipping_confirmation")


@dataclass(frozen=True)
class Readers:
    """Over persons: chance to open a campaign while a customer, and whether mail is prefetched."""

    engagement: Floats
    prefetches: Bools


@dataclass(frozen=True)
class Mails:
    """What is to be sent: indexes of mailings, accounts, Sales (−1: no order), products (−1)."""

    mailing: Ints
    account: Ints
    order: Ints
    product: Ints
    sent_at: Ints

    def __len__(self) -> int:
        return len(self.mailing)

    def take(self, rows: Ints | Bools) -> "Mails":
        return Mails(**{name: values[rows] for name, values in vars(self).items()})


@dataclass(frozen=True)
class Emails:
    """Mails by time of sending, and their fate; unix seconds, NEVER where it does not happen."""

    mails: Mails
    delivered_at: Ints
    bounced_at: Ints
    is_hard: Bools
    opened_at: Ints
    machine_opened_at: Ints
    clicked_at: Ints
    unsubscribed_at: Ints
    complained_at: Ints

    def take(self, rows: Ints | Bools) -> "Emails":
        fate = {name: values[rows] for name, values in vars(self).items() if name != "mails"}
        return Emails(mails=self.mails.take(rows), **fate)


def draw_readers(n: int, rng: np.random.Generator) -> Readers:
    """How each of n persons reads mail."""
    return Readers(engagement=rng.beta(1.5, 2.5, n), prefetches=rng.random(n) < PREFETCH_SHARE)


def send(
    mailings: tuple[Mailing, ...],
    people: People,
    readers: Readers,
    sales: Sales,
    accounts: Accounts,
    delivery: Delivery,
    checkouts: Checkouts,
    catalogue: Catalogue,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Emails:
    """Every mail of the calendar with its fate."""
    first = [m.flow for m in mailings].index
    mails = _joined(
        _campaigns(mailings, people, accounts, rng),
        _welcomes(first("welcome"), accounts, rng),
        _reminders(first("abandoned_checkout"), sales, accounts, checkouts, catalogue, rng),
        _confirmations(first("shipping_confirmation"), sales, accounts, delivery, rng),
        _win_backs(first("win_back"), sales, accounts, delivery, rng),
    )
    kind_of = np.array([0 if m.flow is None else 1 + FLOWS.index(m.flow) for m in mailings])
    kind = kind_of[mails.mailing]
    may = (kind == _SHIPPING) | _is_subscribed(accounts, mails.account, mails.sent_at)
    mails = mails.take(may & (mails.sent_at < calendar.at(N_DAYS)))
    mails = mails.take(np.argsort(mails.sent_at, kind="stable"))
    person, kind = accounts.person[mails.account], kind_of[mails.mailing]
    died_at = calendar.at(np.minimum(people.died, N_DAYS))[person]
    eager = readers.engagement[person] * _EAGERNESS[kind]
    eager *= np.where(mails.sent_at >= died_at, GONE_FACTOR, 1.0)
    emails = _fates(mails, np.minimum(eager, 0.97), kind, readers.prefetches[person], rng)
    emails = _stopped(emails, len(accounts.person))
    emails = _left(emails, kind_of[emails.mails.mailing] != _SHIPPING, accounts)
    return _shown(emails, mailings, people, accounts, catalogue, rng)


def _joined(*parts: Mails) -> Mails:
    return Mails(
        **{name: np.concatenate([vars(p)[name] for p in parts]) for name in vars(parts[0])}
    )


def _to(mailing: int | Ints, account: Ints, sent_at: Ints) -> Mails:
    """Mails about no order and no product."""
    nothing = np.full(len(account), -1)
    return Mails(np.full(len(account), mailing), account, nothing, nothing, sent_at)


def _is_subscribed(accounts: Accounts, account: Ints, at: Ints | int) -> Bools:
    left_at = accounts.email.left_at[account]
    subscribed = (accounts.email.state[account] == 0) & (accounts.created_at[account] < at)
    return np.asarray(subscribed & ((left_at == NEVER) | (left_at > at)))


def _campaigns(
    mailings: tuple[Mailing, ...], people: People, accounts: Accounts, rng: np.random.Generator
) -> Mails:
    """A share of the subscribers each time, staggered over twenty minutes."""
    everybody = np.arange(len(accounts.person))
    lean = people.taste > np.array([c.share for c in CATEGORIES], dtype=np.float32)
    sent = [(i, m) for i, m in enumerate(mailings) if m.flow is None]
    subscribed = [_is_subscribed(accounts, everybody, m.sent_at) for _, m in sent]
    n_subscribed = sum(int(s.sum()) for s in subscribed)
    scale = min(1.0, MOST_CAMPAIGN_MAILS / max(0.55 * n_subscribed, 1))
    parts = []
    for (position, mailing), may in zip(sent, subscribed, strict=True):
        account = np.flatnonzero(may)
        share = np.full(len(account), 0.55)
        if mailing.category >= 0:
            share = np.where(lean[accounts.person[account], mailing.category], 0.8, 0.3)
        account = account[rng.random(len(account)) < share * scale]
        parts.append(_to(position, account, mailing.sent_at + rng.integers(0, 1200, len(account))))
    return _joined(*parts)


def _welcomes(first: int, accounts: Accounts, rng: np.random.Generator) -> Mails:
    account = np.arange(len(accounts.person))
    soon = accounts.created_at + rng.integers(600, 900, len(account))
    return _joined(_to(first, account, soon), _to(first + 1, account, soon + 4 * DAY))


def _reminders(
    first: int,
    sales: Sales,
    accounts: Accounts,
    checkouts: Checkouts,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> Mails:
    """Of the first product in each basket still left."""
    line = np.searchsorted(sales.order, checkouts.order)
    product = catalogue.product[sales.variant[line]]
    account = accounts.of_order[checkouts.order]
    parts = []
    for position, hours in ((first, 4), (first + 1, 28)):
        at = checkouts.created_at + hours * 3600 + rng.integers(0, 600, len(account))
        is_left = (checkouts.completed_at == NEVER) | (checkouts.completed_at > at)
        mails = replace(_to(position, account, at), product=product)
        parts.append(mails.take(is_left))
    return _joined(*parts)


def _confirmations(
    first: int, sales: Sales, accounts: Accounts, delivery: Delivery, rng: np.random.Generator
) -> Mails:
    fulfilled_at = delivery.fulfilled_at[sales.purchase]
    is_sent = (fulfilled_at != NEVER) & (accounts.of_order >= 0)
    order = np.flatnonzero(is_sent & ~delivery.is_test[sales.purchase])
    at = fulfilled_at[order] + rng.integers(120, 1800, len(order))
    return replace(_to(first, accounts.of_order[order], at), order=order)


def _win_backs(
    first: int, sales: Sales, accounts: Accounts, delivery: Delivery, rng: np.random.Generator
) -> Mails:
    """After every order that no other of the same account has followed by then."""
    gone = delivery.is_cancelled[sales.purchase] | delivery.is_test[sales.purchase]
    order = np.flatnonzero((accounts.of_order >= 0) & ~gone)
    order = order[np.argsort(accounts.of_order[order], kind="stable")]
    account, bought_at = accounts.of_order[order], sales.created_at[order]
    is_last = np.r_[account[1:] != account[:-1], True][: len(order)]
    next_at = np.where(is_last, np.iinfo(np.int64).max, np.r_[bought_at[1:], 0][: len(order)])
    parts = []
    for position, days in ((first, 90), (first + 1, 120)):
        at = bought_at + days * DAY + rng.integers(0, 3600, len(order))
        parts.append(_to(position, account, at).take(at < next_at))
    return _joined(*parts)


def _fates(
    mails: Mails, eager: Floats, kind: Ints, prefetches: Bools, rng: np.random.Generator
) -> Emails:
    """Delivery or bounce, opening, click and complaint of each mail, one as if alone."""
    n = len(mails)
    luck = rng.random(n)
    bounces = luck < HARD_RATE + SOFT_RATE
    arrived = mails.sent_at + rng.integers(1, 90, n)
    delivered_at = np.where(bounces, NEVER, arrived)
    opens = ~bounces & (rng.random(n) < eager)
    wait = 20 + np.minimum(np.exp(rng.normal(np.log(9_000), 1.4, n)), 14 * DAY)
    opened_at = np.where(opens, arrived + wait.astype(np.int64), NEVER)
    clicks = opens & (rng.random(n) < _CLICK_RATE[kind])
    complains = opens & (kind != _SHIPPING) & (rng.random(n) < COMPLAINT_RATE)
    fetched = arrived + rng.integers(10, 900, n)
    return Emails(
        mails=mails,
        delivered_at=delivered_at,
        bounced_at=np.where(bounces, arrived, NEVER),
        is_hard=luck < HARD_RATE,
        opened_at=opened_at,
        machine_opened_at=np.where(~bounces & prefetches, fetched, NEVER),
        clicked_at=np.where(clicks, opened_at + rng.integers(3, 240, n), NEVER),
        unsubscribed_at=np.full(n, NEVER),
        complained_at=np.where(complains, opened_at + rng.integers(5, 60, n), NEVER),
    )


def _stopped(emails: Emails, n_accounts: int) -> Emails:
    """Without what would have been sent after an account's first hard bounce or complaint."""
    stop_at = np.full(n_accounts, np.iinfo(np.int64).max)
    account = emails.mails.account
    for at, stops in (
        (emails.bounced_at, emails.is_hard),
        (emails.complained_at, emails.complained_at != NEVER),
    ):
        np.minimum.at(stop_at, account[stops], at[stops])
    return emails.take(emails.mails.sent_at <= stop_at[account])


def _left(emails: Emails, is_marketing: Bools, accounts: Accounts) -> Emails:
    """Give each leaving the mail it went through; who leaves by a mail has opened it."""
    left_at = accounts.email.left_at[emails.mails.account]
    arrived = emails.delivered_at
    fits = is_marketing & (arrived != NEVER) & (left_at != NEVER)
    fits &= (arrived + 120 < left_at) & (left_at - arrived < LEAVE_WITHIN)
    row = np.flatnonzero(fits)
    last = np.full(len(accounts.person), -1)
    last[emails.mails.account[row]] = row  # rows stand by time: the last one stays
    row = last[last >= 0]
    unsubscribed_at, opened_at = emails.unsubscribed_at.copy(), emails.opened_at.copy()
    unsubscribed_at[row] = left_at[row]
    unread = row[(opened_at[row] == NEVER) | (opened_at[row] > left_at[row])]
    opened_at[unread] = left_at[unread] - 60
    return replace(emails, unsubscribed_at=unsubscribed_at, opened_at=opened_at)


def _shown(
    emails: Emails,
    mailings: tuple[Mailing, ...],
    people: People,
    accounts: Accounts,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> Emails:
    """With the product clicked: of the category featured or liked best, by popularity; −1 for
    mails without a click and shipping confirmations, whose link leads to the parcel."""
    goods = [
        np.flatnonzero(catalogue.is_lasting & (catalogue.category == c))
        for c in range(GIFT_CATEGORY)
    ]
    choice = GroupedChoice([(v, catalogue.popularity[v]) for v in goods])
    mails = emails.mails
    is_shipping = np.array([m.flow == "shipping_confirmation" for m in mailings])
    row = np.flatnonzero((emails.clicked_at != NEVER) & ~is_shipping[mails.mailing])
    category = np.array([m.category for m in mailings])[mails.mailing[row]]
    liked = draw_column(people.taste[accounts.person[mails.account[row]]], rng)
    picked = catalogue.product[choice.draw(np.where(category < 0, liked, category), rng)]
    product = np.full(len(mails), -1)
    product[row] = np.where(mails.product[row] < 0, picked, mails.product[row])
    return replace(emails, mails=replace(mails, product=product))
