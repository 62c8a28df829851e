"""Bulk operations: their states, their file, their refusals and their failures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from ecom_ai_os.sandbox.shopify import bulk

from .conftest import Client, poll

Bulk = Callable[[str], dict[str, Any]]

RUN = """mutation($q: String!) { bulkOperationRunQuery(query: $q, groupObjects: false) {
    bulkOperation { id status objectCount url } userErrors { field message code } } }"""
ORDERS = """{ orders(query: "%s") { edges { node { id name
    fulfillments(first: 5) { id trackingInfo { number } }
    refunds(first: 5) { id totalRefundedSet { shopMoney { amount } } }
    lineItems { edges { node { id sku product { id } } } }
    returns { edges { node { id name returnLineItems { edges { node { id returnReason } } } } } }
    } } } }"""


def lines(operation: dict[str, Any]) -> list[dict[str, Any]]:
    response = requests.get(operation["url"], timeout=10)
    assert response.headers["Content-Length"] == operation["fileSize"] == str(len(response.content))
    return [json.loads(line) for line in response.text.splitlines()]


def run(client: Client, query: str) -> dict[str, Any]:
    found: dict[str, Any] = client.data(RUN, q=query)["bulkOperationRunQuery"]
    return found


def test_children_stand_alone_and_name_their_parent(wait_for_bulk: Bulk) -> None:
    operation = wait_for_bulk(ORDERS % "")
    assert (operation["status"], operation["rootObjectCount"]) == ("COMPLETED", "6")
    found = lines(operation)
    assert operation["objectCount"] == str(len(found)) == "15"
    by_id = {line["id"]: line for line in found}
    beans = by_id["gid://shopify/LineItem/2001"]
    assert beans == {
        "id": "gid://shopify/LineItem/2001",
        "sku": "BEANS-250",
        "product": {"id": "gid://shopify/Product/1"},
        "__parentId": "gid://shopify/Order/1001",
    }
    assert by_id["gid://shopify/Return/4001"]["__parentId"] == "gid://shopify/Order/1001"
    kettle = by_id["gid://shopify/ReturnLineItem/4101"]
    assert kettle["__parentId"] == "gid://shopify/Return/4001"
    order = by_id["gid://shopify/Order/1001"]
    assert list(order) == ["id", "name", "fulfillments", "refunds"]
    assert order["refunds"][0]["totalRefundedSet"]["shopMoney"]["amount"] == "47.0"
    assert by_id["gid://shopify/Order/1002"]["fulfillments"] == []


def test_some_children_come_before_their_parents(wait_for_bulk: Bulk) -> None:
    ids = [line["id"] for line in lines(wait_for_bulk(ORDERS % ""))]
    assert ids.index("gid://shopify/LineItem/2001") < ids.index("gid://shopify/Order/1001")


def test_a_filter_holds_for_children_too(wait_for_bulk: Bulk) -> None:
    found = lines(wait_for_bulk(ORDERS % "created_at:>='2026-11-22T00:00:00Z'"))
    assert {line["id"] for line in found} == {
        "gid://shopify/Order/1005",
        "gid://shopify/Order/1006",
        "gid://shopify/LineItem/2006",
        "gid://shopify/LineItem/2007",
    }


def test_bulk_lines_say_what_pages_say(client: Client, wait_for_bulk: Bulk) -> None:
    fields = "id name updatedAt totalPriceSet { presentmentMoney { amount } } customer { id }"
    paged = client.data(f"{{ orders(first: 50) {{ nodes {{ {fields} }} }} }}")["orders"]["nodes"]
    bulk = lines(wait_for_bulk(f"{{ orders {{ edges {{ node {{ {fields} }} }} }} }}"))
    assert sorted(bulk, key=lambda o: o["id"]) == sorted(paged, key=lambda o: o["id"])


@pytest.mark.parametrize(
    ("query", "n_lines"),
    [
        ("{ products { edges { node { id variants { edges { node { id } } } } } } }", 5),
        (
            "{ inventoryItems { edges { node { id inventoryLevels { edges { node { id"
            ' location { id name } quantities(names: ["available"]) { quantity } } } } } } } }',
            7,
        ),
        (
            "{ discountNodes { edges { node { id discount { ... on DiscountCodeBasic {"
            " title codes { edges { node { id code } } } } } } } } }",
            4,
        ),
        ("{ abandonedCheckouts { edges { node { id lineItems { edges { node { id }}}}}}}", 5),
        ("{ customers { edges { node { id lastOrder { name } } } } }", 2),
    ],
)
def test_other_roots(wait_for_bulk: Bulk, query: str, n_lines: int) -> None:
    operation = wait_for_bulk(query)
    assert operation["status"] == "COMPLETED"
    assert len(lines(operation)) == n_lines


def test_no_rows_have_no_url(wait_for_bulk: Bulk) -> None:
    operation = wait_for_bulk(ORDERS % "name:nobody")
    assert (operation["status"], operation["objectCount"], operation["url"]) == (
        "COMPLETED",
        "0",
        None,
    )


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ shop { name } }", "Bulk queries must contain at least one connection."),
        ("{ orders {", "Invalid bulk query: syntax error, unexpected end of file"),
        ("mutation { bulkOperationCancel(id: 1) { userErrors { message } } }", "Invalid operation"),
        ("{ orders { nodes { id } } }", "All connection fields in a bulk query must select their"),
        (
            "{ products { edges { node { title variants { edges { node { id } } } } } } }",
            "The parent 'node' field for a nested connection must select the 'id' field without"
            " an alias and must be of 'ID' return type. Connection fields without 'id': products.",
        ),
        ('{ node(id: "1") { id } }', "Bulk queries cannot contain a top level `node` field."),
        (
            "{ orders { edges { node { id refunds { refundLineItems { edges { node { id }}}}}}}}",
            "Queries that contain a connection field within a list field are not currently"
            " supported.",
        ),
        (
            "{ customers { edges { node { id orders { edges { node { id returns { edges { node {"
            " id returnLineItems { edges { node { id } } } } } } } } } } } } }",
            "Bulk queries cannot contain connections with a nesting depth greater than 2.",
        ),
        ("{ orders { edges { node { nonsense } } } }", "Invalid bulk query: Field 'nonsense'"),
        (" " * 65536, "Query is too large (65536 bytes; maximum is 65535 bytes)"),
    ],
)
def test_queries_are_refused_in_the_vendors_words(client: Client, query: str, message: str) -> None:
    payload = run(client, query)
    assert payload["bulkOperation"] is None
    error = payload["userErrors"][0]
    assert (error["field"], error["code"]) == (["query"], "INVALID")
    assert error["message"].startswith(message)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Operations stay RUNNING, or CANCELING, until it is set."""
    let_go = Event()
    clock = SimpleNamespace(sleep=lambda _: let_go.wait(60), time=time.time)
    monkeypatch.setattr(bulk, "time", clock)
    yield let_go
    let_go.set()


