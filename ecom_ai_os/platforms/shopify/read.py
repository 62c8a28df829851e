"""One Shopify stream from its cursor to batches: backfill, increment, snapshot, deletions.

The cursor's keys: `updated_since` and `destroyed_since`, from where the next increment searches;
`whole_at`, the last time everything was read; `revisited_on`, the last day of the revisit;
`backfill`, the windows still to read. All times are on Shopify's clock. Its search index runs
behind its writes, so an increment begins `index_lag_seconds` before the last one did; landing drops
what is read twice.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ecom_ai_os.platforms import Batch
from ecom_ai_os.platforms.shopify.bulk import BulkReader, Job
from ecom_ai_os.platforms.shopify.client import Client
from ecom_ai_os.platforms.shopify.pages import pages
from ecom_ai_os.platforms.shopify.spool import Spool
from ecom_ai_os.platforms.shopify.streams import Plan
from ecom_ai_os.platforms.shopify.windows import Backfill, Filters

log = logging.getLogger(__name__)

#: A larger increment is finished by a bulk operation, which costs no points: seven pages of 250
#: orders empty the bucket of a standard plan, and three more are wanted for open returns.
MAX_PAGED_RECORDS = 1_000
#: Records after which a sorted increment is landed.
BATCH_RECORDS = 2_000
#: Windows whose operations run while an earlier one is downloaded; the shop's slots are five.
WINDOWS_AHEAD = 2
WHOLE_EVERY = timedelta(days=7)
EVENTS_PER_PAGE = 250

Cursor = dict[str, Any]


@dataclass(frozen=True)
class Reader:
    """Reads one stream of one connection."""

    client: Client
    plan: Plan
    folder: Path

    def batches(self, cursor: Cursor | None) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything)."""
        if self.plan.whole in ("pages", "bulk"):
            yield self._whole()
        elif cursor and "updated_since" in cursor:
            yield from self._increment(cursor)
        elif self.plan.whole:
            yield self._whole()
        else:
            yield from self._backfill(cursor or {})

    def _whole(self) -> Batch:
        spool = self._spool()
        if self.plan.whole == "pages":
            at = spool.add_pages(None)
        else:
            at = spool.add_bulk(self._bulk, self._bulk.begin(self.plan.document, None))
        tables = frozenset(table.name for table in self.plan.stream.tables)
        return spool.batch(self._read_until(at) | {"whole_at": at.isoformat()}, snapshot=tables)

    def _backfill(self, cursor: Cursor) -> Iterator[Batch]:
        """Read window after window; each batch's cursor says what is left."""
        state = cursor.get("backfill")
        backfill = Backfill.from_cursor(state) if state else self._planned()
        windows = backfill.windows
        waiting = deque(windows)
        jobs: deque[Job] = deque()
        for n, (_, end) in enumerate(windows, start=1):
            while waiting and len(jobs) <= WINDOWS_AHEAD:
                query = self._filters.window(*waiting.popleft())
                jobs.append(self._bulk.begin(self.plan.document, query))
            spool = self._spool()
            spool.add_bulk(self._bulk, jobs.popleft())
            log.info("shopify %s: window %d of %d is read", self.plan.stream.name, n, len(windows))
            if end:
                yield spool.batch({"backfill": backfill.after(end).to_cursor()})
            else:
                yield spool.batch(self._read_until(backfill.until))

    def _planned(self) -> Backfill:
        """Return the windows a backfill is split into, so that a killed one loses little."""
        if not self.plan.span:
            return Backfill(None, self.client.execute("Shop").now)
        start = self._filters.start
        answer = self.client.execute(self.plan.span, **({"query": start} if start else {}))
        nodes = answer.data["oldest"]["nodes"]
        oldest = min([answer.now, *(datetime.fromisoformat(node["at"]) for node in nodes)])
        return Backfill.over(answer.data["count"]["count"], oldest, answer.now)

    def _increment(self, cursor: Cursor) -> Iterator[Batch]:
        since = datetime.fromisoformat(cursor["updated_since"])
        deleted, looked = self._destroyed(cursor)
        spool, n_read, now = self._spool(), 0, None
        query = self._filters.changed(since)
        for page in pages(self.client, self.plan.document, self.plan.first, query):
            now = now or page.now
            if self.plan.whole and now - datetime.fromisoformat(cursor["whole_at"]) > WHOLE_EVERY:
                yield self._whole()
                return
            spool.add(page)
            n_read += len(page.nodes)
            if self.plan.is_sorted and page.nodes and page.nodes[-1]:
                since = max(since, datetime.fromisoformat(page.nodes[-1]["updatedAt"]))
            if page.has_more and n_read >= MAX_PAGED_RECORDS:
                job = self._bulk.begin(self.plan.document, self._filters.changed(since))
                spool.add_bulk(self._bulk, job)
                break
            if page.has_more and self.plan.is_sorted and spool.n_records >= BATCH_RECORDS:
                yield spool.batch(
                    cursor | looked | {"updated_since": since.isoformat()}, deleted=deleted
                )
                deleted, spool = {}, self._spool()
        assert now, "a connection has one page at least"
        looked |= self._revisit(cursor, now, spool)
        yield spool.batch(cursor | looked | {"updated_since": self._lagged(now)}, deleted=deleted)

    def _revisit(self, cursor: Cursor, now: datetime, spool: Spool) -> Cursor:
        """Once a day, read again what may change unseen; return the cursor's part of it."""
        today = now.date().isoformat()
        if not self.plan.revisit or cursor.get("revisited_on") == today:
            return {}
        spool.add_pages(self.plan.revisit)
        return {"revisited_on": today}

    def _destroyed(self, cursor: Cursor) -> tuple[dict[str, list[str]], Cursor]:
        """Return the ids deleted since the last look, by raw table, and the cursor's part of it.

        Shopify keeps its events for a year. What is deleted without one is found by reading
        everything (`whole`); for orders and customers the events are all there is.
        """
        if not self.plan.destroyed:
            return {}, {}
        query = self._filters.destroyed(datetime.fromisoformat(cursor["destroyed_since"]))
        read = list(pages(self.client, "Destroyed", EVENTS_PER_PAGE, query))
        ids = [node["subjectId"] for page in read for node in page.nodes if node]
        return {self.plan.root: ids} if ids else {}, {"destroyed_since": self._lagged(read[0].now)}

    @property
    def _bulk(self) -> BulkReader:
        return BulkReader(self.client, self.plan.stream.name)

    @property
    def _filters(self) -> Filters:
        return Filters(self.plan, self.client.settings.start_on)

    def _spool(self) -> Spool:
        return Spool(self.client, self.plan, self.folder)

    def _lagged(self, now: datetime) -> str:
        lag = timedelta(seconds=self.client.settings.index_lag_seconds)
        return (now - lag).isoformat()

    def _read_until(self, at: datetime) -> Cursor:
        """Return the cursor once everything up to `at` has been read."""
        destroyed = {"destroyed_since": self._lagged(at)} if self.plan.destroyed else {}
        return {"updated_since": self._lagged(at)} | destroyed
