"""The three ways into WooCommerce: Basic, keys in the query string, OAuth 1.0a without a token.

Over plain http WooCommerce ignores Basic and query keys; there each request is signed
(https://woocommerce.github.io/woocommerce-rest-api-docs/#authentication-over-http, RFC 5849).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from ecom_ai_os.platforms.headers import vendor_now
from ecom_ai_os.platforms.woocommerce.settings import WooCommerceConnection


def credentials(settings: WooCommerceConnection) -> AuthBase:
    """Return what puts the connection's keys on a request."""
    key = settings.consumer_key.get_secret_value()
    secret = settings.consumer_secret.get_secret_value()
    if settings.way_in == "basic":
        return HTTPBasicAuth(key.encode(), secret.encode())
    return QueryKeys(key, secret) if settings.way_in == "query" else OAuth1(key, secret)


class QueryKeys(AuthBase):
    """The keys in the query string, for hosts that strip the Authorization header."""

    def __init__(self, key: str, secret: str) -> None:
        self._keys = {"consumer_key": key, "consumer_secret": secret}

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.prepare_url(request.url, self._keys)
        return request


class OAuth1(AuthBase):
    """One-legged OAuth 1.0a: HMAC-SHA256 over method, address and parameters.

    The vendor refuses timestamps more than 15 minutes from its own clock; when it does, the
    difference is learnt from its Date header and the request is sent once more.
    """

    def __init__(self, key: str, secret: str) -> None:
        self._key = key
        self._secret = secret
        self._skew_seconds = 0.0

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        unsigned = request.url or ""
        self._sign(request, unsigned)
        again = partial(self._again, unsigned)
        request.register_hook("response", again)  # type: ignore[no-untyped-call]
        return request

    def _sign(self, request: requests.PreparedRequest, url: str) -> None:
        oauth = {
            "oauth_consumer_key": self._key,
            "oauth_timestamp": str(int(time.time() + self._skew_seconds)),
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA256",
        }
        request.url = signed_url(request.method or "GET", url, oauth, self._secret)

    def _again(self, unsigned: str, answer: requests.Response, **sent: Any) -> requests.Response:
        if answer.status_code != 401 or b"Invalid timestamp" not in answer.content:
            return answer
        self._skew_seconds = (vendor_now(answer.headers) - datetime.now(UTC)).total_seconds()
        answer.close()
        request = answer.request.copy()
        self._sign(request, unsigned)
        second: requests.Response = answer.connection.send(request, **sent)  # type: ignore[attr-defined]
        second.request = request
        return second


def signed_url(method: str, url: str, oauth: dict[str, str], secret: str) -> str:
    """Return `url` with the OAuth parameters and their signature in its query string."""
    parts = urlsplit(url)
    params = [*parse_qsl(parts.query, keep_blank_values=True), *oauth.items()]
    address = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
    digest = hashlib.sha1 if oauth["oauth_signature_method"] == "HMAC-SHA1" else hashlib.sha256
    text = base_string(method, address, params)
    mac = hmac.new(f"{quote(secret, safe='~')}&".encode(), text.encode(), digest)
    params.append(("oauth_signature", base64.b64encode(mac.digest()).decode()))
    return f"{address}?{urlencode(params, quote_via=quote)}"


def base_string(method: str, address: str, params: list[tuple[str, str]]) -> str:
    """Return what is signed: the parameters, sorted as encoded, are encoded a second time."""
    encoded = sorted((quote(name, safe="~"), quote(value, safe="~")) for name, value in params)
    query = "&".join(f"{name}={value}" for name, value in encoded)
    return "&".join(quote(part, safe="~") for part in (method.upper(), address, query))
