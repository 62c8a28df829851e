"""The only DuckDB handle: land raw records, read frames, write public tables, publish releases.

Connections open late and close early, so that no network work is ever done under the file lock;
between two pieces of work that follow each other closely the file stays open.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from threading import Timer
from typing import Any

import dagster as dg
import duckdb
import polars as pl
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_delay, wait_fixed

from ecom_ai_os import landing, release
from ecom_ai_os.platforms import Batch, Stream

log = logging.getLogger(__name__)

LOCK_WAIT_SECONDS = 3600

#: Opening the file reads the catalogue of all tables, 70 ms: it stays open for the next piece.
LINGER_SECONDS = 0.5


@dataclass(frozen=True)
class Column:
    """A column of a public table: its DuckDB type and the comment analysts see."""

    type: str
    comment: str


@dataclass(frozen=True)
class Table:
    """A public table that Python writes. `name` is `schema.table`, `grain` says what a row is.

    sliced_by: the date column of a table that grows by a slice a day; a release shares the slices
    that were not written since with the one before.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: dict[str, Column]
    sliced_by: str | None = None

    @property
    def asset_key(self) -> dg.AssetKey:
        return dg.AssetKey(self.name.split("."))


SLICES = Table(
    "reference.slices",
    grain="slice of a table that grows by one a day",
    key=("name", "slice"),
    columns={
        "name": Column("varchar", "Table"),
        "sliced_by": Column("varchar", "Its date column"),
        "slice": Column("date", "The day"),
        "written_at": Column("timestamptz", "When its rows were last written"),
    },
)


