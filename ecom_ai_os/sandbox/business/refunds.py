"""Money back: cancelled orders, returns, lost parcels, goodwill. Money in euro cents.

A cancelled order is refunded whole at once; a lost parcel whole, 14 days after the promised day;
a return when it is closed (6 % less a 10 % restocking fee; shipping too when the whole order comes
back for a fault); 0.6 % of delivered orders without a return (8 % of those over three days late)
get 10–20 % as goodwill, without lines.
    amount = Σ (subtotal + tax where not included) + shipping (+ its tax) + adjustment
"""

from dataclasses import dataclass

import numpy as np

from .assortment import REASONS
from .calendar import DAY, NEVER
from .choice import Bools, Ints
from .delivery import Delivery
from .returns import Returns
from .sales import Sales

RESTOCK_TYPES = ("CANCEL", "RETURN", "NO_RESTOCK")
CANCELLED, RETURNED, LOST, GOODWILL = range(4)  # kinds of refund, by their notes
NOTES = ("Order cancelled", "Return", "Parcel lost in transit", "Goodwill")
_FAULTS = [REASONS.index(r) for r in ("damaged-or-defective", "received-the-wrong-item")]


@dataclass(frozen=True)
class Refunds:
    """Refunds sorted by time, and their lines; `order`/`line` index Sales, `refund` this."""

    order: Ints
    kind: Ints
    processed_at: Ints
    amount: Ints
    shipping: Ints
    shipping_tax: Ints
    adjustment: Ints
    refund: Ints
    line: Ints
    quantity: Ints
    subtotal: Ints
    tax: Ints
    restock: Ints


def returned_quantity(sales: Sales, returns: Returns) -> Ints:
    """Units asked to be returned of each sold line."""
    return np.minimum(returns.quantity[sales.intended], sales.quantity)


def refund(sales: Sales, delivery: Delivery, returns: Returns, rng: np.random.Generator) -> Refunds:
    """Every refund of every order; an order has one at most."""
    kind, processed_at = _causes(sales, delivery, returns, rng)
    order = np.flatnonzero(kind >= 0)
    order = order[np.argsort(processed_at[order], kind="stable")]
    line, quantity = _lines(sales, kind, processed_at, returned_quantity(sales, returns))
    place = np.full(len(sales), -1)
    place[order] = np.arange(len(order))
    of, kind = place[sales.order[line]], kind[order]
    subtotal = sales.line_paid[line] * quantity // sales.quantity[line]
    tax = sales.line_tax[line] * quantity // sales.quantity[line]
    goods, goods_tax = (np.bincount(of, v, len(order)).astype(np.int64) for v in (subtotal, tax))
    with_shipping = _is_whole(kind) | _is_sent_back_whole(sales, returns)[order]
    shipping, shipping_tax = (
        v[order] * with_shipping for v in (sales.shipping, sales.shipping_tax)
    )
    adjustment = _adjustments(kind, goods, sales.total[order], rng)
    on_top = ~sales.is_tax_included[order] * (goods_tax + shipping_tax)
    return Refunds(
        order=order,
        kind=kind,
        processed_at=processed_at[order],
        amount=goods + shipping + on_top + adjustment,
        shipping=shipping,
        shipping_tax=shipping_tax,
        adjustment=adjustment,
        refund=of,
        line=line,
        quantity=quantity,
        subtotal=subtotal,
        tax=tax,
        restock=_restock(kind[of], returns.is_restocked[sales.intended[line]]),
    )


def _is_whole(kind: Ints) -> Bools:
    """Refunds of cancelled orders and lost parcels."""
    return np.isin(kind, [CANCELLED, LOST])


def _lines(sales: Sales, kind: Ints, processed_at: Ints, back: Ints) -> tuple[Ints, Ints]:
    """Refunded lines in the order of their refunds, and how much of each."""
    of_line = kind[sales.order]
    quantity = np.where(of_line == RETURNED, back, _is_whole(of_line) * sales.quantity)
    line = np.flatnonzero(quantity > 0)
    order = sales.order[line]
    line = line[np.lexsort((line, order, processed_at[order]))]
    return line, quantity[line]


def _adjustments(kind: Ints, goods: Ints, total: Ints, rng: np.random.Generator) -> Ints:
    """Restocking fees of returns and goodwill."""
    is_charged = (kind == RETURNED) & (rng.random(len(kind)) < 0.06)
    goodwill = total * rng.choice([10, 15, 20], len(kind)) // 100
    return np.select([is_charged, kind == GOODWILL], [-(goods // 10), goodwill], 0)


def _causes(
    sales: Sales, delivery: Delivery, returns: Returns, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Kind (−1 none) and time of each order's refund."""
    p = sales.purchase
    is_back = sales.per_order(returned_quantity(sales, returns)) > 0
    late_days = (delivery.delivered_at[p] - delivery.promised_at[p]) / DAY
    came = (delivery.delivered_at[p] != NEVER) & ~delivery.is_test[p] & ~is_back
    goodwill = came & (rng.random(len(p)) < np.where(late_days > 3, 0.08, 0.006))
    causes = (
        (delivery.is_cancelled[p], delivery.cancelled_at[p] + 120),
        (is_back & ~returns.is_declined[p], returns.closed_at[p]),
        (delivery.is_lost[p] & ~delivery.is_test[p], delivery.promised_at[p] + 14 * DAY),
        (goodwill, delivery.delivered_at[p] + rng.integers(DAY, 6 * DAY, len(p))),
    )
    kind, at = np.full(len(p), -1), np.full(len(p), NEVER)
    for index, (hit, when) in enumerate(causes):
        kind[hit], at[hit] = index, when[hit]
    return kind, at


def _is_sent_back_whole(sales: Sales, returns: Returns) -> Bools:
    """Orders returned whole, for a fault on some line."""
    back = returned_quantity(sales, returns)
    fault = np.isin(returns.reason[sales.intended], _FAULTS) & (back > 0)
    n_faults = sales.per_order(fault.astype(np.int64))
    return np.asarray((sales.per_order(sales.quantity - back) == 0) & (n_faults > 0))


def _restock(kind: Ints, is_restocked: Bools) -> Ints:
    """Index into RESTOCK_TYPES."""
    return np.select([kind == CANCELLED, (kind == RETURNED) & is_restocked], [0, 1], 2)
