"""The search fields of each listing: their names as the vendor has them, their SQL over a view.

A name the vendor does not know is ignored with a warning, as on Shopify; one it knows and the
sandbox does not serve is refused aloud (`KNOWN_ELSEWHERE`).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Filter:
    """`kind`: time, number, id, text (whole value, any case), tags, boolean or choice.

    A choice maps each accepted value to a condition; `sql` is then unused.
    """

    kind: str
    sql: str = ""
    choices: dict[str, str] | None = None


TIMES = {
    "created_at": Filter("time", "_created_at"),
    "updated_at": Filter("time", "_updated_at"),
}
ID = {"id": Filter("id", "_key")}


def choice(column: str, *values: str) -> Filter:
    return Filter("choice", choices={v: f"lower({column}) = '{v}'" for v in values})


FILTERS: dict[str, dict[str, Filter]] = {
    "Order": ID
    | TIMES
    | {
        "processed_at": Filter("time", "_created_at"),
        "customer_id": Filter("id", "_customer"),
        "name": Filter("text", "name"),
        "email": Filter("text", "email"),
        "source_name": Filter("text", '"sourceName"'),
        "discount_code": Filter("text", '"discountCode"'),
        "current_total_price": Filter("number", '"currentTotalPriceSet"."shopMoney".amount'),
        "test": Filter("boolean", "test"),
        "tag": Filter("tags", "tags"),
        "financial_status": choice(
            '"displayFinancialStatus"',
            "paid",
            "pending",
            "authorized",
            "partially_paid",
            "partially_refunded",
            "refunded",
            "voided",
            "expired",
        ),
        "fulfillment_status": Filter(
            "choice",
            choices={
                "fulfilled": "\"displayFulfillmentStatus\" = 'FULFILLED'",
                "shipped": "\"displayFulfillmentStatus\" = 'FULFILLED'",
                "unfulfilled": "\"displayFulfillmentStatus\" = 'UNFULFILLED'",
                "unshipped": "\"displayFulfillmentStatus\" = 'UNFULFILLED'",
                "partial": "false",
                "scheduled": "false",
                "on_hold": "false",
            },
        ),
        "return_status": choice(
            '"returnStatus"',
            "no_return",
            "return_requested",
            "in_progress",
            "inspection_complete",
            "returned",
            "return_failed",
        ),
        "status": Filter(
            "choice",
            choices={
                "open": 'not closed and "cancelledAt" is null',
                "closed": "closed",
                "cancelled": '"cancelledAt" is not null',
                "not_closed": "not closed",
                "any": "true",
            },
        ),
    },
    "Customer": ID
    | {
        "customer_date": Filter("time", "_created_at"),
        "updated_at": Filter("time", "_updated_at"),
        "email": Filter("text", "email"),
        "first_name": Filter("text", '"firstName"'),
        "last_name": Filter("text", '"lastName"'),
        "phone": Filter("text", "phone"),
        "orders_count": Filter("number", "_n_orders"),
        "total_spent": Filter("number", "_spent"),
        "state": choice("state", "enabled", "disabled", "invited", "declined"),
        "tag": Filter("tags", "tags"),
    },
    "Product": ID
    | TIMES
    | {
        "published_at": Filter("time", "_published_at"),
        "title": Filter("text", "title"),
        "handle": Filter("text", "handle"),
        "vendor": Filter("text", "vendor"),
        "product_type": Filter("text", '"productType"'),
        "tag": Filter("tags", "tags"),
        "inventory_total": Filter("number", "_available"),
        "gift_card": Filter("boolean", '"isGiftCard"'),
        "tracks_inventory": Filter("boolean", '"tracksInventory"'),
        "out_of_stock_somewhere": Filter("boolean", '"hasOutOfStockVariants"'),
        "status": choice("status", "active", "archived", "draft", "unlisted"),
    },
    "ProductVariant": ID
    | {
        "updated_at": Filter("time", "_updated_at"),
        "sku": Filter("text", "sku"),
        "barcode": Filter("text", "barcode"),
        "title": Filter("text", "title"),
        "product_id": Filter("id", "_product"),
        "product_ids": Filter("id", "_product"),
        "inventory_quantity": Filter("number", "_available"),
    },
    "InventoryItem": ID | TIMES | {"sku": Filter("text", "sku")},
    "InventoryLevel": ID | TIMES | {"inventory_item_id": Filter("id", "_item")},
    "Location": ID | {"created_at": TIMES["created_at"], "name": Filter("text", "name")},
    "Return": ID
    | {"status": choice("_status", "requested", "open", "closed", "declined", "canceled")},
    "AbandonedCheckout": ID
    | TIMES
    | {
        "recovery_state": Filter(
            "choice",
            choices={
                "recovered": "_completed_at is not null",
                "not_recovered": "_completed_at is null",
            },
        ),
        "status": Filter(
            "choice",
            choices={
                "open": "_completed_at is null",
                "closed": "_completed_at is not null",
            },
        ),
    },
    "DiscountNode": ID
    | TIMES
    | {
        "starts_at": Filter("time", "_starts_at"),
        "ends_at": Filter("time", "_ends_at"),
        "title": Filter("text", "_title"),
        "code": Filter("text", "_code"),
        "method": Filter("choice", choices={"code": "true", "automatic": "false"}),
        "status": choice("_status", "active", "expired", "scheduled"),
    },
    "DiscountRedeemCode": {},
    "BasicEvent": ID
    | {
        "created_at": TIMES["created_at"],
        "action": Filter("text", "action"),
        "subject_type": Filter("text", '"subjectType"'),
    },
    "BulkOperation": ID
    | {
        "created_at": Filter("time", "_created_at"),
        "operation_type": choice("type", "query", "mutation"),
        "status": choice(
            "status",
            "created",
            "running",
            "completed",
            "canceling",
            "canceled",
            "failed",
            "expired",
        ),
    },
}

# What a term without a field is looked for in; other listings have no such search.
FREE_TEXT = {
    "Order": ("name", "email"),
    "Customer": ('"displayName"', "email", "phone"),
    "Product": ("title", "vendor", '"productType"'),
    "ProductVariant": ('"displayName"', "sku"),
    "Location": ("name",),
    "AbandonedCheckout": ("name",),
    "DiscountNode": ("_title",),
}

KNOWN_ELSEWHERE: dict[str, frozenset[str]] = {
    name: frozenset(fields.split())
    for name, fields in {
        "Order": """cart_token channel channel_id chargeback_status checkout_token
            confirmation_number credit_card_last4 delivery_method fraud_protection_level
            fulfillment_location_id gateway location_id payment_id payment_provider_id po_number
            reference_location_id risk_level sales_channel sku source_identifier
            subtotal_line_items_quantity tag_not total_weight""",
        "Customer": """accepts_marketing country last_abandoned_order_date order_date tag_not""",
        "Product": """barcode bundles category_id collection_id combined_listing_role
            delivery_profile_id error_feedback has_only_composites has_only_default_variant
            has_variant_with_components is_price_reduced price product_configuration_owner
            product_publication_status publication_ids publishable_status published_status sku
            tag_not variant_id variant_title""",
        "ProductVariant": """collection delivery_profile_id exclude_composite
            exclude_variants_with_components gift_card location_id managed managed_by option1
            option2 option3 product_publication_status product_status product_type
            publishable_status published_status requires_components tag tag_not taxable
            vendor""",
        "InventoryLevel": "inventory_group_id",
        "Location": """active address1 address2 city country geolocated legacy location_id
            pickup_in_store province zip""",
        "AbandonedCheckout": "email_state",
        "DiscountNode": """combines_with context customer_ids discount_class discount_type
            market_ids segment_ids tag times_used type""",
        "BasicEvent": "comments",
    }.items()
}
