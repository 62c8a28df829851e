"""Rows of returns, refunds and their lines."""

import numpy as np
import polars as pl

from .assortment import REASONS
from .calendar import NEVER
from .choice import Ints, stream
from .countries import COUNTRIES
from .identifiers import ids, ids_or_null
from .ledger import Ledger, moments
from .notes import customer_notes
from .records_orders import FIRST_NUMBER
from .refunds import NOTES, RESTOCK_TYPES, RETURNED, returned_quantity
from .simulation import Business


def write_returns(ledger: Ledger, business: Business) -> None:
    """Fill returns, return_lines, refunds and refund_lines."""
    sales, returns = business.sales, business.returns
    quantity = returned_quantity(sales, returns)
    order = np.flatnonzero(sales.per_order(quantity) > 0)
    order = order[np.argsort(returns.requested_at[sales.purchase[order]], kind="stable")]
    position = np.full(len(sales), -1)
    position[order] = np.arange(len(order))
    _write_returns(ledger, business, order)
    _write_return_lines(ledger, business, position, quantity)
    _write_refunds(ledger, business, position)


def _write_returns(ledger: Ledger, business: Business, order: Ints) -> None:
    returns, purchase = business.returns, business.sales.purchase[order]
    declined = returns.is_declined[purchase]
    decided = returns.decided_at[purchase]
    numbers = pl.Series(order + FIRST_NUMBER).cast(pl.String)
    ledger.write(
        "returns",
        {
            "return_id": ids("return", np.arange(len(order))),
            "order_id": ids("order", order),
            "number": "#" + numbers + "-R1",
            "requested_at": moments(returns.requested_at[purchase]),
            "approved_at": moments(np.where(declined, NEVER, decided)),
            "closed_at": moments(np.where(declined, NEVER, returns.closed_at[purchase])),
            "declined_at": moments(np.where(declined, decided, NEVER)),
        },
    )


def _write_return_lines(ledger: Ledger, business: Business, position: Ints, quantity: Ints) -> None:
    sales = business.sales
    line = np.flatnonzero(quantity > 0)
    line = line[np.lexsort((line, position[sales.order[line]]))]
    reason = business.returns.reason[sales.intended[line]]
    country = business.people.country[sales.person[sales.order[line]]]
    language = np.array([c.language for c in COUNTRIES])[country]
    notes = customer_notes(reason, language, stream(business.seed, "notes"))
    ledger.write(
        "return_lines",
        {
            "return_line_id": ids("return_line", np.arange(len(line))),
            "return_id": ids("return", position[sales.order[line]]),
            "line_id": ids("line", line),
            "quantity": quantity[line],
            "reason_handle": pl.Series(REASONS).gather(reason),
            "customer_note": pl.Series(notes, dtype=pl.String),
        },
    )


def _write_refunds(ledger: Ledger, business: Business, position: Ints) -> None:
    refunds = business.refunds
    of_return = np.where(refunds.kind == RETURNED, position[refunds.order], -1)
    ledger.write(
        "refunds",
        {
            "refund_id": ids("refund", np.arange(len(refunds.order))),
            "order_id": ids("order", refunds.order),
            "return_id": ids_or_null("return", of_return),
            "processed_at": moments(refunds.processed_at),
            "amount_cents": refunds.amount,
            "shipping_amount_cents": refunds.shipping,
            "shipping_tax_cents": refunds.shipping_tax,
            "adjustment_cents": refunds.adjustment,
            "note": pl.Series(NOTES).gather(refunds.kind),
        },
    )
    ledger.write(
        "refund_lines",
        {
            "refund_line_id": ids("refund_line", np.arange(len(refunds.line))),
            "refund_id": ids("refund", refunds.refund),
            "line_id": ids("line", refunds.line),
            "quantity": refunds.quantity,
            "subtotal_cents": refunds.subtotal,
            "tax_cents": refunds.tax,
            "restock_type": pl.Series(RESTOCK_TYPES).gather(refunds.restock),
        },
    )
