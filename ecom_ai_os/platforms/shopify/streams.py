"""Shopify's streams: which document fills which raw tables, and how it is kept up to date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from ecom_ai_os.platforms import RawTable, Stream

PARENT = "$.__parentId"


@dataclass(frozen=True)
class Plan:
    """How one stream is read.

    - `document`: its query in queries.graphql; `first`: the page size
    - `kinds`: type in a record's gid → raw table; `cuts`: nested connection → raw table
    - `whole`: read everything in pages or by bulk each time, or by bulk once a week, which finds
      what was deleted without an event; None: backfilled once, by windows if `span` tells its size
    - `window`: the filter that splits a backfill; `is_sorted`: pages come by update time, so an
      increment may stop anywhere; `overlap`: how coarse the vendor's update filter is
    - `destroyed`: the subject type of its deletion events
    - `revisit`: a search for what may change without its update time, read again once a day
    - `scopes`: what the app must be granted
    """

    stream: Stream
    document: str
    kinds: Mapping[str, str]
    scopes: tuple[str, ...]
    cuts: Mapping[str, str] = field(default_factory=dict)
    first: int = 250
    whole: Literal["pages", "bulk", "weekly"] | None = None
    span: str | None = None
    window: str = "updated_at"
    is_sorted: bool = False
    overlap: timedelta = timedelta(0)
    destroyed: str | None = None
    revisit: str | None = None

    @property
    def root(self) -> str:
        """The raw table of the records that are nobody's children."""
        return self.stream.tables[0].name


PLANS = (
    Plan(
        Stream("locations", (RawTable("locations"),)),
        "Locations",
        {"Location": "locations"},
        ("read_locations",),
        whole="pages",
    ),
    Plan(
        Stream("products", (RawTable("products"),)),
        "Products",
        {"Product": "products"},
        ("read_products",),
        whole="weekly",
        is_sorted=True,
        destroyed="PRODUCT",
    ),
    Plan(
        Stream("variants", (RawTable("variants", parent_id="$.product.id"),)),
        "Variants",
        {"ProductVariant": "variants"},
        ("read_products",),
        whole="weekly",
        destroyed="PRODUCT_VARIANT",
    ),
    Plan(
        Stream(
            "inventory",
            # Quantities change without their level's updatedAt, so the later read wins.
            (
                RawTable("inventory_items"),
                RawTable("inventory_levels", updated_at=None, parent_id=PARENT),
            ),
        ),
        "Inventory",
        {"InventoryItem": "inventory_items", "InventoryLevel": "inventory_levels"},
        ("read_inventory",),
        cuts={"inventoryLevels": "inventory_levels"},
        whole="bulk",
    ),
    Plan(
        Stream("customers", (RawTable("customers"),)),
        "Customers",
        {"Customer": "customers"},
        ("read_customers",),
        span="CustomersSpan",
        is_sorted=True,
        # The vendor documents customers' updated_at as "matching a whole day".
        overlap=timedelta(days=1),
        destroyed="CUSTOMER",
    ),
    Plan(
        Stream(
            "orders",
            (
                RawTable("orders"),
                RawTable("order_lines", updated_at=None, parent_id=PARENT),
                RawTable("returns", updated_at=None, parent_id=PARENT),
                RawTable("return_lines", updated_at=None, parent_id=PARENT),
                RawTable("refunds", parent_id=PARENT),
            ),
        ),
        "Orders",
        {
            "Order": "orders",
            "LineItem": "order_lines",
            "Return": "returns",
            "ReturnLineItem": "return_lines",
            "UnverifiedReturnLineItem": "return_lines",
        },
        ("read_orders", "read_returns"),
        cuts={"lineItems": "order_lines", "returns": "returns", "returnLineItems": "return_lines"},
        span="OrdersSpan",
        window="created_at",
        is_sorted=True,
        destroyed="ORDER",
        # A return has no update time of its own.
        revisit="return_status:return_requested OR return_status:in_progress",
    ),
    Plan(
        Stream(
            "abandoned_checkouts",
            (
                RawTable("abandoned_checkouts"),
                RawTable("abandoned_checkout_lines", updated_at=None, parent_id=PARENT),
            ),
        ),
        "AbandonedCheckouts",
        {
            "AbandonedCheckout": "abandoned_checkouts",
            "AbandonedCheckoutLineItem": "abandoned_checkout_lines",
        },
        ("read_orders",),
        cuts={"lineItems": "abandoned_checkout_lines"},
    ),
    Plan(
        Stream(
            "discounts",
            (
                RawTable("discounts", updated_at="$.discount.updatedAt"),
                RawTable("discount_codes", updated_at=None, parent_id=PARENT),
            ),
        ),
        "Discounts",
        {
            "DiscountNode": "discounts",
            "DiscountCodeNode": "discounts",
            "DiscountAutomaticNode": "discounts",
            "DiscountRedeemCode": "discount_codes",
        },
        ("read_discounts",),
        cuts={"codes": "discount_codes"},
        whole="weekly",
    ),
)
