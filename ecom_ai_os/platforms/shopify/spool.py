"""From answers to the files of one batch: nested records cut out, refunds brought along."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from ecom_ai_os.platforms import Batch, Quarantined
from ecom_ai_os.platforms.shopify.bulk import BulkDeniedError, BulkReader, Job, sort_lines
from ecom_ai_os.platforms.shopify.client import Client
from ecom_ai_os.platforms.shopify.pages import Cutter, Page, Record, nested, pages, refunds
from ecom_ai_os.platforms.shopify.streams import Plan

log = logging.getLogger(__name__)

#: File names are never used twice: the caller may land one batch while the next is read.
_serial = count()


@dataclass
class Spool:
    """What one batch will hold."""

    client: Client
    plan: Plan
    folder: Path
    files: dict[str, list[Path]] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    n_records: int = 0

    def batch(self, cursor: dict[str, Any], **more: Any) -> Batch:
        """Return the batch; `cursor` is true once it has landed."""
        return Batch(cursor, files=self.files, quarantined=self.quarantined, **more)

    def add_bulk(self, bulk: BulkReader, job: Job) -> datetime:
        """Add a job's whole result; return when its reading began."""
        path = self._new_path("bulk")
        try:
            at = bulk.fetch(job, path)
        except BulkDeniedError as error:
            self.client.warn_once(f"{error}; reading pages instead, without the withheld fields")
            return self.add_pages(job.query)
        result = sort_lines(path, self.plan.kinds, self.plan.root)
        path.unlink()
        self.quarantined += result.strays
        for table, file in result.files.items():
            if file.stat().st_size:
                self.files.setdefault(table, []).append(file)
        if self._has_refunds:
            refunded = refunded_orders(result.files[self.plan.root])
            self._write("refunds", refunds(self.client, refunded))
            self._add_forgotten_return_lines()
        return at

    def add_pages(self, query: str | None) -> datetime:
        """Add every record a search finds; return when its reading began."""
        read = pages(self.client, self.plan.document, self.plan.first, query)
        first = next(read)
        self.add(first)
        for page in read:
            self.add(page)
        return first.now

    def add(self, page: Page) -> None:
        """Add a page's records and those nested in them."""
        cutter = Cutter(self.client, self.plan.document, self.plan.cuts)
        root = self.plan.root
        by_table: dict[str, list[Record]] = {}
        for node in page.nodes:
            if node is None:
                self.quarantined.append(Quarantined(root, "Shopify withheld the record", "null"))
                continue
            for table, record in cutter.cut(node, root):
                by_table.setdefault(table, []).append(record)
        if self._has_refunds:
            refunded = [order["id"] for order in by_table.get(root, ()) if order["refunds"]]
            by_table["refunds"] = list(refunds(self.client, refunded))
        for table, records in by_table.items():
            self._write(table, records)
        self.n_records += len(page.nodes)

    def _add_forgotten_return_lines(self) -> None:
        """Read return lines by pages when a bulk result has returns and not one line of them.

        Seen in the field: https://github.com/Shopify/shopify-app-js/issues/2710
        """
        if "returns" not in self.files or "return_lines" in self.files:
            return
        self.client.warn_once("a bulk operation left out all return lines; reading them by pages")
        for path in self.files["returns"]:
            self._write("return_lines", self._return_lines(path))

    def _return_lines(self, returns: Path) -> Iterator[Record]:
        with returns.open("rb") as lines:
            for line in lines:
                with suppress(orjson.JSONDecodeError, KeyError):
                    return_id = orjson.loads(line)["id"]
                    for record in nested(self.client, "OrdersReturnLineItems", return_id, None):
                        yield record | {"__parentId": return_id}

    @property
    def _has_refunds(self) -> bool:
        return any(table.name == "refunds" for table in self.plan.stream.tables)

    def _write(self, table: str, records: Iterable[Record]) -> None:
        path = self._new_path(table)
        with path.open("wb") as file:
            for record in records:
                file.write(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE))
        if path.stat().st_size:
            self.files.setdefault(table, []).append(path)
        else:
            path.unlink()

    def _new_path(self, table: str) -> Path:
        return self.folder / f"{next(_serial):08d}-{table}.ndjson"


def refunded_orders(orders: Path) -> list[str]:
    """Return the ids of the orders in an NDJSON file that have refunds."""
    ids = []
    with orders.open("rb") as lines:
        for line in lines:
            # Parsed only when need be: most orders have none.
            if b'"refunds":[]' not in line:
                with suppress(orjson.JSONDecodeError, KeyError):
                    order = orjson.loads(line)
                    ids += [order["id"]] if order["refunds"] else []
    return ids
