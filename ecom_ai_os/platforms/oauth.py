"""Bearer tokens from an OAuth2 token endpoint (RFC 6749), whatever the grant."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import requests
from requests.auth import AuthBase

from ecom_ai_os.platforms.http import Http, HttpError, address, patient

#: A token is renewed before it runs out: it must not do so on the way.
EARLY = timedelta(seconds=30)
#: RFC 6749 lets a vendor leave the lifetime out.
USUAL_LIFETIME = timedelta(hours=1)
LONGEST_SECONDS = 1e8


class Bearer(AuthBase):
    """Sends a token that is fetched, used until it runs out, and fetched anew when refused (401).

    `grant` is the form the endpoint is sent, `issuer` the session it is sent with. `hidden` are the
    secrets of the session that uses the token; each token is added to them.
    """

    def __init__(self, token_url: str, grant: Mapping[str, str], issuer: Http) -> None:
        self.hidden: set[str] = set()
        self._url = token_url
        self._grant = dict(grant)
        self._issuer = issuer
        self._lock = Lock()
        self._token = ""
        self._until = datetime.min.replace(tzinfo=UTC)

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        self._sign(request)
        request.hooks["response"].append(self._renew)
        return request

    def _sign(self, request: requests.PreparedRequest) -> None:
        with self._lock:
            if datetime.now(UTC) >= self._until:
                self._fetch()
            request.headers["Authorization"] = f"Bearer {self._token}"

    def _renew(self, answer: requests.Response, **options: Any) -> requests.Response:
        if answer.status_code != 401:
            return answer
        answer.close()
        self._forget(answer.request.headers.get("Authorization"))
        again = answer.request.copy()
        self._sign(again)
        second: requests.Response = answer.connection.send(again, **options)  # type: ignore[attr-defined]
        return second

    def _forget(self, refused: str | bytes | None) -> None:
        """Drop the refused token, unless another thread has renewed it already."""
        with self._lock:
            if refused == f"Bearer {self._token}":
                self._until = datetime.min.replace(tzinfo=UTC)

    def _fetch(self) -> None:
        reply = patient()(self._issuer.ask, "POST", self._url, data=self._grant)
        if not isinstance(reply.body, dict) or not reply.body.get("access_token"):
            raise HttpError(f"{address(self._url)} sent no access_token")
        self._token = str(reply.body["access_token"])
        self.hidden.add(self._token)
        self._until = datetime.now(UTC) + _lifetime(reply.body.get("expires_in")) - EARLY


def _lifetime(seconds: Any) -> timedelta:
    """Return how long a token is good for; some vendors write the number as text."""
    try:
        return timedelta(seconds=min(float(seconds), LONGEST_SECONDS))
    except (TypeError, ValueError):
        return USUAL_LIFETIME
