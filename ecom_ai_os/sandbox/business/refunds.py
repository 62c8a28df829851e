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
from .calendar import DAY
from .choice import Bools, Ints
from .delivery import NEVER, Delivery
from .returns import Returns
from .sales import Sales

CANCEL, RETURN, NO_RESTOCK = 0, 1, 2
RESTOCK_TYPES = ("CANCEL", "RETURN", "NO_RESTOCK")
NOTES = ("Order cancelled", "Return", "Parcel lost in transit", "Goodwill")
_FAULTS = [REASONS.index(r) for r in ("damaged-or-defective", "received-the-wrong-item")]


@dataclass(frozen=True)
class Refunds:
    """Refunds sorted by time, and their lines; `order`/`line` index Sales, `refund` this."""

    order: Ints
    kind: Ints  # index into NOTES
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
    kind = kind[order]
    place = np.full(len(sales), -1)
    place[order] = np.arange(len(order))
    back = returned_quantity(sales, returns)
    is_whole = np.isin(kind, [0, 2])
    quantity = np.where(place[sales.order] < 0, 0, back)
    quantity = np.where(
        (place >= 0)[sales.order] & is_whole[place[sales.order]], sales.quantity, quantity
    )
    line = np.flatnonzero(quantity > 0)
    line = line[np.lexsort((line, place[sales.order[line]]))]
    of, quantity = place[sales.order[line]], quantity[line]
    subtotal = sales.line_paid[line] * quantity // sales.quantity[line]
    tax = sales.line_tax[line] * quantity // sales.quantity[line]
    shipping = _shipping_back(sales, returns, back)[order] | is_whole
    fee = (kind == 1) & (rng.random(len(order)) < 0.06)
    goods = np.bincount(of, subtotal, len(order)).astype(np.int64)
    percent = rng.choice([10, 15, 20], len(order))
    adjustment = np.where(fee, -(goods // 10), 0)
    adjustment = np.where(kind == 3, sales.total[order] * percent // 100, adjustment)
    on_top = ~sales.is_tax_included[order]
    fee_back, fee_tax = (
        np.where(shipping, v[order], 0) for v in (sales.shipping, sales.shipping_tax)
    )
    tax_back = np.bincount(of, tax, len(order)).astype(np.int64) + fee_tax
    return Refunds(
        order=order,
        kind=kind,
        processed_at=processed_at[order],
        amount=goods + fee_back + on_top * tax_back + adjustment,
        shipping=fee_back,
        shipping_tax=fee_tax,
        adjustment=adjustment,
        refund=of,
        line=line,
        quantity=quantity,
        subtotal=subtotal,
        tax=tax,
        restock=_restock(kind[of], returns.is_restocked[sales.intended[line]]),
    )


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


def _shipping_back(sales: Sales, returns: Returns, back: Ints) -> Bools:
    """Orders returned whole, for a fault on some line."""
    fault = np.isin(returns.reason[sales.intended], _FAULTS) & (back > 0)
    n_faults = sales.per_order(fault.astype(np.int64))
    return np.asarray((sales.per_order(sales.quantity - back) == 0) & (n_faults > 0))


def _restock(kind: Ints, is_restocked: Bools) -> Ints:
    return np.select([kind == 0, (kind == 1) & is_restocked], [CANCEL, RETURN], NO_RESTOCK)
