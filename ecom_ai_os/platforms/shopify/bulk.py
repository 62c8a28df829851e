"""Bulk operations: started, waited for, downloaded whole, and sorted into raw tables' files.

Only a COMPLETED operation whose rows all arrived counts. One that fails, expires, is cancelled or
forgotten is run again; its partial result is never used.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import orjson

from ecom_ai_os.platforms import Quarantined
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.shopify.client import Client
from ecom_ai_os.platforms.shopify.connection import ShopifyError
from ecom_ai_os.platforms.shopify.documents import bulk

log = logging.getLogger(__name__)

MAX_RUNS = 3
#: 1,456 products take 1 s, a million orders many minutes.
FIRST_POLL_SECONDS = 0.5
MAX_POLL_SECONDS = 15.0
#: All five slots may be held by another program's operations.
MAX_SLOT_WAIT_SECONDS = 6 * 3600.0
MAX_RUN_SECONDS = 24 * 3600.0
NOT_OVER = {"CREATED", "RUNNING", "CANCELING"}
SLOTS_TAKEN = {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}

#: Every document selects `id` first, so a line tells its kind at a fixed place.
LINE_START = b'{"id":"gid://shopify/'


class BulkDeniedError(ShopifyError):
    """Bulk operations refuse a field the app may not see, where pages only withhold it."""


@dataclass
class Job:
    """One bulk query; `operation_id` is None until a slot was free."""

    document: str
    query: str | None
    operation_id: str | None = None
    started_at: datetime | None = None


class BulkReader:
    """Runs bulk queries of one connection for one stream."""

    def __init__(self, client: Client, stream: str) -> None:
        self._client = client
        self._stream = stream

    def begin(self, document: str, query: str | None) -> Job:
        """Start a job if one of the five slots is free; `fetch` starts it otherwise."""
        job = Job(document, query)
        self._submit(job)
        return job

    def fetch(self, job: Job, path: Path) -> datetime:
        """Write the job's complete result to `path`; return when its reading began.

        Raises BulkDeniedError, or ShopifyError naming stream, operation and state.
        """
        for run in range(MAX_RUNS):
            self._await_slot(job)
            assert job.operation_id and job.started_at
            problem = self._problem(self._outcome(job.operation_id), path)
            if problem is None:
                return job.started_at
            failed, job.operation_id = job.operation_id, None
            log.warning("shopify %s: bulk operation %s %s", self._stream, failed, problem)
            sleep(FIRST_POLL_SECONDS * 2**run)
        raise ShopifyError(
            f"stream {self._stream}: bulk operation {failed} {problem}, as did {MAX_RUNS - 1} runs "
            "before it; run again later or ask Shopify's support about this operation"
        )

    def _submit(self, job: Job) -> str | None:
        """Try to start the job; return why there is no slot, or None."""
        answer = self._client.execute("BulkRun", query=bulk(job.document, job.query))
        result = answer.data["bulkOperationRunQuery"]
        for error in result["userErrors"]:
            if error["code"] in SLOTS_TAKEN:
                return str(error["message"])
            says = f"stream {self._stream}: Shopify refused the bulk query: {error['message']}"
            raise ShopifyError(says, error["code"])
        job.operation_id, job.started_at = result["bulkOperation"]["id"], answer.now
        return None

    def _await_slot(self, job: Job) -> None:
        begin = monotonic()
        pause = FIRST_POLL_SECONDS
        while job.operation_id is None and (taken := self._submit(job)):
            if monotonic() - begin > MAX_SLOT_WAIT_SECONDS:
                raise ShopifyError(f"stream {self._stream}: no slot became free: {taken}")
            log.info("shopify %s waits for a bulk slot", self._stream)
            sleep(pause)
            pause = min(pause * 1.5, MAX_POLL_SECONDS)

    def _outcome(self, operation_id: str) -> dict[str, Any] | None:
        """Poll until the operation is over; None when Shopify no longer knows it."""
        begin = monotonic()
        pause = FIRST_POLL_SECONDS
        while True:
            sleep(pause)
            operation = self._poll(operation_id)
            is_over = operation is None or operation["status"] not in NOT_OVER
            if is_over or monotonic() - begin > MAX_RUN_SECONDS:
                return operation
            pause = min(pause * 1.5, MAX_POLL_SECONDS)

    def _poll(self, operation_id: str) -> dict[str, Any] | None:
        try:
            data = self._client.execute("BulkPoll", id=operation_id).data
        except ShopifyError as error:
            if error.code in ("RESOURCE_NOT_FOUND", "NOT_FOUND"):
                return None
            raise
        operation: dict[str, Any] | None = data["bulkOperation"]
        return operation

    def _problem(self, operation: dict[str, Any] | None, path: Path) -> str | None:
        """Fetch an operation's result; return what is wrong with it, or None."""
        if operation is None:
            return "is unknown to Shopify"
        if operation["errorCode"] == "ACCESS_DENIED":
            says = f"stream {self._stream}: bulk operation {operation['id']} was denied access"
            raise BulkDeniedError(says, "ACCESS_DENIED")
        if operation["status"] != "COMPLETED":
            return f"ended {operation['status']} ({operation['errorCode'] or 'no reason given'})"
        n_rows = int(operation["objectCount"])
        if operation["url"] is None:
            path.write_bytes(b"")
        else:
            size = operation["fileSize"]
            try:
                self._client.http.download(
                    operation["url"], path, n_bytes=int(size) if size else None
                )
            except HttpError as error:
                return f"could not be downloaded: {error}"
        n_lines = count_lines(path)
        return None if n_lines == n_rows else f"gave {n_lines:,} of its {n_rows:,} rows"


