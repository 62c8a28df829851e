"""From cursor to batches: backfill, increments that ask for little, deletions, both refunds."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from assets_tests.platforms.vendor_stub import Answer, Request
from assets_tests.platforms.woocommerce.shop_stub import (
    NO_ROUTE,
    Shop,
    ids,
    opened,
    order,
    records,
)
from ecom_ai_os.platforms.woocommerce import orders
from ecom_ai_os.warehouse import Warehouse

#: The stub's clock says 2026-11-23 06:00 UTC.
OLD, RECENT = "2026-10-01T10:00:00", "2026-11-23T05:58:00"
SINCE_NOW = "2026-11-23T05:55:00+00:00"


def a_year_of_orders(n: int) -> list[dict[str, Any]]:
    return [order(k + 1, f"2026-{k % 10 + 1:02}-{k % 28 + 1:02}T10:00:00") for k in range(n)]


def test_a_backfill_reads_each_order_once_and_leaves_its_bookmark(tmp_path: Path) -> None:
    with opened(Shop({"orders": a_year_of_orders(500)}), tmp_path) as woo:
        batches = woo.read("orders")
    assert ids(batches, "orders") == ids(batches, "order_ids") == list(range(1, 501))
    assert batches[-1].cursor == {
        "changed_since": SINCE_NOW,
        "swept_at": "2026-11-23T06:00:00+00:00",
    }


def test_a_killed_backfill_goes_on_where_it_had_landed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "ORDERS_PER_WINDOW", 100)
    with opened(Shop({"orders": a_year_of_orders(1000)}), tmp_path) as woo:
        killed = list(islice(woo.connector.read("orders", None, tmp_path), 6))
        cursor = json.loads(json.dumps(killed[-1].cursor))
        assert "backfill" in cursor
        n_before = len(woo.asked)
        rest = woo.read("orders", cursor)
        assert len(woo.asked) - n_before < n_before + 5
    assert ids([*killed, *rest], "orders") == list(range(1, 1001))
    assert not set(ids(killed, "orders")) & set(ids(rest, "orders")), "no window is read twice"


def test_a_second_run_asks_for_what_changed_and_no_more(tmp_path: Path) -> None:
    lists: dict[str, list[dict[str, Any]]] = {
        "orders": [order(k, OLD) for k in range(1, 301)],
        "refunds": [],
        "customers": [
            {"id": k, "date_created_gmt": OLD, "date_modified_gmt": OLD} for k in range(1, 301)
        ],
        "products": [
            {"id": k, "variations": [1000 + k], "status": "publish", "date_modified_gmt": OLD}
            for k in range(1, 101)
        ],
        "products/reviews": [
            {"id": k, "status": "approved", "date_created_gmt": OLD} for k in range(1, 101)
        ],
        "coupons": [{"id": k, "date_modified_gmt": OLD} for k in range(1, 101)],
    }
    for product in range(1, 101):
        variation = {"id": 1000 + product, "date_modified_gmt": OLD}
        lists[f"products/{product}/variations"] = [variation]
    shop = Shop(lists)
    with opened(shop, tmp_path) as woo:
        streams = [stream.name for stream in woo.connector.streams]
        cursors = {stream: woo.read(stream)[-1].cursor for stream in streams}
        n_first = len(woo.asked)

        lists["orders"][6] = order(
            7,
            OLD,
            RECENT,
            customer_id=9,
            line_items=[{"id": 1, "product_id": 3, "variation_id": 1003}],
        )
        second = {stream: woo.read(stream, cursors[stream]) for stream in streams}
        asked = woo.asked[n_first:]
    assert n_first > 100
    assert len(asked) == 13, asked
    assert ids(second["orders"], "orders") == [7]
    assert ids(second["variations"], "variations") == [1003]
    assert 9 in ids(second["customers"], "customers")
    assert not second["products"][-1].files


def test_bounds_are_exclusive_so_the_bookmarks_own_second_is_asked_for(tmp_path: Path) -> None:
    at_bookmark = "2026-11-23T05:55:00"
    tied = [order(k, OLD, at_bookmark) for k in range(1, 151)]
    cursor = {"changed_since": SINCE_NOW, "swept_at": SINCE_NOW}
    with opened(Shop({"orders": tied}), tmp_path) as woo:
        assert ids(woo.read("orders", cursor), "orders") == list(range(1, 151))


def test_trashed_orders_are_deleted(tmp_path: Path) -> None:
    rows = [order(1, OLD), order(2, OLD, RECENT, status="trash")]
    cursor = {"changed_since": SINCE_NOW, "swept_at": SINCE_NOW}
    with opened(Shop({"orders": rows}), tmp_path) as woo:
        batches = woo.read("orders", cursor)
    assert batches[-1].deleted == {"orders": ["2"], "order_ids": ["2"]}
    assert ids(batches, "orders") == []


def test_the_weekly_sweep_holds_the_ids_there_are(tmp_path: Path) -> None:
    rows = [order(1, OLD, refunds=[{"id": 31, "total": "-1.00"}]), order(3, OLD)]
    cursor = {"changed_since": SINCE_NOW, "swept_at": "2026-11-15T00:00:00+00:00"}
    with opened(Shop({"orders": rows}), tmp_path) as woo:
        last = woo.read("orders", cursor)[-1]
        requests = [r for r in woo.vendor.requests if r.query.get("_fields") == ["id,refunds"]]
    assert last.snapshot == {"order_ids"} and len(requests) == 1
    assert records([last], "order_ids") == [{"id": 1, "refunds": [31]}, {"id": 3, "refunds": []}]
    assert "orders" not in last.files
    assert last.cursor["swept_at"] == "2026-11-23T06:00:00+00:00"


def refund(number: int, parent: int | None = None) -> dict[str, Any]:
    row = {"id": number, "date_created_gmt": RECENT, "amount": "5.00"}
    return row | ({"parent_id": parent} if parent else {})


def test_refunds_come_by_both_roads_alike(tmp_path: Path) -> None:
    refunded = order(1, OLD, RECENT, refunds=[{"id": 11}, {"id": 12}])
    new = Shop({"orders": [refunded], "refunds": [refund(11, 1), refund(12, 1)]})
    old = Shop({"orders": [refunded, order(2, OLD)], "orders/1/refunds": [refund(11), refund(12)]})
    read = []
    for shop in (new, old):
        with opened(shop, tmp_path) as woo:
            batches = woo.read("order_refunds")
            again = woo.read("order_refunds", batches[-1].cursor)
        read.append(records(batches, "order_refunds"))
        assert ids(again, "order_refunds") == [11, 12], "the overlap is read again"
    assert read[0] == read[1] == [refund(11, 1), refund(12, 1)]


def test_a_new_stores_refund_list_is_not_mistaken_for_an_old_one(tmp_path: Path) -> None:
    def old(request: Request) -> Answer | None:
        return Answer(NO_ROUTE, 404) if request.path.endswith("v3/refunds") else None

    with opened(Shop({"orders": [order(1, OLD)]}, old), tmp_path) as woo:
        assert woo.read("order_refunds")[-1].cursor["changed_since"] == SINCE_NOW
        assert "orders" in woo.asked and "orders/1/refunds" not in woo.asked


def test_variations_are_swept_once_a_night(tmp_path: Path) -> None:
    shop = Shop(
        {
            "orders": [],
            "products": [
                {"id": 1, "variations": [11], "date_modified_gmt": OLD},
                {"id": 2, "variations": [], "date_modified_gmt": OLD},
            ],
            "products/1/variations": [{"id": 11, "date_modified_gmt": OLD}],
        }
    )
    night = {"changed_since": SINCE_NOW, "whole_at": "2026-11-22T06:00:00+00:00"}
    with opened(shop, tmp_path) as woo:
        swept = woo.read("variations", night)
        assert "products/2/variations" not in woo.asked
    assert swept[-1].snapshot == {"variations"}
    assert records(swept, "variations") == [{"parent_id": 1, "id": 11, "date_modified_gmt": OLD}]


def test_reviews_of_the_last_month_are_read_again(tmp_path: Path) -> None:
    shop = Shop(
        {
            "products/reviews": [
                {"id": 1, "status": "approved", "date_created_gmt": "2026-10-20T00:00:00"},
                {"id": 2, "status": "hold", "date_created_gmt": "2026-10-25T00:00:00"},
            ]
        }
    )
    cursor = {"changed_since": SINCE_NOW, "whole_at": SINCE_NOW}
    with opened(shop, tmp_path) as woo:
        assert ids(woo.read("reviews", cursor), "reviews") == [2]
        assert woo.vendor.requests[-1].query["status"] == ["all"]


def test_customers_of_every_role_are_read(tmp_path: Path) -> None:
    shop = Shop({"customers": [{"id": 1, "date_modified_gmt": None}]})
    with opened(shop, tmp_path) as woo:
        woo.read("customers")
        assert woo.vendor.requests[-1].query["role"] == ["all"]


def test_everything_lands_and_deletions_follow(tmp_path: Path, warehouse: Warehouse) -> None:
    rows = [order(1, OLD), order(2, OLD), order(3, OLD)]
    shop = Shop({"orders": rows})
    with opened(shop, tmp_path) as woo:
        stream = next(s for s in woo.connector.streams if s.name == "orders")
        warehouse.prepare({"woocommerce": woo.connector.streams})
        for batch in woo.read("orders"):
            warehouse.land("woo", "woocommerce", stream, batch)
        del rows[1]
        cursor = warehouse.cursors()["woo", "orders"]
        for batch in woo.read("orders", cursor | {"swept_at": OLD + "+00:00"}):
            warehouse.land("woo", "woocommerce", stream, batch)
    found = warehouse.read(
        "select record_id, is_deleted from woocommerce.order_ids order by record_id"
    )
    assert found.rows() == [("1", False), ("2", True), ("3", False)]
    stamp = warehouse.read("select updated_at::varchar as at from woocommerce.orders limit 1")
    assert stamp["at"][0].startswith("2026-10-01 10:00:00")
