"""What the client makes of Shopify's literal answers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from threading import Thread

import pytest

from assets_tests.platforms import shopify_stub as stub
from assets_tests.platforms.shopify_stub import TOKEN, StubShop, connection, cost, data, error
from assets_tests.platforms.vendor_stub import Answer, page
from ecom_ai_os.platforms import http
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.shopify import client as shopify_client
from ecom_ai_os.platforms.shopify import pacing as shopify_pacing
from ecom_ai_os.platforms.shopify.connection import ShopifyError
from ecom_ai_os.platforms.shopify.pacing import Bucket

ONE = data(orders=connection([{"id": "gid://shopify/Order/1"}]))
THROTTLED = error("Throttled", "THROTTLED", extensions={"cost": cost(862, 572, rate=200.0)})
TOO_DEAR = {
    "errors": [
        {
            "message": "Query cost is 1293, which exceeds the single query max cost limit (1000).",
            "extensions": {"code": "MAX_COST_EXCEEDED", "cost": 1293, "maxCost": 1000},
        }
    ]
}
BROKEN = error("Internal error. Looks like something went wrong.", "INTERNAL_SERVER_ERROR")


@pytest.fixture
def shop() -> Iterator[StubShop]:
    with stub.stub_shop() as shop:
        yield shop


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits for cost points, not waited; other pauses are short."""
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.001)
    waited: list[float] = []
    clock = [1000.0]

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        clock[0] += seconds

    monkeypatch.setattr(shopify_pacing, "sleep", sleep)
    monkeypatch.setattr(shopify_pacing, "monotonic", lambda: clock[0])
    return waited


def sizes(shop: StubShop) -> list[int]:
    return [variables["first"] for _, variables in shop.calls]


def test_an_answer_has_data_and_the_vendors_time(shop: StubShop) -> None:
    shop.on["Orders"] = [ONE]
    answer = stub.client(shop).execute("Orders", first=100)
    assert answer.data["orders"]["nodes"] == [{"id": "gid://shopify/Order/1"}]
    assert answer.now == datetime(2026, 11, 23, 6, tzinfo=UTC)
    (request,) = shop.running.requests
    assert request.path == "/admin/api/2026-10/graphql.json"
    assert request.headers["X-Shopify-Access-Token"] == TOKEN


def test_throttled_waits_until_the_bucket_holds_the_query(
    shop: StubShop, waits: list[float]
) -> None:
    shop.on["Orders"] = [THROTTLED, ONE]
    stub.client(shop).execute("Orders", first=100)
    assert waits == pytest.approx([(862 - 572) / 200])
    assert sizes(shop) == [100, 100]


def test_the_next_query_waits_before_it_is_refused(shop: StubShop, waits: list[float]) -> None:
    low = {"data": ONE["data"], "extensions": {"cost": cost(500, 100)}}
    shop.on["Orders"] = [low, ONE]
    client = stub.client(shop)
    client.execute("Orders", first=100)
    client.execute("Orders", first=100)
    assert waits == pytest.approx([4.0])


def test_endless_throttling_ends_with_a_reason(
    shop: StubShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_client, "MAX_THROTTLED", 5)
    shop.on["Orders"] = [THROTTLED]
    with pytest.raises(ShopifyError, match="another program use the same app"):
        stub.client(shop).execute("Orders", first=100)
    assert len(shop.calls) == 5


def test_threads_share_the_bucket(waits: list[float]) -> None:
    bucket = Bucket()
    bucket.learn("dear", cost(900, 2000))
    threads = [Thread(target=bucket.take, args=("dear",)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(waits) == pytest.approx((4 * 900 - 2000) / 100)


def test_too_dear_a_page_is_halved_for_good_and_never_repeated(shop: StubShop) -> None:
    shop.on["Orders"] = [TOO_DEAR, ONE]
    client = stub.client(shop)
    client.execute("Orders", first=100)
    client.execute("Orders", first=100)
    assert sizes(shop) == [100, 50, 50]


def test_what_cannot_shrink_is_not_repeated(shop: StubShop) -> None:
    shop.on["Refunds"] = [TOO_DEAR]
    with pytest.raises(ShopifyError, match="exceeds the single query max cost"):
        stub.client(shop).execute("Refunds", ids=["gid://shopify/Order/1"])
    assert len(shop.calls) == 1


@pytest.mark.parametrize(
    "fault",
    [
        BROKEN,
        page("<h1>Something went wrong</h1>", 502),
        page("<h1>Checking your browser</h1>", 200),
        Answer({"errors": "An unexpected error occurred"}, 500),
        Answer(b'{"data":{"ord', headers={"Content-Type": "application/json"}),
        Answer({"data": {}}, cut_after=5),
        Answer(ONE, delay=0.9),
    ],
)
def test_a_passing_fault_is_retried_with_a_smaller_page(shop: StubShop, fault: stub.Say) -> None:
    shop.on["Orders"] = [fault, ONE]
    client = stub.client(shop)
    client.execute("Orders", first=100)
    client.execute("Orders", first=100)
    assert sizes(shop) == [100, 50, 100]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("ACCESS_DENIED", "Access denied for orders field. Required access: `read_orders`"),
        ("undefinedField", "Field 'status' doesn't exist on type 'Order'"),
        ("BAD_REQUEST", "Invalid timestamp for query filter `created_at`"),
    ],
)
def test_a_refusal_is_not_repeated(shop: StubShop, code: str, message: str) -> None:
    shop.on["Orders"] = [error(message, code, data={"orders": None})]
    with pytest.raises(ShopifyError, match="Orders failed") as caught:
        stub.client(shop).execute("Orders", first=100)
    assert message in str(caught.value) and caught.value.code == code
    assert len(shop.calls) == 1


