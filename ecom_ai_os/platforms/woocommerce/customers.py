"""Customers, whose list knows no filter by change.

Between two whole readings the new ones are read from the top of the list and the changed ones are
taken from the orders that changed, since an order changes its customer. Guests have no record here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ecom_ai_os.platforms.woocommerce.client import Client, Page
from ecom_ai_os.platforms.woocommerce.listing import Listing
from ecom_ai_os.platforms.woocommerce.paging import changed_since, created_at, walk
from ecom_ai_os.platforms.woocommerce.repair import number

#: Ids in one `include`; addresses beyond 8 KB are refused by many hosts.
IDS_PER_REQUEST = 100


@dataclass(frozen=True)
class Customers(Listing):
    """Reads the stream `customers`."""

    def changed(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield the accounts made at `since` or later, and those whose orders changed since."""
        yield from self._new(client, since)
        thin = {"status": "any", "_fields": "id,customer_id"} | changed_since(since)
        orders = [order for page, _ in walk(client, "orders", **thin) for order in page.records]
        buyers = sorted({number(order, "customer_id") for order in orders} - {0})
        for chunk in _chunks(buyers):
            include = ",".join(map(str, chunk))
            for page, _ in walk(client, self.path, **self.params, include=include):
                yield page

    def _new(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield pages from the newest account on; one that comes meanwhile repeats a record."""
        offset = 0
        while True:
            skip = {"offset": offset} if offset else {}
            page = client.page(self.path, orderby="id", order="desc", **self.params, **skip)
            yield page
            created = [created_at(record) for record in page.records]
            offset += page.per_page
            is_end = offset >= page.n_total if page.n_total is not None else not created
            if is_end or any(at and at < since for at in created):
                return


def _chunks(ids: list[int]) -> Iterable[list[int]]:
    return (ids[k : k + IDS_PER_REQUEST] for k in range(0, len(ids), IDS_PER_REQUEST))
