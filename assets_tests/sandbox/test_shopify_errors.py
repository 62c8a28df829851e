"""Refusals in the vendor's literal shapes: documents, variables, tokens, scopes, points."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from ecom_ai_os.sandbox.shopify.cost import Bucket, multiplier
from ecom_ai_os.sandbox.shopify.errors import ThrottledError

from .conftest import TOKEN, Client

ORDERS = "{ orders(first: 2) { nodes { id } } }"
ABANDONED = """query($first: Int!) { abandonedCheckouts(first: $first) { nodes { id
    customer { id } totalPriceSet { shopMoney { amount } }
    lineItems(first: 50) { nodes { sku product { id } variant { id } } pageInfo { hasNextPage } }
    } pageInfo { hasNextPage endCursor } } }"""


def first_error(answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = answer["errors"][0]
    return found


@pytest.mark.parametrize(
    ("query", "message", "code"),
    [
        (
            "query X { orders(first: 1) { nodes { nonsense } } }",
            "Field 'nonsense' doesn't exist on type 'Order'",
            "undefinedField",
        ),
        (
            "{ orders(first: 1, colour: 2) { nodes { id } } }",
            "Field 'orders' doesn't accept argument 'colour'",
            "argumentNotAccepted",
        ),
        ("{ order { id } }", "Field 'order' is missing required arguments: id", None),
        ("{ shop }", "Field must have selections (field 'shop' returns Shop!", None),
        ("{ orders(first: 1) {", "syntax error, unexpected end of file at [1, 21]", "PARSE_ERROR"),
    ],
)
def test_documents_are_refused(client: Client, query: str, message: str, code: str | None) -> None:
    answer = client.graphql(query)
    assert "data" not in answer
    found = first_error(answer)
    assert found["message"].startswith(message)
    assert code is None or found["extensions"]["code"] == code


def test_an_undefined_field_says_where(client: Client) -> None:
    found = first_error(client.graphql("query X { orders(first: 1) { nodes { nonsense } } }"))
    assert found["path"] == ["query X", "orders", "nodes", "nonsense"]
    assert found["locations"] == [{"line": 1, "column": 38}]
    assert found["extensions"] == {
        "code": "undefinedField",
        "typeName": "Order",
        "fieldName": "nonsense",
    }


def test_a_missing_variable(client: Client) -> None:
    found = first_error(client.graphql("query($id: ID!) { order(id: $id) { id } }"))
    assert found["message"] == "Variable $id of type ID! was provided invalid value"
    assert found["extensions"] == {
        "code": "INVALID_VARIABLE",
        "value": None,
        "problems": [{"path": [], "explanation": "Expected value to not be null"}],
    }


def test_pages_are_at_most_250_and_must_be_asked_for(client: Client) -> None:
    too_large = first_error(client.graphql("{ orders(first: 251) { nodes { id } } }"))
    assert too_large["message"].startswith("first cannot exceed 250. To query larger amounts")
    assert too_large["extensions"]["code"] == "BAD_REQUEST"
    unsaid = client.graphql("{ orders { nodes { id } } }")
    assert first_error(unsaid)["message"] == "you must provide one of first or last"
    assert unsaid["data"] is None


def test_a_wrong_kind_of_id(client: Client) -> None:
    answer = client.graphql('{ bulkOperation(id: "gid://shopify/Product/1") { id } }')
    assert first_error(answer)["message"] == "Invalid id: gid://shopify/Product/1"
    assert first_error(answer)["extensions"] == {"code": "RESOURCE_NOT_FOUND"}
    assert answer["data"] == {"bulkOperation": None}


def test_there_is_no_list_of_versions(client: Client) -> None:
    response = requests.get(f"{client.url}/admin/api/api_versions.json", timeout=10)
    assert (response.status_code, response.json()) == (404, {"errors": "Not Found"})


def test_a_body_without_query_is_a_bad_request(client: Client) -> None:
    url = f"{client.url}/admin/api/2026-10/graphql.json"
    response = requests.post(url, data="nothing", headers=TOKEN, timeout=10)
    assert response.status_code == 400
    assert response.json() == {"errors": {"query": "Required parameter missing or invalid"}}


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Shopify-Access-Token": "wrong"}, {"Authorization": "Bearer shpat_sandbox"}],
)
def test_tokens_that_are_none(client: Client, headers: dict[str, str]) -> None:
    url = f"{client.url}/admin/api/2026-10/graphql.json"
    response = requests.post(url, json={"query": ORDERS}, headers=headers, timeout=10)
    assert response.status_code == 401
    assert response.json()["errors"].startswith("[API] Invalid API key or access token")


def token(client: Client, **form: str) -> requests.Response:
    url = f"{client.url}/admin/oauth/access_token"
    return requests.post(url, data={"grant_type": "client_credentials"} | form, timeout=10)


def test_a_granted_token_lives_a_simulated_day(client: Client) -> None:
    granted = token(client, client_id="sandbox-client", client_secret="sandbox-secret").json()
    assert granted["expires_in"] == 86399
    assert "read_orders" in granted["scope"].split(",")
    header = {"X_Shopify_Access_Token": granted["access_token"]}
    assert client.post(ORDERS, **header).status_code == 200
    client.control("clock", advance_days=1.01)
    assert client.post(ORDERS, **header).status_code == 401


def test_a_wrong_secret_is_told_in_oauth_terms(client: Client) -> None:
    response = token(client, client_id="sandbox-client", client_secret="guess")
    assert response.status_code == 400
    assert set(response.json()) == {"error", "error_description"}


def test_a_token_can_expire_in_mid_run(client: Client) -> None:
    granted = token(client, client_id="sandbox-client", client_secret="sandbox-secret").json()
    header = {"X_Shopify_Access_Token": granted["access_token"]}
    client.control("faults", fault="expired_token")
    assert [client.post(ORDERS, **header).status_code for _ in range(2)] == [401, 401]


def test_scopes_are_listed_and_enforced(client: Client) -> None:
    client.control("shopify", scopes=["read_orders", "read_all_orders", "read_products"])
    listed = requests.get(
        f"{client.url}/admin/oauth/access_scopes.json", headers=TOKEN, timeout=10
    ).json()
    assert {"handle": "read_orders"} in listed["access_scopes"]
    denied = client.graphql("{ customers(first: 1) { nodes { id } } }")
    assert first_error(denied) == {
        "message": "Access denied for customers field. Required access: `read_customers` access"
        " scope.",
        "locations": [{"line": 1, "column": 3}],
        "path": ["customers"],
        "extensions": {
            "code": "ACCESS_DENIED",
            "documentation": "https://shopify.dev/api/usage/access-scopes",
            "requiredAccess": "`read_customers` access scope.",
        },
    }
    nested = client.graphql("{ orders(first: 1) { nodes { id customer { id } } } }")
    assert nested["data"]["orders"]["nodes"][0]["customer"] is None
    assert first_error(nested)["extensions"]["code"] == "ACCESS_DENIED"


def test_protected_data_is_null_with_an_error_beside_the_rest(client: Client) -> None:
    client.control("shopify", is_approved=False)
    answer = client.graphql("{ customers(first: 1) { nodes { id email numberOfOrders } } }")
    node = {"id": "gid://shopify/Customer/501", "email": None, "numberOfOrders": "3"}
    assert answer["data"]["customers"]["nodes"] == [node]
    assert first_error(answer)["message"].startswith("This app is not approved to access the Cust")


def test_without_read_all_orders_sixty_days_are_seen_in_silence(client: Client) -> None:
    client.control("shopify", scopes=["read_orders"])
    answer = client.graphql("{ orders(first: 9) { nodes { name } } }")
    seen = [n["name"] for n in answer["data"]["orders"]["nodes"]]
    assert "errors" not in answer
    assert seen == ["#1003", "#1004", "#1005", "#1006"]
    assert client.data('{ order(id: "gid://shopify/Order/1001") { id } }')["order"] is None


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("2026-10", "2026-10"),
        ("2026-07", "2026-07"),
        ("2024-01", "2026-01"),
        ("2099-01", "2026-01"),
    ],
)
def test_an_inaccessible_version_falls_forward(client: Client, asked: str, served: str) -> None:
    response = client.post(ORDERS, version=asked)
    assert response.status_code == 200
    assert response.headers["X-Shopify-API-Version"] == served


def test_connections_are_charged_twice_the_logarithm() -> None:
    sizes = [1, 2, 3, 5, 10, 20, 50, 100, 250]
    assert [multiplier(n) for n in sizes] == [1, 1, 2, 3, 4, 5, 7, 9, 11]


@pytest.mark.parametrize(("first", "points"), [(50, 177), (100, 227), (250, 277)])
def test_the_cost_asked_for_is_the_vendors(client: Client, first: int, points: int) -> None:
    cost = client.graphql(ABANDONED, first=first)["extensions"]["cost"]
    assert cost["requestedQueryCost"] == points
    assert cost["actualQueryCost"] < points
    status = cost["throttleStatus"]
    assert (status["maximumAvailable"], status["restoreRate"]) == (2000.0, 100.0)
    assert status["currentlyAvailable"] >= 2000 - cost["actualQueryCost"]


def test_counts_cost_ten_and_mutations_ten(client: Client) -> None:
    counted = client.graphql("{ ordersCount { count } }")["extensions"]["cost"]
    assert counted["requestedQueryCost"] == 10
    run = 'mutation { bulkOperationRunQuery(query: "{ orders }") { userErrors { message } } }'
    assert client.graphql(run)["extensions"]["cost"]["requestedQueryCost"] == 10


def test_too_dear_a_query_is_never_let_in(client: Client) -> None:
    lines = "lineItems(first: 250) { nodes { sku product { id } variant { id } } }"
    root = f"abandonedCheckouts(first: 250) {{ nodes {{ {lines} }} }}"
    answer = client.graphql(f"{{ a: {root} b: {root} c: {root} }}")
    assert set(answer) == {"errors"}
    found = first_error(answer)
    # Three times 2 + 11 × (1 + 2 + 11 × 3).
    assert found["extensions"]["cost"] == 1194
    assert found["message"].startswith("Query cost is 1194, which exceeds the single query max")
    assert found["extensions"]["code"] == "MAX_COST_EXCEEDED"
    assert found["extensions"]["maxCost"] == 1000


def test_throttled_says_how_long_to_wait(client: Client) -> None:
    client.control("faults", fault="throttled")
    response = client.post(ORDERS)
    assert response.status_code == 200
    assert "Retry-After" not in response.headers
    answer = response.json()
    assert "data" not in answer
    assert first_error(answer) == {
        "message": "Throttled",
        "extensions": {
            "code": "THROTTLED",
            "documentation": "https://shopify.dev/api/usage/rate-limits",
        },
    }
    cost = answer["extensions"]["cost"]
    assert cost["actualQueryCost"] is None
    assert cost["throttleStatus"]["currentlyAvailable"] < cost["requestedQueryCost"]


def test_the_bucket_admits_four_of_862_on_4000_and_takes_nothing_from_the_fifth() -> None:
    bucket = Bucket(200)
    for _ in range(4):
        bucket.admit(862)
    level = bucket.level
    with pytest.raises(ThrottledError):
        bucket.admit(862)
    assert level <= bucket.level < level + 50
    bucket.refund(4 * 862)
    assert bucket.level == pytest.approx(4000, abs=50)


def test_an_internal_error_then_all_is_well(client: Client) -> None:
    client.control("faults", fault="internal_error")
    found = first_error(client.graphql(ORDERS))
    assert found["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert found["extensions"]["requestId"] in found["message"]
    assert "errors" not in client.graphql(ORDERS)


def test_surface_faults_by_header(client: Client) -> None:
    denied = client.post(ORDERS, X_Sandbox_Fault="missing_scope").json()
    assert first_error(denied)["extensions"]["code"] == "ACCESS_DENIED"
    warned = client.post(ORDERS, X_Sandbox_Fault="search_warning").json()
    assert warned["extensions"]["search"][0]["warnings"][0]["code"] == "invalid_field"
