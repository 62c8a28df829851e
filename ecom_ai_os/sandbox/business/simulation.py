"""The stages of the simulated business, in the order of cause and effect."""

from dataclasses import dataclass
from datetime import date

import numpy as np

from .accounts import Accounts, open_accounts
from .baskets import Lines, fill_baskets
from .buying import N_LOCATIONS
from .calendar import Calendar, make_calendar
from .catalogue import Catalogue, make_catalogue
from .checkouts import Checkouts, abandon
from .choice import Ints, stream
from .delivery import Delivery, deliver
from .emails import Emails, Readers, draw_readers, send
from .incidents import Plan, Slip, choose_returners, choose_slips, end_slips, plan
from .mailing_lists import address
from .mailings import Mailing, plan_mailings
from .people import People
from .purchases import Purchases, draw_population
from .refunds import Refunds, refund
from .returns import Returns, send_back
from .reviews import Reviews, review
from .sales import Sales, settle
from .stock import Flow, Stock, run
from .voices import Voices, draw_voices


@dataclass(frozen=True)
class Business:
    """Everything that ever happens, as arrays; see each part's docstring for its process."""

    seed: int
    n_orders: int
    calendar: Calendar
    catalogue: Catalogue
    plan: Plan
    people: People
    slips: list[Slip]
    serial_returners: Ints
    lines: Lines
    flow: Flow
    delivery: Delivery
    returns: Returns
    stock: Stock
    sales: Sales
    accounts: Accounts
    refunds: Refunds
    checkouts: Checkouts
    mailings: tuple[Mailing, ...]
    readers: Readers
    emails: Emails
    voices: Voices
    reviews: Reviews


def simulate(n_orders: int, seed: int, today: date) -> Business:
    """Run the whole process; the same arguments give the same business."""
    calendar = make_calendar(today)
    goods = make_catalogue(n_orders, seed)
    planned = plan(goods)
    people, purchases = draw_population(n_orders, goods, calendar, seed)
    slips = choose_slips(people, purchases)
    purchases = end_slips(people, purchases, slips)
    serial = choose_returners(people, purchases, slips)
    lines = fill_baskets(
        people, purchases, goods, calendar, planned.shifts, stream(seed, "baskets")
    )
    delivery = deliver(
        people, purchases, lines, goods, calendar, planned.lanes, stream(seed, "delivery")
    )
    returns = send_back(
        people, purchases, lines, goods, delivery, planned.faults, serial, stream(seed, "returns")
    )
    flow = _flow(purchases, lines, goods, delivery, returns, calendar)
    stock = run(flow, goods, planned.droughts, stream(seed, "stock"))
    sales = settle(
        people, purchases, lines, stock.filled, goods, delivery, calendar, stream(seed, "sales")
    )
    single = np.r_[serial, np.array([s.person for s in slips], dtype=np.int64)]
    accounts = open_accounts(people, sales, calendar, single, stream(seed, "accounts"))
    checkouts = abandon(people, sales, accounts, delivery, calendar, stream(seed, "checkouts"))
    mailings = plan_mailings(calendar)
    mails = address(
        mailings,
        people,
        sales,
        accounts,
        delivery,
        checkouts,
        goods,
        calendar,
        stream(seed, "mailing lists"),
    )
    readers = draw_readers(len(people), stream(seed, "readers"))
    emails = send(
        mails, mailings, people, readers, accounts, goods, calendar, stream(seed, "emails")
    )
    voices = draw_voices(people, goods, stream(seed, "voices"))
    reviews = review(
        people,
        voices,
        sales,
        goods,
        delivery,
        returns,
        planned,
        calendar,
        stream(seed, "reviews"),
    )
    return Business(
        seed=seed,
        n_orders=n_orders,
        calendar=calendar,
        catalogue=goods,
        plan=planned,
        people=people,
        slips=slips,
        serial_returners=serial,
        lines=lines,
        flow=flow,
        delivery=delivery,
        returns=returns,
        stock=stock,
        sales=sales,
        accounts=accounts,
        refunds=refund(sales, delivery, returns, stream(seed, "refunds")),
        checkouts=checkouts,
        mailings=mailings,
        readers=readers,
        emails=emails,
        voices=voices,
        reviews=reviews,
    )


def _flow(
    purchases: Purchases,
    lines: Lines,
    catalogue: Catalogue,
    delivery: Delivery,
    returns: Returns,
    calendar: Calendar,
) -> Flow:
    """What each line does to stock; test orders and gift cards do nothing."""
    order = lines.order
    untracked = catalogue.is_gift_card[lines.variant] | delivery.is_test[order]
    cancelled = delivery.is_cancelled[order]
    released_at = np.where(cancelled, delivery.cancelled_at[order], delivery.fulfilled_at[order])
    back_at = np.where(cancelled, delivery.cancelled_at[order], returns.closed_at[order])
    restocked = returns.is_restocked & ~returns.is_declined[order]
    return Flow(
        day=purchases.day[order],
        cell=np.where(untracked, -1, lines.variant * N_LOCATIONS + delivery.location[order]),
        quantity=lines.quantity,
        released_day=calendar.day_of(released_at),
        back_day=calendar.day_of(back_at),
        back_quantity=np.where(cancelled, lines.quantity, returns.quantity * restocked),
    )
