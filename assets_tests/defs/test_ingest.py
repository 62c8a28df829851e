"""Ingestion: streams side by side, one failing stream never stops or spoils another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import orjson
import pytest

from ecom_ai_os import settings
from ecom_ai_os.defs.ingest import Read, ingest, problems, raw, raw_tables, shown_tables
from ecom_ai_os.platforms import Batch, ConnectionSettings, Finding, RawTable, Stream
from ecom_ai_os.warehouse import Warehouse

ORDERS = Stream("orders", (RawTable("orders", updated_at=None),))
CUSTOMERS = Stream("customers", (RawTable("customers", updated_at=None),))


class Scripted:
    """A connector that plays pages from a list; an exception in it is raised at its place."""

    platform = "shopify"
    streams = (ORDERS, CUSTOMERS)
    Settings = ConnectionSettings

    def __init__(self, pages: list[Any]) -> None:
        self.pages = pages
        self.asked: list[dict[str, Any] | None] = []

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        self.asked.append(cursor)
        for number, page in enumerate(self.pages, start=1):
            if isinstance(page, Exception):
                raise page
            file = spool / str(number)
            file.write_bytes(b"\n".join(orjson.dumps({"id": id_}) for id_ in page))
            yield Batch({"page": number}, {stream if page != ["?"] else "no_table": [file]})

    def check(self) -> Iterator[Finding]:
        yield Finding(True, "scripted", "fine")


@pytest.fixture
def shop(warehouse: Warehouse) -> Warehouse:
    warehouse.prepare({"shopify": [ORDERS, CUSTOMERS]})
    return warehouse


def ids(shop: Warehouse, table: str) -> list[str]:
    return shop.read(f"select record_id from shopify.{table} order by all")["record_id"].to_list()


def test_every_page_lands_and_the_next_run_asks_from_the_last_cursor(shop: Warehouse) -> None:
    connector = Scripted([["1"], ["2", "3"]])
    ingest(shop, [Read("main", connector, ORDERS)])
    (outcome,) = ingest(shop, [Read("main", connector, ORDERS)])
    assert ids(shop, "orders") == ["1", "2", "3"]
    assert connector.asked == [None, {"page": 2}]
    assert outcome.landed.written == {"orders": 0}


def test_a_failing_stream_keeps_its_pages_and_the_others_go_on(shop: Warehouse) -> None:
    broken = Scripted([["1"], ConnectionError("the shop hung up"), ["2"]])
    good = Scripted([["a"], ["b"]])
    outcomes = ingest(shop, [Read("main", broken, ORDERS), Read("main", good, CUSTOMERS)])
    assert ids(shop, "orders") == ["1"] and ids(shop, "customers") == ["a", "b"]
    assert [str(outcome.error) for outcome in outcomes] == ["the shop hung up", "None"]
    assert shop.cursors()["main", "orders"] == {"page": 1}


def test_one_problem_of_a_connection_is_said_once(shop: Warehouse) -> None:
    lost = Scripted([OSError("shop.example has not answered")])
    reads = [Read("main", lost, ORDERS), Read("main", lost, CUSTOMERS)]
    reads.append(Read("other", Scripted([OSError("no")]), ORDERS))
    assert problems(ingest(shop, reads)) == [
        "main orders, customers: shop.example has not answered",
        "other orders: no",
    ]


def test_after_a_batch_that_cannot_land_no_later_cursor_is_kept(shop: Warehouse) -> None:
    connector = Scripted([["1"], ["?"], ["3"]])
    (outcome,) = ingest(shop, [Read("main", connector, ORDERS)])
    assert "no raw table 'no_table'" in str(outcome.error)
    assert ids(shop, "orders") == ["1"]
    assert shop.cursors()["main", "orders"] == {"page": 1}


def test_a_run_in_which_nothing_could_be_read_fails(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Streams the connection does not use end without an error; they were not read either."""

    class HalfUsed(Scripted):
        def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
            return super().read(stream, cursor, spool) if stream == "orders" else iter(())

    down = HalfUsed([OSError("the shop is closed")])
    connectors = {"main": down}
    monkeypatch.setattr(settings.Settings, "connectors", lambda _: connectors)
    with pytest.raises(RuntimeError, match="the first said: the shop is closed"):
        read_all(warehouse)
    noted = warehouse.read("select stream, problem from quality.readings where problem is not null")
    assert noted.rows() == [("orders", "the shop is closed")]
    connectors["main"] = HalfUsed([["1"]])
    assert read_all(warehouse).success
    assert warehouse.read("select count(problem) from quality.readings").item() == 0


def test_a_shop_without_connections_reads_nothing(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings.Settings, "connectors", lambda _: {})
    assert read_all(warehouse).success
    assert warehouse.read("from quality.readings").is_empty()


def read_all(warehouse: Warehouse) -> dg.ExecuteInProcessResult:
    return dg.materialize([raw], resources={"warehouse": warehouse})


def test_the_spool_is_left_empty(shop: Warehouse) -> None:
    ingest(shop, [Read("main", Scripted([["1"], OSError("disk")]), ORDERS)])
    assert not list(Path(shop.home).glob("spool-*"))


def test_only_connected_platforms_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    shopify = {"platform": "shopify", "shop": "a.myshopify.com", "token": "t"}
    for connections, platforms in (
        ({}, {platform for platform, _, _ in raw_tables()}),
        ({"main": shopify, "second": shopify}, {"shopify"}),
    ):
        declared = settings.Settings.model_validate({"connections": connections})
        monkeypatch.setattr(settings, "current", lambda declared=declared: declared)
        assert {platform for platform, _, _ in shown_tables()} == platforms
