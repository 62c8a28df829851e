"""Reviews of the shop and of its products.

Trustpilot has no filter by change and says nothing of what was edited, answered or taken down. So
every run reads the reviews of the last month, and once a week the lists are read whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ecom_ai_os.platforms import RawTable, Stream
from ecom_ai_os.platforms import spool as spools
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.listing import Listing, Place
from ecom_ai_os.platforms.spool import Record
from ecom_ai_os.platforms.trustpilot.client import Client, Page

#: Most edits and answers come within days; the weekly reading finds the others.
REREAD = timedelta(days=30)
#: Whether startDateTime includes its second is not documented.
SECOND = timedelta(seconds=1)
CONVERSATIONS = RawTable("conversations", updated_at=None, parent_id="$.sourceId")


@dataclass(frozen=True)
class ServiceReviews(Listing[Client]):
    """Reads the stream `service_reviews`.

    Private ones are walked from the oldest on, each page beginning with the second in which the
    one before ended: page numbers shift when a review is taken down, dates do not.
    """

    def changed(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield the reviews written within `REREAD` before `since`, or later."""
        begin = since - REREAD
        if client.settings.service_reviews == "public":
            pages = client.pages(_public(client), "reviews", orderBy="createdat.desc")
            return until(pages, begin)
        return (page for page, _ in self.everything(client, {"start": begin.isoformat()}))

    def everything(self, client: Client, place: Place | None) -> Iterator[tuple[Page, Place]]:
        """Yield all reviews from a place on."""
        if client.settings.service_reviews == "public":
            return numbered(client, _public(client), "reviews", place, orderBy="createdat.asc")
        return _by_creation(client, f"private/business-units/{client.unit}/reviews", place or {})


@dataclass(frozen=True)
class ProductReviews(Listing[Client]):
    """Reads the stream `product_reviews`, and what the shop answered to those read."""

    @property
    def stream(self) -> Stream:
        return Stream(self.table.name, (self.table, CONVERSATIONS))

    def changed(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield the reviews written within `REREAD` before `since`, or later."""
        pages = (page for page, _ in self.everything(client, None))
        return until(pages, since - REREAD)

    def everything(self, client: Client, place: Place | None) -> Iterator[tuple[Page, Place]]:
        """Yield all reviews from a place on."""
        path = f"private/product-reviews/business-units/{client.unit}/reviews"
        return numbered(client, path, "productReviews", place, includeReportedReviews="true")

    def whole(self, client: Client) -> Iterator[Page]:
        """Yield all reviews; the list is read twice when it has several pages.

        A review taken down meanwhile moves the ones behind it up, one of them past the reader: what
        only one reading missed is not gone.
        """
        seen: set[str] = set()
        n_pages = 0
        for page, _ in self.everything(client, None):
            n_pages += 1
            seen |= _ids(page)
            yield page
        if n_pages > 1:
            for page, _ in self.everything(client, None):
                yield _without(page, seen)

    def add(self, client: Client, spool: spools.Spool, page: spools.Page) -> None:
        """Add a page of reviews and their conversations."""
        super().add(client, spool, page)
        named = [record.get("conversationId") for record in page.records]
        found = [_conversation(client, key) for key in named if isinstance(key, str) and key]
        spool.write(CONVERSATIONS.name, [record for record in found if record])


def _public(client: Client) -> str:
    return f"business-units/{client.unit}/reviews"


def numbered(
    client: Client, path: str, key: str, place: Place | None, **params: str
) -> Iterator[tuple[Page, Place]]:
    """Yield pages by number, each with the number of the next."""
    number = place["page"] if place else 1
    for page in client.pages(path, key, number, **params):
        number += 1
        yield page, {"page": number}


def until(pages: Iterator[Page], begin: datetime) -> Iterator[Page]:
    """Yield pages down to `begin`, as long as the list runs from the newest to the oldest.

    The order of product reviews is not documented: in any other, the list is read to its end.
    """
    last, is_newest_first = datetime.max.replace(tzinfo=UTC), True
    for page in pages:
        yield page
        times = [last, *page.created]
        last = times[-1]
        is_newest_first = is_newest_first and times == sorted(times, reverse=True)
        if is_newest_first and last < begin:
            return


def _by_creation(client: Client, path: str, place: Place) -> Iterator[tuple[Page, Place]]:
    """Yield reviews from a moment on, oldest first; pages are numbered only within one second."""
    start = datetime.fromisoformat(place["start"]) if place.get("start") else None
    number = place.get("page", 1)
    seen: set[str] = set()
    while True:
        bound = {"startDateTime": _naive(start)} if start else {}
        page = client.page(path, "reviews", orderBy="createdat.asc", page=number, **bound)
        reached = max(page.created, default=None)
        if reached and (not start or reached - SECOND > start):
            start, number = reached - SECOND, 1
        else:
            number += 1
        yield _without(page, seen), {"start": start and start.isoformat(), "page": number}
        seen |= _ids(page)
        if page.is_last:
            return


def _naive(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()


def _ids(page: Page) -> set[str]:
    return {record["id"] for record in page.records if isinstance(record.get("id"), str)}


def _without(page: Page, seen: set[str]) -> Page:
    return replace(page, records=[r for r in page.records if str(r.get("id")) not in seen])


def _conversation(client: Client, key: str) -> Record | None:
    """Return a conversation; None when it was taken down meanwhile."""
    try:
        body = client.get(f"private/conversations/{key}").body
    except HttpError as error:
        if error.status != 404:
            raise
        return None
    return body if isinstance(body, dict) else None
