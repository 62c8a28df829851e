"""Cin7 Core's streams.

The cursor's keys, times on Cin7's clock: `changed_since`, from where the next increment asks;
`whole_at`, when the list was last read whole, which finds what was deleted; `began_at` and `after`,
when a reading of single records that is not through began, and the last id it has read.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson

from ecom_ai_os.platforms import Batch, Quarantined, RawTable, Stream
from ecom_ai_os.platforms.cin7.client import MAX_CONCURRENT, Client
from ecom_ai_os.platforms.cin7.core_lists import List, Walk
from ecom_ai_os.platforms.http import HttpError, address
from ecom_ai_os.platforms.listing import OVERLAP, WEEK, Cursor
from ecom_ai_os.platforms.spool import Record, Spool, is_id

#: Single records after which a batch is landed: a minute's worth.
BATCH_RECORDS = 60


@dataclass(frozen=True)
class Account:
    """Reads what Core says of the account itself: one record, with its currency."""

    table = RawTable("core_me", id="$.Company", updated_at=None)

    @property
    def stream(self) -> Stream:
        return Stream(self.table.name, (self.table,))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield the one record."""
        reply = client.get("me")
        if not isinstance(reply.body, dict):
            raise HttpError(f"{address(client.settings.root)}/me sent no account")
        spool = Spool(folder)
        spool.write(self.table.name, [reply.body])
        yield spool.batch({"read_at": reply.now.isoformat()}, self.table.name)


@dataclass(frozen=True)
class Snapshot:
    """Reads a list whole every time: it has no filter by change, or is one page anyway."""

    table: RawTable
    of: List

    @property
    def stream(self) -> Stream:
        return Stream(self.table.name, (self.table,))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield all there is, in one batch."""
        spool, walk = Spool(folder), Walk(client, self.of)
        for page in walk:
            spool.add(self.table.name, page)
        whole = [self.table.name] if walk.is_whole else []
        yield spool.batch({"read_at": client.clock().isoformat()}, *whole)


@dataclass(frozen=True)
class Detailed:
    """Reads a list by change, weekly whole, and then one by one the records it only names.

    - `name`: the stream's
    - `detail_path`, `detail_param`: where and by which parameter one is asked for
    - `only_with`: those alone whose list record has something in this field
    - `nested`: Core may nest the detail itself, under this name, in that field's entries
    """

    name: str
    table: RawTable
    of: List
    details: RawTable
    detail_path: str
    detail_param: str = "ID"
    only_with: str = ""
    nested: str = ""

    @property
    def stream(self) -> Stream:
        return Stream(self.name, (self.table, self.details))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor`; a reading that was killed goes on where it stood."""
        cursor = cursor or {}
        began_at = _time(cursor, "began_at") or client.clock()
        since, whole_at = _time(cursor, "changed_since"), _time(cursor, "whole_at")
        is_due = not since or not whole_at or began_at - whole_at >= WEEK
        state = cursor | {"began_at": began_at.isoformat()}
        wanted: dict[str, Record] = {}
        walk = Walk(client, self.of, None if is_due else since)
        spool = self._list(walk, since, wanted, folder)
        yield spool.batch(state, *([self.table.name] if walk.is_whole and is_due else []))
        left = sorted(key for key in wanted if key > cursor.get("after", ""))
        for start in range(0, len(left), BATCH_RECORDS):
            part = left[start : start + BATCH_RECORDS]
            spool = self._details(client, [wanted[key] for key in part], folder)
            yield spool.batch(state | {"after": part[-1]})
        moved = {"changed_since": (began_at - OVERLAP).isoformat()}
        if is_due:
            moved["whole_at"] = began_at.isoformat()
        elif not walk.is_whole:
            # What the list held back is asked for again, until the next whole reading.
            moved = {}
        kept = {key: cursor[key] for key in ("changed_since", "whole_at") if key in cursor}
        yield Batch(kept | moved)

    def _list(
        self, walk: Walk, since: datetime | None, wanted: dict[str, Record], folder: Path
    ) -> Spool:
        """Read the list, and fill `wanted` with what is needed to read the details."""
        spool = Spool(folder)
        for page in walk:
            spool.add(self.table.name, page)
            for row in page.records:
                if self._is_wanted(row, since):
                    key = str(row["ID"])
                    wanted[key] = {"ID": key, self.only_with: row.get(self.only_with)}
        return spool

    def _is_wanted(self, row: Record, since: datetime | None) -> bool:
        """Say whether a row's detail is to be read: it has one, and may have changed."""
        if not is_id(row.get("ID")) or (self.only_with and not row.get(self.only_with)):
            return False
        updated_at = _utc(row.get(self.of.updated))
        return not since or not updated_at or updated_at >= since

    def _details(self, client: Client, rows: list[Record], folder: Path) -> Spool:
        spool = Spool(folder)

        def read(row: Record) -> Record | Quarantined:
            return self._detail(client, row)

        with ThreadPoolExecutor(MAX_CONCURRENT) as pool:
            found = list(pool.map(read, rows))
        spool.write(self.details.name, [one for one in found if isinstance(one, dict)])
        spool.quarantined = [one for one in found if isinstance(one, Quarantined)]
        return spool

    def _detail(self, client: Client, row: Record) -> Record | Quarantined:
        """Return one record, or why there is none: it may have gone since it was listed."""
        if nested := self._nested(row):
            return nested
        key = row["ID"]
        try:
            body = client.get(self.detail_path, **{self.detail_param: key}).body
        except HttpError as error:
            if error.status not in (400, 404):
                raise
            return self._quarantined(key, {self.detail_param: key}, str(error))
        if not isinstance(body, dict):
            return self._quarantined(key, body, "not a JSON object")
        return {self.detail_param: key} | body

    def _nested(self, row: Record) -> Record | None:
        entries = row.get(self.only_with) if self.nested else None
        if not isinstance(entries, list):
            return None
        if all(isinstance(entry, dict) and self.nested in entry for entry in entries):
            return {self.detail_param: row["ID"], "ProductSuppliers": entries}
        return None

    def _quarantined(self, key: str, found: Any, why: str) -> Quarantined:
        return Quarantined(self.details.name, why, orjson.dumps(found).decode(), key)


