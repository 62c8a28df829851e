"""How a shop's API knows us: a header, a name and password, or OAuth2 client credentials."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import requests
from pydantic import BaseModel, ConfigDict, SecretStr
from requests.auth import AuthBase

from ecom_ai_os.platforms.http import Http, HttpError, patient

#: kind of auth → the secret it needs
SECRETS = {"header": "token", "basic": "password", "oauth2": "client_secret"}


class Auth(BaseModel):
    """`[connections.<name>.auth]`; its secret comes from the environment."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["none", "header", "basic", "oauth2"] = "none"
    header: str = "Authorization"
    prefix: str = "Bearer "
    user: str = ""
    token_url: str = ""
    client_id: str = ""
    scope: str = ""


def session(
    auth: Auth, headers: dict[str, str], secrets: dict[str, SecretStr | None], seconds: float
) -> Http:
    """Return a session that sends the credentials of `auth`. `secrets` are by name."""
    given = secrets.get(SECRETS.get(auth.kind, ""))
    secret = given.get_secret_value() if given else ""
    headers = {"Accept": "application/json"} | headers
    if auth.kind == "header":
        headers[auth.header] = f"{auth.prefix}{secret}"
    given_auth: Any = None
    if auth.kind == "basic":
        given_auth = (auth.user, secret)
    if auth.kind == "oauth2":
        given_auth = ClientCredentials(auth, secret)
    http = Http(headers=headers, auth=given_auth, timeout_seconds=seconds, secrets=[secret])
    if isinstance(given_auth, ClientCredentials):
        given_auth.hidden = http.secrets
    return http


class ClientCredentials(AuthBase):
    """OAuth2 client credentials (RFC 6749, 4.4).

    A token is fetched, used until it runs out, and fetched anew once when the API refuses it.
    """

    def __init__(self, auth: Auth, secret: str) -> None:
        self.hidden: set[str] = set()
        self._auth = auth
        self._issuer = Http(auth=(auth.client_id, secret), secrets=[secret])
        self._token = ""
        self._until = datetime.min.replace(tzinfo=UTC)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if datetime.now(UTC) >= self._until:
            self._fetch()
        request.headers["Authorization"] = f"Bearer {self._token}"
        request.hooks["response"].append(self._renew)
        return request

    def _renew(self, answer: requests.Response, **options: Any) -> requests.Response:
        if answer.status_code != 401:
            return answer
        answer.close()
        self._fetch()
        again = answer.request.copy()
        again.headers["Authorization"] = f"Bearer {self._token}"
        second: requests.Response = answer.connection.send(again, **options)  # type: ignore[attr-defined]
        return second

    def _fetch(self) -> None:
        form = {"grant_type": "client_credentials"}
        form |= {"scope": self._auth.scope} if self._auth.scope else {}
        reply = patient()(self._issuer.ask, "POST", self._auth.token_url, data=form)
        if not isinstance(reply.body, dict) or not reply.body.get("access_token"):
            raise HttpError("the token endpoint sent no access_token")
        self._token = str(reply.body["access_token"])
        self.hidden.add(self._token)
        # half a minute early: a token must not run out on the way
        lifetime = float(reply.body.get("expires_in") or 3600) - 30
        self._until = datetime.now(UTC) + timedelta(seconds=lifetime)
