"""Access tokens for a refresh token (https://developers.google.com/identity/protocols/oauth2)."""

from datetime import datetime, timedelta
from secrets import token_hex
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse

CLIENT_ID, CLIENT_SECRET = "sandbox.apps.googleusercontent.com", "GOCSPX-sandbox"
REFRESH_TOKEN = "1//sandbox"
SCOPE = "https://www.googleapis.com/auth/business.manage"
LIFETIME = timedelta(seconds=3_599)


class Grants:
    """The access tokens given out."""

    def __init__(self) -> None:
        self._expires_at: dict[str, datetime] = {}

    def issue(self, body: bytes, now: datetime) -> JSONResponse:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if form.get("grant_type") != "refresh_token":
            return _refusal(400, "unsupported_grant_type", "Invalid grant_type")
        if (form.get("client_id"), form.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return _refusal(401, "invalid_client", "The OAuth client was not found.")
        if form.get("refresh_token") != REFRESH_TOKEN:
            return _refusal(400, "invalid_grant", "Token has been expired or revoked.")
        token = f"ya29.{token_hex(16)}"
        self._expires_at[token] = now + LIFETIME
        lifetime = int(LIFETIME.total_seconds())
        granted = {"access_token": token, "expires_in": lifetime, "scope": SCOPE}
        return JSONResponse(granted | {"token_type": "Bearer"})

    def accepts(self, request: Request, now: datetime) -> bool:
        """Whether the request carries a token that is good."""
        return now < self._expires_at.get(_bearer(request), now)

    def revoke(self, request: Request) -> None:
        self._expires_at.pop(_bearer(request), None)


def _bearer(request: Request) -> str:
    return request.headers.get("authorization", "").removeprefix("Bearer ")


def _refusal(status: int, error: str, description: str) -> JSONResponse:
    return JSONResponse({"error": error, "error_description": description}, status)
