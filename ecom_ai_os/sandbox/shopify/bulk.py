"""Bulk operations: a query run in the background into a JSONL file of ungrouped lines."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import orjson
from graphql import GraphQLError

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.shop import Shop
from ecom_ai_os.sandbox.shopify import documents
from ecom_ai_os.sandbox.shopify.bulk_lines import ONE_TEXT_A_LINE, ROOT, Job, statements
from ecom_ai_os.sandbox.shopify.bulk_rules import InvalidBulkQueryError, read_bulk_query

N_SLOTS = 5
UNFINISHED = "('CREATED', 'RUNNING', 'CANCELING')"
FIRST_OPERATION_ID = 8_001_977_286_000
URL_LIFETIME = timedelta(days=7)
UserErrors = list[dict[str, Any]]


class BulkOperations:
    """The operations of this shop, newest id last, their files under `folder`."""

    def __init__(self, shop: Shop, folder: Path, counters: Counters, faults: Faults) -> None:
        self._shop, self._folder, self._counters, self._faults = shop, folder, counters, faults
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._workers = ThreadPoolExecutor(N_SLOTS, thread_name_prefix="bulk")
        self._lock = Lock()
        # Ids go on growing after a restart, so that none is ever given twice.
        self._last_key = FIRST_OPERATION_ID + int(time.time())
        # How long an operation stays RUNNING, or CANCELING, beyond its work.
        self.delay_seconds = 0.0

    def run(
        self,
        query: str,
        *,
        denied: dict[str, str],
        visible: dict[str, str],
        is_approved: bool,
        base_url: str,
    ) -> tuple[int | None, UserErrors]:
        """Accept an operation: its key, or the user errors that refuse it."""
        try:
            operation, fragments = read_bulk_query(query)
        except InvalidBulkQueryError as refused:
            return None, [{"field": ["query"], "message": str(refused), "code": "INVALID"}]
        with self._lock:
            if busy := self._unfinished():
                return None, [self._in_progress(busy)]
            key = self._create(query)
        fault = self._faults.first_of("bulk_failed", "bulk_expired")
        job = Job(key, operation, fragments, denied, visible, is_approved, base_url, fault)
        self._workers.submit(self._work, job)
        return key, []

    def cancel(self, key: int) -> tuple[int | None, UserErrors]:
        found = self.read(key)
        if found is None:
            return None, [{"field": ["id"], "message": "Bulk operation does not exist"}]
        if found["status"] in ("CREATED", "RUNNING"):
            self._update(key, status="CANCELING")
        return key, []

    def read(self, key: int) -> dict[str, Any] | None:
        """The operation under its GraphQL field names."""
        view = documents.view("BulkOperation")
        with self._shop.reading() as cursor:
            rows = cursor.execute(
                f"select to_json(b) from {view} as b where _key = ?", [key]
            ).fetchall()
        return orjson.loads(rows[0][0]) if rows else None

    def files(self, key: int) -> list[Path]:
        """The parts of a result, in the order they are served."""
        return sorted((self._folder / str(key)).glob("*.jsonl"))

    def close(self) -> None:
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _unfinished(self) -> list[int]:
        """The operations in all slots, empty while one is free."""
        with self._shop.reading() as cursor:
            rows = cursor.execute(
                "select operation_id from shopify.bulk_operations"
                f" where status in {UNFINISHED} order by operation_id"
            ).fetchall()
        return [key for (key,) in rows] if len(rows) >= N_SLOTS else []

    def _in_progress(self, keys: list[int]) -> dict[str, Any]:
        ids = ", ".join(documents.gid("BulkOperation", key) for key in keys)
        message = f"A bulk query operation for this app and shop is already in progress: {ids}."
        return {"field": None, "message": message, "code": "OPERATION_IN_PROGRESS"}

    def _create(self, query: str) -> int:
        self._last_key += 1
        key = self._last_key
        with self._shop.writing() as cursor:
            cursor.execute(
                "insert into shopify.bulk_operations"
                " (operation_id, query, status, created_at, n_objects, n_root_objects)"
                " values (?, ?, 'CREATED', this_moment(), 0, 0)",
                [key, query],
            )
        return key

    def _work(self, job: Job) -> None:
        self._update(job.key, status="RUNNING", only_if="CREATED")
        try:
            time.sleep(self.delay_seconds)
            counts = self._write(job)
        except GraphQLError:
            self._finish(job, "FAILED", error_code="ACCESS_DENIED")
        except duckdb.Error:
            self._finish(job, "FAILED", error_code="INTERNAL_SERVER_ERROR")
            raise
        else:
            self._conclude(job, counts)

    def _write(self, job: Job) -> dict[str, int]:
        """Write the parts; answers with the lines of each kind."""
        folder = self._folder / str(job.key)
        folder.mkdir()
        counts: dict[str, int] = {}
        with self._shop.reading() as cursor:
            for i, (kind, sql) in enumerate(statements(job)):
                if self._status(job.key) == "CANCELING":
                    break
                path = folder / f"{i}-{kind}.jsonl"
                found = cursor.execute(f"copy ({sql}) to '{path}' {ONE_TEXT_A_LINE}").fetchall()
                counts[kind] = counts.get(kind, 0) + found[0][0]
        return counts

    def _conclude(self, job: Job, counts: dict[str, int]) -> None:
        figures = {"n_objects": sum(counts.values()), "n_root_objects": counts.get(ROOT, 0)}
        url = f"{job.base_url}/bulk-operation-outputs/{job.key}"
        if self._status(job.key) == "CANCELING":
            self._finish(job, "CANCELED", **figures)
        elif job.fault == "bulk_failed":
            self._cut(job.key)
            figures["n_objects"] //= 2
            code = "INTERNAL_SERVER_ERROR"
            self._finish(job, "FAILED", error_code=code, partial_url=self._signed(url), **figures)
        elif job.fault == "bulk_expired":
            self._finish(job, "EXPIRED", **figures)
        else:
            n_bytes = sum(path.stat().st_size for path in self.files(job.key))
            result = {"url": self._signed(url), "n_bytes": n_bytes} if n_bytes else {}
            self._counters.add("shopify.bulk_lines", figures["n_objects"])
            self._finish(job, "COMPLETED", **figures, **result)

    def _cut(self, key: int) -> None:
        """Leave half of the lines: what a partial result holds."""
        for path in self.files(key):
            lines = path.read_bytes().splitlines(keepends=True)
            path.write_bytes(b"".join(lines[: len(lines) // 2]))

    def _signed(self, url: str) -> str:
        expires = int((self._shop.now + URL_LIFETIME).timestamp())
        return f"{url}?Expires={expires}&Signature=sandbox"

    def _finish(self, job: Job, status: str, **columns: Any) -> None:
        self._update(job.key, status=status, completed_at=self._shop.now, **columns)

    def _status(self, key: int) -> str:
        found = self.read(key)
        return found["status"] if found else "CANCELED"

    def _update(self, key: int, *, only_if: str | None = None, **columns: Any) -> None:
        assignments = ", ".join(f"{name} = ?" for name in columns)
        guard = f" and status = '{only_if}'" if only_if else ""
        with self._lock, self._shop.writing() as cursor:
            cursor.execute(
                f"update shopify.bulk_operations set {assignments} where operation_id = ?{guard}",
                [*columns.values(), key],
            )
