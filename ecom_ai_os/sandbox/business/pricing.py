"""Discount codes, shipping terms and taxes of orders. Money in euro cents.

Codes: 55 % of orders in a promotion (on its category's lines, if it has one), else WELCOME10 on
25 % of first orders, else SAVE5 (five euro off 40) on 3 %. Never on gift cards.
"""

import numpy as np

from .assortment import CATEGORIES
from .calendar import Calendar
from .choice import Bools, Floats, Ints
from .countries import COUNTRIES
from .purchases import FIRST, Purchases

PROMOTION_USE, WELCOME_USE, SAVE_USE = 0.55, 0.25, 0.03
WELCOME_PERCENT, SAVE_CENTS, SAVE_FROM = 10, 500, 4000


def choose_codes(
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


def line_discounts(
    code: Ints, order: Ints, gross: Ints, category: Ints, calendar: Calendar
) -> Ints:
    promotions = calendar.promotions
    percent = np.array([p.percent for p in promotions] + [WELCOME_PERCENT, 0, 0])
    only = np.array([-1 if p.category is None else p.category for p in promotions] + [-1, -1, -1])
    mine = code[order]
    fits = (category < len(CATEGORIES)) & ((only[mine] < 0) | (only[mine] == category))
    base = np.where(fits, gross, 0)
    off = (base * percent[mine] + 50) // 100
    fixed = mine == len(promotions) + 1
    return np.where(fixed, share_out(SAVE_CENTS, base, order), off)


def share_out(cents: int, base: Ints, order: Ints) -> Ints:
    """`cents` shared among each order's lines in proportion to `base`, never more than it.

    `order` numbers the orders and does not fall; each is worth `cents` or more, or nothing.
    """
    worth = np.bincount(order, base).astype(np.int64)
    total = np.maximum(worth, 1)[order]
    upto = np.cumsum(base) - (np.cumsum(worth) - worth)[order]
    # Differences of the rounded running share: each line's part, to the cent, adds up to all.
    return cents * upto // total - cents * (upto - base) // total


def terms(country: Ints, subtotal: Ints, is_digital: Bools) -> tuple[Floats, Bools, Ints]:
    """Tax rate, whether prices include it, and the shipping fee of each order."""
    fee = np.array([c.shipping_fee for c in COUNTRIES])[country]
    free = np.array([c.free_shipping_over for c in COUNTRIES])[country]
    rate = np.array([c.tax_rate for c in COUNTRIES])[country]
    is_included = np.array([c.is_tax_included for c in COUNTRIES])[country]
    return rate, is_included, np.where(is_digital | (subtotal >= free), 0, fee)


def tax_of(paid: Ints, rate: Floats, is_included: Bools) -> Ints:
    return np.round(paid * np.where(is_included, rate / (1 + rate), rate)).astype(np.int64)
