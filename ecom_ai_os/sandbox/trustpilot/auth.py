"""Who asks: a key for what is public, a token got with key and secret for what is private."""

import base64
import binascii
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse

from ecom_ai_os.sandbox.trustpilot import errors

API_KEY, API_SECRET = "tp-key", "tp-secret"
USERNAME, PASSWORD = "reviews@sandbox.example", "tp-password"
LIFETIME = timedelta(seconds=359_999)


@dataclass
class Grants:
    """The tokens given out, and what their bearers may read."""

    rights: set[str] = field(default_factory=lambda: {"service", "product"})
    _expires_at: dict[str, datetime] = field(default_factory=dict)

    def issue(self, request: Request, body: bytes, now: datetime) -> JSONResponse:
        """A token by client credentials or a business user's password."""
        if _basic(request.headers.get("authorization", "")) != (API_KEY, API_SECRET):
            return errors.fault("Invalid client identifier", "oauth.v2.InvalidClientIdentifier")
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        kind = form.get("grant_type")
        if kind == "password" and (form.get("username"), form.get("password")) != (
            USERNAME,
            PASSWORD,
        ):
            return errors.fault("Invalid credentials", "invalid_grant")
        if kind not in ("password", "client_credentials"):
            return errors.fault("Unsupported grant type", "invalid_request", 400)
        token = token_hex(16)
        self._expires_at[token] = now + LIFETIME
        answer = {
            "access_token": token,
            "token_type": "BearerToken",
            # as text
            "expires_in": str(int(LIFETIME.total_seconds())),
        }
        if kind == "password":
            answer["refresh_token"] = token_hex(16)
        return JSONResponse(answer)

    def accepts(self, request: Request, now: datetime) -> bool:
        """Whether the request carries a token that is good."""
        return now < self._expires_at.get(_bearer(request), now)

    def revoke(self, request: Request) -> None:
        self._expires_at.pop(_bearer(request), None)


def has_key(request: Request) -> bool:
    return API_KEY in (request.headers.get("apikey"), request.query_params.get("apikey"))


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _basic(header: str) -> tuple[str, str]:
    try:
        key, _, secret = base64.b64decode(header.removeprefix("Basic ")).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return key, secret
