"""Landing: a batch of verbatim records and its cursor into the raw layer, in one transaction.

A raw table is `<platform>.<name>` with connection, record_id, parent_id, updated_at, payload,
is_deleted and loaded_at: one row per (connection, record_id). The newest updated_at wins, on a tie
the later read; a record read again unchanged keeps its row and its loaded_at, so that what follows
sees only what changed. Records without an id, or with one that is neither text nor a number, go to
`quality.quarantine` with the reason; the rest lands.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson

from ecom_ai_os.platforms import Batch, Quarantined, RawTable, Stream

LEDGERS = """
create schema if not exists ingest;
create schema if not exists quality;
create schema if not exists reference;
create table if not exists ingest.cursors (
    connection varchar, stream varchar, cursor json, committed_at timestamptz,
    primary key (connection, stream)
);
create table if not exists quality.quarantine (
    connection varchar, platform varchar, entity varchar, record_id varchar,
    reason varchar, payload varchar, quarantined_at timestamptz
);
create table if not exists reference.exchange_rates (
    currency varchar, valid_from date, rate double
);
create table if not exists reference.clock (as_of date);
create table if not exists reference.accounts_apart (
    account_id varchar, other_account_id varchar
);
"""

#: DuckDB's own limit for one record; raising it makes landing one-threaded and twice as slow.
MAX_RECORD_BYTES = 16 * 1024 * 1024


@dataclass
class Landed:
    """What one batch did: rows written, marked deleted and quarantined, by raw table."""

    written: dict[str, int] = field(default_factory=dict)
    deleted: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)


def create_tables(con: duckdb.DuckDBPyConnection, streams: Mapping[str, Sequence[Stream]]) -> None:
    """Create the ledgers and every raw table of `streams` (platform → its streams)."""
    con.execute(LEDGERS)
    for platform, its_streams in streams.items():
        con.execute(f"create schema if not exists {platform}")
        for table in (table for stream in its_streams for table in stream.tables):
            con.execute(
                f"create table if not exists {platform}.{table.name} ("
                "connection varchar, record_id varchar, parent_id varchar, updated_at timestamptz, "
                "payload json, is_deleted boolean, loaded_at timestamptz)"
            )


def read_cursors(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the last landed cursor by connection and stream."""
    rows = con.execute("select connection, stream, cursor from ingest.cursors").fetchall()
    return {(connection, stream): json.loads(cursor) for connection, stream, cursor in rows}


def land(
    con: duckdb.DuckDBPyConnection,
    connection: str,
    platform: str,
    stream: Stream,
    batch: Batch,
) -> Landed:
    """Land a batch inside the caller's transaction.

    Raises duckdb.InvalidInputException when a line is not JSON (see `mend`), ValueError when the
    batch names a raw table the stream does not have.
    """
    if unknown := batch.files.keys() - {table.name for table in stream.tables}:
        raise ValueError(f"stream {stream.name!r} has no raw table {sorted(unknown)[0]!r}")
    landed = Landed()
    loaded_at = datetime.now(UTC)
    for table in stream.tables:
        landing = _Landing(con, connection, platform, table, loaded_at)
        if files := [str(path) for path in batch.files.get(table.name, []) if path.stat().st_size]:
            landing.run(files, batch, landed)
        elif table.name in batch.snapshot:
            landing.mark_rest_deleted([], landed)
        if gone := batch.deleted.get(table.name):
            landing.mark_deleted(gone, landed)
    _quarantine(con, connection, platform, batch.quarantined, loaded_at, landed)
    con.execute(
        "insert or replace into ingest.cursors values ($1, $2, $3, $4)",
        [connection, stream.name, json.dumps(batch.cursor), loaded_at],
    )
    return landed


