"""Keyset pages: nothing lost, nothing twice, and the vendor's traps where it has them."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from .conftest import Client


def names(client: Client, arguments: str) -> list[str]:
    return [n["name"] for n in page(client, arguments)["nodes"]]


def page(client: Client, arguments: str) -> dict[str, Any]:
    query = f"{{ orders({arguments}) {{ nodes {{ name }} pageInfo {{ hasNextPage"
    query += " hasPreviousPage startCursor endCursor } } }"
    found: dict[str, Any] = client.data(query)["orders"]
    return found


@pytest.mark.parametrize("sort_key", ["ID", "CREATED_AT", "UPDATED_AT", "TOTAL_PRICE"])
@pytest.mark.parametrize("reverse", ["true", "false"])
def test_pages_of_one_meet_every_order_once(client: Client, sort_key: str, reverse: str) -> None:
    arguments = f"first: 1, sortKey: {sort_key}, reverse: {reverse}"
    whole = names(client, arguments.replace("first: 1", "first: 50"))
    met, after = [], ""
    while True:
        found = page(client, arguments + after)
        met += [n["name"] for n in found["nodes"]]
        if not found["pageInfo"]["hasNextPage"]:
            break
        after = f', after: "{found["pageInfo"]["endCursor"]}"'
    assert met == whole
    assert len(set(met)) == 6


def test_backwards_from_the_end(client: Client) -> None:
    last = page(client, "last: 2, sortKey: ID")
    assert [n["name"] for n in last["nodes"]] == ["#1005", "#1006"]
    assert last["pageInfo"]["hasPreviousPage"]
    before = f'last: 2, sortKey: ID, before: "{last["pageInfo"]["startCursor"]}"'
    assert names(client, before) == ["#1003", "#1004"]


def test_cursors_are_keysets_with_hidden_microseconds(client: Client) -> None:
    cursor = page(client, "first: 3, sortKey: CREATED_AT")["pageInfo"]["endCursor"]
    assert json.loads(base64.b64decode(cursor)) == {
        "last_id": 1003,
        "last_value": "2026-11-20 08:00:00.100000",
    }
    by_id = page(client, "first: 1, sortKey: ID")["pageInfo"]["endCursor"]
    assert json.loads(base64.b64decode(by_id)) == {"last_id": 1001, "last_value": "1001"}


def test_an_empty_page(client: Client) -> None:
    assert page(client, 'first: 5, query: "name:nobody"') == {
        "nodes": [],
        "pageInfo": {
            "hasNextPage": False,
            "hasPreviousPage": False,
            "startCursor": None,
            "endCursor": None,
        },
    }


def test_nested_connections_are_cut_and_drained(client: Client) -> None:
    query = (
        'query($after: String) { order(id: "gid://shopify/Order/1001") {'
        " lineItems(first: 1, after: $after) { edges { cursor node { sku } }"
        " pageInfo { hasNextPage endCursor } } } }"
    )
    first = client.data(query)["order"]["lineItems"]
    assert [e["node"]["sku"] for e in first["edges"]] == ["BEANS-250"]
    assert first["pageInfo"]["hasNextPage"]
    assert first["edges"][0]["cursor"] == first["pageInfo"]["endCursor"]
    second = client.data(query, after=first["pageInfo"]["endCursor"])["order"]["lineItems"]
    assert [e["node"]["sku"] for e in second["edges"]] == ["KETTLE"]
    assert not second["pageInfo"]["hasNextPage"]


def test_lists_are_cut_without_a_word(client: Client) -> None:
    query = '{ order(id: "gid://shopify/Order/1001") { refunds(first: 0) { id } } }'
    assert client.data(query)["order"]["refunds"] == []


def test_nodes_answer_in_the_order_asked_with_nulls(client: Client) -> None:
    ids = ["Order/1002", "Order/1007", "Product/1", "Order/1001"]
    found = client.data(
        "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Order { name } } }",
        ids=[f"gid://shopify/{i}" for i in ids],
    )["nodes"]
    assert [n and n.get("name") for n in found] == ["#1002", None, None, "#1001"]
    assert found[2]["id"] == "gid://shopify/Product/1"


def test_aliases_fragments_and_directives(client: Client) -> None:
    found = client.data(
        "query($withName: Boolean!) { a: orders(first: 1) { list: nodes { ...F } }"
        " b: orders(last: 1) { nodes { key: id name @include(if: $withName) } } }"
        " fragment F on Order { key: id client: customer { key: id } }",
        withName=False,
    )
    assert found["a"]["list"][0]["client"] == {"key": "gid://shopify/Customer/501"}
    assert found["b"]["nodes"] == [{"key": "gid://shopify/Order/1006"}]


def test_rows_that_change_while_paging_come_again_at_the_end(client: Client) -> None:
    query = "{ orders(first: 3, sortKey: UPDATED_AT%s) { nodes { name updatedAt }"
    query += " pageInfo { endCursor } } }"
    client.control("faults", fault="changed_while_paging")
    first = client.data(query % "")["orders"]
    after = first["pageInfo"]["endCursor"]
    second = client.data(query % f', after: "{after}"')["orders"]["nodes"]
    rest = client.data(query.replace("first: 3", "first: 9") % f', after: "{after}"')["orders"]
    changed = {n["name"] for n in first["nodes"]} & {n["name"] for n in rest["nodes"]}
    assert len(changed) == 2
    assert len(second) == 3


def test_the_index_may_lag_behind_the_object(client: Client) -> None:
    client.control("shopify", index_lag_seconds=3600 * 4)
    assert "#1006" not in names(client, "first: 10")
    assert client.data('{ order(id: "gid://shopify/Order/1006") { name } }')["order"]
