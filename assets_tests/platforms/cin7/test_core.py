"""Core's client and the sandbox, built apart, understand each other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from assets_tests.platforms.cin7.conftest import Connect, cursors, read, records, surface
from assets_tests.platforms.stopped_clock import stopped_clock
from assets_tests.platforms.vendor_stub import Answer, Request, vendor
from ecom_ai_os.platforms import Batch
from ecom_ai_os.platforms.cin7 import Cin7, client, core_lists
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.cin7.core import APPLICATIONS, CoreSurface

STATUSES = {
    "PO-000002": "RECEIVED",
    "PO-000004": "RECEIVING",
    "PO-000005": "ORDERED",
    "PO-9000005": "VOIDED",
    "PO-000015": "ORDERED",
    "PO-000001": "ORDERING",
}


def numbers(batches: list[Any]) -> list[str]:
    return sorted(record["OrderNumber"] for record in records(batches, "core_purchases"))


def n_requests(sandbox: Sandbox) -> int:
    return sandbox.counters.read().get("cin7.requests", 0)


def test_everything_is_read_once_and_then_what_changed(
    connect: Connect, sandbox: Sandbox, tmp_path: Path
) -> None:
    core = connect("core")
    first = read(core, tmp_path)
    # Six lists, the suppliers of four products, six purchases.
    assert n_requests(sandbox) == 16
    found = records(first["core_purchases"], "core_purchases")
    assert {record["OrderNumber"]: record["Status"] for record in found} == STATUSES
    assert len(records(first["core_products"], "core_product_suppliers")) == 4
    second = read(core, tmp_path, cursors(first))
    assert n_requests(sandbox) == 16 + 6
    assert numbers(second["core_purchases"]) == []
    sandbox.clock.advance(2)
    third = read(core, tmp_path, cursors(second))
    assert n_requests(sandbox) == 16 + 6 + 6 + 2
    assert numbers(third["core_purchases"]) == ["PO-000001", "PO-000004"]


def test_a_receipt_in_two_parts_is_told_as_such(connect: Connect, tmp_path: Path) -> None:
    found = {
        record["OrderNumber"]: record
        for batch in [list(connect("core").read("core_purchases", None, tmp_path))]
        for record in records(batch, "core_purchases")
    }
    partial = found["PO-000004"]
    assert partial["CombinedReceivingStatus"] == "PARTIALLY RECEIVED"
    lines = [line for part in partial["PutAway"] for line in part["Lines"]]
    assert [(line["SKU"], line["Quantity"]) for line in lines] == [("BEANS-250", 18)]
    assert found["PO-000015"]["RequiredBy"] is None


def test_a_stopped_reading_of_purchases_goes_on_where_it_stood(
    connect: Connect, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecom_ai_os.platforms.cin7.core.BATCH_RECORDS", 2)
    core = connect("core")
    reading = core.read("core_purchases", None, tmp_path)
    done = [next(reading), next(reading), next(reading)]
    reading.close()
    assert len(numbers(done)) == 4
    before = n_requests(sandbox)
    rest = list(connect("core").read("core_purchases", done[-1].cursor, tmp_path))
    assert n_requests(sandbox) - before == 1 + 2
    assert sorted(numbers(done) + numbers(rest)) == sorted(STATUSES)
    assert "after" not in rest[-1].cursor and "began_at" not in rest[-1].cursor


def test_what_is_no_longer_listed_counts_as_deleted(
    connect: Connect, sandbox: Sandbox, tmp_path: Path
) -> None:
    core = connect("core")
    first = read(core, tmp_path)
    assert first["core_product_availability"][0].snapshot == {"core_product_availability"}
    same_day = read(core, tmp_path, cursors(first))
    assert not any(batch.snapshot for batch in same_day["core_purchases"])
    sandbox.clock.advance(7)
    week_later = read(core, tmp_path, cursors(same_day))
    assert week_later["core_purchases"][0].snapshot == {"core_purchase_list"}
    assert len(records(week_later["core_purchases"], "core_purchase_list")) == 6


def test_a_list_reordered_while_it_is_paged_is_read_again(
    connect: Connect, sandbox: Sandbox
) -> None:
    listing = core_lists.List("purchaseList", "PurchaseList", limit=1)
    walk = core_lists.Walk(client.Client(connect("core").settings), listing)
    sandbox.faults.arm(fault="reordered_while_paging", next=3)
    ids = {record["ID"] for page in walk for record in page.records}
    assert walk.is_whole and len(ids) == 6
    assert n_requests(sandbox) > 6


def test_options_nested_in_products_save_the_requests(
    connect: Connect, sandbox: Sandbox, tmp_path: Path
) -> None:
    surface(sandbox, CoreSurface).nests_options = True
    batches = list(connect("core").read("core_products", None, tmp_path))
    assert n_requests(sandbox) == 2, "what time it is, and the products"
    found = records(batches, "core_product_suppliers")
    leads = {
        option["Lead"]
        for record in found
        for supplier in record["ProductSuppliers"]
        for option in supplier["ProductSupplierOptions"]
    }
    assert len(found) == 4 and leads == {9, 21}


@pytest.mark.parametrize("status", [503, 429])
def test_a_refusal_is_waited_out(
    connect: Connect,
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
) -> None:
    monkeypatch.setattr(client, "MINUTE_SECONDS", 0.05)
    surface(sandbox, CoreSurface).limit_status = status
    sandbox.faults.arm(fault="throttled", next=2)
    batches = list(connect("core").read("core_suppliers", None, tmp_path))
    assert len(records(batches, "core_suppliers")) == 2
    assert sandbox.counters.read()["cin7.refused"] == 2


def test_the_allowed_rate_is_used_and_never_exceeded(
    connect: Connect, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that only waiting moves: 40 calls a minute."""
    n = 40
    clock = stopped_clock(monkeypatch)
    surface(sandbox, CoreSurface).limit_to(dict.fromkeys(APPLICATIONS, n))
    listing = core_lists.List("purchaseList", "PurchaseList", limit=1)
    asked = client.Client(connect("core", requests_per_minute=n).settings)
    for _ in range(7):
        list(core_lists.Walk(asked, listing))
    assert "cin7.refused" not in sandbox.counters.read()
    assert n_requests(sandbox) > n
    assert (n_requests(sandbox) - 1) / clock.now >= 0.9 * n / 60, "calls a second"


