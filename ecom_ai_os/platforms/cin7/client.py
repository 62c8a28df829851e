"""One API connection of Cin7, asked as fast as it allows.

Core takes 60 calls in any 60 s for each API application and refuses more with 429, or with 503 and
a sentence; Omni takes 3 a second, 60 a minute and 5,000 a day and refuses with 429. Neither says
dependably when to come again. Core answers a path it does not know with a web page and status 200.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ecom_ai_os.platforms.cin7.settings import Cin7Connection
from ecom_ai_os.platforms.http import Http, HttpError, Reply, patient
from ecom_ai_os.platforms.pace import Limit, Pace

MINUTE_SECONDS = 60.0
DAY_SECONDS = 86_400.0
#: Requests on their way at once: Core takes 1–3 s for an answer, and 60 a minute are wanted.
MAX_CONCURRENT = 4
REFUSAL = "calls per minute"
UNKNOWN_PATH = "Page not found"


class Client:
    """Asks one connection; safe to share by threads, which share its limits."""

    def __init__(self, settings: Cin7Connection) -> None:
        self.settings = settings
        is_core = settings.product == "core"
        account, key = settings.secrets
        core_headers = {"api-auth-accountid": account, "api-auth-applicationkey": key}
        self._http = Http(
            headers={"Accept": "application/json"} | (core_headers if is_core else {}),
            auth=None if is_core else (account, key),
            timeout_seconds=settings.timeout_seconds,
            secrets=settings.secrets,
        )
        self._pace = Pace(*_limits(settings))
        self._seen_at: datetime | None = None

    def get(self, path: str, **params: Any) -> Reply:
        """Ask until an answer comes. Raises HttpError."""
        return patient()(self.ask, path, **params)

    def ask(self, path: str, **params: Any) -> Reply:
        """Ask once, when the limits allow it. Raises HttpError."""
        with self._pace.turn():
            try:
                reply = self._http.ask("GET", f"{self.settings.root}/{path}", params=params)
            except HttpError as error:
                self._heed(error)
                raise
        self._seen_at = reply.now
        return reply

    def clock(self) -> datetime:
        """Return a recent moment on Cin7's clock. Raises HttpError."""
        if self._seen_at:
            return self._seen_at
        if self.settings.product == "core":
            return self.get("me").now
        return self.get("Branches", rows=1).now

    def _heed(self, error: HttpError) -> None:
        if error.status == 429 or (error.status == 503 and REFUSAL in str(error)):
            error.retry_after = error.retry_after or MINUTE_SECONDS
            self._pace.hold(error.retry_after)
        elif error.status == 200 and UNKNOWN_PATH in str(error):
            error.is_transient = False


def _limits(settings: Cin7Connection) -> list[Limit]:
    by_minute = Limit(settings.requests_per_minute, MINUTE_SECONDS)
    if settings.product == "core":
        return [by_minute]
    by_second = Limit(settings.requests_per_second, 1.0)
    return [by_second, by_minute, Limit(settings.requests_per_day, DAY_SECONDS)]
