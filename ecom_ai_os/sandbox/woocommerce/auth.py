"""Who asks: Basic or keys in the query over https, signed requests over plain http.

As in class-wc-rest-authentication.php: what does not apply is ignored, not refused, so that a
request with good keys over the wrong scheme is one of nobody.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl, quote, unquote

from starlette.requests import Request
from starlette.responses import JSONResponse

from ecom_ai_os.sandbox.woocommerce.errors import cannot_view, not_authentic, refusal

CONSUMER_KEY = "ck_" + "5a" * 20
CONSUMER_SECRET = "cs_" + "b0" * 20
WINDOW_SECONDS = 15 * 60
OAUTH = ("consumer_key", "timestamp", "nonce", "signature", "signature_method")
DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}
BAD_SIGNATURE = "Invalid signature - provided signature does not match."


@dataclass(frozen=True)
class Key:
    secret: str
    may_read: bool = True
    is_manager: bool = True


KEYS = {
    CONSUMER_KEY: Key(CONSUMER_SECRET),
    "ck_writeonly": Key("cs_writeonly", may_read=False),
    "ck_customer": Key("cs_customer", is_manager=False),
}


@dataclass
class Gate:
    """Lets requests in; remembers the nonces of the last 15 minutes."""

    nonces: dict[tuple[str, str], float] = field(default_factory=dict)

    def refuses(self, request: Request, now: datetime) -> JSONResponse | None:
        """The refusal the request deserves, None when it may come in."""
        target = request.scope["raw_path"] + b"?" + request.scope["query_string"]
        if b"wp-json/wc/" not in target:
            return cannot_view(401)
        found = self._secure(request) if _is_ssl(request) else None
        found = found or self._signed(request, now)
        if isinstance(found, JSONResponse):
            return found
        if not found.may_read:
            return not_authentic("The API key provided does not have read permissions.")
        return None if found.is_manager else cannot_view(403)

    def _secure(self, request: Request) -> Key | JSONResponse | None:
        """Keys in the query string are looked at first, then those of Basic."""
        params = request.query_params
        name, secret = params.get("consumer_key"), params.get("consumer_secret")
        if not (name and secret):
            name, secret = _basic(request.headers.get("authorization", ""))
        key = KEYS.get(name or "")
        if not key or not secret:
            return None
        is_same = hmac.compare_digest(key.secret, secret)
        return key if is_same else not_authentic("Consumer secret is invalid.")

    def _signed(self, request: Request, now: datetime) -> Key | JSONResponse:
        query = request.scope["query_string"].decode()
        given = {name: value for name, value in parse_qsl(query) if name.startswith("oauth_")}
        if not given:
            return cannot_view(401)
        missing = [f"oauth_{name}" for name in OAUTH if not given.get(f"oauth_{name}")]
        if missing:
            message = f"Missing OAuth parameters {', '.join(missing)}"
            code = "woocommerce_rest_authentication_missing_parameter"
            return refusal(code, message, 401)
        key = KEYS.get(given["oauth_consumer_key"])
        if not key:
            return not_authentic("Consumer key is invalid.")
        if given["oauth_signature"] != _signature(request, query, given, key.secret):
            return not_authentic(BAD_SIGNATURE)
        return self._stale(given, now) or key

    def _stale(self, given: dict[str, str], now: datetime) -> JSONResponse | None:
        at = now.timestamp()
        stamp = given["oauth_timestamp"]
        if not stamp.isdigit() or abs(int(stamp) - at) > WINDOW_SECONDS:
            return not_authentic("Invalid timestamp.")
        nonce = given["oauth_consumer_key"], given["oauth_nonce"]
        if at - self.nonces.get(nonce, 0) < WINDOW_SECONDS:
            return not_authentic("Invalid nonce - nonce has already been used.")
        self.nonces[nonce] = at
        return None


def _is_ssl(request: Request) -> bool:
    forwarded = request.headers.get("x-forwarded-proto", "")
    return "https" in (request.url.scheme, forwarded)


def _basic(header: str) -> tuple[str | None, str | None]:
    if not header.lower().startswith("basic "):
        return None, None
    try:
        name, _, secret = base64.b64decode(header[6:]).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None, None
    return name, secret


def _signature(request: Request, query: str, given: dict[str, str], secret: str) -> str:
    """As check_oauth_signature does it: each name and value is encoded twice, then joined."""
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    twice = sorted(
        (_encoded(name), _encoded(value)) for name, _, value in pairs if name != "oauth_signature"
    )
    joined = "%26".join(f"{name}%3D{value}" for name, value in twice)
    address = f"{request.url.scheme}://{request.headers['host']}{request.url.path}"
    text = f"{request.method}&{quote(address, safe='~')}&{joined}"
    digest = DIGESTS.get(given["oauth_signature_method"], hashlib.sha256)
    mac = hmac.new(f"{secret}&".encode(), text.encode(), digest)
    return base64.b64encode(mac.digest()).decode()


def _encoded(text: str) -> str:
    return quote(quote(unquote(text.replace("+", " ")), safe="~"), safe="~")