def test_a_window_that_another_run_used_up_refuses_one_call(
    connect: Connect, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run begins within the minute of the one before: one call learns it, the others wait."""
    n = 20
    monkeypatch.setattr("tenacity.nap.time", stopped_clock(monkeypatch))
    surface(sandbox, CoreSurface).limit_to(dict.fromkeys(APPLICATIONS, n))
    before = client.Client(connect("core", requests_per_minute=n).settings)
    for _ in range(n):
        before.ask("me")
    after = connect("core", requests_per_minute=n)
    names = [stream.name for stream in after.streams]

    def read_one(name: str) -> list[Batch]:
        return list(after.read(name, None, tmp_path))

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(read_one, names))
    assert sandbox.counters.read()["cin7.refused"] == 1


@pytest.mark.parametrize("fault", ["html_500", "html_502", "cut", "malformed_json"])
def test_faults_of_any_server_are_outlasted(
    connect: Connect, sandbox: Sandbox, tmp_path: Path, fault: str
) -> None:
    sandbox.faults.arm(fault=fault, next=2, where="advanced-purchase")
    batches = list(connect("core").read("core_purchases", None, tmp_path))
    assert numbers(batches) == sorted(STATUSES)
    assert sandbox.faults.n_played[fault] == 2


def test_a_wrong_address_is_named_at_once(
    connect: Connect, sandbox: Sandbox, running: tuple[str, Sandbox], tmp_path: Path
) -> None:
    core = connect("core", url=f"{running[0]}/ExternalApi/v2/sales")
    with pytest.raises(HttpError, match=r"ExternalApi/v2/sales/me sent a web page"):
        list(core.read("core_me", None, tmp_path))
    assert n_requests(sandbox) == 1


def test_a_purchase_that_goes_while_it_is_read_does_not_stop_the_others(
    connect: Connect, tmp_path: Path
) -> None:
    rows = [{"ID": key, "LastUpdatedDate": "2026-11-01T00:00:00Z"} for key in ("a", "b")]

    def respond(request: Request) -> Answer:
        if request.path.endswith("purchaseList"):
            return Answer({"Total": 2, "Page": 1, "PurchaseList": rows})
        if request.query.get("ID") == ["a"]:
            return Answer([{"ErrorCode": 400, "Exception": "Purchase not found"}], 400)
        return Answer({"ID": "b"})

    with vendor(respond) as stub:
        core = connect("core", url=stub.url)
        batches = list(core.read("core_purchases", None, tmp_path))
    assert [record["ID"] for record in records(batches, "core_purchases")] == ["b"]
    (quarantined,) = [one for batch in batches for one in batch.quarantined]
    assert quarantined.record_id == "a" and "Purchase not found" in quarantined.reason


def test_what_a_list_holds_back_is_asked_for_again(connect: Connect, tmp_path: Path) -> None:
    """An increment that never adds up to its Total does not move the bound on."""
    answer = Answer({"Total": 3, "Page": 1, "PurchaseList": []})
    cursor = {
        "changed_since": "2026-11-22T06:00:00+00:00",
        "whole_at": "2026-11-22T06:00:00+00:00",
    }
    with vendor(lambda request: answer) as stub:
        core = connect("core", url=stub.url)
        batches = list(core.read("core_purchases", cursor, tmp_path))
        bounds = [request.query.get("UpdatedSince") for request in stub.requests]
        assert bounds == [None] + [["2026-11-22T06:00:00.000"]] * core_lists.READINGS
    assert batches[-1].cursor == cursor


def test_secrets_stand_in_no_error(connect: Connect, tmp_path: Path) -> None:
    core: Cin7 = connect("core", application_key="wrong-and-secret")
    with pytest.raises(HttpError) as refused:
        list(core.read("core_suppliers", None, tmp_path))
    assert "Method authentication failed" in str(refused.value)
    assert "secret" not in str(refused.value)
