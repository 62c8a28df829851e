"""Cin7 Omni's streams: lists without totals, walked by a growing id.

Pages are counted from the first row that fits `where`, so what is deleted meanwhile would move
others into pages already read. Each page is therefore asked for from the last id seen on, that id
included: rows that share it (one option's stock in several branches) are not lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ecom_ai_os.platforms import RawTable
from ecom_ai_os.platforms.cin7.client import Client
from ecom_ai_os.platforms.http import HttpError, address
from ecom_ai_os.platforms.listing import Listing, Place
from ecom_ai_os.platforms.spool import Record, joined

#: The vendor's largest page.
ROWS = 250
NIGHTLY = timedelta(hours=20)
ALWAYS = timedelta(0)


@dataclass(frozen=True)
class Page:
    """Some records of a list; `unread` are texts of what stood among them and is none.

    `after` is the last id seen so far.
    """

    records: list[Record]
    unread: list[str]
    after: int


@dataclass(frozen=True)
class Resource(Listing[Client]):
    """One of Omni's lists.

    - `key`: the whole number it is walked by; `identity`: the fields that tell records apart, if
      there are several; they are joined as `__id`
    - `where`: which of its records belong to us
    """

    path: str
    key: str = "id"
    identity: tuple[str, ...] = ()
    where: str = ""

    def changed(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield what was changed at `since` or later."""
        return self._walk(client, f"modifiedDate>='{omni_time(since)}'")

    def everything(self, client: Client, place: Place | None) -> Iterator[tuple[Page, Place]]:
        """Yield all there is from a place on."""
        after = place["after"] if place else 0
        return ((page, {"after": page.after}) for page in self._walk(client, "", after))

    def _walk(self, client: Client, condition: str, after: int = 0) -> Iterator[Page]:
        """Yield the pages from the id `after` on; records may come twice. Raises HttpError."""
        number = 1
        while True:
            conditions = (f"{self.key}>={after}", condition, self.where)
            where = " AND ".join(text for text in conditions if text)
            page = self._page(client, after, where=where, order=f"{self.key} ASC", page=number)
            yield page
            if len(page.records) + len(page.unread) < ROWS:
                return
            # A page of one id alone: the rest of it is on the next.
            number = number + 1 if page.after == after else 1
            after = page.after

    def _page(self, client: Client, after: int, **params: Any) -> Page:
        body = client.get(self.path, rows=ROWS, **params).body
        if not isinstance(body, list):
            where = address(f"{client.settings.root}/{self.path}")
            raise HttpError(f"{where} sent no list of records")
        records = [self._with_id(item) for item in body if isinstance(item, dict)]
        unread = [str(item)[:1000] for item in body if not isinstance(item, dict)]
        keys = [key for record in records if isinstance(key := record.get(self.key), int)]
        return Page(records, unread, max(after, keys[-1]) if keys else after)

    def _with_id(self, record: Record) -> Record:
        return joined(record, self.identity) if self.identity else record


def omni_time(at: datetime) -> str:
    """Return a moment in UTC as Omni's where-clauses take it."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


READERS = (
    Resource(
        RawTable("omni_branches", updated_at="$.modifiedDate"), "Branches", whole_every=ALWAYS
    ),
    Resource(
        RawTable("omni_suppliers", updated_at="$.modifiedDate"),
        "Contacts",
        where="type='Supplier'",
        whole_every=ALWAYS,
    ),
    Resource(RawTable("omni_products", updated_at="$.modifiedDate"), "Products"),
    # Its date of change is that of the last transaction; what a sale holds may not be one.
    Resource(
        RawTable("omni_stock", "$.__id", "$.modifiedDate"),
        "Stock",
        "productOptionId",
        ("productOptionId", "branchId", "size"),
        whole_every=NIGHTLY,
    ),
    Resource(RawTable("omni_purchase_orders", updated_at="$.modifiedDate"), "PurchaseOrders"),
)