def test_an_ignored_search_filter_is_an_error(shop: StubShop) -> None:
    warning = {"field": "00", "message": "Invalid search field for this query.", "code": "x"}
    search = [{"path": ["orders"], "query": "updated_at:>=…", "warnings": [warning]}]
    shop.on["Orders"] = [ONE | {"extensions": {"cost": cost(1, 1999), "search": search}}]
    with pytest.raises(ShopifyError, match="ignored part of the search filter of Orders: 00"):
        stub.client(shop).execute("Orders", first=100)


def test_a_withheld_field_is_said_once_and_the_rest_kept(
    shop: StubShop, caplog: pytest.LogCaptureFixture
) -> None:
    withheld = {
        "message": "This app is not approved to access the Customer object. See https://x.",
        "path": ["customers", "nodes", 0, "defaultEmailAddress"],
    }
    node = {"id": "gid://shopify/Customer/1", "firstName": "Ada", "defaultEmailAddress": None}
    shop.on["Customers"] = [data(customers=connection([node])) | {"errors": [withheld]}]
    client = stub.client(shop)
    for _ in range(2):
        assert client.execute("Customers", first=5).data["customers"]["nodes"] == [node]
    assert caplog.text.count("gets no customers.nodes.defaultEmailAddress") == 1
    assert "Ada" not in caplog.text


def test_a_version_served_instead_is_noticed_once(
    shop: StubShop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.headers = {"X-Shopify-API-Version": "2026-01"}
    shop.on["Orders"] = [ONE]
    client = stub.client(shop)
    client.execute("Orders", first=1)
    client.execute("Orders", first=1)
    assert caplog.text.count("serves API version 2026-01 instead of 2026-10") == 1


def test_a_refused_static_token_names_the_variable_not_the_token(shop: StubShop) -> None:
    shop.good_tokens = set()
    with pytest.raises(ShopifyError, match="ECOM__CONNECTIONS__MAIN__TOKEN") as caught:
        stub.client(shop).execute("Orders", first=1)
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize("status", [402, 403, 404, 423])
def test_a_closed_shop_is_named(shop: StubShop, status: int) -> None:
    shop.on["Orders"] = [Answer({"errors": "This shop is unavailable"}, status)]
    with pytest.raises(HttpError, match=f"HTTP {status}.*This shop is unavailable"):
        stub.client(shop).execute("Orders", first=1)
    assert len(shop.calls) == 1


def app(shop: StubShop) -> shopify_client.Client:
    return stub.client(shop, token=None, client_id="app", client_secret="s3cret")


def grant(token: str, seconds: int = 86399) -> dict[str, object]:
    return {"access_token": token, "scope": "read_orders", "expires_in": seconds}


def test_a_granted_token_is_kept_until_it_nears_its_end(shop: StubShop) -> None:
    shop.on["Orders"] = [ONE]
    shop.good_tokens = {"t1", "t2"}
    shop.grants = [grant("t1", seconds=59), grant("t2")]
    client = app(shop)
    for _ in range(3):
        client.execute("Orders", first=1)
    forms = [r.text for r in shop.running.requests if "oauth" in r.path]
    assert forms == ["grant_type=client_credentials&client_id=app&client_secret=s3cret"] * 2


def test_an_expired_token_is_renewed_once(shop: StubShop) -> None:
    shop.on["Orders"] = [ONE]
    shop.good_tokens = {"t2"}
    shop.grants = [grant("t1"), grant("t2")]
    app(shop).execute("Orders", first=1)
    assert shop.grants == []


def test_a_token_refused_when_fresh_is_an_error(shop: StubShop) -> None:
    shop.good_tokens = set()
    shop.grants = [grant("t1"), grant("t2"), grant("t3")]
    with pytest.raises(HttpError, match="HTTP 401"):
        app(shop).execute("Orders", first=1)
    assert len(shop.grants) == 1


@pytest.mark.parametrize(
    ("secrets", "more"),
    [
        ([TOKEN], {}),
        (["granted", "s3cret"], {"token": None, "client_id": "app", "client_secret": "s3cret"}),
    ],
)
def test_no_secret_is_ever_shown(
    shop: StubShop, secrets: list[str], more: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    shop.good_tokens |= {"granted"}
    shop.grants = [grant("granted")]
    told = f"X-Shopify-Access-Token: {' '.join(secrets)}"
    client = stub.client(shop, **more)
    shown = [repr(client.settings), str(client.settings)]
    for answer in (page(f"<pre>{told}</pre>", 500), error(told, "BAD_REQUEST"), BROKEN):
        shop.on["Orders"] = [answer]
        with pytest.raises((ShopifyError, HttpError)) as caught:
            client.execute("Orders", first=1)
        shown += [str(caught.value), repr(caught.value)]
    assert not [secret for secret in secrets if secret in "".join(shown) + caplog.text]