class Frame:
    """Hands a polars frame to DuckDB through the Arrow stream protocol, without pyarrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


class Warehouse(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The warehouse under `home`: `warehouse.duckdb`, `releases/` and `analytics.duckdb`."""

    home: str
    memory_limit: str = "4GB"

    @cached_property
    def path(self) -> Path:
        return Path(self.home) / "warehouse.duckdb"

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file for one short piece of work, waiting while another process holds it."""
        Path(self.home).mkdir(parents=True, exist_ok=True)
        con = _waiting(self.path)(duckdb.connect, str(self.path))
        try:
            con.execute(f"set timezone = 'UTC'; set memory_limit = '{self.memory_limit}'")
            yield con
        finally:
            _linger(self.path)
            con.close()

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open the file for work that is kept whole or not at all."""
        with self.connect() as con:
            con.begin()
            try:
                yield con
                con.commit()
            except BaseException:
                con.rollback()
                raise

    def read(self, sql: str, **params: Any) -> pl.DataFrame:
        """Return the rows of a query; `$name` in the SQL stands for the keyword `name`.

        A polars series is a list there.
        """
        # A relation with parameters is its result copied value by value, 20 times as slow as this.
        with self.connect() as con:
            for name, value in params.items():
                _set_variable(con, name, value)
                sql = re.sub(rf"\${name}\b", f"getvariable('{name}')", sql)
            return pl.DataFrame(con.sql(sql))

    def ensure(self, *tables: Table) -> None:
        """Create the tables that are missing, with their comments; add columns that are new."""
        with self.transaction() as con:
            _ensure(con, *tables)

    def replace(self, table: Table, frame: pl.DataFrame) -> None:
        """Make the table hold just the frame. Raises ValueError when the frame breaks the table."""
        self.replace_slice(table, frame)

    def replace_slice(self, table: Table, frame: pl.DataFrame, **where: Any) -> None:
        """Replace the rows whose columns equal `where` by the frame, in one transaction."""
        with self._writing(table, frame, where.get(table.sliced_by or "")) as con:
            condition = " and ".join(f"{column} = ${column}" for column in where) or "true"
            con.execute(f"delete from {table.name} where {condition}", where or None)
            con.execute(_insert(table))

    def replace_members(self, table: Table, frame: pl.DataFrame, members: pl.Series) -> None:
        """Replace the rows whose column `members.name` holds one of `members` by the frame."""
        with self._writing(table, frame) as con:
            con.register("members", Frame(members.to_frame()))
            con.execute(
                f"delete from {table.name} old using members "
                f'where old."{members.name}" = members."{members.name}"'
            )
            con.execute(_insert(table))

    def merge(self, table: Table, frame: pl.DataFrame) -> None:
        """Replace the rows whose key is in the frame and add the others."""
        with self._writing(table, frame) as con:
            same = " and ".join(f"old.{key} = incoming.{key}" for key in table.key)
            con.execute(f"delete from {table.name} old using incoming where {same}")
            con.execute(_insert(table))

    @contextmanager
    def _writing(
        self, table: Table, frame: pl.DataFrame, slice_: date | None = None
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        _check(table, frame)
        with self.transaction() as con:
            _ensure(con, table)
            if table.sliced_by:
                _note_slice(con, table, slice_)
            con.register("incoming", Frame(frame))
            yield con

    def prepare(self, streams: Mapping[str, Sequence[Stream]]) -> None:
        """Create the raw tables of every platform and the ledgers of ingestion when missing."""
        with self.transaction() as con:
            landing.create_tables(con, streams)

    def cursors(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Return the cursor last landed by connection and stream."""
        with self.connect() as con:
            return landing.read_cursors(con)

    def land(self, connection: str, platform: str, stream: Stream, batch: Batch) -> landing.Landed:
        """Land a batch and its cursor in one transaction; see `landing.land`."""
        try:
            with self.transaction() as con:
                return landing.land(con, connection, platform, stream, batch)
        except duckdb.InvalidInputException:
            with self.transaction() as con:
                return landing.land(con, connection, platform, stream, landing.mend(batch))

    def publish(self, keep: int = 5) -> release.Release:
        """Write a release of every public table and move `current` to it; see `release.publish`."""
        self.ensure(SLICES)
        with self.connect() as con:
            return release.publish(con, Path(self.home), keep)


def _set_variable(con: duckdb.DuckDBPyConnection, name: str, value: object) -> None:
    if isinstance(value, pl.Series):
        con.register("given", Frame(value.to_frame("value")))
        con.execute(f'set variable "{name}" = (select coalesce(list(value), []) from given)')
    else:
        con.execute(f'set variable "{name}" = $value', {"value": value})


def _linger(path: Path) -> None:
    """Keep the file, open now, open a moment longer; the program's end waits for it.

    DuckDB aborts a program that ends while a thread of it closes the file.
    """
    Timer(LINGER_SECONDS, duckdb.connect(str(path)).close).start()


def _waiting(path: Path) -> Retrying:
    def say(state: RetryCallState) -> None:
        if state.attempt_number % 40 == 1:
            holder = str(state.outcome.exception() if state.outcome else "").split("\n")[0]
            log.warning("waiting for %s, which another process holds: %s", path.name, holder)

    return Retrying(
        retry=retry_if_exception(_is_lock_conflict),
        wait=wait_fixed(0.25),
        stop=stop_after_delay(LOCK_WAIT_SECONDS),
        before_sleep=say,
        reraise=True,
    )


def _is_lock_conflict(error: BaseException) -> bool:
    return isinstance(error, duckdb.IOException) and "lock on file" in str(error)


def _check(table: Table, frame: pl.DataFrame) -> None:
    if missing := [name for name in table.columns if name not in frame.columns]:
        raise ValueError(f"{table.name} needs the columns {', '.join(missing)}")
    keys = frame.select(table.key)
    if nulls := [name for name in table.key if keys[name].null_count()]:
        raise ValueError(f"{table.name} has rows without {', '.join(nulls)}, part of its key")
    if repeated := frame.height - keys.unique().height:
        raise ValueError(f"{table.name}: {repeated} rows repeat a key ({', '.join(table.key)})")


def _note_slice(con: duckdb.DuckDBPyConnection, table: Table, slice_: date | None) -> None:
    """Note that a slice is written now; without one, that any may be."""
    _ensure(con, SLICES)
    con.execute(
        "delete from reference.slices where name = $1 and slice = coalesce($2, slice)",
        [table.name, slice_],
    )
    if slice_:
        con.execute(
            "insert into reference.slices values ($1, $2, $3, $4)",
            [table.name, table.sliced_by, slice_, datetime.now(UTC)],
        )


def _insert(table: Table) -> str:
    values = ", ".join(f'"{name}"::{column.type}' for name, column in table.columns.items())
    names = ", ".join(f'"{name}"' for name in table.columns)
    return f"insert into {table.name} ({names}) select {values} from incoming"


def _ensure(con: duckdb.DuckDBPyConnection, *tables: Table) -> None:
    # Most often all are there: every write asks, a day's run some hundred times.
    there = _comments(con, tables)
    for table in tables:
        wanted = {"": _grain(table)} | {name: spec.comment for name, spec in table.columns.items()}
        if not wanted.items() <= there.get(table.name, {}).items():
            _create(con, table)


def _create(con: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(f'"{column}" {spec.type}' for column, spec in table.columns.items())
    con.execute(f"create schema if not exists {table.name.split('.')[0]}")
    con.execute(f"create table if not exists {table.name} ({columns})")
    comments = _comments(con, [table])[table.name]
    for column, spec in table.columns.items():
        if column not in comments:
            con.execute(f'alter table {table.name} add column "{column}" {spec.type}')
        if comments.get(column) != spec.comment:
            con.execute(f'comment on column {table.name}."{column}" is {_text(spec.comment)}')
    con.execute(f"comment on table {table.name} is {_text(_grain(table))}")


def _comments(
    con: duckdb.DuckDBPyConnection, tables: Sequence[Table]
) -> dict[str, dict[str, str | None]]:
    """Return the comment of each column of the tables that are there; "": of the table itself."""
    rows = con.execute(
        """
        select schema_name || '.' || table_name as name, column_name, comment
        from duckdb_columns() where list_contains($names::varchar[], name)
        union all
        select schema_name || '.' || table_name as name, '', comment
        from duckdb_tables() where list_contains($names::varchar[], name)
        """,
        {"names": [table.name for table in tables]},
    ).fetchall()
    found: dict[str, dict[str, str | None]] = {}
    for name, column, comment in rows:
        found.setdefault(name, {})[column] = comment
    return found


def _grain(table: Table) -> str:
    return f"One row: {table.grain}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
