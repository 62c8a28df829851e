"""Two days of a small shop on two Shopify connections, for hand-worked expectations.

Day one: Ann buys A twice and a gift card (order 1), buys B in dollars as a guest (2); Bob places a
test order (3), one in pounds before there is a rate for them (4), and A (5); somebody pays at the
till (6); Cat places an order that will be deleted (7) and a test order (9). Day two: Ann sends one
A back, Bob's order 5 is cancelled, 7 is gone, the line of 9 is one of 3, Bob buys as a guest in the
second shop (8), B is asked to be taken back, and Cat's account turns out to be Ann's. On that day
the other systems are connected (story_platforms).
"""

from __future__ import annotations

import duckdb

from assets_tests.dbt.raw_shop import (
    customer,
    gid,
    land,
    money,
    order,
    order_line,
    product,
    refund,
    refund_line,
    variant,
)
from assets_tests.dbt.story_platforms import others

DAY_ONE = "2026-08-03T00:00:00Z"
DAY_TWO = "2026-08-21T00:00:00Z"
ANN, BOB, CAT = ({"id": gid("Customer", number)} for number in (1, 2, 3))

DELIVERED = {
    "id": gid("Fulfillment", 1),
    "status": "SUCCESS",
    "createdAt": "2026-08-03T10:00:00Z",
    "estimatedDeliveryAt": "2026-08-05T00:00:00Z",
    "deliveredAt": "2026-08-04T12:00:00Z",
    "trackingInfo": [{"company": "DHL", "number": "JJD1"}],
}
ORDER_1 = order(
    1,
    customer=ANN,
    email="ann@x.de",
    discountCodes=["SPRING"],
    totalTaxSet=money("2.0"),
    totalShippingPriceSet=money("5.0"),
    totalPriceSet=money("76.0"),
    fulfillments=[DELIVERED],
)
LINE_11 = order_line(11, 1, sku=" A ", quantity=2, price=10, discount=1, tax=2)
ORDER_5 = order(5, customer=BOB, email="bob@x.de", processedAt="2026-08-02T10:00:00Z")


