"""Orders: a backfill by windows of creation time, increments by change, a weekly look at the ids.

Beside each order its id and those of its refunds go to `order_ids`, which is swept whole once a
week: what an order's row there loses was deleted for good, of which WooCommerce says nothing
(orders by DELETE?force=true; refunds never touch their order when they go). On stores without HPOS
an edit of address or meta data does not change date_modified and is not seen.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.ahead import side_by_side
from ecom_ai_os.platforms.listing import BATCH_PAGES, OVERLAP, WEEK, Cursor
from ecom_ai_os.platforms.spool import Spool
from ecom_ai_os.platforms.woocommerce.client import MAX_CONCURRENT, Client, Page, Record
from ecom_ai_os.platforms.woocommerce.listing import trashed
from ecom_ai_os.platforms.woocommerce.paging import (
    changed_since,
    created_at,
    created_within,
    walk,
)
from ecom_ai_os.platforms.woocommerce.repair import number, rows

log = logging.getLogger(__name__)

ORDERS = RawTable("orders", updated_at="$.date_modified_gmt")
ORDER_IDS = RawTable("order_ids", updated_at=None)
STREAM = Stream("orders", (ORDERS, ORDER_IDS))
ORDERS_PER_WINDOW = 2_000
THIN = {"_fields": "id,refunds"}


@dataclass(frozen=True)
class Windows:
    """Windows of creation time from `begin` to `until`, the last one open."""

    begin: datetime
    until: datetime
    step: timedelta

    def __iter__(self) -> Iterator[tuple[datetime, datetime | None]]:
        n_windows = max(1, -(-(self.until - self.begin) // self.step))
        begins = [self.begin + k * self.step for k in range(n_windows)]
        return iter(zip(begins, [*begins[1:], None], strict=True))

    def to_cursor(self) -> Cursor:
        return {
            "begin": self.begin.isoformat(),
            "until": self.until.isoformat(),
            "step_seconds": int(self.step.total_seconds()),
        }

    @classmethod
    def from_cursor(cls, state: Cursor) -> Windows:
        begin, until = (datetime.fromisoformat(state[key]) for key in ("begin", "until"))
        return cls(begin, until, timedelta(seconds=state["step_seconds"]))


class Orders:
    """Reads the stream `orders`."""

    stream = STREAM

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything)."""
        if not cursor or "backfill" in cursor:
            yield from self._backfill(client, cursor, folder)
            return
        began_at = client.clock()
        done = cursor | {"changed_since": (began_at - OVERLAP).isoformat()}
        yield from self._increment(client, cursor, done, folder)
        if began_at - datetime.fromisoformat(cursor["swept_at"]) >= WEEK:
            yield self._sweep(client, done | {"swept_at": began_at.isoformat()}, folder)

    def _backfill(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Read window after window; the cursor of each batch says where the next one begins."""
        windows = Windows.from_cursor(cursor["backfill"]) if cursor else _windows(client)
        state = windows.to_cursor()
        for (_, end), spool in _by_window(client, windows, folder, ORDERS.name):
            if end:
                log.info("woocommerce orders: read up to %s", end.date())
                yield spool.batch({"backfill": state | {"begin": end.isoformat()}})
            else:
                since = windows.until - OVERLAP
                done = {"changed_since": since.isoformat(), "swept_at": state["until"]}
                yield spool.batch(done)

    def _increment(
        self, client: Client, cursor: Cursor, done: Cursor, folder: Path
    ) -> Iterator[Batch]:
        since = datetime.fromisoformat(cursor["changed_since"])
        spool = Spool(folder)
        for page, _ in walk(client, "orders", status="any", **changed_since(since)):
            _add(spool, ORDERS.name, page)
            if spool.n_pages == BATCH_PAGES:
                yield spool.batch(cursor)
                spool = Spool(folder)
        gone = trashed(client, "orders", since)
        spool.deleted = {ORDERS.name: gone, ORDER_IDS.name: gone}
        yield spool.batch(done)

    def _sweep(self, client: Client, cursor: Cursor, folder: Path) -> Batch:
        """Read all ids there are; what is not among them is gone."""
        whole = Spool(folder)
        windows = _windows(client)
        for _, spool in _by_window(client, windows, folder, ORDER_IDS.name, **THIN):
            whole.take(spool)
        return whole.batch(cursor, ORDER_IDS.name)


def _windows(client: Client) -> Windows:
    """Split the time from the first order to now so that a killed backfill loses little."""
    now = client.clock()
    thin = {"_fields": "id,date_created_gmt"}
    page = client.page("orders", status="any", orderby="date", order="asc", **thin)
    begin = min([now, *(at for at in map(created_at, page.records) if at)])
    n_windows = -(-(page.n_total or 0) // ORDERS_PER_WINDOW) or 1
    step = int((now - begin).total_seconds() / n_windows) + 1
    return Windows(begin, now, timedelta(seconds=step))


def _by_window(
    client: Client, windows: Windows, folder: Path, table: str, **params: str
) -> Iterator[tuple[tuple[datetime, datetime | None], Spool]]:
    """Yield each window with its orders, in order, as many read at once as the shop is asked."""

    def read(window: tuple[datetime, datetime | None]) -> Spool:
        begin, end = window
        created = created_within(begin, end) if end else changed_since(begin, "")
        spool = Spool(folder)
        for page, _ in walk(client, "orders", status="any", **created, **params):
            _add(spool, table, page)
        return spool

    return side_by_side(read, windows, MAX_CONCURRENT)


def _add(spool: Spool, table: str, page: Page) -> None:
    """Add a page of orders, or of their ids only."""
    spool.write(ORDER_IDS.name, [_id_row(record) for record in page.records if "id" in record])
    if table == ORDERS.name:
        spool.add(table, page)


def _id_row(order: Record) -> dict[str, Any]:
    refunds = {number(refund, "id") for refund in rows(order, "refunds")}
    return {"id": order["id"], "refunds": sorted(refunds - {0})}
