"""Cin7's surfaces let in, bound, page and refuse as the vendor is documented and was seen to."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import requests

from assets_tests.sandbox.conftest import Client
from ecom_ai_os.sandbox import limits
from ecom_ai_os.sandbox.cin7.core import ACCOUNT_ID, APPLICATIONS, CoreSurface
from ecom_ai_os.sandbox.cin7.omni import CONNECTIONS, USERNAME, Connection, OmniSurface
from ecom_ai_os.sandbox.cin7.where import InvalidWhereError, condition
from ecom_ai_os.sandbox.limits import Limit, Meter

HASTY = list(APPLICATIONS)[1]
KEYS = {"api-auth-accountid": ACCOUNT_ID, "api-auth-applicationkey": HASTY}
BASIC = (USERNAME, list(CONNECTIONS)[1])


def core(
    client: Client, path: str, headers: dict[str, str] | None = None, **params: Any
) -> requests.Response:
    url = f"{client.url}/ExternalApi/v2/{path}"
    return requests.get(url, params, headers=KEYS if headers is None else headers, timeout=10)


def omni(
    client: Client, path: str, auth: tuple[str, str] = BASIC, **params: Any
) -> requests.Response:
    return requests.get(f"{client.url}/api/v1/{path}", params, auth=auth, timeout=10)


@pytest.mark.parametrize("missing", [*KEYS, None])
def test_core_asks_for_both_keys(client: Client, missing: str | None) -> None:
    answer = core(client, "me", {name: key for name, key in KEYS.items() if name != missing})
    assert answer.status_code == (403 if missing else 200)
    if missing:
        assert answer.json()[0]["ErrorCode"] == 403


def test_core_knows_no_case_and_calls_an_unknown_path_a_page(client: Client) -> None:
    assert core(client, "PurchaseList", page="1", LIMIT="5").json()["PurchaseList"] == []
    lost = core(client, "Products")
    assert lost.status_code == 200 and "html" in lost.headers["Content-Type"]
    assert core(client, "advanced-purchase", ID="nobody").status_code == 400


@pytest.mark.parametrize("wrong", [{"Page": "0"}, {"Limit": "1001"}, {"Limit": "x"}])
def test_core_s_pages_have_bounds(client: Client, wrong: dict[str, str]) -> None:
    assert core(client, "product", **wrong).status_code == 400


def test_core_pages_count_all_there_is(client: Client) -> None:
    pages = [core(client, "product", Page=n, Limit=2).json() for n in (1, 2, 3)]
    assert [page["Total"] for page in pages] == [3, 3, 3]
    skus = [product["SKU"] for page in pages for product in page["Products"]]
    assert sorted(skus) == ["BEANS-1000", "BEANS-250", "KETTLE"]
    whole = core(client, "product", IncludeDeprecated="true").json()["Products"]
    assert {product["SKU"]: product["Status"] for product in whole}["MUG"] == "Deprecated"


def test_core_s_order_may_change_between_two_pages(client: Client) -> None:
    def first_pages() -> list[str]:
        rows = [core(client, "product", Page=n, Limit=1).json()["Products"] for n in (1, 2, 3)]
        return [row["SKU"] for (row,) in rows]

    assert len(set(first_pages())) == 3
    orders = []
    for _ in range(6):
        client.sandbox.faults.arm(fault="reordered_while_paging", next=1)
        orders.append(tuple(first_pages()))
    assert len(set(orders)) > 1


def test_core_shows_what_was_modified_after_a_moment(client: Client) -> None:
    at = "2024-02-02T09:00:00.000"
    found = core(client, "product", ModifiedSince=at, IncludeDeprecated="1").json()
    assert [row["SKU"] for row in found["Products"]] == ["MUG"], "the bound itself is not after"


def test_stock_lies_in_bins_and_without_what_is_out_of_use(client: Client) -> None:
    rows = core(client, "ref/productavailability").json()["ProductAvailabilityList"]
    beans = [row for row in rows if row["SKU"] == "BEANS-250" and row["Location"] == "Leipzig"]
    assert sorted((row["Bin"], row["OnHand"], row["Allocated"]) for row in beans) == [
        ("A", 4, 2),
        ("B", 4, 0),
    ]


@pytest.mark.parametrize("status", [503, 429])
def test_core_refuses_what_is_beyond_its_limit(client: Client, status: int) -> None:
    surface = next(one for one in client.sandbox.others if isinstance(one, CoreSurface))
    surface.limit_to({HASTY: 2})
    surface.limit_status = status
    try:
        answers = [core(client, "me") for _ in range(3)]
    finally:
        surface.limit_to(APPLICATIONS)
        surface.limit_status = 503
    assert [answer.status_code for answer in answers] == [200, 200, status]
    assert "60 calls per minute" in answers[2].text and "Retry-After" not in answers[2].headers


def test_a_meter_counts_any_stretch_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter((0.0, 0.5, 0.9, 1.0, 1.2, 9.9, 10.0))
    monkeypatch.setattr(limits, "time", SimpleNamespace(monotonic=lambda: next(times)))
    meter = Meter(Limit(2, 1.0), Limit(3, 10.0))
    refused = [meter.exceeded() is not None for _ in range(7)]
    assert refused == [False, False, True, False, True, True, False]


@pytest.mark.parametrize(
    "auth, path, status",
    [
        (BASIC, "Products", 200),
        (BASIC, "products", 200),
        (("sandbox", "wrong"), "Products", 401),
        (("sandbox", "stock-only"), "Stock", 200),
        (("sandbox", "stock-only"), "Products", 403),
        (BASIC, "Nothing", 404),
        (BASIC, "Products/2", 200),
        (BASIC, "Products/99", 404),
    ],
)
def test_who_may_read_what_of_omni(
    client: Client, auth: tuple[str, str], path: str, status: int
) -> None:
    assert omni(client, path, auth).status_code == status


def test_omni_filters_sorts_pages_and_trims(client: Client) -> None:
    stock = omni(client, "Stock", order="productOptionId DESC, branchId ASC", rows=2).json()
    assert [(row["productOptionId"], row["branchId"]) for row in stock] == [(21, 71), (12, 71)]
    beans = omni(client, "Stock", where="Code LIKE 'BEANS%' AND branchId IN (72)").json()
    assert [row["available"] for row in beans] == [5]
    thin = omni(client, "Products", fields="Id,name", order="id ASC", page=2, rows=1).json()
    assert thin == [{"id": 2, "name": "Kettle"}]
    assert omni(client, "Products", rows=251).status_code == 200
    assert {row["type"] for row in omni(client, "Contacts").json()} == {"Customer"}


@pytest.mark.parametrize("where", ["nothing=1", "id>", "id=1 AND", "(id=1", "id ~ 1", "id=1 id=2"])
def test_omni_names_what_it_cannot_read(client: Client, where: str) -> None:
    answer = omni(client, "Products", where=where)
    assert answer.status_code == 400 and isinstance(answer.json()[0], str)


def test_omni_refuses_what_is_beyond_its_limits(client: Client) -> None:
    surface = next(one for one in client.sandbox.others if isinstance(one, OmniSurface))
    surface.connect({BASIC[1]: Connection((Limit(3, 1.0),))})
    try:
        answers = [omni(client, "Branches") for _ in range(4)]
    finally:
        surface.connect(CONNECTIONS)
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].headers["Retry-After"] == "1"


def test_clauses_become_sql_with_their_values_apart() -> None:
    fields = {"id": "document.id", "name": "document.name"}
    assert condition("id>=3 AND (name='it''s' OR name IS NOT NULL)", fields) == (
        "(document.id >= ? and (document.name = ? or document.name is not null))",
        [3, "it's"],
    )
    with pytest.raises(InvalidWhereError):
        condition("name='x'; drop table products", fields)
