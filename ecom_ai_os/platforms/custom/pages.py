"""How an HTTP API hands out a long list: page after page, never the same one twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import orjson
from pydantic import BaseModel, ConfigDict, Field

from ecom_ai_os.platforms.http import Http, HttpError, Reply, address


class Pages(BaseModel):
    """How an API pages: by a `Link` header, a cursor in the answer, a page number or an offset.

    `param` is the query parameter that asks for a page; `next` the path in the answer to the next
    cursor (or the next page's URL); `size` goes into `size_param`.
    """

    model_config = ConfigDict(extra="forbid")

    kind: Literal["none", "link", "cursor", "page", "offset"] = "none"
    param: str | None = None
    next: str = "next_cursor"
    first: int = 1
    size_param: str | None = None
    size: int = Field(default=100, ge=1)

    @property
    def asks_by(self) -> str:
        return self.param or self.kind


@dataclass(frozen=True)
class Page:
    """One answer's records, the vendor's time, and where the next page is (None: this is all)."""

    records: list[Any]
    now: datetime
    next: str | int | None


@dataclass(frozen=True)
class Pager:
    """Asks one URL for all of its pages."""

    http: Http
    pages: Pages
    url: str
    params: dict[str, Any]
    records: str

    def read(self, place: str | int | None = None) -> Iterator[Page]:
        """Yield the pages from `place` on (a `Page.next`). Raises HttpError."""
        if place is None and self.pages.kind in ("page", "offset"):
            place = self.pages.first if self.pages.kind == "page" else 0
        before: int | None = None
        while True:
            page = self._ask(place)
            content = hash(orjson.dumps(page.records))
            if page.records and content == before:
                raise HttpError(
                    f"{address(self.url)} sends the same page again and again: "
                    f"check pages.{'next' if self.pages.kind == 'cursor' else 'param'}"
                )
            yield page
            if page.next is None:
                return
            if page.next == place:
                raise HttpError(f"{address(self.url)} has a next page that is this page itself")
            before, place = content, page.next

    def _ask(self, place: str | int | None) -> Page:
        url, params = self.url, dict(self.params)
        if self.pages.size_param:
            params[self.pages.size_param] = self.pages.size
        if isinstance(place, str) and _is_url(place):
            url, params = self._same_host(place), {}
        elif place is not None:
            params[self.pages.asks_by] = place
        try:
            reply = self.http.get(url, params=params)
        except HttpError as error:
            if error.status == 404 and self.pages.kind == "page" and place != self.pages.first:
                return Page([], datetime.now(UTC), None)
            raise
        records = at(reply.body, self.records, self.url)
        if not isinstance(records, list):
            raise HttpError(f"{address(self.url)}: {self.records or 'the answer'} is no list")
        return Page(records, reply.now, self._next(place, reply, records))

    def _next(self, place: str | int | None, reply: Reply, records: list[Any]) -> str | int | None:
        kind = self.pages.kind
        if kind == "link":
            return reply.next_url
        if kind == "cursor":
            found = at(reply.body, self.pages.next, self.url, is_needed=False)
            return found if isinstance(found, str | int) and found != "" else None
        if not records or kind == "none":
            return None
        return int(place or 0) + (1 if kind == "page" else len(records))

    def _same_host(self, place: str) -> str:
        """Refuse to carry the credentials to another host."""
        url = urljoin(self.url, place)
        if urlsplit(url)[:2] != urlsplit(self.url)[:2]:
            raise HttpError(f"{address(self.url)} points to another host: {address(url)}")
        return url


def at(body: Any, path: str, url: str, *, is_needed: bool = True) -> Any:
    """Return what stands at a dotted path of an answer. Raises HttpError naming what is there."""
    for name in filter(None, path.split(".")):
        if not isinstance(body, dict) or name not in body:
            if not is_needed:
                return None
            has = ", ".join(body) if isinstance(body, dict) else f"a {type(body).__name__}"
            raise HttpError(f"{address(url)}: the answer has no {path} (it has: {has})")
        body = body[name]
    return body


def _is_url(place: str) -> bool:
    return place.startswith(("http://", "https://", "/"))
