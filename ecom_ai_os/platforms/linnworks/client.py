"""Linnworks' methods, called in a session on the server that the session names.

A session comes from api.linnworks.net and lives while it is used; a 401 says that it is over. Each
method has a limit of its own, written in its description
(https://apps.linnworks.net/Api): 150 calls a minute, of some 250.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

from ecom_ai_os.platforms.http import Http, HttpError, Reply, address, patient
from ecom_ai_os.platforms.linnworks.settings import LinnworksConnection
from ecom_ai_os.platforms.pace import Limit, Pace

MINUTE_SECONDS = 60.0
AUTHORIZE = "Auth/AuthorizeByApplication"
CALLS_PER_MINUTE = 150
#: Methods that may be called more often.
LIMITS = {
    "PurchaseOrder/Search_PurchaseOrders": 250,
    "PurchaseOrder/Get_PurchaseOrder": 250,
    "Orders/GetOpenOrders": 250,
}
MAX_CONCURRENT = 4


@dataclass(frozen=True)
class Session:
    """What a call needs: the token it shows, and where it goes."""

    token: str
    server: str


class Client:
    """Calls one account; safe to share by threads, which share its session and its limits."""

    def __init__(self, settings: LinnworksConnection) -> None:
        self.settings = settings
        self._http = Http(
            headers={"Accept": "application/json"},
            timeout_seconds=settings.timeout_seconds,
            secrets=settings.grant.values(),
        )
        self._session: Session | None = None
        self._paces: dict[str, Pace] = {}
        self._lock = Lock()
        self._seen_at: datetime | None = None

    def get(self, method: str) -> Any:
        """Call a method that takes nothing, until an answer comes. Raises HttpError."""
        return patient()(self._call, "GET", method, None).body

    def post(self, method: str, **body: Any) -> Any:
        """Call a method with a JSON body, until an answer comes. Raises HttpError."""
        return patient()(self._call, "POST", method, body).body

    def clock(self) -> datetime:
        """Return a recent moment on Linnworks' clock. Raises HttpError."""
        if not self._seen_at:
            self.session()
        assert self._seen_at, "a session has been fetched"
        return self._seen_at

    def session(self) -> Session:
        """Return the session, begun when there is none. Raises HttpError."""
        with self._lock:
            if not self._session:
                self._session = self._begin()
            return self._session

    def _begin(self) -> Session:
        where = f"{self.settings.url.rstrip('/')}/api/{AUTHORIZE}"
        reply = patient()(self._http.ask, "POST", where, json=self.settings.grant)
        self._seen_at = reply.now
        body = reply.body if isinstance(reply.body, dict) else {}
        token, server = body.get("Token"), body.get("Server")
        if not (isinstance(token, str) and isinstance(server, str)):
            raise HttpError(f"{address(where)} named no session")
        self._http.secrets.add(token)
        return Session(token, server.rstrip("/"))

    def _call(self, verb: str, method: str, body: dict[str, Any] | None) -> Reply:
        """Call once, in another session when the first one is over."""
        session = self.session()
        try:
            return self._ask(session, verb, method, body)
        except HttpError as error:
            if error.status != 401:
                raise
        with self._lock:
            # Another thread may have begun another one already.
            if self._session is session:
                self._session = None
        return self._ask(self.session(), verb, method, body)

    def _ask(self, session: Session, verb: str, method: str, body: dict[str, Any] | None) -> Reply:
        pace = self._pace(method)
        url, headers = f"{session.server}/api/{method}", {"Authorization": session.token}
        with pace.turn():
            try:
                reply = self._http.ask(verb, url, headers=headers, json=body)
            except HttpError as error:
                if error.status == 429:
                    error.retry_after = error.retry_after or MINUTE_SECONDS
                    pace.hold(error.retry_after)
                raise
        self._seen_at = reply.now
        return reply

    def _pace(self, method: str) -> Pace:
        with self._lock:
            if method not in self._paces:
                own = self.settings.requests_per_minute or LIMITS.get(method, CALLS_PER_MINUTE)
                self._paces[method] = Pace(Limit(own, MINUTE_SECONDS))
            return self._paces[method]
