"""What becomes of the mails that are sent.

A person's engagement e ~ Beta(1.5, 2.5) is the chance that a campaign is opened; times a factor of
the kind of mail, and times 0.3 once the person has dropped out. Mails are opened after a wait of
median 2.5 hours; clicks follow opens. 45 % of people read with a program that fetches every mail
minutes after its delivery, whatever they do. 0.5 % of mails bounce hard, 1 % softly; 0.1 % of
opened marketing mails are complained of. Nothing is sent to an account after a hard bounce or a
complaint. Who leaves the list does so through the last marketing mail of the fortnight before, if
there was one. Mail causes no purchase: what people buy was decided before.
"""

from dataclasses import dataclass, replace

import numpy as np

from .accounts import Accounts
from .calendar import DAY, N_DAYS, NEVER, Calendar
from .catalogue import GIFT_CATEGORY, Catalogue
from .choice import Bools, Floats, GroupedChoice, Ints, draw_column
from .mailing_lists import SHIPPING, Mails
from .mailings import Mailing
from .people import People

HARD_RATE, SOFT_RATE, COMPLAINT_RATE = 0.005, 0.01, 0.001
PREFETCH_SHARE, GONE_FACTOR, SURELY = 0.45, 0.3, 0.97
LEAVE_WITHIN = 14 * DAY
# Of campaigns, then FLOWS: opens as a multiple of engagement, clicks by open.
_EAGERNESS = np.array([1.0, 1.5, 1.4, 2.2, 0.8])
_CLICK_RATE = np.array([0.11, 0.22, 0.35, 0.30, 0.10])


@dataclass(frozen=True)
class Readers:
    """Over persons: chance to open a campaign while a customer, and whether mail is prefetched."""

    engagement: Floats
    prefetches: Bools


@dataclass(frozen=True)
class Emails:
    """Mails and their fate; unix seconds, NEVER where it does not happen."""

    mails: Mails
    delivered_at: Ints
    bounced_at: Ints
    is_hard: Bools
    opened_at: Ints
    machine_opened_at: Ints
    clicked_at: Ints
    clicked_product: Ints
    unsubscribed_at: Ints
    complained_at: Ints

    def take(self, rows: Ints | Bools) -> "Emails":
        fate = {name: values[rows] for name, values in vars(self).items() if name != "mails"}
        return Emails(mails=self.mails.take(rows), **fate)


def draw_readers(n: int, rng: np.random.Generator) -> Readers:
    """How each of n persons reads mail."""
    return Readers(engagement=rng.beta(1.5, 2.5, n), prefetches=rng.random(n) < PREFETCH_SHARE)


def send(
    mails: Mails,
    mailings: tuple[Mailing, ...],
    people: People,
    readers: Readers,
    accounts: Accounts,
    catalogue: Catalogue,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Emails:
    """The fate of every mail, without those that an earlier fate forbids."""
    person = accounts.person[mails.account]
    died_at = calendar.at(np.minimum(people.died, N_DAYS))[person]
    chance = readers.engagement[person] * _EAGERNESS[mails.kind]
    chance *= np.where(mails.sent_at >= died_at, GONE_FACTOR, 1.0)
    emails = _fates(mails, np.minimum(chance, SURELY), readers.prefetches[person], rng)
    emails = _leave(_stop(emails, len(accounts.person)), accounts)
    return _choose(emails, mailings, people, accounts, catalogue, rng)


def _fates(mails: Mails, chance: Floats, prefetches: Bools, rng: np.random.Generator) -> Emails:
    """Delivery or bounce, opening, click and complaint of each mail as if it were alone."""
    n = len(mails)
    luck = rng.random(n)
    bounces = luck < HARD_RATE + SOFT_RATE
    arrived = mails.sent_at + rng.integers(1, 90, n)
    opens = ~bounces & (rng.random(n) < chance)
    wait = 20 + np.minimum(np.exp(rng.normal(np.log(9_000), 1.4, n)), 14 * DAY)
    opened_at = arrived + wait.astype(np.int64)
    clicks = opens & (rng.random(n) < _CLICK_RATE[mails.kind])
    complains = opens & (mails.kind != SHIPPING) & (rng.random(n) < COMPLAINT_RATE)
    fetched_at = arrived + rng.integers(10, 900, n)
    return Emails(
        mails=mails,
        delivered_at=np.where(bounces, NEVER, arrived),
        bounced_at=np.where(bounces, arrived, NEVER),
        is_hard=luck < HARD_RATE,
        opened_at=np.where(opens, opened_at, NEVER),
        machine_opened_at=np.where(~bounces & prefetches, fetched_at, NEVER),
        clicked_at=np.where(clicks, opened_at + rng.integers(3, 240, n), NEVER),
        clicked_product=np.full(n, -1),
        unsubscribed_at=np.full(n, NEVER),
        complained_at=np.where(complains, opened_at + rng.integers(5, 60, n), NEVER),
    )


def _stop(emails: Emails, n_accounts: int) -> Emails:
    """Without what would have been sent after an account's first hard bounce or complaint."""
    stop_at = np.full(n_accounts, np.iinfo(np.int64).max)
    account, complains = emails.mails.account, emails.complained_at != NEVER
    for at, stops in ((emails.bounced_at, emails.is_hard), (emails.complained_at, complains)):
        np.minimum.at(stop_at, account[stops], at[stops])
    return emails.take(emails.mails.sent_at <= stop_at[account])


def _leave(emails: Emails, accounts: Accounts) -> Emails:
    """Give each leaving the mail it went through; who leaves by a mail has opened it."""
    left_at = accounts.email.left_at[emails.mails.account]
    arrived = emails.delivered_at
    fits = (emails.mails.kind != SHIPPING) & (arrived != NEVER) & (left_at != NEVER)
    fits &= (arrived + 120 < left_at) & (left_at - arrived < LEAVE_WITHIN)
    row = np.flatnonzero(fits)
    last = np.full(len(accounts.person), -1)
    last[emails.mails.account[row]] = row  # by time: the last one stays
    row = last[last >= 0]
    unsubscribed_at, opened_at = emails.unsubscribed_at.copy(), emails.opened_at.copy()
    unsubscribed_at[row] = left_at[row]
    unread = row[(opened_at[row] == NEVER) | (opened_at[row] > left_at[row])]
    opened_at[unread] = left_at[unread] - 60
    return replace(emails, unsubscribed_at=unsubscribed_at, opened_at=opened_at)


def _choose(
    emails: Emails,
    mailings: tuple[Mailing, ...],
    people: People,
    accounts: Accounts,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> Emails:
    """The product clicked: the one shown, or a popular one of the category featured or liked best.

    The link of a shipping confirmation leads to the parcel, to no product.
    """
    goods = [
        np.flatnonzero(catalogue.is_lasting & (catalogue.category == category))
        for category in range(GIFT_CATEGORY)
    ]
    popular = GroupedChoice([(variants, catalogue.popularity[variants]) for variants in goods])
    mails = emails.mails
    row = np.flatnonzero((emails.clicked_at != NEVER) & (mails.kind != SHIPPING))
    featured = np.array([mailing.category for mailing in mailings])[mails.mailing[row]]
    liked = draw_column(people.taste[accounts.person[mails.account[row]]], rng)
    picked = catalogue.product[popular.draw(np.where(featured < 0, liked, featured), rng)]
    clicked = emails.clicked_product.copy()
    clicked[row] = np.where(mails.product[row] < 0, picked, mails.product[row])
    return replace(emails, clicked_product=clicked)
