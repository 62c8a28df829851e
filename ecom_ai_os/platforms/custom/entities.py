"""What a custom shop can tell us: its entities, our column names and their DuckDB types.

`ecom.toml` maps their columns to these; what is not mapped stays in the raw record's `source`.
"""

from __future__ import annotations

from dataclasses import dataclass

TEXT, TIME, FLAG = "varchar", "timestamptz", "boolean"
MONEY, QUANTITY = "decimal(18,4)", "decimal(18,3)"

#: What lines may say about their order, for exports without a file of orders.
ORDER_FACTS = {
    "customer_id": TEXT,
    "email": TEXT,
    "phone": TEXT,
    "country": TEXT,
    "currency": TEXT,
    "is_tax_included": FLAG,
    "payment_status": TEXT,
    "fulfillment_status": TEXT,
    "cancelled_at": TIME,
    "is_cancelled": FLAG,
    "is_test": FLAG,
    "discount_code": TEXT,
    "source": TEXT,
}


@dataclass(frozen=True)
class Entity:
    """One raw table: our columns and types, those a row cannot do without, and its identity.

    `needs_one_of` are alternatives of which the mapping gives at least one. A row in which one of
    `not_negative` is below zero is broken: a refund of 10 is an amount of 10. Where
    `keeps_repeats`, rows of one file that share an id are different facts (the second is
    `<id>#2`); elsewhere the last one read is the newest state of the same thing.
    """

    columns: dict[str, str]
    required: tuple[str, ...]
    id: tuple[str, ...]
    keeps_repeats: bool = False
    needs_one_of: tuple[str, ...] = ()
    not_negative: tuple[str, ...] = ()


