"""What the doctor says of a Shopify connection."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assets_tests.platforms import shopify_stub as stub
from assets_tests.platforms.shopify_stub import TOKEN, StubShop, scopes
from assets_tests.platforms.vendor_stub import Answer, page
from ecom_ai_os.platforms import Finding, http
from ecom_ai_os.platforms.shopify import Shopify
from ecom_ai_os.platforms.shopify.connection import ShopifyConnection
from ecom_ai_os.platforms.shopify.streams import PLANS

EVERY_SCOPE = {scope for plan in PLANS for scope in plan.scopes} | {"read_all_orders"}


@pytest.fixture
def shop() -> Iterator[StubShop]:
    with stub.stub_shop() as shop:
        shop.on["Shop"] = [scopes(*EVERY_SCOPE)]
        yield shop


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "BACKOFF_SECONDS", 0.001)


def wrong(connector: Shopify) -> list[Finding]:
    findings = list(connector.check())
    assert all(finding.mend for finding in findings if not finding.is_ok)
    assert TOKEN not in repr(findings)
    return [finding for finding in findings if not finding.is_ok]


def test_a_good_connection_has_nothing_wrong(shop: StubShop) -> None:
    assert wrong(stub.connector(shop)) == []


def test_an_address_that_is_none_is_named() -> None:
    settings = ShopifyConnection(shop="my shop", token=TOKEN)  # type: ignore[arg-type]
    (finding,) = wrong(Shopify("main", settings))
    assert "'my shop' is no myshopify.com address" in finding.says


def test_missing_credentials_name_the_variables(shop: StubShop) -> None:
    (finding,) = wrong(stub.connector(shop, token=None))
    assert "ECOM__CONNECTIONS__MAIN__TOKEN" in finding.mend


def test_a_refused_token_is_told(shop: StubShop) -> None:
    shop.good_tokens = set()
    (finding,) = wrong(stub.connector(shop))
    assert "refused the access token" in finding.says


def test_refused_app_credentials_are_told(shop: StubShop) -> None:
    shop.grants = [Answer({"error": "invalid_client", "error_description": "No such app"}, 400)]
    app = stub.connector(shop, token=None, client_id="app", client_secret="s3cret")
    (finding,) = wrong(app)
    assert "No such app" in finding.says and "MAIN__CLIENT_SECRET" in finding.says
    assert finding.mend == "renew the credentials of [connections.main]"


def test_a_shop_out_of_reach_is_told(shop: StubShop) -> None:
    shop.on["Shop"] = [page("<h1>Bad gateway</h1>", 502)]
    (finding,) = wrong(stub.connector(shop))
    assert "HTTP 502" in finding.says and "later" in finding.mend


def test_missing_scopes_are_named(shop: StubShop) -> None:
    shop.on["Shop"] = [scopes(*EVERY_SCOPE - {"read_returns", "read_inventory"}, "write_inventory")]
    (finding,) = wrong(stub.connector(shop))
    assert finding.says == "lacks the scopes read_returns"


def test_missing_history_is_told(shop: StubShop) -> None:
    shop.on["Shop"] = [scopes(*EVERY_SCOPE - {"read_all_orders"})]
    (finding,) = wrong(stub.connector(shop))
    assert "60 days" in finding.says


def test_another_version_is_told(shop: StubShop) -> None:
    shop.headers = {"X-Shopify-API-Version": "2027-01"}
    (finding,) = wrong(stub.connector(shop))
    assert "2026-10" in finding.says and "2027-01" in finding.says
