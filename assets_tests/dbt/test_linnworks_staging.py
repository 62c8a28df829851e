"""Linnworks in staging: default suppliers, stock by location, deliveries of single lines."""

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
from assets_tests.dbt.test_cin7_staging import spoiled

Record = dict[str, Any]
#: An empty date of the vendor's.
NEVER = "0001-01-01T00:00:00Z"


def level(location: str, on_hand: int) -> Record:
    return {
        "Location": {"StockLocationId": location, "LocationName": location},
        "StockLevel": on_hand,
        "InOrders": 2,
        "Available": on_hand - 2,
        "Due": 5,
        "LastUpdateDate": "2026-10-22T10:00:00Z",
    }


ITEM = {
    "StockItemId": "a",
    "ItemNumber": "A",
    "ItemTitle": "Thing A",
    "CategoryName": "Default",
    "PurchasePrice": 2.5,
    "RetailPrice": 9.9,
    "CreationDate": "2026-01-01T08:00:00Z",
    "Suppliers": [
        {"IsDefault": False, "Supplier": "Old", "LeadTime": 40},
        {"IsDefault": True, "Supplier": "Huila", "LeadTime": 21},
    ],
    "StockLevels": [level("Main", 7), level("Annex", 4) | {"LastUpdateDate": NEVER}],
}


def line(key: str, sku: str, quantity: int, delivered: int, **fields: Any) -> Record:
    return {
        "pkPurchaseItemId": key,
        "fkStockItemId": sku.lower(),
        "SKU": sku,
        "Quantity": quantity,
        "Delivered": delivered,
        "Cost": quantity * 3.0,
        "Tax": quantity * 0.5,
        "IsDeleted": False,
    } | fields


def order(key: str, status: str, *lines: Record, **header: Any) -> Record:
    return {
        "PurchaseOrderHeader": {
            "pkPurchaseID": key,
            "fkSupplierId": "s",
            "fkLocationId": "l",
            "Status": status,
            "Currency": "usd",
            "DateOfPurchase": "2026-10-01T08:00:00Z",
            "DateOfDelivery": "2026-10-01T08:00:00Z",
            "QuotedDeliveryDate": "2026-10-20T00:00:00Z",
        }
        | header,
        "PurchaseOrderItem": list(lines),
        "DeliveredRecords": [
            {"fkPurchaseItemId": "p1-1", "CreatedDateTime": f"2026-10-{day}T09:00:00Z"}
            for day in (18, 21)
        ],
    }


ORDERS = [
    order(
        "p1", "PARTIAL", line("p1-1", "A", 10, 10), line("p1-2", "A", 4, 1), line("p1-3", "A", 2, 0)
    ),
    order("p2", "DELIVERED", line("p2-1", "A", 6, 5), DateOfDelivery="2026-10-25T08:00:00Z"),
    order("p3", "PENDING", line("p3-1", "A", 7, 0, IsDeleted=True), QuotedDeliveryDate=None),
    order("p4", "OPEN", line("p4-1", "A", 1, 0)),
    order("p5", "OPEN", line("p5-1", "A", 3, 0), QuotedDeliveryDate=NEVER),
]
RAW: dict[str, list[Record]] = {
    "stock_items": [ITEM, ITEM | {"StockItemId": "b", "ItemNumber": " ", "Suppliers": []}],
    "purchase_orders": ORDERS,
}


def opened(con: duckdb.DuckDBPyConnection) -> None:
    for record in RAW["stock_items"]:
        insert(con, "stock_items", record["StockItemId"], record)
    for record in ORDERS:
        key = record["PurchaseOrderHeader"]["pkPurchaseID"]
        insert(con, "purchase_orders", key, record)
        # The last one is gone.
        insert(con, "purchase_order_headers", key, {"pkPurchaseID": key}, key == "p4")
    insert(con, "suppliers", "s", {"pkSupplierID": "s", "SupplierName": "Huila"})
    insert(con, "stock_locations", "l", {"StockLocationId": "l", "LocationName": "Main"})


def insert(
    con: duckdb.DuckDBPyConnection, table: str, key: str, record: Record, is_deleted: bool = False
) -> None:
    con.execute(
        f"insert into linnworks.{table} values ('lw', ?, null, null, ?, ?, '2026-11-01T00:00:00Z')",
        [key, json.dumps(record), is_deleted],
    )


@pytest.fixture(scope="module")
def path(shop_folder: Path) -> Path:
    return land_days(shop_folder, opened)


@pytest.fixture
def linnworks(path: Path) -> Iterator[Read]:
    yield from reader(path)


def test_the_default_supplier_is_the_item_s(linnworks: Read) -> None:
    assert linnworks(
        "select sku, supplier, lead_time_days, unit_cost, category "
        "from staging.stg_linnworks__products order by variant_id"
    ) == [("A", "Huila", 21, Decimal("2.50"), None), ("lw/b", None, None, Decimal("2.50"), None)]


def test_stock_stands_at_its_locations(linnworks: Read) -> None:
    assert linnworks(
        "select location, on_hand, committed, available, incoming, observed_at::date::varchar "
        "from staging.stg_linnworks__stock_levels where sku = 'A' order by location"
    ) == [("lw/Annex", 4, 2, 2, 5, None), ("lw/Main", 7, 2, 5, 5, "2026-10-22")]


def test_every_line_has_its_state_and_days(linnworks: Read) -> None:
    found = linnworks(
        "select po_line_id, quantity, quantity_received, status, expected_at::date::varchar, "
        "received_at::date::varchar, is_deleted "
        "from staging.stg_linnworks__purchase_orders order by po_line_id"
    )
    assert found == [
        ("lw/p1-1", 10, 10, "received", "2026-10-20", "2026-10-21", False),
        ("lw/p1-2", 4, 1, "partially_received", "2026-10-20", None, False),
        ("lw/p1-3", 2, 0, "ordered", "2026-10-20", None, False),
        # Closed with one missing.
        ("lw/p2-1", 6, 5, "received", "2026-10-20", "2026-10-25", False),
        # Nobody promised a day: 21 days after the order. Its item is deleted, the line is not.
        ("lw/p3-1", 7, 0, "draft", "2026-10-22", None, False),
        ("lw/p4-1", 1, 0, "ordered", "2026-10-20", None, True),
        ("lw/p5-1", 3, 0, "ordered", "2026-10-22", None, False),
    ]
    assert linnworks(
        "select distinct supplier, location, unit_cost, currency "
        "from staging.stg_linnworks__purchase_orders"
    ) == [("Huila", "lw/Main", Decimal("2.50"), "USD")]


def test_no_broken_field_stops_a_run(path: Path, tmp_path: Path) -> None:
    copy = shutil.copy(path, tmp_path)
    with duckdb.connect(str(copy)) as con:
        con.execute("set timezone = 'UTC'")
        for table, (record, *_) in RAW.items():
            rows = list(spoiled(record))
            con.execute(
                f"insert into linnworks.{table} "
                "select 'bad', unnest($1), null, null, unnest($2), false, now()",
                [list(range(len(rows))), [json.dumps(row) for row in rows]],
            )
        for view in ("products", "stock_levels", "purchase_orders"):
            con.execute(f"select count(columns(*)) from staging.stg_linnworks__{view}").fetchall()
        n_items = len(list(spoiled(ITEM)))
        assert con.execute(
            "select count(*) from staging.stg_linnworks__products where connection = 'bad'"
        ).fetchall() == [(n_items,)]
