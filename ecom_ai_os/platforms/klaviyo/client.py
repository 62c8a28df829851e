"""One Klaviyo account: JSON:API pages and writes, at the pace each endpoint allows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests

from ecom_ai_os.platforms.http import Http, HttpError, Reply, address, patient
from ecom_ai_os.platforms.klaviyo.limits import Paces
from ecom_ai_os.platforms.klaviyo.records import Record, rows
from ecom_ai_os.platforms.klaviyo.settings import KlaviyoConnection

MEDIA_TYPE = "application/vnd.api+json"
#: How often a list is begun when its cursors go bad.
WALKS = 3

Params = dict[str, str | int]


class InvalidCursorError(HttpError):
    """A cursor is no longer good: the list is to be asked for anew from the last place known."""


class JsonApiHttp(Http):
    """Tells of refusals in the words of their JSON:API errors."""

    def _first_words(self, answer: requests.Response) -> str:
        try:
            errors = orjson.loads(answer.content)["errors"]
            says = [f"{e['code']}: {e['title']} {e['detail']}" for e in errors]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return super()._first_words(answer)
        return self.scrub(" ".join(says)[:300])


@dataclass(frozen=True)
class Page:
    """Some records of a list; `included` are those that came along.

    `unread` are texts of what stood among the records and is none.
    """

    records: list[Record]
    unread: list[str]
    included: list[Record]
    next_url: str | None
    now: datetime


class Client:
    """Asks one account; safe to share by threads."""

    def __init__(self, settings: KlaviyoConnection) -> None:
        key = settings.api_key.get_secret_value()
        self._root = f"{settings.base_url}/api"
        self._http = JsonApiHttp(
            headers={
                "Authorization": f"Klaviyo-API-Key {key}",
                "revision": settings.revision,
                "Accept": MEDIA_TYPE,
            },
            timeout_seconds=settings.timeout_seconds,
            secrets=(key,),
        )
        self._paces = Paces()

    def ask(self, method: str, path: str, body: Any = None, **params: str | int) -> Reply:
        """Send one request for `path` under /api until it is answered.

        Only for what may be sent twice. Raises HttpError.
        """
        return patient()(self.ask_once, method, path, body, params)

    def ask_once(
        self, method: str, path: str, body: Any = None, params: Params | None = None
    ) -> Reply:
        """Send one request. Raises HttpError."""
        sent: dict[str, Any] = {"params": params} if params else {}
        if body is not None:
            sent |= {"data": orjson.dumps(body), "headers": {"Content-Type": MEDIA_TYPE}}
        return self._paced(method, path, f"{self._root}/{path}", sent)

    def walk(self, path: str, **params: str | int) -> Iterator[Page]:
        """Yield the pages of a list, from the first again when a cursor goes bad. Raises HttpError.

        Records may come twice; landing keeps one of them.
        """
        for _ in range(WALKS):
            try:
                yield from self.pages(path, params)
                return
            except InvalidCursorError as error:
                fault = error
        raise fault

    def pages(self, path: str, params: Params) -> Iterator[Page]:
        """Yield the pages of a list once. Raises HttpError, InvalidCursorError."""
        page = self.page(path, params)
        yield page
        while page.next_url:
            page = self.page(path, next_url=page.next_url)
            yield page

    def page(self, path: str, params: Params | None = None, *, next_url: str | None = None) -> Page:
        """Return a list's first page, or the one its links call the next. Raises HttpError."""
        url = next_url or f"{self._root}/{path}"
        sent = {} if next_url else {"params": params or {}}
        return patient()(self._page, path, url, sent)

    def _page(self, path: str, url: str, sent: dict[str, Any]) -> Page:
        return self._read(self._paced("GET", path, url, sent), url)

    def _paced(self, method: str, path: str, url: str, sent: dict[str, Any]) -> Reply:
        pace = self._paces.of(method, path)
        with pace.turn():
            try:
                reply = self._http.ask(method, url, **sent)
            except HttpError as error:
                if error.status == 429 and error.retry_after:
                    pace.hold(error.retry_after)
                raise _understood(error) from None
            pace.heed(reply.headers)
        return reply

    def _read(self, reply: Reply, url: str) -> Page:
        body = reply.body
        if not isinstance(body, dict) or not isinstance(body.get("data"), list):
            raise HttpError(f"{address(url)} sent no list of records", is_transient=True)
        items = body["data"]
        return Page(
            rows(items),
            [str(item)[:1000] for item in items if not isinstance(item, dict)],
            rows(body.get("included")),
            self._next_url(body),
            reply.now,
        )

    def _next_url(self, body: Record) -> str | None:
        """Return the next page's address, unless it leads away with our key."""
        links = body.get("links")
        following = links.get("next") if isinstance(links, dict) else None
        if not following:
            return None
        if urlsplit(str(following))[:2] != urlsplit(self._root)[:2]:
            raise HttpError(f"a page of {address(self._root)} leads to another host")
        return str(following)


def _understood(error: HttpError) -> HttpError:
    """Return the error as what it means at Klaviyo.

    Its firewall now and then answers 403 with a web page where the API would have answered.
    """
    if error.status == 400 and re.search("invalid cursor", str(error), re.IGNORECASE):
        return InvalidCursorError(str(error), status=400)
    if error.status == 403 and "permission_denied" not in str(error):
        error.is_transient = True
    return error
