"""A WooCommerce shop reaches the marts: amounts net of tax, guests, refunds, edits, deletions."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.conftest import ON_TABLES, Read, dbt, land_days, reader
from assets_tests.dbt.raw_shop import land, land_broken

PLACED, LATER = "2026-08-02T08:17:13", "2026-08-05T10:00:00"
FIRST_LOAD, SECOND_LOAD = "2026-08-10T00:00:00Z", "2026-08-11T00:00:00Z"


def line(number: int, sku: str, quantity: int, subtotal: str, total: str, tax: str) -> Any:
    return {
        "id": number,
        "name": f"Thing {sku}",
        "sku": sku,
        "product_id": 5,
        "variation_id": 51,
        "quantity": quantity,
        "subtotal": subtotal,
        "total": total,
        "total_tax": tax,
        "meta_data": [],
    }


def order(number: int, *lines: Any, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "number": f"WOO-{number}",
        "status": "completed",
        "currency": "EUR",
        "prices_include_tax": True,
        "created_via": "checkout",
        "customer_id": 0,
        "date_created_gmt": PLACED,
        "date_modified_gmt": LATER,
        "date_paid_gmt": PLACED,
        "date_completed_gmt": LATER,
        "total": "0.00",
        "total_tax": "0.00",
        "discount_total": "0.00",
        "shipping_total": "0.00",
        "billing": {"email": "Guest@Example.com", "phone": "", "country": "DE"},
        "shipping": {"country": ""},
        "line_items": list(lines),
        "fee_lines": [],
        "coupon_lines": [],
        "refunds": [],
    } | fields


# Two lines of 20 and 10 less 10 % by coupon, a fee of 2, shipping 5; 19 % tax on all of it.
LINES = [line(1, "A", 2, "20.00", "18.00", "3.42"), line(2, "B", 1, "10.00", "9.00", "1.71")]
SALE = order(
    100,
    *LINES,
    fee_lines=[{"id": 3, "name": "Gift wrap", "total": "2.00", "total_tax": "0.38"}],
    coupon_lines=[{"id": 4, "code": "ten", "discount": "3"}],
    discount_total="3.00",
    shipping_total="5.00",
    total_tax="6.46",
    total="40.46",
    refunds=[{"id": 200, "reason": "too small", "total": "-10.71"}],
)
REFUND = {
    "id": 200,
    "__parentId": "100",
    "amount": "10.71",
    "reason": "too small",
    "date_created_gmt": "2026-08-08T09:00:00",
    "line_items": [
        line(201, "A", -1, "-9.00", "-9.00", "-1.71")
        | {"meta_data": [{"key": "_refunded_item_id", "value": "1"}]}
    ],
    "shipping_lines": [],
    "fee_lines": [],
}
PRODUCT = {"id": 5, "name": "Thing", "type": "variable", "status": "publish", "variations": [51]}
VARIATION = {
    "id": 51,
    "__parentId": "5",
    "sku": "A",
    "status": "publish",
    "price": "11.90",
    "manage_stock": True,
    "stock_quantity": 7,
    "attributes": [{"option": "Red"}, {"option": "L"}],
    "date_modified_gmt": PLACED,
}
REVIEW = {
    "id": 9,
    "product_id": 5,
    "status": "approved",
    "reviewer_email": "guest@example.com",
    "review": "<p>Good & warm</p>\n",
    "rating": 5,
    "verified": True,
    "date_created_gmt": LATER,
}


def opened(con: duckdb.DuckDBPyConnection) -> None:
    unpaid = {"date_paid_gmt": None, "date_completed_gmt": None, "total": "12.00"}
    orders = [
        SALE,
        order(101, status="pending", **unpaid),
        order(102, status="failed", **unpaid),
        order(103, LINES[1] | {"id": 5}, total="10.71", total_tax="1.71"),
    ]
    ids = [
        {"id": row["id"], "refunds": [refund["id"] for refund in row["refunds"]]} for row in orders
    ]
    for table, records in {
        "orders": orders,
        "order_ids": ids,
        "order_refunds": [REFUND],
        "products": [PRODUCT],
        "variations": [VARIATION],
        "reviews": [REVIEW],
    }.items():
        land(con, f"woocommerce.{table}", *records, connection="woo", loaded_at=FIRST_LOAD)


def edited(con: duckdb.DuckDBPyConnection) -> None:
    """A line is taken out of order 100 and its refund deleted; order 103 is deleted for good."""
    shorter = SALE | {"line_items": LINES[:1], "refunds": []}
    later = {"connection": "woo", "loaded_at": SECOND_LOAD}
    land(con, "woocommerce.orders", shorter, **later)
    land(con, "woocommerce.order_ids", {"id": 100, "refunds": []}, **later)
    land(con, "woocommerce.order_ids", {"id": 103, "refunds": []}, is_deleted=True, **later)


@pytest.fixture(scope="module")
def path(shop_folder: Path) -> Path:
    path = land_days(shop_folder, opened)
    dbt(shop_folder, "build", *ON_TABLES)
    return path


@pytest.fixture
def woo(path: Path) -> Iterator[Read]:
    yield from reader(path)


def test_amounts_are_net_of_tax_however_prices_are_typed_in(woo: Read) -> None:
    assert woo(
        "select status, gross_revenue, discount, refunded, net_revenue, tax, shipping "
        "from marts.fct_orders where order_id = 'woo/100'"
    ) == [("partially_refunded", 32, 3, 9, 20, Decimal("6.46"), 5)]


def test_unpaid_orders_are_no_sales_and_left_carts(woo: Read) -> None:
    assert woo("select order_id from marts.fct_orders where is_sale order by 1") == [
        ("woo/100",),
        ("woo/103",),
    ]
    assert woo("select cart_id from marts.fct_abandoned_carts") == [("woo/101",)]


def test_a_guest_is_one_person(woo: Read) -> None:
    assert woo("select count(distinct customer_id) from marts.fct_orders") == [(1,)]
    assert woo("select body, rating, customer_id is not null from marts.fct_reviews") == [
        ("Good & warm", 5, True)
    ]


def test_units_refunded_after_completion_came_back(woo: Read) -> None:
    assert woo("select line_id, sku, quantity, amount, reason_text from marts.fct_returns") == [
        ("woo/1", "A", 1, Decimal("10.71"), "too small")
    ]


def test_variations_are_what_is_sold(woo: Read) -> None:
    assert woo("select sku, title, price from marts.dim_products where variant_id = 'woo/51'") == [
        ("A", "Thing – Red, L", Decimal("11.90"))
    ]
    assert woo("select sku, location, available from marts.fct_stock_levels") == [
        ("A", "woo/shop", 7)
    ]


WRONG = (None, "", "x", "0000-00-00T00:00:00", [], {}, -1, 1.5, 10**25, 1e300, True, [None], [[1]])
VIEWS = (
    *("orders", "order_lines", "fulfillments", "refunds", "refund_lines", "customers"),
    *("products", "stock_levels", "abandoned_carts", "coupons", "reviews"),
)


def spoiled(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The record with each field, and each field of its lines, missing or wrong in many ways."""
    for field, value in record.items():
        for wrong in WRONG:
            yield record | {field: wrong}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for entry in spoiled(value[0]):
                yield record | {field: [entry, *value[1:]]}
        yield {name: kept for name, kept in record.items() if name != field}


