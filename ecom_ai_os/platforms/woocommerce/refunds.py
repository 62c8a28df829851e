"""Refunds with their lines: from /refunds, which WooCommerce has since 9.0, or order by order.

They have no date of change: what is created is read once. Deleted ones are told by `order_ids`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ecom_ai_os.platforms import Batch
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.listing import BATCH_PAGES, OVERLAP, Cursor
from ecom_ai_os.platforms.spool import Spool
from ecom_ai_os.platforms.woocommerce.client import Client, Page, Record
from ecom_ai_os.platforms.woocommerce.listing import Listing
from ecom_ai_os.platforms.woocommerce.paging import changed_since, walk
from ecom_ai_os.platforms.woocommerce.repair import rows

OLD_STORE = "has no /refunds (WooCommerce before 9.0); reading the refunds of each refunded order"


@dataclass(frozen=True)
class Refunds(Listing):
    """Reads the stream `order_refunds`."""

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything)."""
        try:
            yield from super().batches(client, cursor, folder)
        except HttpError as error:
            if error.status != 404:
                raise
            client.warn_once(OLD_STORE)
            yield from self._by_order(client, cursor, folder)

    def changed(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield what was created at `since` or later."""
        for page, _ in walk(client, self.path, **changed_since(since, "")):
            yield page

    def _by_order(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Ask each changed order that has refunds for them; a refund changes its order."""
        cursor = cursor if cursor and "changed_since" in cursor else {}
        began_at = client.clock()
        since = {}
        if cursor:
            since = changed_since(datetime.fromisoformat(cursor["changed_since"]))
        spool = Spool(folder)
        for page, _ in walk(client, "orders", status="any", _fields="id,refunds", **since):
            refunded = [order["id"] for order in page.records if rows(order, "refunds")]
            spool.write(self.table.name, _refunds_of(client, refunded))
            spool.n_pages += 1
            if spool.n_pages == BATCH_PAGES:
                yield spool.batch(cursor)
                spool = Spool(folder)
        until = (began_at - OVERLAP).isoformat()
        yield spool.batch({"changed_since": until, "whole_at": began_at.isoformat()})


def _refunds_of(client: Client, orders: list[int]) -> Iterator[Record]:
    """Yield the orders' refunds with the `parent_id` that only /refunds gives them."""
    for order in orders:
        for page, _ in walk(client, f"orders/{order}/refunds"):
            for refund in page.records:
                yield refund | {"parent_id": order}
