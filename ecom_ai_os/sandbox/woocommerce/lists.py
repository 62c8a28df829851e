"""What can be listed, how, and with which parameters."""

from dataclasses import dataclass, field

POSTS_ORDER = {
    "date": "created_at {direction}, id {direction}",
    "id": "id {direction}",
    "include": "id {direction}",
    "title": "id {direction}",
    "slug": "id {direction}",
    # No second key: rows of one second come in any order, another one for each page.
    "modified": "date_trunc('second', modified_at) {direction}, hash(id + {offset})",
}
CUSTOMERS_ORDER = {
    "id": "id {direction}",
    "include": "id {direction}",
    "name": "name {direction}, id {direction}",
    "registered_date": "created_at {direction}, id {direction}",
}
REVIEWS_ORDER = {
    "date": "created_at {direction}, id {direction}",
    "date_gmt": "created_at {direction}, id {direction}",
    "id": "id {direction}",
    "include": "id {direction}",
    "product": "product_id {direction}, id {direction}",
}
ORDER_STATUSES = (
    *("any", "trash", "auto-draft", "pending", "processing", "on-hold", "completed"),
    *("cancelled", "refunded", "failed", "checkout-draft"),
)
PRODUCT_STATUSES = ("any", "future", "trash", "draft", "pending", "private", "publish")
CREATED = {"after": ("created_at", ">"), "before": ("created_at", "<")}
MODIFIED = {"modified_after": ("modified_at", ">"), "modified_before": ("modified_at", "<")}


@dataclass(frozen=True)
class List:
    """A list: its view, the macro that writes its records, and what may be asked of it.

    - `statuses`: the enum of its status parameter; None: it takes any word or has no status
    - `bounds`: its date filters; other filters by equality are `columns`: parameter → column
    - `is_moderated`: a list of comments, whose status is approved unless another word is given
    - `forgets_totals`: pages beyond the end say there are 0 records (custom order tables)
    """

    view: str
    macro: str
    resource: str
    orderby: dict[str, str] = field(default_factory=lambda: POSTS_ORDER)
    default_orderby: str = "date"
    default_order: str = "desc"
    statuses: tuple[str, ...] | None = None
    bounds: dict[str, tuple[str, str]] = field(default_factory=lambda: CREATED | MODIFIED)
    columns: dict[str, str] = field(default_factory=dict)
    is_moderated: bool = False
    forgets_totals: bool = False


ORDERS = List(
    "orders",
    "order_documents",
    "shop_order",
    statuses=ORDER_STATUSES,
    columns={"customer": "customer_id"},
    forgets_totals=True,
)
REFUNDS = List("refunds", "refund_documents", "shop_order_refund", forgets_totals=True)
VARIATIONS = List("variations", "variation_documents", "product_variation")
LISTS = {
    "orders": ORDERS,
    "refunds": REFUNDS,
    "customers": List(
        "customers",
        "customer_documents",
        "customer",
        CUSTOMERS_ORDER,
        "name",
        "asc",
        bounds={},
        columns={"email": "email"},
    ),
    "products": List(
        "products",
        "product_documents",
        "product",
        statuses=PRODUCT_STATUSES,
        columns={"type": "type"},
    ),
    "products/reviews": List(
        "reviews",
        "review_documents",
        "review",
        REVIEWS_ORDER,
        "date_gmt",
        bounds=CREATED,
        columns={"product": "product_id"},
        is_moderated=True,
    ),
    "coupons": List("coupons", "coupon_documents", "shop_coupon", columns={"code": "code"}),
}
