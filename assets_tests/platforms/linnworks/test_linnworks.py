"""Linnworks' client and the sandbox, built apart, understand each other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from assets_tests.platforms.bad_records import bad_records
from assets_tests.platforms.cin7.conftest import cursors
from assets_tests.platforms.linnworks.conftest import (
    Connect,
    connection,
    read,
    records,
    surface,
)
from assets_tests.platforms.stopped_clock import stopped_clock
from assets_tests.platforms.vendor_stub import Answer, Request, page, vendor
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.linnworks import CONNECTOR, Linnworks, client, lists, streams
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.linnworks.routes import LIMITS, LinnworksSurface
from ecom_ai_os.warehouse import Warehouse

STATUSES = {
    "PO-000002": "DELIVERED",
    "PO-000004": "PARTIAL",
    "PO-000005": "OPEN",
    "PO-000015": "OPEN",
    "PO-000001": "PENDING",
}


def n_requests(sandbox: Sandbox) -> int:
    return sandbox.counters.read().get("linnworks.requests", 0)


def found(batches: list[Any]) -> dict[str, str]:
    heads = [row["PurchaseOrderHeader"] for row in records(batches, "purchase_orders")]
    return {head["ExternalInvoiceNumber"]: head["Status"] for head in heads}


def test_everything_is_read_once_and_then_what_may_have_changed(
    connect: Connect, sandbox: Sandbox, tmp_path: Path
) -> None:
    linnworks = connect()
    first = read(linnworks, tmp_path)
    # A session, locations, suppliers, items and what is behind them, four states, five orders,
    # locations and orders of two.
    assert n_requests(sandbox) == 1 + 4 + 4 + 5 + 2 * 3
    assert found(first["purchase_orders"]) == STATUSES
    assert len(records(first["stock_items"], "stock_items")) == 3
    before = n_requests(sandbox)
    second = read(linnworks, tmp_path, cursors(first))
    assert n_requests(sandbox) - before == 4 + 4 + 4 + 2 * 3, "not what was delivered"
    assert "PO-000002" not in found(second["purchase_orders"])
    sandbox.clock.advance(2)
    third = read(linnworks, tmp_path, cursors(second))
    assert found(third["purchase_orders"])["PO-000004"] == "DELIVERED"
    fourth = read(linnworks, tmp_path, cursors(third))
    assert "PO-000004" not in found(fourth["purchase_orders"])
    assert fourth["purchase_orders"][0].snapshot == {"purchase_order_headers"}


def test_lines_say_what_has_come_and_when(connect: Connect, tmp_path: Path) -> None:
    batches = list(connect().read("purchase_orders", None, tmp_path))
    orders = {
        row["PurchaseOrderHeader"]["ExternalInvoiceNumber"]: row
        for row in records(batches, "purchase_orders")
    }
    partial_ = orders["PO-000004"]
    items = [(i["SKU"], i["Quantity"], i["Delivered"]) for i in partial_["PurchaseOrderItem"]]
    assert items == [("BEANS-250", 30, 18), ("BEANS-1000", 6, 0)]
    (delivery,) = partial_["DeliveredRecords"]
    assert delivery["DeliveredQuantity"] == 18
    assert delivery["CreatedDateTime"] == "2026-11-23T05:00:00.000Z"
    header = partial_["PurchaseOrderHeader"]
    assert header["DateOfDelivery"] == header["DateOfPurchase"], "until all of it has come"


def test_a_session_that_is_over_is_begun_anew(
    connect: Connect, sandbox: Sandbox, tmp_path: Path
) -> None:
    linnworks = connect()
    read(linnworks, tmp_path)
    before = n_requests(sandbox)
    sandbox.clock.advance(1 / 24)
    list(linnworks.read("suppliers", None, tmp_path))
    assert n_requests(sandbox) - before == 3, "refused, begun anew, answered"
    sandbox.faults.arm(fault="expired_token", next=1)
    assert found(list(linnworks.read("purchase_orders", None, tmp_path)))


def test_calls_go_to_the_server_that_the_session_names(tmp_path: Path) -> None:
    with vendor(lambda request: Answer([{"pkSupplierID": "s"}])) as server:
        session = {"Token": "the-token", "Server": server.url + "/"}
        with vendor(lambda request: Answer(session)) as gate:
            linnworks = Linnworks("lw", connection(gate.url))
            list(linnworks.read("suppliers", None, tmp_path))
    assert [request.path for request in server.requests] == ["/api/Inventory/GetSuppliers"]
    assert server.requests[0].headers["Authorization"] == "the-token"


def test_a_stopped_reading_goes_on_where_it_stood(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BATCH_RECORDS", 2)
    linnworks = connect()
    reading = linnworks.read("purchase_orders", None, tmp_path)
    done = [next(reading), next(reading)]
    reading.close()
    rest = list(linnworks.read("purchase_orders", done[-1].cursor, tmp_path))
    assert len(found(done)) == 2 and len(found(rest)) == 3
    assert found(done) | found(rest) == STATUSES


@pytest.mark.parametrize("answer", [Answer(b""), page("<h1>Oops</h1>", 200), Answer([1])])
def test_an_order_that_cannot_be_read_costs_itself_and_is_asked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    monkeypatch.setattr(streams, "BATCH_RECORDS", 1)
    old = {"Status": "DELIVERED", "DateOfPurchase": "2020-01-01T00:00:00Z"}
    heads = [{"pkPurchaseID": key} | old for key in ("bad", "good")]
    good = answering(heads)
    asked: list[str] = []

    def respond(request: Request) -> Answer:
        if request.path.endswith("Get_PurchaseOrder"):
            asked.append(request.json["pkPurchaseId"])
            return answer if asked[-1] == "bad" else good(request)
        return good(request)

    with vendor(respond) as running:
        linnworks = Linnworks("lw", connection(running.url, requests_per_minute=10**6))
        first = list(linnworks.read("purchase_orders", None, tmp_path))
        cursor = json.loads(json.dumps(first[-1].cursor))
        asked.clear()
        second = list(linnworks.read("purchase_orders", cursor, tmp_path))
    assert set(asked) == {"bad"}, "the good one was read, and is old"
    assert len(records(first, "purchase_orders")) == 1 and not records(second, "purchase_orders")
    assert [one.record_id for b in first + second for one in b.quarantined] == ["bad"] * 2


def test_a_short_page_of_items_is_not_taken_for_the_last(tmp_path: Path) -> None:
    """Whether what a call leaves out counts as an entry of its page is not documented."""
    pages = {1: [{"StockItemId": "a"}], 2: [{"StockItemId": "b"}]}
    good = answering([])

    def respond(request: Request) -> Answer:
        if request.path.endswith("GetStockItemsFull"):
            found = pages.get(request.json["pageNumber"])
            return Answer(found) if found else Answer({"Message": "no such page"}, 400)
        return good(request)

    with vendor(respond) as running:
        linnworks = Linnworks("lw", connection(running.url, requests_per_minute=10**6))
        batches = list(linnworks.read("stock_items", None, tmp_path))
    assert {row["StockItemId"] for row in records(batches, "stock_items")} == {"a", "b"}


@pytest.mark.parametrize("size", [1, 2, 3])
def test_small_pages_lose_nothing(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """Past the last page of items comes 400, also when the last one was full."""
    monkeypatch.setattr(lists, "PAGE", size)
    batches = read(connect(), tmp_path)
    assert len({row["StockItemId"] for row in records(batches["stock_items"], "stock_items")}) == 3
    assert found(batches["purchase_orders"]) == STATUSES


def test_the_allowed_rate_is_used_and_never_exceeded(
    connect: Connect, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that only waiting moves: a method that may be called 30 times a minute."""
    n, method = 30, "Inventory/GetSuppliers"
    clock = stopped_clock(monkeypatch)
    monkeypatch.setattr(client, "LIMITS", {method: n})
    linnworks = connect()
    surface(sandbox, LinnworksSurface).limit_to(LIMITS | {method: n})
    for _ in range(n + 1):
        list(linnworks.read("suppliers", None, tmp_path))
    assert "linnworks.refused" not in sandbox.counters.read()
    assert n / clock.now >= 0.9 * n / 60, "calls a second"


