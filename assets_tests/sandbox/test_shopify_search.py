"""The search syntax: what is found, and what is silently not."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Client


def search(client: Client, query: str, root: str = "orders") -> dict[str, Any]:
    text = f"query($q: String) {{ {root}(first: 50, query: $q) {{ nodes {{ id }} }} }}"
    return client.graphql(text, q=query)


def keys(client: Client, query: str, root: str = "orders") -> list[int]:
    answer = search(client, query, root)
    assert "search" not in answer["extensions"], answer["extensions"]["search"]
    return sorted(int(n["id"].rsplit("/", 1)[1]) for n in answer["data"][root]["nodes"])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("created_at:>='2026-11-20T08:00:00Z'", [1003, 1004, 1005, 1006]),
        ("created_at:>'2026-11-20T08:00:00Z'", [1005, 1006]),
        ("created_at:<='2026-11-20T08:00:00Z' test:false", [1001, 1003, 1004]),
        ("updated_at:>='2026-11-23T10:00:00Z' AND updated_at:<'2026-11-23T11:00:00Z'", [1006]),
        # A bare date is the shop's day, which is an hour ahead of UTC in winter.
        ("created_at:2026-11-20", [1003, 1004]),
        ("created_at:'2026-11-20T09:00:00+01:00'", [1003, 1004]),
        ("id:>=1005", [1005, 1006]),
        ("id:1001,1002", [1001, 1002]),
        ("name:#1001 OR name:#1002", [1001, 1002]),
        ("-test:true status:cancelled", [1006]),
        ("NOT (name:#1001 OR test:true) customer_id:501", [1003, 1004]),
        ("email:anna*", [1001, 1003, 1004]),
        ('email:"anna@example.com"', [1001, 1003, 1004]),
        ("financial_status:partially_refunded", [1001]),
        ("fulfillment_status:unfulfilled discount_code:ten", []),
        ("return_status:returned", [1001]),
        ("cleo", [1005, 1006]),
    ],
)
def test_orders_are_found(client: Client, query: str, found: list[int]) -> None:
    assert keys(client, query) == found


def test_other_listings(client: Client) -> None:
    assert keys(client, "updated_at:>='2026-11-22T00:00:00Z'", "customers") == [502]
    assert keys(client, "sku:BEANS*", "productVariants") == [11, 12]
    assert keys(client, "recovery_state:not_recovered", "abandonedCheckouts") == [6002]
    assert keys(client, "status:active", "discountNodes") == [801]


def test_an_unquoted_timestamp_is_torn_at_its_colons(client: Client) -> None:
    warned = search(client, "updated_at:>=2026-11-20T00:00:00Z")["extensions"]["search"][0]
    assert warned["path"] == ["orders"]
    assert warned["parsed"] == {
        "and": [
            {"field": "updated_at", "range_gte": "2026-11-20T00:00:00+01:00"},
            {"field": "00", "match_all": "00Z"},
        ]
    }
    assert warned["warnings"] == [
        {
            "field": "00",
            "message": "Invalid search field for this query.",
            "code": "invalid_field",
        }
    ]


@pytest.mark.parametrize(
    ("query", "code"),
    [("colour:red", "invalid_field"), ("financial_status:EXPENSIVE", "invalid_value")],
)
def test_what_is_not_understood_is_ignored_with_a_warning(
    client: Client, query: str, code: str
) -> None:
    answer = search(client, query)
    assert len(answer["data"]["orders"]["nodes"]) == 6
    assert answer["extensions"]["search"][0]["warnings"][0]["code"] == code


def test_a_term_must_name_its_field_where_there_is_no_text_search(client: Client) -> None:
    answer = search(client, "beans", "inventoryItems")
    assert answer["extensions"]["search"][0]["warnings"][0]["code"] == "missing_named_field"


def test_no_time_is_an_error(client: Client) -> None:
    answer = search(client, "created_at:>=soon")
    assert answer["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert "Invalid timestamp for query filter `created_at`." in answer["errors"][0]["message"]


def test_a_field_only_the_vendor_serves_is_refused_aloud(client: Client) -> None:
    answer = search(client, "risk_level:high")
    assert answer["errors"][0]["extensions"]["code"] == "SANDBOX_NOT_SERVED"


def test_quotes_cannot_leave_their_string(client: Client) -> None:
    assert keys(client, 'name:"x\' or 1=1 --"') == []


def test_counts_follow_the_search_but_for_variants(client: Client) -> None:
    found = client.data(
        '{ o: ordersCount(query: "test:true") { count precision }'
        ' v: productVariantsCount(query: "sku:KETTLE") { count }'
        " few: ordersCount(limit: 2) { count precision } }"
    )
    assert found["o"] == {"count": 1, "precision": "EXACT"}
    assert found["v"] == {"count": 3}
    assert found["few"] == {"count": 2, "precision": "AT_LEAST"}
