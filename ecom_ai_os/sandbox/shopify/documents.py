"""Which views stand behind which types, and how they hang together.

A *document* is an object type with a view of its own in `documents/`; all other object types
are values, kept in a struct column of their document.
"""

import re
from pathlib import Path

from graphql import GraphQLSchema, build_schema

FOLDER = Path(__file__).parent
SCHEMA: GraphQLSchema = build_schema((FOLDER / "schema.graphql").read_text())
# `scalars.sql` defines the macros which the other scripts use.
SCRIPTS = (
    FOLDER / "documents" / "scalars.sql",
    *(
        FOLDER / "documents" / f"{name}.sql"
        for name in ("catalogue", "customers", "orders", "returns", "bulk")
    ),
)

# Abstract types of which the shop has one kind only.
CONCRETE = {
    "Discount": "DiscountCodeBasic",
    "Event": "BasicEvent",
    "ReturnLineItemType": "ReturnLineItem",
}

DOCUMENTS = frozenset(
    name
    for script in SCRIPTS
    for name in re.findall(r'create or replace view shopify\."(\w+)"', script.read_text())
)

# List and connection fields: the child's column that holds the parent's `_key`.
PARENT_COLUMN = {
    ("Order", "lineItems"): "_order",
    ("Order", "returns"): "_order",
    ("Order", "fulfillments"): "_order",
    ("Order", "refunds"): "_order",
    ("Return", "returnLineItems"): "_return",
    ("Return", "refunds"): "_return",
    ("Refund", "refundLineItems"): "_refund",
    ("Refund", "refundShippingLines"): "_refund",
    ("Refund", "orderAdjustments"): "_refund",
    ("Customer", "orders"): "_customer",
    ("Product", "variants"): "_product",
    ("InventoryItem", "variants"): "_item",
    ("InventoryItem", "inventoryLevels"): "_item",
    ("Location", "inventoryLevels"): "_location",
    ("AbandonedCheckout", "lineItems"): "_checkout",
    ("DiscountCodeBasic", "codes"): "_discount",
}

# The kind in a global id, where it is not the type's name.
GID_KIND = {"DiscountNode": "DiscountCodeNode", "DiscountCodeBasic": "DiscountCodeNode"}

SCOPE = {
    "Order": "read_orders",
    "LineItem": "read_orders",
    "Refund": "read_orders",
    "AbandonedCheckout": "read_orders",
    "Return": "read_returns",
    "Customer": "read_customers",
    "Product": "read_products",
    "ProductVariant": "read_products",
    "InventoryItem": "read_inventory",
    "InventoryLevel": "read_inventory",
    "Location": "read_locations",
    "DiscountNode": "read_discounts",
}
# Nullable fields an app sees only once it is approved for protected customer data.
PROTECTED = {
    ("Customer", "firstName"),
    ("Customer", "lastName"),
    ("Customer", "email"),
    ("Customer", "phone"),
    ("Customer", "defaultEmailAddress"),
    ("Customer", "defaultPhoneNumber"),
    ("Customer", "defaultAddress"),
    ("Order", "email"),
    ("Order", "phone"),
    ("Order", "shippingAddress"),
    ("Order", "billingAddress"),
}
ALL_SCOPES = (*sorted({*SCOPE.values()}), "read_all_orders")


def gid(type_name: str, key: int) -> str:
    return f"gid://shopify/{GID_KIND.get(type_name, type_name)}/{key}"


def resolve_gid(value: str) -> tuple[str, int] | None:
    """(document type, key) of a global id, None when it names nothing served."""
    kind, _, key = value.partition("?")[0].removeprefix("gid://shopify/").partition("/")
    kinds = {GID_KIND.get(name, name): name for name in sorted(DOCUMENTS, reverse=True)}
    if kind not in kinds or not key.isdigit():
        return None
    return kinds[kind], int(key)


def view(type_name: str) -> str:
    return f'shopify."{type_name}"'
