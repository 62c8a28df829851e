"""One business unit on Trustpilot: pages of reviews at the rate Trustpilot recommends.

https://developers.trustpilot.com. The key goes with every request, a token with the private ones;
Trustpilot says neither how much of the rate is left nor, when it refuses, for how long.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from ecom_ai_os.platforms.http import Http, HttpError, Reply, address, patient
from ecom_ai_os.platforms.oauth import Bearer
from ecom_ai_os.platforms.pace import Limit, Pace
from ecom_ai_os.platforms.spool import Record
from ecom_ai_os.platforms.trustpilot.settings import TrustpilotConnection

#: https://developers.trustpilot.com/get-started/rate-limiting
LIMITS = (Limit(833, 300.0), Limit(10_000, 3_600.0))
#: Pause after a 429; waits between attempts add up to a window of the limit.
REFUSED_SECONDS = 60.0
#: The vendor's cap.
PER_PAGE = 100
TOKENS = "oauth/oauth-business-users-for-applications/accesstoken"
UNIT_ID = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class ReviewPage:
    """Some records of a list; `unread` are texts of what stood among them and is none."""

    records: list[Record]
    unread: list[str]

    @property
    def is_last(self) -> bool:
        return len(self.records) + len(self.unread) < PER_PAGE

    @property
    def created(self) -> list[datetime]:
        """When the records were written, as far as they say so readably."""
        return [at for at in map(created_at, self.records) if at]


class Client:
    """Asks for one business unit; safe to share by threads."""

    def __init__(self, settings: TrustpilotConnection) -> None:
        self.settings = settings
        key, secret = settings.api_key.get_secret_value(), settings.api_secret.get_secret_value()
        secrets = [key, secret, settings.password.get_secret_value()]
        issuer = Http(auth=(key, secret), secrets=secrets)
        tokens = Bearer(f"{settings.api_url}/v1/{TOKENS}", settings.grant, issuer)
        self._http = Http(
            headers={"Accept": "application/json", "apikey": key},
            auth=tokens,
            timeout_seconds=settings.timeout_seconds,
            secrets=secrets,
        )
        tokens.hidden = self._http.secrets
        self._pace = Pace(*LIMITS)
        self._seen_at: datetime | None = None

    @cached_property
    def unit(self) -> str:
        """The business unit's id. Raises HttpError when Trustpilot does not know the domain."""
        if UNIT_ID.fullmatch(self.settings.business_unit):
            return self.settings.business_unit
        body = self.get("business-units/find", name=self.settings.business_unit).body
        if not isinstance(body, dict) or not isinstance(body.get("id"), str):
            raise HttpError(f"Trustpilot sent no id for {self.settings.business_unit!r}")
        return str(body["id"])

    def clock(self) -> datetime:
        """Return a recent moment on Trustpilot's clock. Raises HttpError."""
        unit = self.unit
        return self._seen_at or self.get(f"business-units/{unit}").now

    def get(self, path: str, **params: Any) -> Reply:
        """Ask until the answer comes. Raises HttpError."""
        return patient()(self.ask, path, **params)

    def ask(self, path: str, **params: Any) -> Reply:
        """Ask once, in turn. Raises HttpError."""
        with self._pace.turn():
            try:
                reply = self._http.ask("GET", f"{self.settings.api_url}/v1/{path}", params=params)
            except HttpError as error:
                if error.status == 429:
                    self._pace.hold(error.retry_after or REFUSED_SECONDS)
                raise
        self._seen_at = reply.now
        return reply

    def page(self, path: str, key: str, **params: Any) -> ReviewPage:
        """Ask for some records of a list, which stand under `key`. Raises HttpError."""
        return patient()(self._page, path, key, params)

    def pages(self, path: str, key: str, first: int = 1, **params: Any) -> Iterator[ReviewPage]:
        """Yield the pages of a list from the `first` on. Raises HttpError."""
        number, page = first - 1, None
        while not page or not page.is_last:
            number += 1
            page = self.page(path, key, page=number, **params)
            yield page

    def _page(self, path: str, key: str, params: dict[str, Any]) -> ReviewPage:
        body = self.ask(path, perPage=PER_PAGE, **params).body
        items = body.get(key) if isinstance(body, dict) else None
        if not isinstance(items, list):
            url = f"{self.settings.api_url}/v1/{path}"
            raise HttpError(f"{address(url)} sent no list of {key}", is_transient=True)
        return ReviewPage(
            [item for item in items if isinstance(item, dict)],
            [str(item)[:1000] for item in items if not isinstance(item, dict)],
        )


def created_at(record: Record) -> datetime | None:
    """Return when a review was written; some of Trustpilot's times carry no zone and are UTC."""
    try:
        at = datetime.fromisoformat(record["createdAt"])
    except (KeyError, TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
