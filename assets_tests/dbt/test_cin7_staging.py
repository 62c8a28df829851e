"""Both Cin7 products in staging: stock over bins, receipts over lines, suppliers, lead times."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.conftest import Read, land_days, reader
from assets_tests.dbt.raw_shop import land_broken

Record = dict[str, Any]


def supplier(name: str, last: str | None, lead: int, cost: float = 3.0) -> Record:
    options = [{"LocationID": "l2", "Lead": 99}, {"LocationID": None, "Lead": lead}]
    return {
        "SupplierName": name,
        "Cost": cost,
        "Currency": "EUR",
        "LastSupplied": last,
        "ProductSupplierOptions": options,
    }


def product(key: str, sku: str, **fields: Any) -> Record:
    return {
        "ID": key,
        "SKU": sku,
        "Name": f"Thing {sku}",
        "Category": "Things",
        "Brand": "Acme",
        "Tags": "new, consumable",
        "PriceTier1": 9.9,
        "AverageCost": 2.5,
        "Status": "Active",
        "Sellable": True,
        "LastModifiedOn": "2026-10-01T08:00:00Z",
        "Suppliers": [],
    } | fields


def availability(key: str, sku: str, bin_: str | None, on_hand: int, **fields: Any) -> Record:
    return {
        "__id": f"{key}|Main|{bin_}",
        "ID": key,
        "SKU": sku,
        "Location": "Main",
        "Bin": bin_,
        "OnHand": on_hand,
        "Allocated": 0,
        "Available": on_hand,
        "OnOrder": 0,
        "InTransit": 0,
    } | fields


def core_line(key: str, sku: str, quantity: float, **fields: Any) -> Record:
    return {"ProductID": key, "SKU": sku, "Quantity": quantity, "Price": 2.5} | fields


def receiving(*lines: Record, status: str = "AUTHORISED") -> Record:
    return {"TaskID": "t", "Status": status, "Lines": list(lines)}


def received(key: str, quantity: float, day: str) -> Record:
    return {"ProductID": key, "SKU": key.upper(), "Quantity": quantity, "Date": f"{day}T00:00:00"}


def purchase(key: str, *lines: Record, **fields: Any) -> Record:
    return {
        "ID": key,
        "Supplier": "Huila",
        "SupplierCurrency": "usd",
        "Location": "Main",
        "Status": "ORDERED",
        "BlindReceipt": False,
        "CombinedReceivingStatus": "NOT RECEIVED",
        "OrderDate": "2026-10-01T00:00:00",
        "RequiredBy": "2026-10-20T00:00:00",
        "Order": {"Status": "AUTHORISED", "Lines": list(lines)},
        "StockReceived": [],
        "PutAway": [],
        "LastUpdatedDate": "2026-10-02T08:00:00Z",
    } | fields


# a: bought from two suppliers; b: never received, its cost that of its supplier; c: out of use.
PRODUCTS = [
    product("a", "A", Suppliers=[{"SupplierName": "Old", "LastSupplied": None}]),
    product("b", " ", AverageCost=0, Suppliers=[supplier("Presto", None, 0)]),
    product("c", "C", Status="DEPRECATED"),
]
SUPPLIERS = {
    "ProductID": "a",
    "ProductSuppliers": [
        supplier("Old", "2025-01-01T00:00:00", 40),
        supplier("Huila", "2026-09-01T00:00:00", 21),
    ],
}
# Two lines of a, 10 and 5; 12 received, in two parts, put away but for the second.
SPLIT = purchase(
    "p1",
    core_line("a", "A", 10, Discount=20),
    core_line("b", "", 4),
    core_line("a", "A", 5),
    CombinedReceivingStatus="PARTIALLY RECEIVED",
    StockReceived=[
        receiving(received("a", 8, "2026-10-18")),
        receiving(received("a", 4, "2026-10-21")),
        receiving(received("b", 4, "2026-10-22"), status="DRAFT"),
    ],
    PutAway=[receiving(received("a", 8, "2026-10-19"))],
)
PURCHASES = [
    SPLIT,
    purchase("p2", core_line("a", "A", 6), Status="VOIDED"),
    purchase(
        "p3",
        core_line("a", "A", 7),
        Status="ORDERING",
        RequiredBy=None,
        Order={"Status": "DRAFT", "Lines": [core_line("a", "A", 7)]},
    ),
    purchase(
        "p4",
        CombinedReceivingStatus="FULLY RECEIVED",
        BlindReceipt=True,
        Order={"Status": "NOT AVAILABLE", "Lines": []},
        PutAway=[receiving(received("b", 3, "2026-10-05"))],
    ),
    # Deleted: the weekly reading of the list no longer found it.
    purchase("p5", core_line("a", "A", 1)),
]

OMNI_PRODUCT = {
    "id": 1,
    "name": "Bag",
    "status": "Public",
    "tags": None,
    "supplierId": 55,
    "brand": "Acme",
    "category": "Bags",
    "productOptions": [
        {
            "id": 11,
            "status": "Primary",
            "code": "old",
            "productOptionCode": "BAG-BLK",
            "option1": "Black",
            "option2": "",
            "retailPrice": 30,
            "createdDate": "2026-01-01T08:00:00Z",
            "modifiedDate": "2026-02-01T08:00:00Z",
        }
    ],
}
OMNI_STOCK = {
    "__id": "11|3|",
    "productOptionId": 11,
    "code": "BAG-BLK",
    "branchId": 3,
    "branchName": "Depot",
    "stockOnHand": 15,
    "openSales": 3,
    "available": 12,
    "incoming": 40,
    "modifiedDate": "2026-10-22T10:00:00Z",
}


def omni_order(key: int, created: str, quantity: float, shipped: float, **fields: Any) -> Record:
    line = {
        "id": key * 10,
        "productOptionId": 11,
        "code": "BAG-BLK",
        "qty": quantity,
        "qtyShipped": shipped,
        "unitPrice": 5.0,
        "discount": quantity,
    }
    return {
        "id": key,
        "memberId": 55,
        "company": "Sacco",
        "branchId": 3,
        "createdDate": f"{created}T08:00:00Z",
        "estimatedArrivalDate": None,
        "estimatedDeliveryDate": None,
        "fullyReceivedDate": None,
        "isApproved": True,
        "isVoid": False,
        "currencyCode": "EUR",
        "currencyRate": 1,
        "lineItems": [line],
    } | fields


OMNI_ORDERS = [
    omni_order(1, "2026-08-01", 20, 20, fullyReceivedDate="2026-08-11T08:00:00Z"),
    omni_order(2, "2026-10-01", 10, 4, estimatedDeliveryDate="2026-10-30T00:00:00Z"),
    omni_order(3, "2026-10-02", 8, 0),
    omni_order(4, "2026-10-03", 8, 0, isApproved=False),
    omni_order(5, "2026-10-04", 8, 0, isVoid=True),
]

RAW: dict[str, list[Record]] = {
    "core_me": [{"Company": "Shop", "Currency": "EUR"}],
    "core_locations": [{"ID": "l1", "Name": "Main", "IsDeprecated": False}],
    "core_products": PRODUCTS,
    "core_product_suppliers": [SUPPLIERS],
    "core_product_availability": [
        availability("a", "A", "A1", 7, Allocated=2, Available=5, OnOrder=3, InTransit=1),
        availability("a", "A", "A2", 4),
        availability("c", "C", None, 1),
    ],
    "core_purchases": PURCHASES,
    "omni_branches": [{"id": 3, "company": "Depot", "isActive": True}],
    "omni_suppliers": [{"id": 55, "company": "Sacco", "type": "Supplier"}],
    "omni_products": [OMNI_PRODUCT],
    "omni_stock": [OMNI_STOCK],
    "omni_purchase_orders": OMNI_ORDERS,
}
IDS = {"core_me": "Company", "core_product_suppliers": "ProductID"}


def opened(con: duckdb.DuckDBPyConnection) -> None:
    for table, records in RAW.items():
        field = IDS.get(table, "ID" if table.startswith("core") else "id")
        for record in records:
            key = str(record.get("__id") or record[field])
            insert(con, table, table[:4], key, record)
    # A bin that is gone, and a purchase that is.
    insert(con, "core_product_availability", "core", "x", availability("a", "A", "x", 9), True)
    insert(con, "core_purchase_list", "core", "p5", {"ID": "p5"}, True)


def insert(
    con: duckdb.DuckDBPyConnection,
    table: str,
    connection: str,
    key: str,
    record: Record,
    is_deleted: bool = False,
) -> None:
    con.execute(
        f"insert into cin7.{table} values (?, ?, null, null, ?, ?, '2026-11-01T00:00:00Z')",
        [connection, key, json.dumps(record), is_deleted],
    )


@pytest.fixture(scope="module")
def path(shop_folder: Path) -> Path:
    return land_days(shop_folder, opened)


@pytest.fixture
def cin7(path: Path) -> Iterator[Read]:
    yield from reader(path)


def test_the_supplier_is_who_delivered_last(cin7: Read) -> None:
    found = cin7(
        "select sku, supplier, lead_time_days, unit_cost, price, currency, is_active, tags "
        "from staging.stg_cin7__products where connection = 'core' order by variant_id"
    )
    price, tags = Decimal("9.90"), ["new", "consumable"]
    assert found == [
        ("A", "Huila", 21, Decimal("2.50"), price, "EUR", True, tags),
        # Without a SKU it goes by its id; a lead of 0 days is none.
        ("core/b", "Presto", 99, Decimal("3.00"), price, "EUR", True, tags),
        ("C", None, None, Decimal("2.50"), price, "EUR", False, tags),
    ]


def test_an_option_of_omni_is_a_product(cin7: Read) -> None:
    assert cin7(
        "select variant_id, product_id, sku, title, supplier, price, is_active "
        "from staging.stg_cin7__products where connection = 'omni'"
    ) == [("omni/11", "omni/1", "BAG-BLK", "Bag – Black", "Sacco", 30, True)]


def test_bins_are_summed_without_those_that_are_gone(cin7: Read) -> None:
    assert cin7(
        "select sku, location, on_hand, committed, available, incoming, is_active "
        "from staging.stg_cin7__stock_levels order by sku"
    ) == [
        ("A", "core/Main", 11, 2, 9, 4, True),
        ("BAG-BLK", "omni/Depot", 15, 3, 12, 40, True),
        ("C", "core/Main", 1, 0, 1, 0, True),
    ]


def test_receipts_fill_the_lines_of_a_product_in_order(cin7: Read) -> None:
    assert cin7(
        "select po_line_id, sku, quantity, quantity_received, unit_cost, currency, status, "
        "received_at::date::varchar from staging.stg_cin7__purchase_orders "
        "where po_id = 'core/p1' order by po_line_id"
    ) == [
        ("core/p1/1", "A", 10, 10, Decimal("2.00"), "USD", "received", "2026-10-21"),
        ("core/p1/2", "core/b", 4, 0, Decimal("2.50"), "USD", "ordered", None),
        ("core/p1/3", "A", 5, 2, Decimal("2.50"), "USD", "partially_received", "2026-10-21"),
    ]


def test_every_purchase_has_its_state_and_day(cin7: Read) -> None:
    assert cin7(
        "select po_line_id, quantity, quantity_received, status, expected_at::date::varchar, "
        "is_deleted from staging.stg_cin7__purchase_orders "
        "where po_id <> 'core/p1' order by po_line_id"
    ) == [
        ("core/p2/1", 6, 0, "cancelled", "2026-10-20", False),
        # Nobody promised a day: 21 days after the order.
        ("core/p3/1", 7, 0, "draft", "2026-10-22", False),
        ("core/p4/b", 3, 3, "received", "2026-10-20", False),
        ("core/p5/1", 1, 0, "ordered", "2026-10-20", True),
        ("omni/10", 20, 20, "received", None, False),
        ("omni/20", 10, 4, "partially_received", "2026-10-30", False),
        ("omni/30", 8, 0, "ordered", None, False),
        ("omni/40", 8, 0, "draft", None, False),
        ("omni/50", 8, 0, "cancelled", None, False),
    ]


WRONG = (None, "", "x", "0000-00-00T00:00:00", [], {}, -1, 1.5, 10**25, 1e300, True, [None], [[1]])


def spoiled(record: Record) -> Iterator[Record]:
    """The record with each field, and each field within, missing or wrong in many ways."""
    for field, value in record.items():
        for wrong in WRONG:
            yield record | {field: wrong}
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for entry in spoiled(value[0]):
                yield record | {field: [entry, *value[1:]]}
        elif isinstance(value, dict):
            for entry in spoiled(value):
                yield record | {field: entry}
        yield {name: kept for name, kept in record.items() if name != field}


def test_no_broken_field_stops_a_run(path: Path, tmp_path: Path) -> None:
    copy = shutil.copy(path, tmp_path)
    with duckdb.connect(str(copy)) as con:
        con.execute("set timezone = 'UTC'")
        for table, records in RAW.items():
            connection = f"bad {table[:4]}"
            land_broken(con, f"cin7.{table}", spoiled(records[0]), connection=connection)
        for view in ("products", "stock_levels", "purchase_orders"):
            con.execute(f"select count(columns(*)) from staging.stg_cin7__{view}").fetchall()
        n_products = len(list(spoiled(PRODUCTS[0])))
        assert con.execute(
            "select count(*), count(distinct variant_id) from staging.stg_cin7__products "
            "where connection = 'bad core'"
        ).fetchall() == [(n_products, n_products)]
