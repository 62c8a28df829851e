"""Linnworks' surface begins sessions, pages, limits and refuses as its swagger files say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from assets_tests.platforms.cin7.conftest import BUYING
from assets_tests.sandbox.conftest import Client, serving_shop
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.linnworks.routes import APPLICATION, LIMITS, LinnworksSurface

ITEMS = "Stock/GetStockItemsFull"
SEARCH = "PurchaseOrder/Search_PurchaseOrders"
ALL_OF_IT = {"dataRequirements": ["StockLevels", "Supplier"]}


@pytest.fixture(scope="module")
def server(
    small_business: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Sandbox]]:
    """The small shop, with the purchases of Cin7's tests."""
    with serving_shop(small_business, tmp_path_factory.mktemp("home"), BUYING) as served:
        yield served


def authorize(client: Client, **keys: str) -> requests.Response:
    url = f"{client.url}/api/Auth/AuthorizeByApplication"
    return requests.post(url, json=APPLICATION | keys, timeout=10)


@pytest.fixture
def token(client: Client) -> str:
    return str(authorize(client).json()["Token"])


def call(client: Client, token: str, method: str, body: Any = None) -> requests.Response:
    verb = "GET" if body is None else "POST"
    headers = {"Authorization": token}
    return requests.request(
        verb, f"{client.url}/api/{method}", json=body, headers=headers, timeout=10
    )


def search(client: Client, token: str, **wanted: Any) -> Any:
    parameter = {"EntriesPerPage": 200, "PageNumber": 1} | wanted
    return call(client, token, SEARCH, {"searchParameter": parameter}).json()


def items(client: Client, token: str, **wanted: Any) -> list[Any]:
    page = {"entriesPerPage": 200, "pageNumber": 1} | ALL_OF_IT | wanted
    found: list[Any] = call(client, token, ITEMS, page).json()
    return found


@pytest.mark.parametrize("wrong", APPLICATION)
def test_a_session_needs_all_three_keys(client: Client, wrong: str) -> None:
    answer = authorize(client, **{wrong: "00000000-0000-0000-0000-000000000000"})
    assert answer.status_code == 401
    assert answer.json().keys() == {"Code", "Message"} and answer.json()["Code"] is None
    session = authorize(client).json()
    assert session["Server"] == client.url and session["Status"]["State"] == "AVAILABLE"


@pytest.mark.parametrize("shown", ["", "nonsense", "Bearer {token}"])
def test_a_call_shows_the_token_and_nothing_else(client: Client, token: str, shown: str) -> None:
    answer = call(client, shown.format(token=token), "Inventory/GetSuppliers")
    assert (answer.status_code, answer.json()["Message"]) == (401, "Invalid token")
    assert call(client, token, "Inventory/GetSuppliers").status_code == 200


def test_a_session_lives_while_it_is_used(client: Client, token: str) -> None:
    statuses = []
    for minutes in (29, 29, 31):
        client.sandbox.clock.advance(minutes / 1440)
        statuses.append(call(client, token, "Inventory/GetStockLocations").status_code)
    assert statuses == [200, 200, 401]
    assert call(client, token, "Inventory/GetStockLocations").status_code == 401


def test_items_come_in_pages_and_400_is_behind_the_last(client: Client, token: str) -> None:
    pages = [items(client, token, entriesPerPage=2, pageNumber=n) for n in (1, 2)]
    assert [len(page) for page in pages] == [2, 1]
    skus = [item["ItemNumber"] for page in pages for item in page]
    assert sorted(skus) == ["BEANS-1000", "BEANS-250", "KETTLE"]
    behind = call(client, token, ITEMS, {"entriesPerPage": 2, "pageNumber": 3})
    assert behind.status_code == 400 and behind.json()["Message"]


@pytest.mark.parametrize("wrong", [{"entriesPerPage": 201}, {"pageNumber": 0}, {"pageNumber": "1"}])
def test_pages_of_items_have_bounds(client: Client, token: str, wrong: dict[str, Any]) -> None:
    body = {"entriesPerPage": 200, "pageNumber": 1} | wrong
    assert call(client, token, ITEMS, body).status_code == 400