def count_lines(path: Path) -> int:
    """Return how many lines a file has; the last one needs no line feed."""
    n, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            n += chunk.count(b"\n")
            last = chunk[-1:]
    return n + (last != b"\n")


@dataclass
class Sorted:
    """A result by raw table, and the lines that belong to none."""

    files: dict[str, Path]
    strays: list[Quarantined] = field(default_factory=list)


def sort_lines(path: Path, kinds: Mapping[str, str], root: str) -> Sorted:
    """Deal the lines of a JSONL file, unread, to one file a raw table beside it.

    `kinds` maps a gid's type ("LineItem") to its raw table. Children may stand anywhere. A line
    that is not JSON goes to the `root` table, whose landing quarantines it.
    """
    files = {table: path.with_name(f"{path.stem}-{table}.ndjson") for table in set(kinds.values())}
    result = Sorted(files)
    begin = len(LINE_START)
    with ExitStack() as stack, path.open("rb", buffering=1 << 20) as lines:
        write = {
            table: stack.enter_context(file.open("wb", buffering=1 << 20)).write
            for table, file in files.items()
        }
        by_kind = {kind.encode(): write[table] for kind, table in kinds.items()}
        for line in lines:
            kind = line[begin : line.find(b"/", begin)]
            if kind in by_kind and line.startswith(LINE_START):
                by_kind[kind](line)
            elif (table := _table(line, kinds, root)) is not None:
                write[table](line)
            else:
                reason = "a kind of record no raw table is for"
                result.strays.append(Quarantined(root, reason, line.decode(errors="replace")))
    return result


def _table(line: bytes, kinds: Mapping[str, str], root: str) -> str | None:
    """Return the raw table of a line that does not begin as expected."""
    try:
        record_id = orjson.loads(line)["id"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return root
    return kinds.get(kind_of(record_id)) if isinstance(record_id, str) else root


def kind_of(record_id: str) -> str:
    """Return the type in a global id: "Order" of gid://shopify/Order/1."""
    return record_id.removeprefix("gid://shopify/").partition("/")[0]
