"""Whatever stands in the records, every stream is read to its end and the good ones land."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from assets_tests.platforms.bad_records import bad_records
from assets_tests.platforms.cin7.conftest import connection, records
from assets_tests.platforms.vendor_stub import Answer, Request, page, vendor
from ecom_ai_os.platforms.cin7 import CONNECTOR, READERS, Cin7, client, core
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.warehouse import Warehouse

FIELDS = (
    *("ID", "id", "LastUpdatedDate", "LastModifiedOn", "modifiedDate", "Suppliers", "Order"),
    *("ProductSupplierOptions", "productOptionId", "branchId", "lineItems", "unheard_of"),
)
RECORDS = bad_records(FIELDS)
AT = "2026-11-22T05:55:00+00:00"
CURSOR = {"changed_since": AT, "whole_at": AT}
GOOD_CORE = {
    "ID": "good",
    "Suppliers": [{"SupplierID": "s"}],
    "LastUpdatedDate": "2026-11-23T01:00:00Z",
}
GOOD_OMNI = {"id": 7, "productOptionId": 7, "branchId": 1, "modifiedDate": "2026-11-23T01:00:00Z"}
WRAPPERS = {
    reader.of.path: reader.of.wrapper
    for reader in core.READERS
    if not isinstance(reader, core.Account)
}


def core_vendor(rows: list[Any]) -> Any:
    """Answer every list of Core with these rows, and every single record with what it was named."""

    def respond(request: Request) -> Answer:
        wrapper = WRAPPERS.get(request.path.strip("/"))
        if wrapper:
            return Answer({"Total": len(rows), "Page": 1, wrapper: rows})
        return Answer({"Company": "Shop"} | {key: value[0] for key, value in request.query.items()})

    return respond


def opened(product: str, url: str) -> Cin7:
    limits = {"requests_per_minute": 10**6, "requests_per_second": 10**6}
    return Cin7("cin", connection(product, url, url=url, **limits))


@pytest.mark.parametrize("product", ["core", "omni"])
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(bad=RECORDS)
def test_every_stream_is_read_to_its_end(
    tmp_path: Path, product: str, bad: list[dict[str, Any]]
) -> None:
    good = GOOD_CORE if product == "core" else GOOD_OMNI
    rows = [good, *bad, None, "text"]
    answer = Answer(json.dumps(rows).encode())
    with vendor(core_vendor(rows) if product == "core" else lambda request: answer) as running:
        cin7 = opened(product, running.url)
        for reader in READERS[product]:
            for cursor in (None, CURSOR):
                batches = list(cin7.read(reader.stream.name, cursor, tmp_path))
                table = reader.stream.tables[0].name
                if table != "core_me":
                    assert any(good.items() <= row.items() for row in records(batches, table))


def test_good_purchases_land_beside_bad_ones(tmp_path: Path, warehouse: Warehouse) -> None:
    rows = [
        GOOD_CORE,
        {"OrderNumber": "no id"},
        {"ID": "late", "LastUpdatedDate": "nonsense"},
        [1],
        GOOD_CORE,
    ]
    warehouse.prepare({"cin7": CONNECTOR.streams})
    with vendor(core_vendor(rows)) as running:
        cin7 = opened("core", running.url)
        stream = next(one for one in cin7.streams if one.name == "core_purchases")
        for batch in cin7.read(stream.name, None, tmp_path):
            warehouse.land("cin", "cin7", stream, batch)
    kept = "select record_id from cin7.{} where not is_deleted order by 1"
    assert warehouse.read(kept.format("core_purchase_list")).rows() == [("good",)]
    assert warehouse.read(kept.format("core_purchases")).rows() == [("good",), ("late",)]
    reasons = warehouse.read("select distinct reason from quality.quarantine order by 1")["reason"]
    assert list(reasons) == [
        "$.LastUpdatedDate is not a time",
        "no id at $.ID",
        "not a JSON object",
    ]


def test_good_stock_lands_beside_bad(tmp_path: Path, warehouse: Warehouse) -> None:
    rows = [GOOD_OMNI, {"code": "no id"}, "text", GOOD_OMNI | {"branchId": 2, "modifiedDate": "x"}]
    warehouse.prepare({"cin7": CONNECTOR.streams})
    with vendor(lambda request: Answer(rows)) as running:
        cin7 = opened("omni", running.url)
        stream = next(one for one in cin7.streams if one.name == "omni_stock")
        for batch in cin7.read(stream.name, None, tmp_path):
            landed = warehouse.land("cin", "cin7", stream, batch)
    assert landed.quarantined == {"omni_stock": 3}
    assert warehouse.read("select record_id from cin7.omni_stock").rows() == [("7|1|",)]


@pytest.mark.parametrize(
    "answer, says",
    [
        (
            Answer([{"ErrorCode": 400, "Exception": "Something is wrong"}], 400),
            "Something is wrong",
        ),
        (Answer({"ErrorCode": 500, "Exception": "Parse error"}, 500), "Parse error"),
        (page("<h1>Page not found</h1>", 200), "a web page where JSON was expected"),
        (page("<h1>Bad gateway</h1>", 502), "Bad gateway"),
        (Answer(b'{"Total": 1, "SupplierList": [{"ID"'), "malformed JSON"),
        (Answer({"Total": "many", "SupplierList": []}), "no list of SupplierList"),
        (Answer([]), "no list of SupplierList"),
    ],
)
def test_what_is_no_list_is_named(tmp_path: Path, answer: Answer, says: str) -> None:
    with vendor(lambda request: answer) as running:
        with pytest.raises(HttpError, match=says) as error:
            list(opened("core", running.url).read("core_suppliers", None, tmp_path))
    assert "/supplier" in str(error.value)


def test_text_that_is_not_utf_8_lands_marked(tmp_path: Path) -> None:
    body = b'{"Total": 1, "Page": 1, "SupplierList": [{"ID": "s", "Name": "Caf\xe9"}]}'
    with vendor(lambda request: Answer(body)) as running:
        batches = list(opened("core", running.url).read("core_suppliers", None, tmp_path))
    assert records(batches, "core_suppliers") == [{"ID": "s", "Name": "Caf�"}]


def test_a_total_that_is_a_lie_ends_with_the_first_empty_page(tmp_path: Path) -> None:
    def respond(request: Request) -> Answer:
        rows = [{"ID": "s"}] if request.query.get("Page") == ["1"] else []
        return Answer({"Total": 10**12, "Page": 1, "SupplierList": rows})

    with vendor(respond) as running:
        (batch,) = opened("core", running.url).read("core_suppliers", None, tmp_path)
        assert len(running.requests) <= 3 * (1 + client.MAX_CONCURRENT)
    assert not batch.snapshot, "what was not listed is not taken for deleted"