def test_the_limits_are_the_vendor_s(connect: Connect) -> None:
    theirs = {method: n for method, n in LIMITS.items() if n != client.CALLS_PER_MINUTE}
    assert theirs == client.LIMITS


def test_a_refusal_is_waited_out(connect: Connect, sandbox: Sandbox, tmp_path: Path) -> None:
    linnworks = connect()
    list(linnworks.read("suppliers", None, tmp_path))
    sandbox.faults.arm(fault="throttled", next=1)
    assert records(list(linnworks.read("suppliers", None, tmp_path)), "suppliers")
    assert sandbox.counters.read()["linnworks.refused"] == 1


@pytest.mark.parametrize("fault", ["html_500", "cut", "malformed_json", "html_200"])
def test_faults_of_any_server_are_outlasted(
    connect: Connect, sandbox: Sandbox, tmp_path: Path, fault: str
) -> None:
    sandbox.faults.arm(fault=fault, next=2, where="PurchaseOrder")
    assert found(list(connect().read("purchase_orders", None, tmp_path))) == STATUSES
    assert sandbox.faults.n_played[fault] == 2


def test_the_doctor(connect: Connect) -> None:
    assert all(finding.is_ok for finding in connect().check())
    (missing,) = connect(token="").check()
    assert "has no credentials" in missing.says and "LW__TOKEN" in missing.mend
    (wrong,) = connect(application_secret="not-it").check()
    assert "secret is wrong" in wrong.says and "renew" in wrong.mend
    (lost,) = Linnworks("lw", connection("http://127.0.0.1:9")).check()
    assert "the connection failed" in lost.says and not lost.mend


