"""One shop's REST API: a page of records at a time, at most three requests at once.

WooCommerce states no rate limit; shared hosts fall over instead. A page that a host cannot produce
(502, 504, no answer in time, out of memory) is asked for again in half the size.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from threading import BoundedSemaphore
from typing import Any
from uuid import uuid4

import requests

from ecom_ai_os.platforms.http import Http, HttpError, Reply, address, patient
from ecom_ai_os.platforms.woocommerce.auth import credentials
from ecom_ai_os.platforms.woocommerce.repair import mend_lists, parse, records
from ecom_ai_os.platforms.woocommerce.settings import WooCommerceConnection

log = logging.getLogger(__name__)

MAX_CONCURRENT = 3
#: The vendor's cap; more is refused with 400.
MAX_PER_PAGE = 100
MIN_PER_PAGE = 5
#: What hosts answer when a page is too heavy; None: no answer at all.
TOO_HEAVY = {None, 500, 502, 504, 524}
V3 = "wc/v3"

Record = dict[str, Any]


class DirtyHttp(Http):
    """Reads the JSON of WordPress sites, soiled or not."""

    def parse(self, answer: requests.Response) -> Any:
        return parse(answer.content, address(answer.url))


@dataclass(frozen=True)
class Page:
    """Some records of a list; `n_total` is None when a proxy stripped the vendor's header.

    `unread` are texts of what stood among the records and is none.
    """

    records: list[Record]
    unread: list[str]
    n_total: int | None
    per_page: int
    now: datetime


class Client:
    """Asks one shop; safe to share by threads."""

    def __init__(self, name: str, settings: WooCommerceConnection) -> None:
        self.settings = settings
        keys = settings.consumer_key.get_secret_value(), settings.consumer_secret.get_secret_value()
        self._http = DirtyHttp(
            headers={"Accept": "application/json"},
            auth=credentials(settings),
            timeout_seconds=settings.timeout_seconds,
            secrets=keys,
        )
        self._slots = BoundedSemaphore(MAX_CONCURRENT)
        self._per_page: dict[str, int] = {}
        self._warned: set[str] = set()
        self._seen_at: datetime | None = None
        self._label = f"woocommerce connection {name!r}"

    def get(self, path: str, **params: Any) -> Reply:
        """Ask once for `path` under the API's root. Raises HttpError."""
        # Page caches answer an address they have seen with what was true then.
        fresh = params | {"_": uuid4().hex[:8]}
        with self._slots:
            reply = self._http.ask("GET", f"{self.settings.root}/{path}", params=fresh)
        self._seen_at = reply.now
        return reply

    def clock(self) -> datetime:
        """Return a recent moment on the shop's clock. Raises HttpError."""
        return self._seen_at or patient()(self.get, V3, _fields="namespace").now

    def page(self, path: str, **params: Any) -> Page:
        """Ask for some records of a v3 list until they come, in smaller pages if need be.

        Raises HttpError when the shop refuses, or after the last of several attempts.
        """
        for attempt in patient():
            with attempt:
                per_page = self._per_page.get(path, MAX_PER_PAGE)
                try:
                    reply = self.get(f"{V3}/{path}", per_page=per_page, **params)
                except HttpError as error:
                    self._shrink(path, per_page, error)
                    _outlast_maintenance(error)
                    raise
                return _page(reply, per_page, f"{self.settings.root}/{V3}/{path}")
        raise AssertionError("unreachable: the last attempt raises")

    def warn_once(self, text: str) -> None:
        """Log a warning the first time it is said."""
        if text not in self._warned:
            self._warned.add(text)
            log.warning("%s: %s", self._label, text)

    def _shrink(self, path: str, per_page: int, error: HttpError) -> None:
        if error.is_transient and error.status in TOO_HEAVY and per_page > MIN_PER_PAGE:
            self._per_page[path] = max(MIN_PER_PAGE, per_page // 2)
            self.warn_once(f"pages of {per_page} {path} are too heavy for the host; halved")


def _outlast_maintenance(error: HttpError) -> None:
    """WordPress asks for 600 s whenever it updates a plugin, which takes seconds."""
    if error.status == 503 and "Briefly unavailable" in str(error):
        error.is_transient, error.retry_after = True, None


def _page(reply: Reply, per_page: int, url: str) -> Page:
    items = records(reply.body)
    if items is None:
        raise HttpError(f"{address(url)} sent no list of records", is_transient=True)
    total = reply.headers.get("X-WP-Total", "")
    return Page(
        [mend_lists(item) for item in items if isinstance(item, dict)],
        [str(item)[:1000] for item in items if not isinstance(item, dict)],
        int(total) if total.isdigit() else None,
        per_page,
        reply.now,
    )