@dataclass
class _Landing:
    con: duckdb.DuckDBPyConnection
    connection: str
    platform: str
    table: RawTable
    loaded_at: datetime

    @property
    def name(self) -> str:
        return f"{self.platform}.{self.table.name}"

    def execute(self, sql: str, **params: Any) -> duckdb.DuckDBPyConnection:
        return self.con.execute(sql, {"connection": self.connection} | params)

    def count(self, sql: str, **params: Any) -> int:
        row = self.execute(sql, **params).fetchone()
        return int(row[0]) if row else 0

    def run(self, files: list[str], batch: Batch, landed: Landed) -> None:
        name = self.table.name
        self.insert(files)
        if broken := self.move_broken():
            landed.quarantined[name] = broken
        is_whole = not broken and name not in {record.table for record in batch.quarantined}
        if name in batch.snapshot and is_whole:
            self.mark_rest_deleted(self.loaded_ids(), landed)
        self.drop_repeated()
        self.drop_outdated()
        landed.written[name] = self.count(
            f"select count(*) from {self.name} where connection = $connection and loaded_at = $at",
            at=self.loaded_at,
        )

    def insert(self, files: list[str]) -> None:
        updated_at = _path(self.table.updated_at)
        self.execute(
            f"insert into {self.name} "
            f"select $connection, {_path(self.table.id)}, {_path(self.table.parent_id)}, "
            f"try_cast({updated_at} as timestamptz), json, false, $at "
            "from read_ndjson_objects($files)",
            files=files,
            at=self.loaded_at,
        )

    def move_broken(self) -> int:
        """Move what has no id, or a time that is none, to the quarantine."""
        updated_at = _path(self.table.updated_at, "payload")
        # Only what looks like it is parsed again: a vendor's text may begin with a brace too.
        is_odd_id = (
            "regexp_matches(record_id, '^([{[]|true$|false$)') "
            f"and json_type(payload, '{self.table.id}') <> 'VARCHAR'"
        )
        has_no_id = f"(coalesce(record_id, '') = '' or ({is_odd_id}))"
        broken = (
            f"from {self.name} where connection = $connection and loaded_at = $at and "
            f"({has_no_id} or (updated_at is null and {updated_at} is not null))"
        )
        n = self.count(f"select count(*) {broken}", at=self.loaded_at)
        if n:
            self.execute(
                "insert into quality.quarantine select connection, $platform, $entity, record_id, "
                f"case when coalesce(record_id, '') = '' then $no_id when {is_odd_id} "
                "then $odd_id else $no_time end as why, "
                f"payload::varchar as text, $at {broken} and not exists ("
                "from quality.quarantine q where q.connection = $connection "
                "and q.platform = $platform and q.entity = $entity and q.payload = text)",
                platform=self.platform,
                entity=self.table.name,
                no_id=f"no id at {self.table.id}",
                odd_id=f"the id at {self.table.id} is neither text nor a number",
                no_time=f"{self.table.updated_at} is not a time",
                at=self.loaded_at,
            )
            self.execute(f"delete {broken}", at=self.loaded_at)
        return n

    def loaded_ids(self) -> list[str]:
        rows = self.execute(
            f"select distinct record_id from {self.name} "
            "where connection = $connection and loaded_at = $at",
            at=self.loaded_at,
        ).fetchall()
        return [row[0] for row in rows]

    def drop_repeated(self) -> None:
        """Keep one fresh row a record: the newest updated_at, on a tie the later line."""
        fresh = f"from {self.name} where connection = $connection and loaded_at = $at"
        if not self.count(
            f"select count(*) - count(distinct record_id) {fresh}", at=self.loaded_at
        ):
            return
        self.execute(
            f"delete from {self.name} where rowid in (select row_id from ("
            "select rowid as row_id, row_number() over (partition by record_id "
            f"order by updated_at desc nulls last, rowid desc) as place {fresh}) where place > 1)",
            at=self.loaded_at,
        )

    def drop_outdated(self) -> None:
        """Of a fresh row and the old one of its record keep the newer, on a tie the fresh one,
        but the old one where the fresh says nothing new."""
        newest = "coalesce({}.updated_at, '-infinity')"
        n_pairs = self.count(
            "create or replace temp table pairs as "
            "select fresh.rowid as fresh_id, old.rowid as old_id, "
            f"{newest.format('fresh')} >= {newest.format('old')} as is_newer "
            f"from {self.name} fresh inner join {self.name} old on fresh.record_id = old.record_id "
            "where fresh.connection = $connection and fresh.loaded_at = $at "
            "and old.connection = $connection and old.loaded_at <> $at",
            at=self.loaded_at,
        )
        if not n_pairs:
            return
        # Payloads are compared by row: joined by record, those of all old rows would be built up.
        self.con.execute(
            f"delete from {self.name} where rowid in ("
            "select if(is_newer and (old.is_deleted or old.payload <> fresh.payload), "
            f"old_id, fresh_id) from pairs inner join {self.name} fresh on fresh.rowid = fresh_id "
            f"inner join {self.name} old on old.rowid = old_id)"
        )

    def mark_deleted(self, record_ids: list[str], landed: Landed) -> None:
        self._mark("record_id in (select unnest($ids::varchar[]))", record_ids, landed)

    def mark_rest_deleted(self, record_ids: list[str], landed: Landed) -> None:
        self._mark("record_id not in (select unnest($ids::varchar[]))", record_ids, landed)

    def _mark(self, which: str, record_ids: list[str], landed: Landed) -> None:
        n = self.count(
            f"update {self.name} set is_deleted = true, loaded_at = $at "
            f"where connection = $connection and not is_deleted and {which}",
            ids=record_ids,
            at=self.loaded_at,
        )
        landed.deleted[self.table.name] = landed.deleted.get(self.table.name, 0) + n


def _path(path: str | None, column: str = "json") -> str:
    return f"({column} ->> '{path}')" if path else "null"


def _quarantine(
    con: duckdb.DuckDBPyConnection,
    connection: str,
    platform: str,
    records: list[Quarantined],
    at: datetime,
    landed: Landed,
) -> None:
    for record in records:
        values = (record.table, record.record_id, record.reason, record.payload, at)
        con.execute(
            "insert into quality.quarantine select $1, $2, $3, $4, $5, $6, $7 where not exists ("
            "from quality.quarantine where connection = $1 and platform = $2 and entity = $3 "
            "and reason = $5 and payload = $6)",
            [connection, platform, *values],
        )
        landed.quarantined[record.table] = landed.quarantined.get(record.table, 0) + 1


def mend(batch: Batch) -> Batch:
    """Return the batch with its files' broken lines cut out and quarantined.

    For batches DuckDB refuses only: this reads every line.
    """
    quarantined = list(batch.quarantined)
    files = {
        name: [_mend(path, name, quarantined) for path in paths]
        for name, paths in batch.files.items()
    }
    return replace(batch, files=files, quarantined=quarantined)


def _mend(path: Path, table: str, quarantined: list[Quarantined]) -> Path:
    mended = path.with_name(path.name + ".mended")
    with path.open("rb") as source, mended.open("wb") as target:
        for number, line in enumerate(source, start=1):
            if problem := _problem(line):
                text = line.decode(errors="replace").rstrip("\n")
                quarantined.append(Quarantined(table, f"line {number}: {problem}", text))
            else:
                target.write(line.rstrip(b"\n") + b"\n")
    return mended


def _problem(line: bytes) -> str | None:
    if len(line) > MAX_RECORD_BYTES:
        return f"longer than {MAX_RECORD_BYTES} bytes"
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return f"not JSON ({error})"
    return None if isinstance(record, dict) else "not a JSON object"