def test_five_run_at_once_and_cancelling_keeps_the_slot(client: Client, held: Event) -> None:
    started = [run(client, ORDERS % "")["bulkOperation"]["id"] for _ in range(5)]
    sixth = run(client, ORDERS % "")
    assert sixth["bulkOperation"] is None
    assert sixth["userErrors"][0]["code"] == "OPERATION_IN_PROGRESS"
    assert started[0] in sixth["userErrors"][0]["message"]
    cancel = "mutation($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status }"
    cancel += " userErrors { message } } }"
    cancelled = client.data(cancel, id=started[0])["bulkOperationCancel"]
    assert cancelled["bulkOperation"]["status"] == "CANCELING"
    assert run(client, ORDERS % "")["userErrors"][0]["code"] == "OPERATION_IN_PROGRESS"
    held.set()
    ends = [poll(client, gid)["status"] for gid in started]
    assert ends == ["CANCELED"] + ["COMPLETED"] * 4


def test_cancelling_what_is_not_there(client: Client) -> None:
    payload = client.data(
        'mutation { bulkOperationCancel(id: "gid://shopify/BulkOperation/1") {'
        " bulkOperation { id } userErrors { field message } } }"
    )["bulkOperationCancel"]
    assert payload["userErrors"] == [{"field": ["id"], "message": "Bulk operation does not exist"}]


def test_operations_are_listed_newest_first(client: Client, wait_for_bulk: Bulk) -> None:
    first, second = wait_for_bulk(ORDERS % "")["id"], wait_for_bulk(ORDERS % "")["id"]
    listed = client.data(
        '{ bulkOperations(first: 5, query: "status:completed operation_type:query") {'
        " nodes { id type } } }"
    )["bulkOperations"]["nodes"]
    assert [o["id"] for o in listed][:2] == [second, first]


def test_a_failed_operation_leaves_a_partial_file(client: Client, wait_for_bulk: Bulk) -> None:
    client.control("faults", fault="bulk_failed")
    operation = wait_for_bulk(ORDERS % "")
    assert (operation["status"], operation["errorCode"]) == ("FAILED", "INTERNAL_SERVER_ERROR")
    assert operation["url"] is None
    assert len(requests.get(operation["partialDataUrl"], timeout=10).text.splitlines()) < 15


def test_an_operation_can_expire(client: Client, wait_for_bulk: Bulk) -> None:
    client.control("faults", fault="bulk_expired")
    operation = wait_for_bulk(ORDERS % "")
    assert (operation["status"], operation["url"]) == ("EXPIRED", None)


def test_a_result_is_gone_after_seven_days(client: Client, wait_for_bulk: Bulk) -> None:
    operation = wait_for_bulk(ORDERS % "")
    client.control("clock", advance_days=7.1)
    assert requests.get(operation["url"], timeout=10).status_code == 400
    assert poll(client, operation["id"])["status"] == "EXPIRED"


def test_a_truncated_download_falls_short_of_its_length(
    client: Client, wait_for_bulk: Bulk
) -> None:
    operation = wait_for_bulk(ORDERS % "")
    client.control("faults", fault="truncated_download")
    with pytest.raises(requests.exceptions.RequestException):
        requests.get(operation["url"], timeout=10)
    assert len(lines(operation)) == 15


def test_a_missing_scope_fails_the_operation(client: Client, wait_for_bulk: Bulk) -> None:
    client.control("shopify", scopes=["read_products"])
    operation = wait_for_bulk(ORDERS % "")
    assert (operation["status"], operation["errorCode"]) == ("FAILED", "ACCESS_DENIED")
