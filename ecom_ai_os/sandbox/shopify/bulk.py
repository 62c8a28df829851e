"""Bulk operations: a query run in the background into a JSONL file of ungrouped lines."""

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb
import orjson
from graphql import FieldNode, GraphQLError, OperationDefinitionNode

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.shop import Shop
from ecom_ai_os.sandbox.shopify import documents, search
from ecom_ai_os.sandbox.shopify.bulk_rules import InvalidBulkQueryError, read_bulk_query
from ecom_ai_os.sandbox.shopify.compiler import Compiler, concrete, node_type
from ecom_ai_os.sandbox.shopify.connections import node_selection
from ecom_ai_os.sandbox.shopify.json_text import expression, joined, object_of, verbatim

N_SLOTS = 5
UNFINISHED = "('CREATED', 'RUNNING', 'CANCELING')"
FIRST_OPERATION_ID = 8_001_977_286_000
URL_LIFETIME = timedelta(days=7)
# Control characters are escaped in JSON, so this delimiter never occurs.
ONE_TEXT_A_LINE = "(format csv, header false, quote '', escape '', delimiter '\x01')"
UserErrors = list[dict[str, Any]]


@dataclass(frozen=True)
class Job:
    """One accepted operation; `fault` is how it is to fail, if at all."""

    key: int
    operation: OperationDefinitionNode
    fragments: dict[str, Any]
    denied: dict[str, str]
    visible: dict[str, str]
    is_approved: bool
    base_url: str
    fault: str | None


class BulkOperations:
    """The operations of this shop, newest id last, their files under `folder`."""

    def __init__(self, shop: Shop, folder: Path, counters: Counters, faults: Faults) -> None:
        self._shop, self._folder, self._counters, self._faults = shop, folder, counters, faults
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self._workers = ThreadPoolExecutor(N_SLOTS, thread_name_prefix="bulk")
        self._lock = Lock()
        self._n_started = 0
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
        self._n_started += 1
        key = FIRST_OPERATION_ID + self._n_started
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
        """Write the parts; lines by part, the roots' under "root"."""
        folder = self._folder / str(job.key)
        folder.mkdir()
        counts: dict[str, int] = {}
        with self._shop.reading() as cursor:
            for name, sql in statements(job):
                if self._status(job.key) == "CANCELING":
                    break
                path = folder / f"{name}.jsonl"
                found = cursor.execute(f"copy ({sql}) to '{path}' {ONE_TEXT_A_LINE}").fetchall()
                counts[name] = found[0][0]
        return counts

    def _conclude(self, job: Job, counts: dict[str, int]) -> None:
        n_root = next((n for name, n in counts.items() if name.endswith("root")), 0)
        figures = {"n_objects": sum(counts.values()), "n_root_objects": n_root}
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


def statements(job: Job) -> Iterator[tuple[str, str]]:
    """(part name, select) of each kind of line. Some children come before their parents: the
    vendor promises no order, and a client that counts on one must not get away with it.
    """
    root_node: FieldNode = job.operation.selection_set.selections[0]  # type: ignore[assignment]
    definition = documents.SCHEMA.query_type.fields[root_node.name.value]  # type: ignore[union-attr]
    connection = concrete(definition)
    type_ = node_type(connection)
    compiler = Compiler(
        fragments=job.fragments,
        denied=job.denied,
        visible=job.visible,
        is_approved=job.is_approved,
        in_bulk=True,
    )
    compiler.check_readable(type_.name, root_node.name.value)
    keys = _root_keys(type_.name, compiler.arguments(definition, root_node), job.visible)
    selected = node_selection(compiler, connection, [root_node])
    rows = compiler.document(type_, selected, keys)
    lines = [("root", f"select {rows.text.sql} from {rows.source}{compiler.where(rows, keys)}")]
    while compiler.branches:
        branch = compiler.branches.pop(0)
        of_parent = f"{branch.parent_column} in ({branch.keys})" if branch.keys else "true"
        below = f"select _key from {documents.view(branch.type.name)} where {of_parent}"
        child = compiler.document(branch.type, branch.nodes, below if branch.keys else None)
        prefix = documents.gid(branch.parent, 0)[:-1]
        column = f"{child.alias}.{branch.parent_column}"
        parent = joined(verbatim(f'"{prefix}'), expression(column), verbatim('"'))
        text = object_of(child.members | {"__parentId": parent}).sql
        where = compiler.where(child, None, f"{child.alias}.{of_parent}" if branch.keys else "true")
        lines.append((branch.type.name, f"select {text} from {child.source}{where}"))
    ordered = lines[1:2] + lines[:1] + lines[2:]
    return ((f"{i}-{name}", sql) for i, (name, sql) in enumerate(ordered))


def _root_keys(type_name: str, arguments: dict[str, Any], visible: dict[str, str]) -> str | None:
    conditions = [visible[type_name]] if type_name in visible else []
    if arguments.get("query"):
        conditions.append(search.compile_query(arguments["query"], type_name).sql)
    if not conditions:
        return None
    where = " and ".join(f"({c})" for c in conditions)
    return f"select _key from {documents.view(type_name)} where {where}"
