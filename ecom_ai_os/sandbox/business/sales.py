"""What was sold: lines cut to stock, priced, discounted, shipped and taxed. Money in euro cents.

Prices include tax, except for the US (tax on top). Per order:
    gross    = Σ quantity · unit_price
    discount = Σ line discounts (one code at most; never on gift cards)
    subtotal = gross − discount
    total    = subtotal + shipping (+ tax where it is not included)
    tax      = Σ line tax + tax on shipping; included: paid · r / (1 + r), on top: paid · r
"""

from dataclasses import dataclass

import numpy as np

from .baskets import Lines
from .calendar import Calendar
from .catalogue import Catalogue
from .choice import Bools, Floats, Ints, within
from .delivery import Delivery
from .people import People
from .pricing import choose_codes, line_discounts, tax_of, terms
from .purchases import Purchases


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
    code = choose_codes(purchases, purchase, order, np.where(is_card, 0, gross), calendar, rng)
    line_discount = line_discounts(code, order, gross, catalogue.category[variant], calendar)
    paid = gross - line_discount
    country = people.country[purchases.person[purchase]]
    discount, subtotal = (
        np.bincount(order, v, len(purchase)).astype(np.int64) for v in (line_discount, paid)
    )
    rate, is_included, shipping = terms(country, subtotal, delivery.is_digital[purchase])
    tax_rate = np.where(is_card, 0.0, rate[order])
    line_tax = tax_of(paid, tax_rate, is_included[order])
    shipping_tax = tax_of(shipping, rate, is_included)
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