def day_one(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Land what there was on the evening of 2 August 2026."""
    _catalogue(warehouse)
    _customers(warehouse)
    orders = [
        ORDER_1,
        order(2, email="Ann@X.de", currency="USD", processedAt="2026-07-01T09:00:00Z"),
        order(3, customer=BOB, email="bob@x.de", test=True),
        order(4, customer=BOB, currency="GBP", processedAt="2025-12-01T09:00:00Z"),
        ORDER_5,
        order(6, sourceName="pos"),
        order(7, customer=CAT),
        order(9, customer=CAT, test=True),
    ]
    lines = [
        LINE_11,
        order_line(12, 1, sku="GIFT", price=50, isGiftCard=True),
        order_line(21, 2, sku="B", price=100, currency="USD"),
        order_line(31, 3, sku="A", price=10),
        order_line(41, 4, sku="A", price=10, currency="GBP"),
        order_line(51, 5, sku="A", price=10),
        order_line(61, 6, sku=None, price=7, variant=None, product=None),
        order_line(71, 7, sku="A", price=10),
        order_line(91, 9, sku="A", price=10),
    ]
    land(warehouse, "shopify.orders", *orders, loaded_at=DAY_ONE)
    land(warehouse, "shopify.order_lines", *lines, loaded_at=DAY_ONE)
    _cart(warehouse)


def day_two(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Land what changed until the evening of 20 August 2026."""
    cancelled = ORDER_5 | {"cancelledAt": "2026-08-10T00:00:00Z"}
    refunded = ORDER_1 | {"displayFinancialStatus": "PARTIALLY_REFUNDED"}
    land(warehouse, "shopify.orders", refunded, cancelled, loaded_at=DAY_TWO)
    land(warehouse, "shopify.orders", order(7, customer=CAT), loaded_at=DAY_TWO, is_deleted=True)
    lines = [LINE_11 | {"currentQuantity": 1}, order_line(91, 3, sku="A", price=10)]
    land(warehouse, "shopify.order_lines", *lines, loaded_at=DAY_TWO)
    back = refund(
        1,
        1,
        refund_line(None, 11, quantity=1, subtotal=9.5, tax=1, restockType="RETURN"),
        total=13.5,
        shipping=3,
        processed_at="2026-08-20T12:00:00Z",
    )
    land(warehouse, "shopify.refunds", back, loaded_at=DAY_TWO)
    land(warehouse, "shopify.customers", customer(3, "ann@x.de"), loaded_at=DAY_TWO)
    _second_shop(warehouse)
    _return(warehouse)
    others(warehouse)


def _catalogue(warehouse: duckdb.DuckDBPyConnection) -> None:
    items = [
        {"id": gid("InventoryItem", n), "unitCost": {"amount": "4.0", "currencyCode": "EUR"}}
        for n in (11, 12)
    ]
    level = {
        "id": "gid://shopify/InventoryLevel/1?inventory_item_id=11",
        "isActive": True,
        "location": {"id": gid("Location", 1), "name": "Berlin"},
        "item": {"id": gid("InventoryItem", 11), "sku": "A"},
        "quantities": [{"name": "available", "quantity": 5}, {"name": "on_hand", "quantity": 6}],
    }
    variants = [
        variant(11, 1, "A", updatedAt="2026-02-01T00:00:00Z"),
        variant(12, 1, "B"),
        variant(13, 1, "A", updatedAt="2026-01-01T00:00:00Z"),
        variant(14, 1, ""),
    ]
    land(warehouse, "shopify.products", product(1, tags=["Refill"]), loaded_at=DAY_ONE)
    land(warehouse, "shopify.variants", *variants, loaded_at=DAY_ONE)
    land(warehouse, "shopify.inventory_items", *items, loaded_at=DAY_ONE)
    land(warehouse, "shopify.inventory_levels", level, loaded_at=DAY_ONE)


def _customers(warehouse: duckdb.DuckDBPyConnection) -> None:
    ann = customer(1, "ann@x.de", "030 1234567", firstName="Ann", lastName="Lee")
    bob = customer(2, "bob@x.de", createdAt="2025-02-01T00:00:00Z")
    cat = customer(3, "cat@x.de", createdAt="2025-03-01T00:00:00Z")
    land(warehouse, "shopify.customers", ann, bob, cat, loaded_at=DAY_ONE)


def _cart(warehouse: duckdb.DuckDBPyConnection) -> None:
    cart = {
        "id": gid("AbandonedCheckout", 1),
        "createdAt": "2026-08-02T06:00:00Z",
        "completedAt": "2026-08-02T08:20:00Z",
        "customer": ANN,
        "totalPriceSet": money("76.0"),
    }
    ten_percent = {"percentage": 0.1}
    node = {"status": "ACTIVE", "__typename": "DiscountCodeBasic"}
    discount = {
        "id": gid("DiscountCodeNode", 1),
        "discount": node | {"customerGets": {"value": ten_percent}},
    }
    code = {
        "id": gid("DiscountRedeemCode", 1),
        "__parentId": discount["id"],
        "code": "Spring",
        "asyncUsageCount": 1,
    }
    land(warehouse, "shopify.abandoned_checkouts", cart, loaded_at=DAY_ONE)
    land(warehouse, "shopify.discounts", discount, loaded_at=DAY_ONE)
    land(warehouse, "shopify.discount_codes", code, loaded_at=DAY_ONE)


def _second_shop(warehouse: duckdb.DuckDBPyConnection) -> None:
    placed = order(8, email="BOB@x.de", processedAt="2026-08-15T09:00:00Z")
    line = order_line(81, 8, sku="C", quantity=3, price=4)
    land(warehouse, "shopify.orders", placed, connection="second", loaded_at=DAY_TWO)
    land(warehouse, "shopify.order_lines", line, connection="second", loaded_at=DAY_TWO)


def _return(warehouse: duckdb.DuckDBPyConnection) -> None:
    case = {
        "id": gid("Return", 1),
        "__parentId": gid("Order", 2),
        "name": "#2-R1",
        "status": "REQUESTED",
        "createdAt": "2026-08-19T00:00:00Z",
    }
    line = {
        "id": gid("ReturnLineItem", 1),
        "__parentId": case["id"],
        "quantity": 1,
        "customerNote": "Runs small",
        "returnReasonNote": "",
        "returnReasonDefinition": {"handle": "too-small"},
        "fulfillmentLineItem": {"lineItem": {"id": gid("LineItem", 21)}},
        "withCodeDiscountedTotalPriceSet": money("100.0", "USD"),
    }
    land(warehouse, "shopify.returns", case, loaded_at=DAY_TWO)
    land(warehouse, "shopify.return_lines", line, loaded_at=DAY_TWO)
