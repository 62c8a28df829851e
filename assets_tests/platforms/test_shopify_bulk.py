"""Bulk operations: only a whole result counts, however Shopify ends them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assets_tests.platforms import shopify_stub as stub
from assets_tests.platforms.shopify_stub import StubShop, data, error, refused, started
from assets_tests.platforms.vendor_stub import Answer, page
from ecom_ai_os.platforms import http
from ecom_ai_os.platforms.shopify import bulk as shopify_bulk
from ecom_ai_os.platforms.shopify.bulk import BulkDeniedError, BulkReader, count_lines, sort_lines
from ecom_ai_os.platforms.shopify.connection import ShopifyError

KINDS = {"Order": "orders", "LineItem": "order_lines"}
ORDER = {"id": "gid://shopify/Order/1", "name": "#1"}
LINE = {"id": "gid://shopify/LineItem/7", "sku": "A", "__parentId": ORDER["id"]}
NO_SLOT = refused(
    "OPERATION_IN_PROGRESS",
    "A bulk query operation for this app and shop is already in progress: gid://…/42.",
)


@pytest.fixture
def shop() -> Iterator[StubShop]:
    with stub.stub_shop() as shop:
        shop.on["BulkRun"] = [started()]
        yield shop


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.001)
    monkeypatch.setattr(shopify_bulk, "FIRST_POLL_SECONDS", 0.001)


def fetched(shop: StubShop, path: Path) -> list[object]:
    reader = BulkReader(stub.client(shop), "orders")
    at = reader.fetch(reader.begin("Orders", None), path)
    assert at == datetime(2026, 11, 23, 6, tzinfo=UTC)
    return [json.loads(line) for line in path.read_text().splitlines()]


def count(shop: StubShop, operation: str) -> int:
    return sum(name == operation for name, _ in shop.calls)


def test_a_finished_operation_is_downloaded(shop: StubShop, tmp_path: Path) -> None:
    running = [shop.bulk_state("CREATED"), shop.bulk_state("RUNNING", n=1)]
    shop.on["BulkPoll"] = [*running, shop.bulk_result(ORDER, LINE)]
    assert fetched(shop, tmp_path / "x") == [ORDER, LINE]


def test_no_url_and_no_objects_are_no_rows(shop: StubShop, tmp_path: Path) -> None:
    shop.on["BulkPoll"] = [shop.bulk_state("COMPLETED", n=0)]
    assert fetched(shop, tmp_path / "x") == []


def test_a_taken_slot_is_waited_for(shop: StubShop, tmp_path: Path) -> None:
    shop.on["BulkRun"] = [NO_SLOT, NO_SLOT, started()]
    shop.on["BulkPoll"] = [shop.bulk_result(ORDER)]
    assert fetched(shop, tmp_path / "x") == [ORDER]


def test_a_slot_that_never_frees_is_named(
    shop: StubShop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_bulk, "MAX_SLOT_WAIT_SECONDS", 0.01)
    shop.on["BulkRun"] = [NO_SLOT]
    with pytest.raises(ShopifyError, match="no slot became free: A bulk query operation"):
        fetched(shop, tmp_path / "x")


def endings(shop: StubShop) -> dict[str, stub.Say]:
    partial = {"partialDataUrl": f"{shop.running.url}/partial"}
    unknown = error("Invalid id: gid://shopify/BulkOperation/1", "RESOURCE_NOT_FOUND")
    return {
        "FAILED": shop.bulk_state("FAILED", n=1, error_code="INTERNAL_SERVER_ERROR", **partial),
        "TIMEOUT": shop.bulk_state("FAILED", n=1, error_code="TIMEOUT", **partial),
        "CANCELED": shop.bulk_state("CANCELED", n=1, **partial),
        "EXPIRED": shop.bulk_state("EXPIRED", n=2),
        "forgotten": unknown | {"data": {"bulkOperation": None}},
        "null": data(bulkOperation=None),
        "rows missing": shop.bulk_result(ORDER, n=2),
        "no url": shop.bulk_state("COMPLETED", n=2),
    }


ENDINGS = [
    "FAILED",
    "TIMEOUT",
    "CANCELED",
    "EXPIRED",
    "forgotten",
    "null",
    "rows missing",
    "no url",
]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_result_that_is_not_whole_is_asked_for_again(
    shop: StubShop, tmp_path: Path, ending: str
) -> None:
    shop.on["BulkPoll"] = [endings(shop)[ending], shop.bulk_result(ORDER, LINE)]
    assert fetched(shop, tmp_path / "x") == [ORDER, LINE]
    assert count(shop, "BulkRun") == 2
    assert not [request for request in shop.running.requests if request.path == "/partial"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_result_that_never_is_whole_is_an_error(
    shop: StubShop, tmp_path: Path, ending: str
) -> None:
    shop.on["BulkPoll"] = [endings(shop)[ending]]
    with pytest.raises(ShopifyError, match="stream orders: bulk operation gid://shopify/Bulk") as e:
        fetched(shop, tmp_path / "x")
    assert e.value.code != "ACCESS_DENIED"
    assert count(shop, "BulkRun") == shopify_bulk.MAX_RUNS


def test_an_expired_url_is_asked_for_again(shop: StubShop, tmp_path: Path) -> None:
    stale = shop.bulk_result(ORDER)
    shop.files["/result/0.jsonl"] = page("<Error>ExpiredToken Signature</Error>", 400)
    shop.on["BulkPoll"] = [stale, shop.bulk_result(ORDER)]
    assert fetched(shop, tmp_path / "x") == [ORDER]


def test_a_truncated_download_is_repaired(shop: StubShop, tmp_path: Path) -> None:
    shop.on["BulkPoll"] = [shop.bulk_result(ORDER, LINE)]
    content = shop.files["/result/0.jsonl"]
    assert isinstance(content, bytes)
    short = Answer(content[:40])
    shop.files["/result/0.jsonl"] = [Answer(content, cut_after=30), short, Answer(content)]
    assert fetched(shop, tmp_path / "x") == [ORDER, LINE]
    assert count(shop, "BulkRun") == 1


def test_a_denied_operation_is_told_apart(shop: StubShop, tmp_path: Path) -> None:
    shop.on["BulkPoll"] = [shop.bulk_state("FAILED", error_code="ACCESS_DENIED")]
    with pytest.raises(BulkDeniedError):
        fetched(shop, tmp_path / "x")
    assert count(shop, "BulkRun") == 1


def test_a_refused_query_is_named(shop: StubShop, tmp_path: Path) -> None:
    shop.on["BulkRun"] = [refused("INVALID", "Bulk queries must contain at least one connection.")]
    with pytest.raises(ShopifyError, match="refused the bulk query: Bulk queries must contain"):
        fetched(shop, tmp_path / "x")


@given(st.binary(max_size=50))
@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_lines_are_counted_as_python_counts_them(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with (tmp_path / "x").open("rb") as file:
        assert count_lines(tmp_path / "x") == len(list(file))


def test_children_find_their_table_wherever_they_stand(tmp_path: Path) -> None:
    compact = [json.dumps(row, separators=(",", ":")).encode() for row in (LINE, ORDER, LINE)]
    spaced = json.dumps(ORDER).encode()
    stray = b'{"id":"gid://shopify/Metafield/1","__parentId":"gid://shopify/Order/1"}'
    broken = b'{"id":"gid://shop'
    (tmp_path / "x").write_bytes(b"\n".join([*compact, spaced, stray, broken]))
    result = sort_lines(tmp_path / "x", KINDS, "orders")
    assert result.files["order_lines"].read_bytes() == compact[0] + b"\n" + compact[2] + b"\n"
    assert result.files["orders"].read_bytes() == b"\n".join([compact[1], spaced, broken])
    (one,) = result.strays
    assert (one.table, one.payload.strip()) == ("orders", stray.decode())
