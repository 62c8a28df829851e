"""What was sold: lines cut to stock, priced, discounted, shipped and taxed. Money in euro cents.

Prices include tax, except for the US (tax on top). Per order:
    gross    = Σ quantity · unit_price
    discount = Σ line discounts (one code at most; never on gift cards)
    subtotal = gross − discount
    total    = subtotal + shipping (+ tax where it is not included)
    tax      = Σ line tax + tax on shipping; included: paid · r / (1 + r), on top: paid · r
Codes: 55 % of orders in a promotion (on its category's lines, if it has one), else WELCOME10 on
25 % of first orders, else SAVE5 (five euro off 40) on 3 %.
"""

from dataclasses import dataclass

import numpy as np

from .assortment import CATEGORIES
from .baskets import Lines
from .calendar import Calendar
from .catalogue import Catalogue
from .choice import Bools, Floats, Ints, within
from .countries import COUNTRIES
from .delivery import Delivery
from .people import People
from .purchases import FIRST, Purchases

PROMOTION_USE, WELCOME_USE, SAVE_USE = 0.55, 0.25, 0.03
WELCOME_PERCENT, SAVE_CENTS, SAVE_FROM = 10, 500, 4000


@dataclass(frozen=True)
class Sales:
    """Orders that came about, sorted by time, and their lines.

    `purchase` indexes Purchases (and Delivery); `intended` indexes intended lines; `order` is the
    position of the line's order here. `code` is a position among the discounts or −1.
    """

    purchase: Ints
    person: Ints
    created_at: Ints
    code: Ints
    discount: Ints
    subtotal: Ints
    shipping: Ints
    shipping_tax: Ints
    tax: Ints
    total: Ints
    is_tax_included: Bools
    intended: Ints
    order: Ints
    position: Ints
    variant: Ints
    quantity: Ints
    unit_price: Ints
    line_discount: Ints
    line_paid: Ints
    line_tax: Ints
    tax_rate: Floats

    def __len__(self) -> int:
        return len(self.purchase)

    def per_order(self, values: Ints) -> Ints:
        """Sum of a line value by order."""
        return np.bincount(self.order, values, len(self)).astype(np.int64)


def settle(
    people: People,
    purchases: Purchases,
    lines: Lines,
    filled: Ints,
    catalogue: Catalogue,
    delivery: Delivery,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Sales:
    """Keep what was in stock and work out every amount."""
    intended = np.flatnonzero(_is_sold(lines, filled, catalogue, delivery))
    purchase, order = np.unique(lines.order[intended], return_inverse=True)
    variant, quantity = lines.variant[intended], filled[intended]
    unit_price = catalogue.price[variant]
    gross = unit_price * quantity
    is_card = catalogue.is_gift_card[variant]
    code = _codes(purchases, purchase, order, np.where(is_card, 0, gross), calendar, rng)
    line_discount = _discounts(code, order, gross, catalogue.category[variant], calendar)
    paid = gross - line_discount
    country = people.country[purchases.person[purchase]]
    discount, subtotal = (
        np.bincount(order, v, len(purchase)).astype(np.int64) for v in (line_discount, paid)
    )
    rate, is_included, shipping = _terms(country, subtotal, delivery.is_digital[purchase])
    tax_rate = np.where(is_card, 0.0, rate[order])
    line_tax = _tax(paid, tax_rate, is_included[order])
    shipping_tax = _tax(shipping, rate, is_included)
    tax = np.bincount(order, line_tax, len(purchase)).astype(np.int64) + shipping_tax
    return Sales(
        purchase=purchase,
        person=purchases.person[purchase],
        created_at=purchases.created_at[purchase],
        code=np.where(discount > 0, code, -1),
        discount=discount,
        subtotal=subtotal,
        shipping=shipping,
        shipping_tax=shipping_tax,
        tax=tax,
        total=subtotal + shipping + np.where(is_included, 0, tax),
        is_tax_included=is_included,
        intended=intended,
        order=order,
        position=within(np.bincount(order)) + 1,
        variant=variant,
        quantity=quantity,
        unit_price=unit_price,
        line_discount=line_discount,
        line_paid=paid,
        line_tax=line_tax,
        tax_rate=tax_rate,
    )


def _is_sold(lines: Lines, filled: Ints, catalogue: Catalogue, delivery: Delivery) -> Bools:
    """Lines in stock; a gift card in a parcel order goes with its goods."""
    card = catalogue.is_gift_card[lines.variant]
    goods = np.bincount(lines.order, filled * ~card, len(delivery.location)) > 0
    return (filled > 0) & (~card | goods[lines.order] | delivery.is_digital[lines.order])


def _codes(
    purchases: Purchases,
    purchase: Ints,
    order: Ints,
    gross: Ints,
    calendar: Calendar,
    rng: np.random.Generator,
) -> Ints:
    """Position of the code used: promotions in calendar order, then WELCOME10, then SAVE5."""
    n = len(purchase)
    welcome, save = len(calendar.promotions), len(calendar.promotions) + 1
    luck, day = rng.random(n), purchases.day[purchase]
    worth = np.bincount(order, gross, n)
    code = np.where((luck < SAVE_USE) & (worth >= SAVE_FROM), save, -1)
    code[(luck < WELCOME_USE) & (purchases.kind[purchase] == FIRST)] = welcome
    for position, p in enumerate(calendar.promotions):
        running = (day >= p.first_day) & (day < p.first_day + p.n_days)
        code[running] = np.where(luck[running] < PROMOTION_USE, position, -1)
    return code


def _discounts(code: Ints, order: Ints, gross: Ints, category: Ints, calendar: Calendar) -> Ints:
    promotions = calendar.promotions
    percent = np.array([p.percent for p in promotions] + [WELCOME_PERCENT, 0, 0])
    only = np.array([-1 if p.category is None else p.category for p in promotions] + [-1, -1, -1])
    mine = code[order]
    fits = (category < len(CATEGORIES)) & ((only[mine] < 0) | (only[mine] == category))
    base = np.where(fits, gross, 0)
    off = (base * percent[mine] + 50) // 100
    fixed = mine == len(promotions) + 1
    return np.where(fixed, _shared(SAVE_CENTS, base, order), off)


def _shared(cents: int, base: Ints, order: Ints) -> Ints:
    """`cents` shared among an order's lines in proportion to `base`; the rest on the largest."""
    total = np.maximum(np.bincount(order, base), 1).astype(np.int64)
    part = cents * base // total[order]
    rest = cents - np.bincount(order, part).astype(np.int64)
    by_size = np.lexsort((-base, order))
    largest = by_size[np.r_[True, order[by_size][1:] != order[by_size][:-1]][: len(order)]]
    part[largest] += rest
    return part


def _terms(country: Ints, subtotal: Ints, is_digital: Bools) -> tuple[Floats, Bools, Ints]:
    """Tax rate, whether prices include it, and the shipping fee of each order."""
    fee = np.array([c.shipping_fee for c in COUNTRIES])[country]
    free = np.array([c.free_shipping_over for c in COUNTRIES])[country]
    rate = np.array([c.tax_rate for c in COUNTRIES])[country]
    is_included = np.array([c.is_tax_included for c in COUNTRIES])[country]
    return rate, is_included, np.where(is_digital | (subtotal >= free), 0, fee)


def _tax(paid: Ints, rate: Floats, is_included: Bools) -> Ints:
    return np.round(paid * np.where(is_included, rate / (1 + rate), rate)).astype(np.int64)
