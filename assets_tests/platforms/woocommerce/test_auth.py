"""Signatures are those a real server accepted; nonces differ; a wrong clock is mended once."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from assets_tests.platforms.vendor_stub import Answer, Request, vendor
from assets_tests.platforms.woocommerce.conftest import Recordings
from assets_tests.platforms.woocommerce.shop_stub import Shop, connection, opened, order
from ecom_ai_os.platforms.woocommerce.auth import credentials, signed_url


@pytest.mark.shared
@pytest.mark.parametrize("name", ["oauth_ok_sha1", "oauth_ok_sha256", "oauth_array_params"])
def test_a_signature_is_the_one_the_real_server_accepted(recordings: Recordings, name: str) -> None:
    query = recordings(name)["request"]["query"]
    oauth = {key: value for key, value in query if key.startswith("oauth_")}
    expected = oauth.pop("oauth_signature")
    rest = [(key, value) for key, value in query if not key.startswith("oauth_")]
    url = requests.Request("GET", "http://127.0.0.1:8080/wp-json/wc/v3/orders", params=rest)
    signed = signed_url("GET", url.prepare().url or "", oauth, "cs_test")
    assert dict(parse_qsl(urlsplit(signed).query))["oauth_signature"] == expected


def test_every_request_has_its_own_nonce(tmp_path: Path) -> None:
    shop = Shop({"products": [{"id": n, "date_modified_gmt": None} for n in range(250)]})
    with opened(shop, tmp_path) as woo:
        woo.read("products")
        nonces = [request.query["oauth_nonce"][0] for request in woo.vendor.requests]
    assert len(nonces) == len(set(nonces)) == 4


def test_the_keys_go_where_the_scheme_wants_them() -> None:
    def prepared(url: str, **settings: str) -> requests.PreparedRequest:
        auth = credentials(connection(url, **settings))
        return requests.Request("GET", f"{url}/wp-json/wc/v3/orders", auth=auth).prepare()

    assert prepared("https://shop.example").headers["Authorization"] == "Basic Y2tfdGVzdDpjc190ZXN0"
    in_query = prepared("https://shop.example", auth="query")
    assert "Authorization" not in in_query.headers
    assert "consumer_key=ck_test&consumer_secret=cs_test" in (in_query.url or "")
    signed = prepared("http://shop.example").url or ""
    assert "oauth_signature=" in signed and "cs_test" not in signed


def test_the_shops_clock_is_learnt_when_it_refuses_ours(tmp_path: Path) -> None:
    refusal = {
        "code": "woocommerce_rest_authentication_error",
        "message": "Invalid timestamp.",
        "data": {"status": 401},
    }
    stamps: list[int] = []

    def respond(request: Request) -> Answer:
        stamps.append(int(request.query["oauth_timestamp"][0]))
        # The stub's Date is 2026-11-23 06:00 UTC.
        is_near = abs(stamps[-1] - 1_795_413_600) < 900
        return Answer([{"id": 1}]) if is_near else Answer(refusal, 401)

    with vendor(respond) as running:
        auth = credentials(connection(running.url))
        auth._skew_seconds = -5_000_000.0  # type: ignore[attr-defined]
        answers = [requests.get(running.url, auth=auth, timeout=5) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(stamps) == 3, "one refusal, then the clock is known"


def test_orders_are_read_over_plain_http(tmp_path: Path) -> None:
    shop = Shop({"orders": [order(1, "2026-11-01T10:00:00")]})
    with opened(shop, tmp_path) as woo:
        woo.read("orders")
        assert all("oauth_signature" in request.query for request in woo.vendor.requests)
        assert not any("Authorization" in request.headers for request in woo.vendor.requests)
