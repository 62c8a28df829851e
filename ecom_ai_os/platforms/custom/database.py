"""The database road: Postgres, MySQL, SQLite or DuckDB, attached read-only as `shop`.

With a cursor column only what changed is read, some of it again so that late commits are not
missed; without one the whole table is read, and rows that are gone are marked deleted.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Self
from uuid import uuid4

import duckdb
from pydantic import Field, model_validator

from ecom_ai_os.platforms import Batch, Finding
from ecom_ai_os.platforms.custom.mapping import RowMapping, load, quoted, reading
from ecom_ai_os.platforms.custom.settings import (
    CustomSettings,
    EntitySettings,
    Expression,
    as_sql,
)

log = logging.getLogger(__name__)

#: A batch is one transaction of the warehouse.
BATCH_ROWS = 500_000

#: How long a transaction of the shop may stay open without its rows being missed.
LATE_COMMIT = "interval 10 minutes"

EXTENSIONS = {"postgres": "postgres_scanner", "mysql": "mysql_scanner", "sqlite": "sqlite_scanner"}


class DatabaseEntity(EntitySettings):
    """Where an entity's rows are: a `table` (`public.orders`) or a `query` over `shop.<table>`.

    `cursor` is a column that grows whenever a row is written: a time of change, or an id where rows
    never change. `overlap` is how far before the last value reading starts again; it defaults to
    10 minutes for times and to nothing for numbers.
    """

    table: str | None = None
    query: str | None = None
    cursor: Expression | None = None
    overlap: Expression | None = None

    @model_validator(mode="after")
    def _has_one_origin(self) -> Self:
        if (self.table is None) == (self.query is None):
            raise ValueError("give either table or query")
        return self

    @property
    def relation(self) -> str:
        rows = f"shop.{self.table}" if self.table else f"({self.query})"
        return f"(select to_json(_row) as _source, _row.* from {rows} as _row)"


class DatabaseSettings(CustomSettings):
    """Which database: `path` for SQLite and DuckDB, the secret `dsn` for Postgres and MySQL."""

    road: Literal["database"]
    engine: Literal["postgres", "mysql", "sqlite", "duckdb"]
    path: str | None = None
    entities: Mapping[str, DatabaseEntity] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_address(self) -> Self:
        if self.engine in ("sqlite", "duckdb") and not self.path:
            raise ValueError(f"path is missing: where the {self.engine} file is")
        if self.engine in ("postgres", "mysql") and not self.dsn:
            raise ValueError("the dsn is missing: set ECOM__CONNECTIONS__<NAME>__DSN")
        return self

    @property
    def address(self) -> str:
        return self.dsn.get_secret_value() if self.dsn else str(self.path)


class Database:
    """Reads the database of one connection."""

    def __init__(self, name: str, settings: DatabaseSettings) -> None:
        self.name = name
        self.settings = settings

    def read(self, entity: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield the whole table as one snapshot, or batches of 500,000 rows along the cursor.

        Raises ConnectionError, without credentials, when the database cannot be read.
        """
        its = self.settings.entities[entity]
        mark = its.fingerprint(self.settings.currency, self.settings.timezone)
        is_remapped = cursor is not None and cursor["mapping"] != mark
        if its.cursor is None:
            yield self._batch(entity, "true", {"mapping": mark}, spool, is_snapshot=True)
            return
        last = None if cursor is None or is_remapped else cursor["value"]
        since = f">= {quoted(last)}::{{kind}} - {{overlap}}" if last is not None else None
        while True:
            part = self._part(its, since, None if is_remapped else BATCH_ROWS, spool)
            if part is None:
                return
            where, last = part
            state = {"mapping": mark, "value": last}
            yield self._batch(entity, where, state, spool, is_snapshot=is_remapped)
            since = f"> {quoted(last)}::{{kind}}"

    def check(self) -> Iterator[Finding]:
        """Say whether the database answers and which mapped columns each entity lacks."""
        for entity, its in self.settings.entities.items():
            subject = f"{self.name}: {entity}"
            try:
                with TemporaryDirectory() as folder, self._reading(Path(folder)) as con:
                    yield self._looked_at(con, entity, its, subject)
            except (ConnectionError, ValueError) as error:
                yield Finding(False, subject, str(error), "check the address and the mapping")

    def _looked_at(
        self, con: duckdb.DuckDBPyConnection, entity: str, its: DatabaseEntity, subject: str
    ) -> Finding:
        mapping = RowMapping(entity, its, self.settings.currency)
        if lacking := mapping.missing(con, its.relation):
            return Finding(False, subject, f"there is no column {lacking}")
        mapping.evaluate(con, f"(select * from {its.relation} limit 1000)")
        if broken := mapping.broken(con, subject):
            return Finding(False, subject, broken[0].reason, f"correct entities.{entity}.columns")
        return Finding(True, subject, f"the {self.settings.engine} database answers")

    def _part(
        self, its: DatabaseEntity, since: str | None, limit: int | None, spool: Path
    ) -> tuple[str, str] | None:
        """Return the next rows as a condition and their last cursor value; None at the end.

        Rows that share a value are never parted. Those without one come first.
        """
        with self._reading(spool) as con:
            column, kind = _column(con, its)
            overlap = its.overlap or (LATE_COMMIT if kind.startswith("TIMESTAMP") else "0")
            lower = since.format(kind=kind, overlap=overlap) if since else "is not null"
            row = con.execute(
                f"select max(value)::varchar from (select {column} as value from {its.relation} "
                f"where {column} {lower} order by value {f'limit {limit}' if limit else ''})"
            ).fetchone()
        if row is None or row[0] is None:
            return None
        within = f"{column} {lower} and {column} <= {quoted(row[0])}::{kind}"
        return (within if since else f"({within}) or {column} is null"), row[0]

    def _batch(
        self, entity: str, where: str, cursor: dict[str, Any], spool: Path, *, is_snapshot: bool
    ) -> Batch:
        its = self.settings.entities[entity]
        mapping = RowMapping(entity, its, self.settings.currency)
        target = spool / f"{uuid4().hex}.ndjson"
        with self._reading(spool) as con:
            mapping.evaluate(con, f"(select * from {its.relation} where {where})")
            broken = mapping.broken(con, its.table or "query")
            n = mapping.write(con, target)
        log.info("%s: %s: %d rows", self.name, entity, n)
        # an empty table is one that is being filled anew
        whole = frozenset({entity}) if is_snapshot and n and not broken else frozenset[str]()
        return Batch(cursor, {entity: [target]}, snapshot=whole, quarantined=broken)

    @contextmanager
    def _reading(self, spool: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the database; what DuckDB says of it later is scrubbed of the address too."""
        engine = self.settings.engine
        with reading(spool, self.settings.timezone) as con:
            try:
                if engine in EXTENSIONS:
                    load(con, EXTENSIONS[engine])
                kind = f"type {engine}, " if engine in EXTENSIONS else ""
                con.execute(f"attach {quoted(self.settings.address)} as shop ({kind}read_only)")
                yield con
            except duckdb.Error as error:
                reason = self._scrubbed(str(error).split("\n")[0])
                says = f"the {engine} database of [connections.{self.name}] cannot be read"
                raise ConnectionError(f"{says}: {reason}") from None

    def _scrubbed(self, text: str) -> str:
        if self.settings.dsn:
            text = text.replace(self.settings.address, "…")
        return re.sub(r"(?i)(password|passwd|pwd)\s*=\s*('[^']*'|\S+)|//[^/@\s]*@", "…", text)


def _column(con: duckdb.DuckDBPyConnection, its: DatabaseEntity) -> tuple[str, str]:
    """Return the cursor column as SQL, and its type."""
    has = [row[0] for row in con.execute(f"describe select * from {its.relation}").fetchall()]
    column = as_sql(str(its.cursor), has)
    kind = con.execute(f"describe select {column} from {its.relation}").fetchone()
    return column, str(kind[1]) if kind else "VARCHAR"
