"""A few records of one small Shopify shop, as its API serves them, landed in raw tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import duckdb

from ecom_ai_os.landing import create_tables
from ecom_ai_os.platforms import MODULES, connector_type


def create_raw_layer(warehouse: duckdb.DuckDBPyConnection) -> None:
    """Create every raw table, empty, the day and the rates EUR 1, USD 0.9 then 0.8, GBP 1.2."""
    warehouse.execute("set timezone = 'UTC'")
    create_tables(warehouse, {platform: connector_type(platform).streams for platform in MODULES})
    warehouse.execute(
        "insert into reference.exchange_rates values ('EUR', '2020-01-01', 1.0), "
        "('USD', '2020-01-01', 0.9), ('USD', '2026-06-01', 0.8), ('GBP', '2026-01-01', 1.2)"
    )
    warehouse.execute("insert into reference.clock values ('2026-08-20')")


def land(
    warehouse: duckdb.DuckDBPyConnection,
    table: str,
    *records: dict[str, Any],
    connection: str = "main",
    loaded_at: str = "2026-11-01T00:00:00Z",
    is_deleted: bool = False,
) -> None:
    """Upsert verbatim records into a raw table, as the warehouse's `land` does."""
    for r in records:
        warehouse.execute(
            f"delete from {table} where connection = $1 and record_id = $2", [connection, r["id"]]
        )
        warehouse.execute(
            f"insert into {table} (connection, record_id, parent_id, payload, is_deleted, "
            "loaded_at) values ($1, $2, $3, $4, $5, $6)",
            [connection, r["id"], r.get("__parentId"), json.dumps(r), is_deleted, loaded_at],
        )


def land_broken(
    warehouse: duckdb.DuckDBPyConnection,
    table: str,
    records: Iterable[Any],
    *,
    connection: str = "bad",
    parent_id: str | None = None,
) -> int:
    """Land records under ids from 0 on, thousands in one statement; return their number."""
    payloads = [json.dumps(record) for record in records]
    warehouse.execute(
        f"insert into {table} select $1, unnest(range($2))::varchar, $3, null, "
        "unnest(from_json($4, '[\"varchar\"]')), false, now()",
        [connection, len(payloads), parent_id, json.dumps(payloads)],
    )
    return len(payloads)


def gid(kind: str, number: int | str) -> str:
    return f"gid://shopify/{kind}/{number}"


def money(amount: float | str, currency: str = "EUR") -> dict[str, dict[str, str]]:
    """A MoneyBag: Shopify writes amounts as text."""
    one = {"amount": str(amount), "currencyCode": currency}
    return {"shopMoney": one, "presentmentMoney": one}


def order(number: int, *, currency: str = "EUR", **fields: Any) -> dict[str, Any]:
    """An Order node; keyword arguments overwrite its fields."""
    placed = fields.get("processedAt", "2026-08-02T08:17:13Z")
    return {
        "id": gid("Order", number),
        "legacyResourceId": str(number),
        "name": f"#{number}",
        "createdAt": placed,
        "updatedAt": placed,
        "processedAt": placed,
        "cancelledAt": None,
        "cancelReason": None,
        "closedAt": None,
        "test": False,
        "confirmed": True,
        "edited": False,
        "email": None,
        "phone": None,
        "tags": [],
        "sourceName": "web",
        "currencyCode": currency,
        "presentmentCurrencyCode": currency,
        "taxesIncluded": False,
        "discountCodes": [],
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "FULFILLED",
        "returnStatus": "NO_RETURN",
        "customer": None,
        "shippingAddress": {"countryCodeV2": "DE", "city": "Berlin", "zip": "10115"},
        "totalPriceSet": money(0, currency),
        "subtotalPriceSet": money(0, currency),
        "totalDiscountsSet": money(0, currency),
        "totalTaxSet": money(0, currency),
        "totalShippingPriceSet": money(0, currency),
        "totalRefundedSet": money(0, currency),
        "fulfillments": [],
        "refunds": [],
    } | fields


