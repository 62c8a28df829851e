"""Streams from cursor to batches: what lands, and which cursor is true afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assets_tests.platforms import shopify_stub as stub
from assets_tests.platforms.shopify_stub import StubShop, connection, data, scopes, started
from ecom_ai_os.platforms import Batch, http
from ecom_ai_os.platforms.shopify import bulk as shopify_bulk
from ecom_ai_os.platforms.shopify import read as shopify_read
from ecom_ai_os.platforms.shopify import windows as shopify_windows
from ecom_ai_os.platforms.shopify.streams import PLANS

#: The stub's clock says 06:00; an increment begins 300 s before.
NOW_LAGGED = "2026-11-23T05:55:00+00:00"
SINCE = {
    "updated_since": "2026-11-22T05:55:00+00:00",
    "destroyed_since": "2026-11-22T05:55:00+00:00",
    "whole_at": "2026-11-22T06:00:00+00:00",
    "revisited_on": "2026-11-23",
}
NOTHING = data(events=connection([]))


@pytest.fixture
def shop() -> Iterator[StubShop]:
    with stub.stub_shop() as shop:
        shop.on = {
            "Destroyed": [NOTHING],
            "Shop": [scopes("read_all_orders")],
            "BulkRun": [started()],
            "BulkPoll": [shop.bulk_state("COMPLETED")],
            "Locations": [data(locations=connection([]))],
            "Products": [data(products=connection([]))],
            "Variants": [data(productVariants=connection([]))],
            "Customers": [data(customers=connection([]))],
            "Orders": [data(orders=connection([]))],
            "AbandonedCheckouts": [data(abandonedCheckouts=connection([]))],
            "Discounts": [data(discountNodes=connection([]))],
            "OrdersSpan": [span(0)],
            "CustomersSpan": [span(0)],
        }
        yield shop


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.001)
    monkeypatch.setattr(shopify_bulk, "FIRST_POLL_SECONDS", 0.001)


def span(n: int, oldest: str = "2026-11-23T00:00:00Z") -> dict[str, Any]:
    return data(count={"count": n}, oldest={"nodes": [{"at": oldest}] if n else []})


def order(number: int, updated_at: str = "2026-11-22T10:00:00Z", **more: Any) -> dict[str, Any]:
    plain = {"id": f"gid://shopify/Order/{number}", "updatedAt": updated_at, "refunds": []}
    return plain | {"lineItems": connection([]), "returns": connection([])} | more


def line(number: int) -> dict[str, Any]:
    return {"id": f"gid://shopify/LineItem/{number}", "sku": "A"}


def read(
    shop: StubShop, folder: Path, stream: str, cursor: dict[str, Any] | None, **settings: Any
) -> list[Batch]:
    return list(stub.connector(shop, **settings).read(stream, cursor, folder))


def rows(batch: Batch, table: str) -> list[dict[str, Any]]:
    texts = [path.read_text() for path in batch.files.get(table, [])]
    return [json.loads(text) for text in "".join(texts).splitlines()]


def ids(batch: Batch, table: str) -> list[str]:
    return [row["id"].rpartition("/")[2] for row in rows(batch, table)]


def asked(shop: StubShop, operation: str) -> list[dict[str, Any]]:
    return [variables for name, variables in shop.calls if name == operation]


def test_an_increment_cuts_children_out_and_brings_the_refunds(
    shop: StubShop, tmp_path: Path
) -> None:
    return_line = {"id": "gid://shopify/ReturnLineItem/9", "quantity": 1}
    returned = {"id": "gid://shopify/Return/5", "returnLineItems": connection([return_line])}
    changed = order(1, refunds=[{"id": "gid://shopify/Refund/3"}])
    changed |= {"lineItems": connection([line(7)]), "returns": connection([returned])}
    refund = {
        "id": "gid://shopify/Refund/3",
        "note": "",
        "refundLineItems": connection([{"id": None, "quantity": 1}]),
    }
    shop.on["Orders"] = [data(orders=connection([changed, order(2)]))]
    shop.on["Refunds"] = [data(nodes=[{"id": changed["id"], "refunds": [refund]}, None])]
    (batch,) = read(shop, tmp_path, "orders", SINCE)
    parent = {"__parentId": "gid://shopify/Order/1"}
    assert rows(batch, "orders")[0] == {
        "id": "gid://shopify/Order/1",
        "updatedAt": "2026-11-22T10:00:00Z",
        "refunds": [{"id": "gid://shopify/Refund/3"}],
    }
    assert rows(batch, "order_lines") == [line(7) | parent]
    assert rows(batch, "returns") == [{"id": "gid://shopify/Return/5"} | parent]
    assert rows(batch, "return_lines") == [return_line | {"__parentId": "gid://shopify/Return/5"}]
    assert rows(batch, "refunds") == [
        {
            "id": "gid://shopify/Refund/3",
            "note": "",
            "refundLineItems": {"nodes": [{"id": None, "quantity": 1}]},
        }
        | parent
    ]
    assert asked(shop, "Refunds") == [{"ids": ["gid://shopify/Order/1"]}]
    assert asked(shop, "Orders")[0]["query"] == "updated_at:>='2026-11-22T05:55:00Z'"
    assert batch.cursor == SINCE | {"updated_since": NOW_LAGGED, "destroyed_since": NOW_LAGGED}


def test_a_record_is_the_same_text_by_pages_and_by_bulk(shop: StubShop, tmp_path: Path) -> None:
    changed = order(1) | {"lineItems": connection([line(7)])}
    shop.on["Orders"] = [data(orders=connection([changed]))]
    (paged,) = read(shop, tmp_path, "orders", SINCE)
    root = {k: v for k, v in changed.items() if k not in ("lineItems", "returns")}
    shop.on["BulkPoll"] = [shop.bulk_result(line(7) | {"__parentId": root["id"]}, root)]
    (bulk,) = read(shop, tmp_path, "orders", None)
    for table in ("orders", "order_lines"):
        texts = [b.files[table][0].read_bytes() for b in (paged, bulk)]
        assert texts[0] == texts[1]


def test_nested_connections_are_read_to_their_end(shop: StubShop, tmp_path: Path) -> None:
    cut = order(1) | {"lineItems": connection([line(1), line(2)], end="c1")}
    refund = {"id": "gid://shopify/Refund/3", "refundLineItems": connection([{"q": 1}], end="r1")}
    shop.on["Orders"] = [data(orders=connection([cut | {"refunds": [{"id": refund["id"]}]}]))]
    more = [connection([line(3)], end="c2"), connection([line(4)])]
    shop.on["OrdersLineItems"] = [data(order={"lineItems": page}) for page in more]
    shop.on["Refunds"] = [data(nodes=[{"id": cut["id"], "refunds": [refund]}])]
    rest = connection([{"q": 2}])
    shop.on["RefundsRefundLineItems"] = [data(refund={"refundLineItems": rest})]
    (batch,) = read(shop, tmp_path, "orders", SINCE)
    assert ids(batch, "order_lines") == ["1", "2", "3", "4"]
    assert rows(batch, "refunds")[0]["refundLineItems"] == {"nodes": [{"q": 1}, {"q": 2}]}
    assert [call["after"] for call in asked(shop, "OrdersLineItems")] == ["c1", "c2"]
    assert asked(shop, "OrdersLineItems")[0]["id"] == "gid://shopify/Order/1"


def test_codes_inside_a_discount_belong_to_its_node(shop: StubShop, tmp_path: Path) -> None:
    code = {"id": "gid://shopify/DiscountRedeemCode/2", "code": "SPRING10"}
    node = {
        "id": "gid://shopify/DiscountCodeNode/1",
        "discount": {"__typename": "DiscountCodeBasic", "codes": connection([code], end="c")},
    }
    automatic = {"id": "gid://shopify/DiscountAutomaticNode/3", "discount": {"title": "Auto"}}
    shop.on["Discounts"] = [data(discountNodes=connection([node, automatic]))]
    last = connection([code | {"code": "SPRING11"}])
    shop.on["DiscountsCodes"] = [data(discountNode={"discount": {"codes": last}})]
    (batch,) = read(shop, tmp_path, "discounts", SINCE)
    assert rows(batch, "discounts")[0]["discount"] == {"__typename": "DiscountCodeBasic"}
    assert [row["code"] for row in rows(batch, "discount_codes")] == ["SPRING10", "SPRING11"]
    assert {row["__parentId"] for row in rows(batch, "discount_codes")} == {node["id"]}


def test_a_long_increment_lands_on_the_way(
    shop: StubShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_read, "BATCH_RECORDS", 1)
    first, second = order(1, "2026-11-22T10:00:00Z"), order(2, "2026-11-22T11:00:00Z")
    shop.on["Orders"] = [
        data(orders=connection([first], end="c")),
        data(orders=connection([second])),
    ]
    gone = {"subjectId": "gid://shopify/Order/9"}
    shop.on["Destroyed"] = [data(events=connection([gone]))]
    early, last = read(shop, tmp_path, "orders", SINCE)
    assert early.cursor["updated_since"] == "2026-11-22T10:00:00+00:00"
    assert early.deleted == {"orders": ["gid://shopify/Order/9"]} and last.deleted == {}
    assert early.cursor["destroyed_since"] == last.cursor["destroyed_since"] == NOW_LAGGED
    assert (ids(early, "orders"), ids(last, "orders")) == (["1"], ["2"])
    assert last.cursor["updated_since"] == NOW_LAGGED


def test_an_unsorted_increment_lands_once(
    shop: StubShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_read, "BATCH_RECORDS", 1)
    variant = {"id": "gid://shopify/ProductVariant/1", "updatedAt": "2026-11-23T01:00:00Z"}
    shop.on["Variants"] = [
        data(productVariants=connection([variant], end="c")),
        data(productVariants=connection([variant | {"id": "gid://shopify/ProductVariant/2"}])),
    ]
    (batch,) = read(shop, tmp_path, "variants", SINCE)
    assert ids(batch, "variants") == ["1", "2"]


def test_a_large_increment_is_finished_by_bulk(
    shop: StubShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_read, "MAX_PAGED_RECORDS", 2)
    shop.on["Orders"] = [
        data(orders=connection([order(1), order(2, "2026-11-22T11:00:00Z")], end="c"))
    ]
    rest = {"id": "gid://shopify/Order/3", "refunds": []}
    shop.on["BulkPoll"] = [shop.bulk_result(rest)]
    (batch,) = read(shop, tmp_path, "orders", SINCE)
    assert ids(batch, "orders") == ["1", "2", "3"]
    assert "updated_at:>='2026-11-22T11:00:00Z'" in asked(shop, "BulkRun")[0]["query"]
    assert batch.cursor["updated_since"] == NOW_LAGGED


def test_a_backfill_comes_in_windows_that_leave_nothing_out(
    shop: StubShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_windows, "RECORDS_PER_WINDOW", 10)
    shop.on["OrdersSpan"] = [span(25)]
    results = [shop.bulk_result({"id": f"gid://shopify/Order/{n}", "refunds": []}) for n in "123"]
    shop.on["BulkPoll"] = list(results)
    batches = read(shop, tmp_path, "orders", None)
    assert [ids(batch, "orders") for batch in batches] == [["1"], ["2"], ["3"]]
    filters = [call["query"].split('"')[1] for call in asked(shop, "BulkRun")]
    assert filters == [
        "created_at:>='2026-11-23T00:00:00Z' AND created_at:<'2026-11-23T02:00:01Z'",
        "created_at:>='2026-11-23T02:00:01Z' AND created_at:<'2026-11-23T04:00:02Z'",
        "created_at:>='2026-11-23T04:00:02Z'",
    ]
    assert batches[-1].cursor == {"updated_since": NOW_LAGGED, "destroyed_since": NOW_LAGGED}


def test_a_killed_backfill_goes_on_where_it_landed(
    shop: StubShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_windows, "RECORDS_PER_WINDOW", 10)
    shop.on["OrdersSpan"] = [span(25)]
    killed = stub.connector(shop).read("orders", None, tmp_path)
    landed = json.loads(json.dumps(next(killed).cursor))
    before = len(shop.calls)
    batches = read(shop, tmp_path, "orders", landed)
    again = [body["query"].split('"')[1] for name, body in shop.calls[before:] if name == "BulkRun"]
    assert [text.partition(" AND ")[0] for text in again] == [
        "created_at:>='2026-11-23T02:00:01Z'",
        "created_at:>='2026-11-23T04:00:02Z'",
    ]
    assert batches[-1].cursor["updated_since"] == NOW_LAGGED
    assert asked(shop, "OrdersSpan") == [{}]


def test_bulk_orders_bring_their_refunds(shop: StubShop, tmp_path: Path) -> None:
    plain = {"id": "gid://shopify/Order/1", "refunds": []}
    refunded = {"id": "gid://shopify/Order/2", "refunds": [{"id": "gid://shopify/Refund/3"}]}
    refund = {"id": "gid://shopify/Refund/3", "refundLineItems": connection([])}
    shop.on["BulkPoll"] = [shop.bulk_result(plain, refunded)]
    shop.on["Refunds"] = [data(nodes=[{"id": refunded["id"], "refunds": [refund]}])]
    (batch,) = read(shop, tmp_path, "orders", None)
    assert asked(shop, "Refunds") == [{"ids": [refunded["id"]]}]
    assert rows(batch, "refunds")[0]["__parentId"] == refunded["id"]


def test_too_dear_refunds_are_asked_for_in_halves(shop: StubShop, tmp_path: Path) -> None:
    orders = [order(n, refunds=[{"id": f"gid://shopify/Refund/{n}"}]) for n in range(4)]
    shop.on["Orders"] = [data(orders=connection(orders))]

    def say(variables: dict[str, Any]) -> stub.Say:
        if len(variables["ids"]) > 2:
            return stub.error("Query cost is 1293", "MAX_COST_EXCEEDED")
        return data(nodes=[{"id": i, "refunds": [{"id": i}]} for i in variables["ids"]])

    shop.on["Refunds"] = say
    (batch,) = read(shop, tmp_path, "orders", SINCE)
    assert ids(batch, "refunds") == ["0", "1", "2", "3"]


def test_inventory_is_a_whole_snapshot_every_time(shop: StubShop, tmp_path: Path) -> None:
    item = {"id": "gid://shopify/InventoryItem/1"}
    level = {"id": "gid://shopify/InventoryLevel/1?inventory_item_id=1", "__parentId": item["id"]}
    shop.on["BulkPoll"] = [shop.bulk_result(level, item)]
    (batch,) = read(shop, tmp_path, "inventory", SINCE)
    assert rows(batch, "inventory_levels") == [level]
    assert batch.snapshot == {"inventory_items", "inventory_levels"}


def test_products_are_read_whole_after_a_week(shop: StubShop, tmp_path: Path) -> None:
    (fresh,) = read(shop, tmp_path, "products", SINCE)
    assert fresh.snapshot == frozenset() and asked(shop, "BulkRun") == []
    old = SINCE | {"whole_at": "2026-11-15T00:00:00+00:00"}
    (whole,) = read(shop, tmp_path, "products", old)
    assert whole.snapshot == {"products"}
    assert whole.cursor["whole_at"] == "2026-11-23T06:00:00+00:00"


def test_what_a_bulk_operation_is_denied_is_read_by_pages(shop: StubShop, tmp_path: Path) -> None:
    shop.on["BulkPoll"] = [shop.bulk_state("FAILED", error_code="ACCESS_DENIED")]
    node = {"id": "gid://shopify/Customer/1", "defaultEmailAddress": None}
    shop.on["Customers"] = [data(customers=connection([node]))]
    (batch,) = read(shop, tmp_path, "customers", None)
    assert rows(batch, "customers") == [node]


def test_a_withheld_record_is_quarantined(shop: StubShop, tmp_path: Path) -> None:
    shop.on["Products"] = [data(products=connection([None]))]
    (batch,) = read(shop, tmp_path, "products", SINCE)
    assert [record.table for record in batch.quarantined] == ["products"]


def test_customers_are_searched_a_day_back(shop: StubShop, tmp_path: Path) -> None:
    read(shop, tmp_path, "customers", SINCE)
    assert asked(shop, "Customers")[0]["query"] == "updated_at:>='2026-11-21T05:55:00Z'"


def test_orders_before_the_start_are_left_out(shop: StubShop, tmp_path: Path) -> None:
    start = "created_at:>='2026-01-01T00:00:00Z'"
    read(shop, tmp_path, "orders", SINCE, start_on="2026-01-01")
    assert asked(shop, "Orders")[0]["query"].endswith(f" AND {start}")
    read(shop, tmp_path, "orders", None, start_on="2026-01-01")
    assert asked(shop, "OrdersSpan") == [{"query": start}]


def test_a_run_with_nothing_new_asks_little(shop: StubShop, tmp_path: Path) -> None:
    connector = stub.connector(shop)
    for stream in connector.streams:
        batches = list(connector.read(stream.name, SINCE, tmp_path))
        assert len(batches) == 1 and not any(batches[0].files.values())
    assert len(shop.running.requests) <= 15


def test_every_stream_starts_from_nothing(shop: StubShop, tmp_path: Path) -> None:
    for plan in PLANS:
        (batch,) = read(shop, tmp_path, plan.stream.name, None)
        (again,) = read(shop, tmp_path, plan.stream.name, batch.cursor)
        assert again.cursor["updated_since"] == NOW_LAGGED


def test_missing_history_is_warned_of(
    shop: StubShop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    shop.on["Shop"] = [scopes("read_orders")]
    read(shop, tmp_path, "orders", None)
    assert "older than 60 days are not readable" in caplog.text


def test_open_returns_are_read_again_once_a_day(shop: StubShop, tmp_path: Path) -> None:
    yesterday = SINCE | {"revisited_on": "2026-11-22"}
    shop.on["Orders"] = [data(orders=connection([])), data(orders=connection([order(7)]))]
    (batch,) = read(shop, tmp_path, "orders", yesterday)
    assert ids(batch, "orders") == ["7"]
    assert asked(shop, "Orders")[1]["query"].startswith("return_status:return_requested OR")
    assert batch.cursor["revisited_on"] == "2026-11-23"
    read(shop, tmp_path, "orders", batch.cursor)
    assert len(asked(shop, "Orders")) == 3


def test_return_lines_a_bulk_operation_forgot_are_fetched(shop: StubShop, tmp_path: Path) -> None:
    returned = {"id": "gid://shopify/Return/5", "__parentId": "gid://shopify/Order/1"}
    shop.on["BulkPoll"] = [shop.bulk_result(returned)]
    lines = connection([{"id": "gid://shopify/ReturnLineItem/9"}])
    shop.on["OrdersReturnLineItems"] = [data(**{"return": {"returnLineItems": lines}})]
    (batch,) = read(shop, tmp_path, "orders", None)
    assert rows(batch, "return_lines") == [
        {"id": "gid://shopify/ReturnLineItem/9", "__parentId": "gid://shopify/Return/5"}
    ]