def test_no_broken_field_stops_a_run(path: Path, tmp_path: Path) -> None:
    copy = shutil.copy(path, tmp_path)
    raw = {"orders": SALE, "order_refunds": REFUND, "products": PRODUCT, "variations": VARIATION}
    with duckdb.connect(str(copy)) as con:
        con.execute("set timezone = 'UTC'")
        for table, record in (
            raw | {"reviews": REVIEW, "customers": SALE, "coupons": SALE}
        ).items():
            land_broken(con, f"woocommerce.{table}", spoiled(record), parent_id="100")
        for view in VIEWS:
            con.execute(f"select count(columns(*)) from staging.stg_woocommerce__{view}").fetchall()
        assert con.execute(
            "select count(*) from staging.stg_woocommerce__orders where connection = 'bad'"
        ).fetchall() == [(len(list(spoiled(SALE))),)]


def test_what_an_edit_or_a_deletion_takes_out_is_gone(path: Path, shop_folder: Path) -> None:
    land_days(shop_folder, edited)
    dbt(shop_folder, "build", *ON_TABLES)
    for read in reader(path):
        assert read("select line_id from marts.fct_order_lines order by 1") == [
            ("woo/1",),
            ("woo/3",),
        ]
        assert read("select order_id, refunded from marts.fct_orders where is_sale") == [
            ("woo/100", 0)
        ]