def order_line(
    number: int,
    of: int,
    *,
    sku: str | None,
    quantity: int = 1,
    price: float = 0,
    discount: float = 0,
    tax: float = 0,
    currency: str = "EUR",
    **fields: Any,
) -> dict[str, Any]:
    """A LineItem node of order `of`; `discount` and `tax` are of the whole line."""
    return {
        "id": gid("LineItem", number),
        "__parentId": gid("Order", of),
        "name": f"Thing {sku}",
        "title": "Thing",
        "variantTitle": None,
        "sku": sku,
        "vendor": "Acme",
        "quantity": quantity,
        "currentQuantity": quantity,
        "isGiftCard": False,
        "requiresShipping": True,
        "product": {"id": gid("Product", 1)},
        "variant": {"id": gid("ProductVariant", 11)},
        "originalUnitPriceSet": money(price, currency),
        "originalTotalSet": money(round(price * quantity, 2), currency),
        "totalDiscountSet": money(0, currency),
        "taxLines": [{"rate": 0.19, "priceSet": money(tax, currency)}] if tax else [],
        "discountAllocations": (
            [{"allocatedAmountSet": money(discount, currency)}] if discount else []
        ),
    } | fields


def refund(
    number: int,
    of: int,
    *lines: dict[str, Any],
    total: float,
    processed_at: str,
    shipping: float = 0,
    **fields: Any,
) -> dict[str, Any]:
    """A Refund node of order `of`; `lines` come from `refund_line`."""
    shipping_lines = [{"subtotalAmountSet": money(shipping), "taxAmountSet": money(0)}]
    return {
        "id": gid("Refund", number),
        "__parentId": gid("Order", of),
        "createdAt": processed_at,
        "processedAt": processed_at,
        "updatedAt": processed_at,
        "note": "",
        "return": None,
        "totalRefundedSet": money(total),
        "refundLineItems": {"nodes": list(lines)},
        "refundShippingLines": {"nodes": shipping_lines if shipping else []},
        "orderAdjustments": {"nodes": []},
    } | fields


def refund_line(
    number: int | None, line: int, *, quantity: int, subtotal: float, tax: float = 0, **fields: Any
) -> dict[str, Any]:
    """A RefundLineItem node; the vendor may leave its id null."""
    return {
        "id": gid("RefundLineItem", number) if number else None,
        "lineItem": {"id": gid("LineItem", line)},
        "quantity": quantity,
        "restockType": "NO_RESTOCK",
        "subtotalSet": money(subtotal),
        "totalTaxSet": money(tax),
    } | fields


def customer(
    number: int, email: str | None, phone: str | None = None, **fields: Any
) -> dict[str, Any]:
    """A Customer node with consent to e-mail; keyword arguments overwrite its fields."""
    address = {
        "emailAddress": email,
        "marketingState": "SUBSCRIBED",
        "marketingOptInLevel": "SINGLE_OPT_IN",
        "marketingUpdatedAt": "2025-01-01T00:00:00Z",
    }
    sms = {"state": "NOT_SUBSCRIBED", "optInLevel": None, "updatedAt": None}
    return {
        "id": gid("Customer", number),
        "firstName": None,
        "lastName": None,
        "createdAt": "2025-01-01T00:00:00Z",
        "updatedAt": "2025-01-01T00:00:00Z",
        "state": "ENABLED",
        "tags": [],
        "locale": "de",
        "defaultEmailAddress": address if email else None,
        "defaultPhoneNumber": {"phoneNumber": phone, "smsMarketingConsent": sms} if phone else None,
        "defaultAddress": {"countryCodeV2": "DE", "city": "Berlin", "zip": "10115"},
    } | fields


def product(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": gid("Product", number),
        "handle": f"thing-{number}",
        "title": f"Thing {number}",
        "status": "ACTIVE",
        "productType": "Things",
        "vendor": "Acme",
        "tags": [],
        "category": None,
        "createdAt": "2025-01-01T00:00:00Z",
        "updatedAt": "2025-01-01T00:00:00Z",
        "publishedAt": "2025-01-01T00:00:00Z",
        "isGiftCard": False,
    } | fields


def variant(number: int, of: int, sku: str | None, **fields: Any) -> dict[str, Any]:
    """A ProductVariant node of product `of`; its inventory item has the same number."""
    return {
        "id": gid("ProductVariant", number),
        "sku": sku,
        "barcode": None,
        "title": "Default Title",
        "displayName": f"Thing {of} - Default Title",
        "position": 1,
        "price": "10.00",
        "createdAt": "2025-01-01T00:00:00Z",
        "updatedAt": "2025-01-01T00:00:00Z",
        "product": {"id": gid("Product", of)},
        "inventoryItem": {"id": gid("InventoryItem", number)},
    } | fields
