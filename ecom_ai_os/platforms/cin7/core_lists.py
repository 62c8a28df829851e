"""Cin7 Core's lists, whose pages are cut from an order that may change from one to the next.

So a record may come twice and another not at all. What came is counted against the list's own
`Total`, and the list is read again while something is missing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson

from ecom_ai_os.platforms.cin7.client import MAX_CONCURRENT, Client
from ecom_ai_os.platforms.http import HttpError, address
from ecom_ai_os.platforms.spool import Record, joined

log = logging.getLogger(__name__)

#: The vendor's largest page.
MAX_LIMIT = 1_000
#: How often a list is read in one run before it is taken as it came.
READINGS = 3


@dataclass(frozen=True)
class List:
    """One list.

    - `wrapper`: the name of its records in the answer
    - `identity`: the fields that tell its records apart; several are joined as `__id`
    - `since`: its parameter for "changed after"; None: it has none
    - `updated`: the field that says when a record changed
    - `limit`: records a page
    """

    path: str
    wrapper: str
    identity: tuple[str, ...] = ("ID",)
    since: str | None = None
    updated: str = ""
    limit: int = MAX_LIMIT
    params: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.identity[0] if len(self.identity) == 1 else "__id"


@dataclass(frozen=True)
class Page:
    """Some records of a list; `unread` are texts of what stood among them and is none."""

    records: list[Record]
    unread: list[str]
    n_total: int


@dataclass
class Walk:
    """Yields the pages of a list, and says afterwards whether they hold all of it.

    Records may come several times. Raises HttpError.
    """

    client: Client
    of: List
    since: datetime | None = None
    is_whole: bool = False

    def __iter__(self) -> Iterator[Page]:
        seen: set[str | bytes] = set()
        for _ in range(READINGS):
            n_total = 0
            for page in self._once():
                seen.update(_identities(page, self.of))
                n_total = page.n_total
                yield page
            self.is_whole = len(seen) >= n_total
            if self.is_whole:
                return
        log.warning("cin7 %s: %d of %d records came", self.of.path, len(seen), n_total)

    def _once(self) -> Iterator[Page]:
        page = self._page(1)
        yield page
        numbers = range(2, -(-page.n_total // self.of.limit) + 1)
        with ThreadPoolExecutor(MAX_CONCURRENT) as pool:
            for start in range(0, len(numbers), MAX_CONCURRENT):
                for page in pool.map(self._page, numbers[start : start + MAX_CONCURRENT]):
                    yield page
                    if not page.records:
                        return

    def _page(self, number: int) -> Page:
        params = self.of.params | {"Page": str(number), "Limit": str(self.of.limit)}
        if self.since and self.of.since:
            params[self.of.since] = core_time(self.since)
        reply = self.client.get(self.of.path, **params)
        where = f"{self.client.settings.root}/{self.of.path}"
        return _parsed(reply.body, self.of, address(where))


def _parsed(body: Any, of: List, where: str) -> Page:
    items = body.get(of.wrapper) if isinstance(body, dict) else None
    if not isinstance(items, list) or not isinstance(body.get("Total"), int):
        raise HttpError(f"{where} sent no list of {of.wrapper} with its Total")
    records = [_with_id(item, of) for item in items if isinstance(item, dict)]
    unread = [str(item)[:1000] for item in items if not isinstance(item, dict)]
    return Page(records, unread, body["Total"])


def _with_id(record: Record, of: List) -> Record:
    if len(of.identity) == 1:
        return record
    return joined(record, of.identity)


def _identities(page: Page, of: List) -> Iterator[str | bytes]:
    """Yield what tells the records apart; those without an id by all they hold."""
    yield from page.unread
    for record in page.records:
        own = record.get(of.id)
        yield str(own) if own else orjson.dumps(record)


def core_time(at: datetime) -> str:
    """Return a moment in UTC as Core's parameters take it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
