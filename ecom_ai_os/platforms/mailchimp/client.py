"""One account's Marketing API: a page of a list at a time, nine connections at once.

https://mailchimp.com/developer/marketing/docs/fundamentals/ – ten simultaneous connections a user
are allowed and an eleventh is refused; there is no rate beside it, no quota header and no
Retry-After.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any

import orjson
import requests

from ecom_ai_os.platforms.http import Http, HttpError, Reply, address, patient
from ecom_ai_os.platforms.listing import ids
from ecom_ai_os.platforms.mailchimp.settings import MailchimpConnection
from ecom_ai_os.platforms.spool import Record

#: One less than allowed: the vendor counts a connection a moment longer than we do.
MAX_CONNECTIONS = 9
#: The vendor's cap.
MAX_COUNT = 1000
#: Addresses of people, and the MD5 of one that stands for it in paths.
PERSON = re.compile(r"[^\s/\"'<>]+@[^\s/\"'<>]+|\b[0-9a-f]{32}\b")


class ProblemHttp(Http):
    """Reads the vendor's problem documents and its answers without a body."""

    def parse(self, answer: requests.Response) -> Any:
        return super().parse(answer) if answer.content else None

    def _first_words(self, answer: requests.Response) -> str:
        try:
            said = orjson.loads(answer.content)
            fields = "".join(f"; {e['field']}: {e['message']}" for e in said.get("errors", []))
            return self.scrub(f"{said['title']}: {said['detail']}{fields}"[:300])
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError):
            return super()._first_words(answer)

    def _fault(
        self, answer: requests.Response, what: str, *, is_transient: bool = False
    ) -> HttpError:
        """Under heavy load the edge refuses with a bare 403, as it does with 429."""
        is_edge = answer.status_code == 403 and "json" not in answer.headers.get("Content-Type", "")
        return super()._fault(answer, what, is_transient=is_transient or is_edge)


@dataclass(frozen=True)
class Page:
    """Some records of a list and how many it has; `unread` is what stood among them and is none."""

    records: list[Record]
    unread: list[str]
    n_total: int
    now: datetime


class Client:
    """Asks one account; safe to share by threads, which share its connections."""

    def __init__(self, settings: MailchimpConnection) -> None:
        self.settings = settings
        key = settings.api_key.get_secret_value()
        self._http = ProblemHttp(
            headers={"Accept": "application/json"},
            auth=("ecom-ai-os", key),
            timeout_seconds=settings.timeout_seconds,
            secrets=[key],
        )
        self._slots = BoundedSemaphore(MAX_CONNECTIONS)

    def ask(self, method: str, path: str, **options: Any) -> Reply:
        """Send one request, `path` under the API's root. Raises HttpError that names nobody."""
        with self._slots:
            try:
                return self._http.ask(method, f"{self.settings.root}/{path}", **options)
            except HttpError as error:
                error.args = (PERSON.sub("…", str(error)),)
                raise

    def get(self, path: str, **params: Any) -> Reply:
        """Ask until the answer comes. Raises HttpError."""
        return patient()(self.ask, "GET", path, params=params)

    def page(self, path: str, key: str, params: Mapping[str, Any]) -> Page:
        """Return some records of a list, which stand under `key`. Raises HttpError."""
        return patient()(self._page, path, key, params)

    def clock(self) -> datetime:
        """Return the moment on the vendor's clock. Raises HttpError."""
        return self.get("ping").now

    def list_ids(self) -> list[str]:
        """Return the ids of the account's audiences. Raises HttpError."""
        params = {"fields": "lists.id,total_items", "count": MAX_COUNT}
        page = self.page("lists", "lists", params)
        return list(dict.fromkeys(ids([page])))

    def _page(self, path: str, key: str, params: Mapping[str, Any]) -> Page:
        reply = self.ask("GET", path, params=params)
        where = address(f"{self.settings.root}/{path}")
        rows = reply.body.get(key) if isinstance(reply.body, dict) else None
        if not isinstance(rows, list):
            raise HttpError(f"{where} sent no list of {key}", is_transient=True)
        total = reply.body.get("total_items")
        if not isinstance(total, int):
            if len(rows) == params.get("count"):
                raise HttpError(f"{where} does not say how many {key} there are", is_transient=True)
            total = params.get("offset", 0) + len(rows)
        return Page(
            [row for row in rows if isinstance(row, dict)],
            [str(row)[:1000] for row in rows if not isinstance(row, dict)],
            total,
            reply.now,
        )
