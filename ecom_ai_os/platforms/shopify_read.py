"""One Shopify stream from its cursor to batches: backfill, increment, snapshot, deletions.

The cursor's keys: `updated_since` and `destroyed_since`, from where the next increment searches;
`whole_at`, the last time everything was read; `backfill`, the windows still to read. All times are
on Shopify's clock. Its search index runs behind its writes, so an increment begins
`index_lag_seconds` before the last one did; landing drops what is read twice.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import orjson

from ecom_ai_os.platforms import Batch, Quarantined
from ecom_ai_os.platforms.shopify_bulk import BulkDeniedError, BulkReader, Job, sort_lines
from ecom_ai_os.platforms.shopify_client import Client
from ecom_ai_os.platforms.shopify_pages import Cutter, Page, Record, pages, refunds
from ecom_ai_os.platforms.shopify_streams import Plan

log = logging.getLogger(__name__)

#: A larger increment is finished by a bulk operation.
MAX_PAGED_RECORDS = 5_000
#: Records after which a sorted increment is landed.
BATCH_RECORDS = 2_000
#: 20,000 orders are one bulk operation, a million 25.
RECORDS_PER_WINDOW = 40_000
#: Windows whose operations run while an earlier one is downloaded; the shop's slots are five.
WINDOWS_AHEAD = 2
WHOLE_EVERY = timedelta(days=7)
EVENTS_PER_PAGE = 250

_serial = count()


@dataclass
class Spool:
    """The files of one batch; their names are never used twice."""

    folder: Path
    files: dict[str, list[Path]] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    n_records: int = 0

    def new_path(self, table: str) -> Path:
        return self.folder / f"{next(_serial):08d}-{table}.ndjson"

    def add(self, table: str, records: Iterable[Record]) -> None:
        """Write records to one more file of a raw table."""
        lines = [orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records]
        if lines:
            path = self.new_path(table)
            path.write_bytes(b"".join(lines))
            self.files.setdefault(table, []).append(path)

    def batch(self, cursor: dict[str, Any], **more: Any) -> Batch:
        return Batch(cursor, files=self.files, quarantined=self.quarantined, **more)


@dataclass(frozen=True)
class Reader:
    """Reads one stream of one connection."""

    client: Client
    plan: Plan
    folder: Path

    def batches(self, cursor: dict[str, Any] | None) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything)."""
        if self.plan.whole in ("pages", "bulk"):
            yield self._whole()
        elif cursor and "updated_since" in cursor:
            yield from self._increment(cursor)
        elif self.plan.whole:
            yield self._whole()
        else:
            yield from self._backfill(cursor or {})

    # --- everything --------------------------------------------------------------------------

    def _whole(self) -> Batch:
        spool = Spool(self.folder)
        if self.plan.whole == "pages":
            at = self._read_pages(None, spool)
        else:
            at = self._read_bulk(self._bulk.begin(self.plan.document, None), spool)
        tables = frozenset(table.name for table in self.plan.stream.tables)
        return spool.batch(self._cursor(at) | {"whole_at": at.isoformat()}, snapshot=tables)

    def _backfill(self, cursor: dict[str, Any]) -> Iterator[Batch]:
        """Read window after window; the cursor of each batch says where the next one begins."""
        state = cursor.get("backfill") or self._windows()
        until = datetime.fromisoformat(state["until"])
        edges = _edges(state)
        windows = [*zip(edges, [*edges[1:], None], strict=True)]
        waiting = deque(windows)
        jobs: deque[Job] = deque()
        for n, (_, end) in enumerate(windows, start=1):
            while waiting and len(jobs) <= WINDOWS_AHEAD:
                jobs.append(self._bulk.begin(self.plan.document, self._window(*waiting.popleft())))
            spool = Spool(self.folder)
            self._read_bulk(jobs.popleft(), spool)
            log.info("shopify %s: window %d of %d read", self.plan.stream.name, n, len(windows))
            rest = {"backfill": state | {"from": end.isoformat()}} if end else self._cursor(until)
            yield spool.batch(rest)

    def _windows(self) -> dict[str, Any]:
        """Return how to split the backfill so that a killed one loses little."""
        if not self.plan.span:
            now = self.client.execute("Shop").now
            return {"from": None, "until": now.isoformat(), "step_seconds": 0}
        query = self._start_filter()
        answer = self.client.execute(self.plan.span, **({"query": query} if query else {}))
        n_records = answer.data["count"]["count"]
        oldest = [_time(node["at"]) for node in answer.data["oldest"]["nodes"]]
        span = answer.now - min([*oldest, answer.now])
        n_windows = -(-n_records // RECORDS_PER_WINDOW) or 1
        return {
            "from": min([*oldest, answer.now]).isoformat(),
            "until": answer.now.isoformat(),
            "step_seconds": int(span.total_seconds() / n_windows) + 1,
        }

    # --- what changed ------------------------------------------------------------------------

    def _increment(self, cursor: dict[str, Any]) -> Iterator[Batch]:
        since = datetime.fromisoformat(cursor["updated_since"])
        deleted, looked = self._destroyed(cursor)
        spool, n_read, now = Spool(self.folder), 0, None
        for page in pages(self.client, self.plan.document, self.plan.first, self._changed(since)):
            now = now or page.now
            if self.plan.whole and now - datetime.fromisoformat(cursor["whole_at"]) > WHOLE_EVERY:
                yield self._whole()
                return
            self._add(page, spool)
            n_read += len(page.nodes)
            if self.plan.is_sorted and page.nodes and page.nodes[-1]:
                since = max(since, _time(page.nodes[-1]["updatedAt"]))
            if page.has_more and n_read >= MAX_PAGED_RECORDS:
                self._read_bulk(self._bulk.begin(self.plan.document, self._changed(since)), spool)
                break
            if page.has_more and self.plan.is_sorted and spool.n_records >= BATCH_RECORDS:
                read = {"updated_since": since.isoformat()}
                yield spool.batch(cursor | looked | read, deleted=deleted)
                deleted, spool = {}, Spool(self.folder)
        assert now, "a connection has one page at least"
        yield spool.batch(cursor | looked | {"updated_since": self._lagged(now)}, deleted=deleted)

    def _destroyed(self, cursor: dict[str, Any]) -> tuple[dict[str, list[str]], dict[str, Any]]:
        """Return the ids deleted since the last look, by raw table, and the cursor's part of it.

        Shopify keeps its events for a year. What is deleted without one is found by reading
        everything (`whole`); for orders and customers the events are all there is.
        """
        if not self.plan.destroyed:
            return {}, {}
        query = (
            f"action:destroy AND subject_type:{self.plan.destroyed} "
            f"AND created_at:>='{_filter_text(datetime.fromisoformat(cursor['destroyed_since']))}'"
        )
        read = list(pages(self.client, "Destroyed", EVENTS_PER_PAGE, query))
        ids = [node["subjectId"] for page in read for node in page.nodes if node]
        return {self.plan.root: ids} if ids else {}, {"destroyed_since": self._lagged(read[0].now)}

    # --- from answers to files ---------------------------------------------------------------

    def _read_bulk(self, job: Job, spool: Spool) -> datetime:
        """Read a job's whole result into the spool; return when its reading began."""
        path = spool.new_path("bulk")
        try:
            at = self._bulk.fetch(job, path)
        except BulkDeniedError as error:
            self.client.warn_once(f"{error}; reading pages instead, without the withheld fields")
            return self._read_pages(job.query, spool)
        result = sort_lines(path, self.plan.kinds, self.plan.root)
        path.unlink()
        spool.quarantined += result.strays
        for table, file in result.files.items():
            if file.stat().st_size:
                spool.files.setdefault(table, []).append(file)
        if "refunds" in self._tables:
            spool.add(
                "refunds", refunds(self.client, refunded_orders(result.files[self.plan.root]))
            )
        return at

    def _read_pages(self, query: str | None, spool: Spool) -> datetime:
        at = None
        for page in pages(self.client, self.plan.document, self.plan.first, query):
            at = at or page.now
            self._add(page, spool)
        assert at, "a connection has one page at least"
        return at

    def _add(self, page: Page, spool: Spool) -> None:
        """Write a page's records and those nested in them to the spool."""
        cutter = Cutter(self.client, self.plan.document, self.plan.cuts)
        root = self.plan.root
        by_table: dict[str, list[Record]] = {}
        for node in page.nodes:
            if node is None:
                spool.quarantined.append(Quarantined(root, "Shopify withheld the record", "null"))
                continue
            for table, record in cutter.cut(node, root):
                by_table.setdefault(table, []).append(record)
        if "refunds" in self._tables:
            ids = [order["id"] for order in by_table.get(root, ()) if order["refunds"]]
            by_table["refunds"] = list(refunds(self.client, ids))
        for table, records in by_table.items():
            spool.add(table, records)
        spool.n_records += len(page.nodes)

    # --- filters and cursors -----------------------------------------------------------------

    @property
    def _bulk(self) -> BulkReader:
        return BulkReader(self.client, self.plan.stream.name)

    @property
    def _tables(self) -> set[str]:
        return {table.name for table in self.plan.stream.tables}

    def _lagged(self, now: datetime) -> str:
        lag = timedelta(seconds=self.client.settings.index_lag_seconds)
        return (now - lag).isoformat()

    def _cursor(self, at: datetime) -> dict[str, Any]:
        """Return the cursor once everything up to `at` has been read."""
        destroyed = {"destroyed_since": self._lagged(at)} if self.plan.destroyed else {}
        return {"updated_since": self._lagged(at)} | destroyed

    def _start_filter(self) -> str | None:
        start_on = self.client.settings.start_on
        is_orders = self.plan.window == "created_at"
        return f"created_at:>='{start_on}T00:00:00Z'" if start_on and is_orders else None

    def _changed(self, since: datetime) -> str:
        changed = f"updated_at:>='{_filter_text(since - self.plan.overlap)}'"
        return " AND ".join(filter(None, (changed, self._start_filter())))

    def _window(self, begin: datetime | None, end: datetime | None) -> str | None:
        """Return the filter of [begin, end); a side that is None is open."""
        name, overlap = self.plan.window, self.plan.overlap
        terms = [
            *([f"{name}:>='{_filter_text(begin - overlap)}'"] if begin else []),
            *([f"{name}:<'{_filter_text(end + overlap)}'"] if end else []),
        ]
        return " AND ".join(terms) or None


def refunded_orders(orders: Path) -> list[str]:
    """Return the ids of the orders in an NDJSON file that have refunds."""
    ids = []
    with orders.open("rb") as lines:
        for line in lines:
            if b'"refunds":[]' not in line:
                with suppress(orjson.JSONDecodeError, KeyError):
                    order = orjson.loads(line)
                    ids += [order["id"]] if order["refunds"] else []
    return ids


def _edges(state: dict[str, Any]) -> list[datetime | None]:
    """Return where the windows of a backfill begin; None: it is one window."""
    if state["from"] is None:
        return [None]
    begin, until = (datetime.fromisoformat(state[key]) for key in ("from", "until"))
    step = timedelta(seconds=state["step_seconds"])
    n_windows = max(1, -(-(until - begin) // step))
    return [begin + k * step for k in range(n_windows)]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _filter_text(at: datetime) -> str:
    """Return a time as search filters want it; it must be quoted there."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
