"""Omni's client and the sandbox, built apart, understand each other."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets_tests.platforms.cin7.conftest import (
    Connect,
    cursors,
    read,
    records,
    surface,
)
from assets_tests.platforms.stopped_clock import stopped_clock
from assets_tests.platforms.vendor_stub import Answer, Request, vendor
from ecom_ai_os.platforms.cin7 import client, omni
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.cin7.omni import CONNECTIONS, Connection, OmniSurface
from ecom_ai_os.sandbox.limits import Limit

#: Let the tests' requests go at once, but for those that measure the pace.
AT_ONCE = {"requests_per_second": 1_000}


@pytest.fixture(autouse=True)
def unhurried(sandbox: Sandbox) -> None:
    surface(sandbox, OmniSurface).connect(
        dict.fromkeys(CONNECTIONS, Connection((Limit(60, 60.0), Limit(5_000, 86_400.0))))
    )


def n_requests(sandbox: Sandbox) -> int:
    return sandbox.counters.read().get("cin7.requests", 0)


def references(batches: list[Any]) -> list[str]:
    return sorted({row["reference"] for row in records(batches, "omni_purchase_orders")})


def test_everything_is_read_once_and_then_what_changed(
    connect: Connect, sandbox: Sandbox, tmp_path: Path
) -> None:
    cin7 = connect("omni", **AT_ONCE)
    first = read(cin7, tmp_path)
    # Five lists, and what time it is.
    assert n_requests(sandbox) == 6
    assert len(references(first["omni_purchase_orders"])) == 6
    assert len(records(first["omni_stock"], "omni_stock")) == 4
    kinds = {row["type"] for row in records(first["omni_suppliers"], "omni_suppliers")}
    assert kinds == {"Supplier"}
    second = read(cin7, tmp_path, cursors(first))
    assert n_requests(sandbox) == 6 + 5
    assert references(second["omni_purchase_orders"]) == []
    sandbox.clock.advance(2)
    third = read(cin7, tmp_path, cursors(second))
    assert n_requests(sandbox) == 6 + 5 + 5
    assert references(third["omni_purchase_orders"]) == ["PO-000001", "PO-000004"]
    assert third["omni_stock"][0].snapshot == {"omni_stock"}, "read whole every night"
    assert third["omni_purchase_orders"][0].snapshot == frozenset()


def test_lines_say_what_has_come(connect: Connect, tmp_path: Path) -> None:
    batches = list(connect("omni", **AT_ONCE).read("omni_purchase_orders", None, tmp_path))
    orders = {row["reference"]: row for row in records(batches, "omni_purchase_orders")}
    lines = orders["PO-000004"]["lineItems"]
    assert [(line["code"], line["qty"], line["qtyShipped"]) for line in lines] == [
        ("BEANS-250", 30, 18),
        ("BEANS-1000", 6, 0),
    ]
    assert orders["PO-9000005"]["isVoid"] and not orders["PO-000001"]["isApproved"]


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_small_pages_lose_nothing(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """One option has stock in two branches: a page of one row holds but half of it."""
    monkeypatch.setattr(omni, "ROWS", rows)
    cin7 = connect("omni", **AT_ONCE)
    stock = records(list(cin7.read("omni_stock", None, tmp_path)), "omni_stock")
    assert {row["__id"] for row in stock} == {"11|71|", "11|72|", "12|71|", "21|71|"}
    assert len(references(list(cin7.read("omni_purchase_orders", None, tmp_path)))) == 6


def test_a_stopped_reading_goes_on_where_it_stood(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(omni, "ROWS", 2)
    monkeypatch.setattr("ecom_ai_os.platforms.listing.BATCH_PAGES", 1)
    cin7 = connect("omni", **AT_ONCE)
    reading = cin7.read("omni_purchase_orders", None, tmp_path)
    done = [next(reading), next(reading)]
    reading.close()
    rest = list(cin7.read("omni_purchase_orders", done[-1].cursor, tmp_path))
    assert len(references(done)) == 3, "the last of a page is the first of the next"
    assert len(references(done + rest)) == 6 and len(references(rest)) == 4


def test_what_is_deleted_between_two_pages_hides_nothing(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(omni, "ROWS", 2)
    rows = [{"id": key} for key in range(1, 6)]

    def respond(request: Request) -> Answer:
        if "where" not in request.query:
            return Answer([])
        after = int(request.query["where"][0].removeprefix("id>="))
        page = [row for row in rows if row["id"] >= after][:2]
        rows[:] = [row for row in rows if row["id"] != 1]
        return Answer(page)

    with vendor(respond) as stub:
        cin7 = connect("omni", url=stub.url, **AT_ONCE)
        found = records(list(cin7.read("omni_products", None, tmp_path)), "omni_products")
    assert {row["id"] for row in found} == {1, 2, 3, 4, 5}


def test_the_allowed_rate_is_used_and_never_exceeded(
    connect: Connect, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that only waiting moves: 3 requests a second, 20 a minute."""
    n = 20
    clock = stopped_clock(monkeypatch)
    limits = (Limit(3, 1.0), Limit(n, 60.0), Limit(5_000, 86_400.0))
    surface(sandbox, OmniSurface).connect(dict.fromkeys(CONNECTIONS, Connection(limits)))
    cin7 = connect("omni", requests_per_second=3, requests_per_minute=n)
    for _ in range(n + 1):
        list(cin7.read("omni_branches", None, tmp_path))
    assert "cin7.refused" not in sandbox.counters.read()
    assert n_requests(sandbox) > n
    assert (n_requests(sandbox) - 1) / clock.now >= 0.9 * n / 60, "requests a second"


@pytest.mark.parametrize("says_when", [True, False])
def test_a_refusal_is_waited_out(
    connect: Connect,
    sandbox: Sandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    says_when: bool,
) -> None:
    monkeypatch.setattr(client, "MINUTE_SECONDS", 0.05)
    surface(sandbox, OmniSurface).says_when = says_when
    sandbox.faults.arm(fault="throttled", next=1)
    batches = list(connect("omni", **AT_ONCE).read("omni_branches", None, tmp_path))
    assert len(records(batches, "omni_branches")) == 2
    assert sandbox.counters.read()["cin7.refused"] == 1


def test_a_used_up_day_ends_the_run_and_says_so(connect: Connect, tmp_path: Path) -> None:
    cin7 = connect("omni", requests_per_day=2, **AT_ONCE)
    with pytest.raises(HttpError, match=r"leaves no request for 86,\d+ s"):
        read(cin7, tmp_path)
