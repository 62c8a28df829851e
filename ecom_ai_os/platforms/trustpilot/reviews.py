"""Reviews of the shop and of its products.

Trustpilot has no filter by change and says nothing of what was edited, answered or taken down. So
every run reads the reviews of the last month, and once a week the lists are read whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial

from ecom_ai_os.platforms import RawTable, Stream
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.listing import Listing, Place
from ecom_ai_os.platforms.shifting import Seen, newest_first, twice
from ecom_ai_os.platforms.spool import Page, Record, Spool
from ecom_ai_os.platforms.trustpilot.client import Client, ReviewPage

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
            return newest_first(pages, begin, _written)
        return (page for page, _ in self.everything(client, {"start": begin.isoformat()}))

    def everything(self, client: Client, place: Place | None) -> Iterator[tuple[Page, Place]]:
        """Yield all reviews from a place on."""
        if client.settings.service_reviews == "public":
            return numbered(client, _public(client), "reviews", place, orderBy="createdat.asc")
        return _by_creation(client, f"private/business-units/{client.unit}/reviews", place or {})

    def whole(self, client: Client) -> Iterator[Page]:
        """Yield all reviews; the pages of public ones are numbered, so that they shift."""
        read = partial(super().whole, client)
        return twice(read) if client.settings.service_reviews == "public" else read()


@dataclass(frozen=True)
class ProductReviews(Listing[Client]):
    """Reads the stream `product_reviews`, and what the shop answered to those read."""

    @property
    def stream(self) -> Stream:
        return Stream(self.table.name, (self.table, CONVERSATIONS))

    def changed(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield the reviews written within `REREAD` before `since`, or later."""
        pages = (page for page, _ in self.everything(client, None))
        return newest_first(pages, since - REREAD, _written)

    def everything(self, client: Client, place: Place | None) -> Iterator[tuple[ReviewPage, Place]]:
        """Yield all reviews from a place on."""
        path = f"private/product-reviews/business-units/{client.unit}/reviews"
        return numbered(client, path, "productReviews", place, includeReportedReviews="true")

    def whole(self, client: Client) -> Iterator[Page]:
        """Yield all reviews; their pages are numbered, so that they shift."""
        return twice(partial(super().whole, client))

    def add(self, client: Client, spool: Spool, page: Page) -> None:
        """Add a page of reviews and their conversations."""
        super().add(client, spool, page)
        named = [record.get("conversationId") for record in page.records]
        found = [_conversation(client, key) for key in named if isinstance(key, str) and key]
        spool.write(CONVERSATIONS.name, [record for record in found if record])


def _public(client: Client) -> str:
    return f"business-units/{client.unit}/reviews"


def numbered(
    client: Client, path: str, key: str, place: Place | None, **params: str
) -> Iterator[tuple[ReviewPage, Place]]:
    """Yield pages by number, each with the number of the next."""
    number = place["page"] if place else 1
    for page in client.pages(path, key, number, **params):
        number += 1
        yield page, {"page": number}


def _written(page: ReviewPage) -> list[datetime]:
    return page.created


def _by_creation(client: Client, path: str, place: Place) -> Iterator[tuple[Page, Place]]:
    """Yield reviews from a moment on, oldest first; pages are numbered only within one second."""
    start = datetime.fromisoformat(place["start"]) if place.get("start") else None
    number = place.get("page", 1)
    seen = Seen()
    while True:
        bound = {"startDateTime": _naive(start)} if start else {}
        page = client.page(path, "reviews", orderBy="createdat.asc", page=number, **bound)
        reached = max(page.created, default=None)
        if reached and (not start or reached - SECOND > start):
            start, number = reached - SECOND, 1
        else:
            number += 1
        yield seen.rest(page), {"start": start and start.isoformat(), "page": number}
        if page.is_last:
            return


def _naive(at: datetime) -> str:
    return at.astimezone(UTC).replace(tzinfo=None, microsecond=0).isoformat()


def _conversation(client: Client, key: str) -> Record | None:
    """Return a conversation; None when it was taken down meanwhile."""
    try:
        body = client.get(f"private/conversations/{key}").body
    except HttpError as error:
        if error.status != 404:
            raise
        return None
    return body if isinstance(body, dict) else None