def _time(cursor: Cursor, key: str) -> datetime | None:
    return datetime.fromisoformat(cursor[key]) if key in cursor else None


def _utc(text: Any) -> datetime | None:
    """Read one of Core's times: UTC, with or without a Z."""
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


READERS = (
    Account(),
    Snapshot(RawTable("core_locations", "$.ID", None), List("ref/location", "LocationList")),
    Snapshot(
        RawTable("core_suppliers", "$.ID", "$.LastModifiedOn"),
        List("supplier", "SupplierList", params={"IncludeDeprecated": "true"}),
    ),
    # One row for each bin and batch; there is no filter by change.
    Snapshot(
        RawTable("core_product_availability", "$.__id", None),
        List(
            "ref/productavailability",
            "ProductAvailabilityList",
            ("ID", "Location", "Bin", "Batch", "ExpiryDate"),
        ),
    ),
    Detailed(
        "core_products",
        RawTable("core_products", "$.ID", "$.LastModifiedOn"),
        List(
            "product",
            "Products",
            since="ModifiedSince",
            updated="LastModifiedOn",
            # Records with their suppliers are large.
            limit=250,
            params={"IncludeDeprecated": "true", "IncludeSuppliers": "true"},
        ),
        RawTable("core_product_suppliers", "$.ProductID", None),
        "product-suppliers",
        "ProductID",
        only_with="Suppliers",
        nested="ProductSupplierOptions",
    ),
    Detailed(
        "core_purchases",
        RawTable("core_purchase_list", "$.ID", "$.LastUpdatedDate"),
        List("purchaseList", "PurchaseList", since="UpdatedSince", updated="LastUpdatedDate"),
        RawTable("core_purchases", "$.ID", "$.LastUpdatedDate"),
        "advanced-purchase",
    ),
)