ENTITIES = {
    "orders": Entity(
        columns={
            "order_id": TEXT,
            "order_number": TEXT,
            "ordered_at": TIME,
            "updated_at": TIME,
            **ORDER_FACTS,
            "subtotal": MONEY,
            "discount": MONEY,
            "tax": MONEY,
            "shipping": MONEY,
            "total": MONEY,
            "n_units": QUANTITY,
            "fulfilled_at": TIME,
            "expected_delivery_at": TIME,
            "delivered_at": TIME,
        },
        required=("order_id", "ordered_at"),
        id=("order_id",),
    ),
    "order_lines": Entity(
        columns={
            "order_id": TEXT,
            "line_id": TEXT,
            "sku": TEXT,
            "product_id": TEXT,
            "title": TEXT,
            "category": TEXT,
            "is_gift_card": FLAG,
            "quantity": QUANTITY,
            "unit_price": MONEY,
            "line_total": MONEY,
            "discount": MONEY,
            "tax": MONEY,
            "ordered_at": TIME,
            "updated_at": TIME,
            **ORDER_FACTS,
        },
        required=("order_id", "sku", "quantity"),
        id=("order_id", "line_id", "sku"),
        keeps_repeats=True,
        needs_one_of=("unit_price", "line_total"),
        not_negative=("quantity",),
    ),
    "refunds": Entity(
        columns={
            "refund_id": TEXT,
            "order_id": TEXT,
            "line_id": TEXT,
            "sku": TEXT,
            "customer_id": TEXT,
            "quantity": QUANTITY,
            "amount": MONEY,
            "tax": MONEY,
            "shipping": MONEY,
            "currency": TEXT,
            "refunded_at": TIME,
            "updated_at": TIME,
            "is_goods_returned": FLAG,
            "note": TEXT,
        },
        required=("amount", "refunded_at"),
        id=("refund_id", "order_id", "line_id", "sku", "refunded_at"),
        keeps_repeats=True,
        needs_one_of=("order_id", "customer_id"),
        not_negative=("quantity", "amount"),
    ),
    "returns": Entity(
        columns={
            "return_id": TEXT,
            "order_id": TEXT,
            "line_id": TEXT,
            "sku": TEXT,
            "customer_id": TEXT,
            "quantity": QUANTITY,
            "amount": MONEY,
            "currency": TEXT,
            "returned_at": TIME,
            "updated_at": TIME,
            "status": TEXT,
            "reason": TEXT,
            "comment": TEXT,
        },
        required=("return_id", "order_id", "sku", "quantity", "returned_at"),
        id=("return_id", "line_id", "sku"),
        keeps_repeats=True,
        not_negative=("quantity",),
    ),
    "customers": Entity(
        columns={
            "customer_id": TEXT,
            "email": TEXT,
            "phone": TEXT,
            "first_name": TEXT,
            "last_name": TEXT,
            "locale": TEXT,
            "country": TEXT,
            "tags": TEXT,
            "is_email_subscribed": FLAG,
            "email_consent_at": TIME,
            "is_sms_subscribed": FLAG,
            "sms_consent_at": TIME,
            "created_at": TIME,
            "updated_at": TIME,
        },
        required=("customer_id",),
        id=("customer_id",),
    ),
    "products": Entity(
        columns={
            "sku": TEXT,
            "product_id": TEXT,
            "title": TEXT,
            "category": TEXT,
            "brand": TEXT,
            "tags": TEXT,
            "is_gift_card": FLAG,
            "is_active": FLAG,
            "price": MONEY,
            "unit_cost": MONEY,
            "currency": TEXT,
            "supplier": TEXT,
            "lead_time_days": QUANTITY,
            "created_at": TIME,
            "updated_at": TIME,
        },
        required=("sku",),
        id=("sku",),
    ),
    "stock_levels": Entity(
        columns={
            "sku": TEXT,
            "location": TEXT,
            "observed_at": TIME,
            "on_hand": QUANTITY,
            "committed": QUANTITY,
            "available": QUANTITY,
            "incoming": QUANTITY,
            "updated_at": TIME,
        },
        required=("sku",),
        id=("sku", "location", "observed_at"),
        needs_one_of=("on_hand", "available"),
    ),
    "purchase_orders": Entity(
        columns={
            "po_id": TEXT,
            "line_id": TEXT,
            "sku": TEXT,
            "supplier": TEXT,
            "location": TEXT,
            "ordered_at": TIME,
            "expected_at": TIME,
            "received_at": TIME,
            "quantity": QUANTITY,
            "quantity_received": QUANTITY,
            "unit_cost": MONEY,
            "currency": TEXT,
            "status": TEXT,
            "updated_at": TIME,
        },
        required=("po_id", "sku", "quantity", "ordered_at"),
        id=("po_id", "line_id", "sku"),
        keeps_repeats=True,
        not_negative=("quantity", "quantity_received"),
    ),
    "reviews": Entity(
        columns={
            "review_id": TEXT,
            "sku": TEXT,
            "product_id": TEXT,
            "product_name": TEXT,
            "product_url": TEXT,
            "order_number": TEXT,
            "email": TEXT,
            "author_name": TEXT,
            "location": TEXT,
            "rating": QUANTITY,
            "title": TEXT,
            "body": TEXT,
            "language": TEXT,
            "reviewed_at": TIME,
            "edited_at": TIME,
            "is_verified": FLAG,
            "status": TEXT,
            "reply": TEXT,
            "replied_at": TIME,
            "updated_at": TIME,
        },
        required=("review_id", "reviewed_at"),
        id=("review_id",),
        needs_one_of=("rating", "body"),
        not_negative=("rating",),
    ),
    "campaigns": Entity(
        columns={
            "campaign_id": TEXT,
            "kind": TEXT,
            "flow_id": TEXT,
            "name": TEXT,
            "subject": TEXT,
            "channel": TEXT,
            "status": TEXT,
            "scheduled_at": TIME,
            "sent_at": TIME,
            "n_recipients": QUANTITY,
            "n_opened": QUANTITY,
            "n_clicked": QUANTITY,
            "revenue": MONEY,
            "currency": TEXT,
            "updated_at": TIME,
        },
        required=("campaign_id",),
        id=("campaign_id",),
    ),
    "email_events": Entity(
        columns={
            "event_id": TEXT,
            "customer_id": TEXT,
            "email": TEXT,
            "campaign_id": TEXT,
            "flow_id": TEXT,
            "message_id": TEXT,
            "kind": TEXT,
            "is_machine_open": FLAG,
            "url": TEXT,
            "occurred_at": TIME,
            "updated_at": TIME,
        },
        required=("kind", "occurred_at"),
        id=("event_id", "kind", "message_id", "customer_id", "email", "occurred_at"),
        needs_one_of=("customer_id", "email"),
    ),
}
