"""Linnworks' streams: snapshots, and purchase orders one by one.

Nothing tells what changed. Lists are read whole; of purchase orders, which are read one by one,
those that are not delivered every time, and delivered ones once: when they are new, or were not
delivered the last time. The cursor's keys: `open`, the ids that were not delivered; `read`, those
delivered ones that may still be taken for new; `after`, where a reading stands that is not through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from ecom_ai_os.platforms import Batch, Quarantined, RawTable, Stream
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.linnworks import lists
from ecom_ai_os.platforms.linnworks.client import MAX_CONCURRENT, Client
from ecom_ai_os.platforms.listing import Cursor
from ecom_ai_os.platforms.shifting import twice
from ecom_ai_os.platforms.spool import Record, Spool, is_id

#: In the order in which a purchase order takes them: one that moves on meanwhile is met again.
STATUSES = ("PENDING", "OPEN", "PARTIAL", "DELIVERED")
#: A purchase order of this age that nobody has seen open is taken for read.
NEW = timedelta(days=90)
BATCH_RECORDS = 200


@dataclass(frozen=True)
class Snapshot:
    """Reads a list whole every time."""

    table: RawTable
    pages: Callable[[Client], Iterable[lists.Page]]

    @property
    def stream(self) -> Stream:
        return Stream(self.table.name, (self.table,))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield all there is, in one batch."""
        spool = Spool(folder)
        for page in twice(partial(self.pages, client), self.table.id.removeprefix("$.")):
            spool.add(self.table.name, page)
        yield spool.batch({"read_at": client.clock().isoformat()}, self.table.name)


class PurchaseOrders:
    """Reads the stream `purchase_orders`: all headers, then single orders with their lines."""

    headers = RawTable("purchase_order_headers", "$.pkPurchaseID", None)
    orders = RawTable("purchase_orders", "$.PurchaseOrderHeader.pkPurchaseID", None)
    stream = Stream("purchase_orders", (headers, orders))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what may be new since `cursor`; a killed reading goes on where it stood."""
        cursor = cursor or {}
        spool, rows = Spool(folder), dict[str, Record]()
        for status in STATUSES:
            for page in twice(partial(lists.purchase_headers, client, status), "pkPurchaseID"):
                spool.add(self.headers.name, page)
                rows |= {str(row["pkPurchaseID"]): row for row in page.records if _has_id(row)}
        yield spool.batch(cursor, self.headers.name)
        since = client.clock() - NEW
        wanted = sorted(key for key, row in rows.items() if _is_wanted(key, row, cursor, since))
        left = [key for key in wanted if key > cursor.get("after", "")]
        unread = set(cursor.get("unread", ()))
        for start in range(0, len(left), BATCH_RECORDS):
            part = left[start : start + BATCH_RECORDS]
            spool = self._details(client, part, folder)
            unread |= {str(one.record_id) for one in spool.quarantined}
            yield spool.batch(cursor | {"after": part[-1], "unread": sorted(unread)})
        yield Batch(_cursor(rows, since, unread))

    def _details(self, client: Client, keys: list[str], folder: Path) -> Spool:
        spool = Spool(folder)
        with ThreadPoolExecutor(MAX_CONCURRENT) as pool:
            found = list(pool.map(partial(self._detail, client), keys))
        spool.write(self.orders.name, [one for one in found if isinstance(one, dict)])
        spool.quarantined = [one for one in found if isinstance(one, Quarantined)]
        return spool

    def _detail(self, client: Client, key: str) -> Record | Quarantined:
        """Return one order, or why there is none: it may have gone since it was listed (400, or 200
        and nothing), or cannot be read however often it is asked for.
        """
        try:
            body = client.post("PurchaseOrder/Get_PurchaseOrder", pkPurchaseId=key)
        except HttpError as error:
            if error.status not in (200, 400, 404):
                raise
            return Quarantined(self.orders.name, str(error), key, key)
        if not isinstance(body, dict):
            return Quarantined(self.orders.name, "not a JSON object", str(body)[:1000], key)
        return body


def _has_id(row: Record) -> bool:
    return is_id(row.get("pkPurchaseID"))


def _is_delivered(row: Record) -> bool:
    return row.get("Status") == "DELIVERED"


def _is_wanted(key: str, row: Record, cursor: Cursor, since: datetime) -> bool:
    if not _is_delivered(row) or "read" not in cursor or key in cursor["open"]:
        return True
    return _is_new(row, since) and key not in cursor["read"]


def _is_new(row: Record, since: datetime) -> bool:
    try:
        at = datetime.fromisoformat(row["DateOfPurchase"])
    except (KeyError, TypeError, ValueError):
        return True
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) >= since


def _cursor(rows: dict[str, Record], since: datetime, unread: set[str]) -> dict[str, Any]:
    is_open = {key: key in unread or not _is_delivered(row) for key, row in rows.items()}
    return {
        "open": sorted(key for key in rows if is_open[key]),
        "read": sorted(k for k, row in rows.items() if not is_open[k] and _is_new(row, since)),
    }


READERS = (
    Snapshot(
        RawTable("stock_locations", "$.StockLocationId", None),
        partial(lists.whole, method="Inventory/GetStockLocations"),
    ),
    Snapshot(
        RawTable("suppliers", "$.pkSupplierID", None),
        partial(lists.whole, method="Inventory/GetSuppliers"),
    ),
    Snapshot(RawTable("stock_items", "$.StockItemId", None), lists.stock_items),
    PurchaseOrders(),
    Snapshot(RawTable("open_orders", "$.OrderId", None), lists.open_orders),
)