def test_of_an_item_comes_what_was_asked_for(client: Client, token: str) -> None:
    bare = items(client, token, dataRequirements=[])
    assert [(item["StockLevels"], item["Suppliers"]) for item in bare] == [([], [])] * 3
    (kettle,) = [item for item in items(client, token) if item["ItemNumber"] == "KETTLE"]
    (supplier,) = kettle["Suppliers"]
    found = supplier["Supplier"], supplier["LeadTime"], supplier["IsDefault"]
    assert found == ("Presto", 9, True)


def test_what_is_due_is_what_was_ordered_and_has_not_come(client: Client, token: str) -> None:
    levels = {
        (item["ItemNumber"], level["Location"]["LocationName"]): level
        for item in items(client, token)
        for level in item["StockLevels"]
    }
    for level in levels.values():
        assert level["Available"] == level["StockLevel"] - level["InOrders"]
    # 18 of the 30 have come; a draft is no order; no kettle is kept in the second location.
    assert {key: level["Due"] for key, level in levels.items() if level["Due"]} == {
        ("BEANS-250", "Leipzig"): 12,
        ("BEANS-1000", "Leipzig"): 6,
        ("KETTLE", "Leipzig"): 5,
    }


def test_purchase_orders_are_counted_and_found_by_state_and_day(client: Client, token: str) -> None:
    first = search(client, token, EntriesPerPage=2)
    assert {key: value for key, value in first.items() if key != "Result"} == {
        "TotalPages": 3,
        "CurrentPageNumber": 1,
        "EntriesPerPage": 2,
        "TotalNumberOfRecords": 5,
    }
    pages = [search(client, token, EntriesPerPage=2, PageNumber=n)["Result"] for n in range(1, 5)]
    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert len({row["pkPurchaseID"] for page in pages for row in page}) == 5
    states = {row["ExternalInvoiceNumber"]: row["Status"] for page in pages for row in page}
    assert states == {
        "PO-000002": "DELIVERED",
        "PO-000004": "PARTIAL",
        "PO-000005": "OPEN",
        "PO-000015": "OPEN",
        "PO-000001": "PENDING",
    }
    assert search(client, token, Status="OPEN")["TotalNumberOfRecords"] == 2
    assert search(client, token, DateFrom="2026-11-02T00:00:00Z")["TotalNumberOfRecords"] == 3


def test_a_search_needs_its_wrapper(client: Client, token: str) -> None:
    bare = {"Status": "OPEN", "EntriesPerPage": 200, "PageNumber": 1}
    for wrong in (bare, {"searchParameter": bare | {"DateFrom": "yesterday"}}, [bare]):
        answer = call(client, token, SEARCH, wrong)
        assert answer.status_code == 400 and answer.json()["Message"]


def test_an_order_is_asked_for_by_its_id(client: Client, token: str) -> None:
    (head,) = search(client, token, Status="PARTIAL")["Result"]
    method = "PurchaseOrder/Get_PurchaseOrder"
    order = call(client, token, method, {"pkPurchaseId": head["pkPurchaseID"]}).json()
    assert order["PurchaseOrderHeader"] == head
    assert (head["LineCount"], head["DeliveredLinesCount"]) == (2, 0)
    assert call(client, token, method, {"pkPurchaseId": "nobody"}).status_code == 400


def test_every_method_has_a_limit_of_its_own(client: Client, token: str) -> None:
    surface = next(one for one in client.sandbox.others if isinstance(one, LinnworksSurface))
    method = "Inventory/GetSuppliers"
    surface.limit_to(LIMITS | {method: 2})
    try:
        answers = [call(client, token, method) for _ in range(3)]
        other = call(client, token, "Inventory/GetStockLocations")
    finally:
        surface.limit_to(LIMITS)
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert answers[2].json()["Message"] and other.status_code == 200
    assert client.sandbox.counters.read()["linnworks.refused"] == 1


def test_what_is_no_call_is_refused_in_words(client: Client, token: str) -> None:
    headers = {"Authorization": token}
    cut = requests.post(f"{client.url}/api/{ITEMS}", data='{"page', headers=headers, timeout=10)
    assert cut.status_code == 400 and "JSON" in cut.json()["Message"]
    assert call(client, token, ITEMS).status_code == 405
    assert call(client, token, "Auth/AuthorizeByApplication").status_code == 405
    assert call(client, token, "Stock/NoSuchMethod").status_code == 404