BAD = bad_records(
    ("pkPurchaseID", "StockItemId", "Status", "DateOfPurchase", "StockLevels", "unheard_of")
)
GOOD = {
    "pkPurchaseID": "good",
    "StockItemId": "good",
    "pkSupplierID": "good",
    "StockLocationId": "good",
    "OrderId": "good",
    "Status": "OPEN",
}


def answering(rows: list[Any]) -> Any:
    """Answer every list with these rows, and every single order with its id."""

    def respond(request: Request) -> Answer:
        if request.path.endswith("AuthorizeByApplication"):
            return Answer({"Token": "t", "Server": f"http://{request.headers['Host']}"})
        if request.path.endswith("Get_PurchaseOrder"):
            key = request.json["pkPurchaseId"]
            return Answer({"PurchaseOrderHeader": {"pkPurchaseID": key}})
        if request.path.endswith(("Search_PurchaseOrders", "GetOpenOrders")):
            return Answer({"Result": rows, "Data": rows, "TotalPages": 1})
        if request.path.endswith("GetStockItemsFull") and request.json["pageNumber"] > 1:
            return Answer({"Code": None, "Message": "There is no such page"}, 400)
        return Answer(json.dumps(rows).encode())

    return respond


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(BAD)
def test_every_stream_is_read_to_its_end(tmp_path: Path, bad: list[dict[str, Any]]) -> None:
    with vendor(answering([GOOD, *bad, None, "text"])) as running:
        linnworks = Linnworks("lw", connection(running.url, requests_per_minute=10**6))
        for name, batches in read(linnworks, tmp_path).items():
            (table, *_) = next(s for s in linnworks.streams if s.name == name).tables
            assert GOOD in records(batches, table.name)


def test_good_items_land_beside_bad_ones(tmp_path: Path, warehouse: Warehouse) -> None:
    warehouse.prepare({"linnworks": CONNECTOR.streams})
    with vendor(answering([GOOD, {"ItemNumber": "no id"}, [1], GOOD])) as running:
        linnworks = Linnworks("lw", connection(running.url))
        stream = next(one for one in linnworks.streams if one.name == "stock_items")
        for batch in linnworks.read(stream.name, None, tmp_path):
            landed = warehouse.land("lw", "linnworks", stream, batch)
    assert landed.quarantined == {"stock_items": 2}
    assert warehouse.read("select record_id from linnworks.stock_items").rows() == [("good",)]


@pytest.mark.parametrize(
    "answer, says",
    [
        (page("<h1>Gone</h1>", 200), "AuthorizeByApplication sent a web page"),
        (Answer({"Message": "Invalid application"}, 401), "Invalid application"),
        (Answer({"Token": 7}), "named no session"),
        (Answer([]), "named no session"),
    ],
)
def test_no_session_is_named_with_no_secret(tmp_path: Path, answer: Answer, says: str) -> None:
    with vendor(lambda request: answer) as running:
        keys = {"application_secret": "my-secret"}
        with pytest.raises(HttpError, match=says) as error:
            list(Linnworks("lw", connection(running.url, **keys)).read("suppliers", None, tmp_path))
    assert "my-secret" not in str(error.value)
