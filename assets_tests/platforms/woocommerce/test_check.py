"""The doctor says what is wrong with a WooCommerce connection and how to mend it."""

from __future__ import annotations

from typing import Any

import pytest

from assets_tests.platforms.vendor_stub import Answer, Request, page, vendor
from assets_tests.platforms.woocommerce.shop_stub import connection
from ecom_ai_os.platforms.woocommerce import WooCommerce
from ecom_ai_os.platforms.woocommerce.settings import WooCommerceConnection

REFUSED = Answer(
    {
        "code": "woocommerce_rest_cannot_view",
        "message": "Sorry, you cannot list resources.",
        "data": {"status": 401},
    },
    401,
)


def last_finding(url: str, **settings: Any) -> tuple[bool, str, str]:
    finding = list(WooCommerce("woo", connection(url, **settings)).check())[-1]
    return finding.is_ok, finding.says, finding.mend


@pytest.mark.parametrize(
    "url, settings, says, mend",
    [
        ("shop.example", {}, "is no web address", 'set url = "https://your-shop"'),
        ("https://a.b", {"consumer_key": ""}, "no credentials", "ECOM__CONNECTIONS__WOO__CONSUMER"),
        ("http://a.b", {"auth": "basic"}, "over plain http", 'auth = "oauth1"'),
    ],
)
def test_settings_are_looked_at_before_the_network(
    url: str, settings: dict[str, Any], says: str, mend: str
) -> None:
    is_ok, said, mended = last_finding(url, **settings)
    assert not is_ok and says in said and mend in mended


def test_plain_permalinks_are_recognised() -> None:
    def respond(request: Request) -> Answer:
        if request.path.startswith("/index.php/wp-json/wc/v3"):
            return Answer({"namespace": "wc/v3"})
        return page("<h1>Not Found</h1>", 404)

    with vendor(respond) as running:
        is_ok, says, mend = last_finding(running.url)
    assert not is_ok and "behind index.php" in says
    assert 'set api_root = "index.php/wp-json" in [connections.woo]' in mend


def test_a_shop_without_the_api_is_told_apart() -> None:
    with vendor(lambda request: page("<h1>Not Found</h1>", 404)) as running:
        is_ok, _, mend = last_finding(running.url)
    assert not is_ok and "WooCommerce is active" in mend


def test_a_host_that_strips_the_header_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(WooCommerceConnection, "is_https", True)

    def respond(request: Request) -> Answer:
        is_open = "consumer_key" in request.query or request.path.endswith("/wc/v3")
        return Answer([]) if is_open else REFUSED

    with vendor(respond) as running:
        is_ok, says, mend = last_finding(running.url)
    assert not is_ok and "strips the Authorization header" in says and 'auth = "query"' in mend


def test_a_version_that_cannot_tell_changes_is_refused() -> None:
    def respond(request: Request) -> Answer:
        return Answer([{"id": 1, "version": "5.7.1"}])

    with vendor(respond) as running:
        is_ok, says, mend = last_finding(running.url)
    assert not is_ok and "5.7.1 cannot tell what changed" in says and "5.8" in mend


def test_one_list_that_may_not_be_read_is_named() -> None:
    def respond(request: Request) -> Answer:
        is_customers = request.path.endswith("/customers")
        return REFUSED if is_customers else Answer([{"id": 1, "version": "8.1.0"}])

    with vendor(respond) as running:
        findings = list(WooCommerce("woo", connection(running.url)).check())
    assert [finding.is_ok for finding in findings] == [True, True, True, False, True]
    assert findings[3].says.startswith("customers: ")
    assert "order by order" in findings[4].says
