"""Rows of orders, order_lines, fulfillments and abandoned checkouts."""

import numpy as np
import polars as pl

from .calendar import NEVER
from .choice import Ints, stream
from .countries import COUNTRIES
from .delivery import CANCEL_REASONS, CARRIERS
from .identifiers import ids, ids_or_null
from .ledger import Ledger, moments
from .simulation import Business

FIRST_NUMBER = 1001
SOURCES = ("web", "shopify_draft_order")  # a draft order is one placed by telephone


def write_orders(ledger: Ledger, business: Business) -> None:
    """Fill orders, order_lines, fulfillments, abandoned_checkouts and their lines."""
    _write_orders(ledger, business)
    _write_lines(ledger, business)
    _write_fulfillments(ledger, business)
    _write_checkouts(ledger, business)


def _write_orders(ledger: Ledger, business: Business) -> None:
    sales, delivery, accounts = business.sales, business.delivery, business.accounts
    n, purchase = len(sales), sales.purchase
    contact = accounts.contact[accounts.contact_of_order]
    country = business.people.country[sales.person]
    cancelled_at = delivery.cancelled_at[purchase]
    is_cancelled = cancelled_at != NEVER
    source = stream(business.seed, "sources").choice(len(SOURCES), n, p=[0.975, 0.025])
    codes = [p.code for p in business.calendar.promotions] + ["WELCOME10", "SAVE5"]
    reasons = pl.Series([*CANCEL_REASONS, None]).gather(
        np.where(is_cancelled, delivery.cancel_reason[purchase], len(CANCEL_REASONS))
    )
    closed_at = np.where(is_cancelled, cancelled_at, delivery.fulfilled_at[purchase] + 60)
    ledger.write(
        "orders",
        {
            "order_id": ids("order", np.arange(n)),
            "number": FIRST_NUMBER + np.arange(n),
            "customer_id": ids_or_null("customer", accounts.of_order),
            "person_id": sales.person + 1,
            **{name: contact[name] for name in ("email", "phone", "country_code", "city", "zip")},
            "created_at": moments(sales.created_at),
            "cancelled_at": moments(cancelled_at),
            "cancel_reason": reasons,
            "closed_at": moments(closed_at),
            "is_test": delivery.is_test[purchase],
            "currency": pl.repeat("EUR", n, eager=True),
            "presentment_currency": pl.Series([c.currency for c in COUNTRIES]).gather(country),
            "presentment_rate": np.array([c.euro_rate for c in COUNTRIES])[country],
            "is_tax_included": sales.is_tax_included,
            "source_name": pl.Series(SOURCES).gather(source),
            "discount_id": ids_or_null("discount", sales.code),
            "discount_code": pl.Series([*codes, None]).gather(
                np.where(sales.code < 0, len(codes), sales.code)
            ),
            "subtotal_cents": sales.subtotal,
            "discount_cents": sales.discount,
            "shipping_cents": sales.shipping,
            "tax_cents": sales.tax,
            "shipping_tax_cents": sales.shipping_tax,
            "total_cents": sales.total,
        },
    )


def _write_lines(ledger: Ledger, business: Business) -> None:
    sales = business.sales
    ledger.write(
        "order_lines",
        {
            "line_id": ids("line", np.arange(len(sales.order))),
            "order_id": ids("order", sales.order),
            "position": sales.position,
            "variant_id": ids("variant", sales.variant),
            "quantity": sales.quantity,
            "unit_price_cents": sales.unit_price,
            "discount_cents": sales.line_discount,
            "tax_cents": sales.line_tax,
            "tax_rate": sales.tax_rate,
        },
    )


def _write_fulfillments(ledger: Ledger, business: Business) -> None:
    sales, delivery = business.sales, business.delivery
    order = np.flatnonzero(delivery.fulfilled_at[sales.purchase] != NEVER)
    purchase = sales.purchase[order]
    is_parcel = delivery.in_transit_at[purchase] != NEVER
    carrier = np.where(is_parcel, delivery.carrier[purchase], len(CARRIERS))
    numbers = pl.Series(3_000_000_000 + order * 7).cast(pl.String)
    ledger.write(
        "fulfillments",
        {
            "fulfillment_id": ids("fulfillment", np.arange(len(order))),
            "order_id": ids("order", order),
            "location_id": ids("location", delivery.location[purchase]),
            "created_at": moments(delivery.fulfilled_at[purchase]),
            "in_transit_at": moments(delivery.in_transit_at[purchase]),
            "estimated_delivery_at": moments(delivery.promised_at[purchase]),
            "delivered_at": moments(delivery.delivered_at[purchase]),
            "company": pl.Series([*CARRIERS, None]).gather(carrier),
            "tracking_number": numbers.set(pl.Series(~is_parcel), None),
        },
    )


def _write_checkouts(ledger: Ledger, business: Business) -> None:
    sales, left = business.sales, business.checkouts
    worth = sales.unit_price * sales.quantity
    total = _sum(left.checkout, worth[left.line], len(left.order))
    ledger.write(
        "abandoned_checkouts",
        {
            "checkout_id": ids("checkout", np.arange(len(left.order))),
            "customer_id": ids("customer", business.accounts.of_order[left.order]),
            "created_at": moments(left.created_at),
            "updated_at": moments(left.updated_at),
            "completed_at": moments(left.completed_at),
            "total_cents": total,
            "recovered_order_id": ids_or_null("order", np.where(left.is_recovered, left.order, -1)),
        },
    )
    ledger.write(
        "abandoned_checkout_lines",
        {
            "line_id": ids("checkout_line", np.arange(len(left.line))),
            "checkout_id": ids("checkout", left.checkout),
            "variant_id": ids("variant", sales.variant[left.line]),
            "quantity": sales.quantity[left.line],
            "unit_price_cents": sales.unit_price[left.line],
        },
    )


def _sum(group: Ints, values: Ints, n: int) -> Ints:
    return np.bincount(group, values, n).astype(np.int64)
