"""Releases: what analysts read, apart from the file the pipelines write.

A release is a new folder `releases/<time>/<schema>/<table>/` read in one snapshot; when it is
whole, the link `releases/current` moves to it in one step. `analytics.duckdb` holds views over
`current`, so that even a session that stays open sees the new release; some older ones are kept
for queries still running. It is written in storage version v1.4.0, so that older clients open it.

A table is one Parquet file, or one a slice (`<day>.parquet`) where it grows by a slice a day: of
400 days of a large shop's segments 399 are hard links to the files of the release before. A run
writes one slice of each, so a query in the moment the link moves sees a table whole, old or new.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

PUBLIC_SCHEMAS = (
    "marts",
    "recommendations",
    "segments",
    "inventory",
    "reviews",
    "returns",
    "lifetime_value",
    "post_purchase",
    "alerts",
    "outbox",
    "readiness",
    "quality",
)

#: Quarantined payloads are verbatim and may hold personal data.
PRIVATE_TABLES = ("quality.quarantine",)


@dataclass(frozen=True)
class Release:
    """A published release: its folder and the rows of each public table."""

    path: Path
    n_rows: dict[str, int]


def publish(con: duckdb.DuckDBPyConnection, home: Path, keep: int) -> Release:
    """Write a release of every public table under `home` and move `current` to it."""
    releases = home / "releases"
    folder = releases / datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    half = folder.with_suffix(".half")
    con.begin()
    try:
        slicing = _slicing(con)
        n_rows = {
            table: _write(con, table, slicing.get(table), releases / "current", half)
            for table in public_tables(con)
        }
        half.rename(folder)
        _move_link(releases / "current", folder)
        _write_views(con, home, list(n_rows))
    finally:
        con.rollback()
    _prune(releases, keep)
    return Release(folder, n_rows)


def public_tables(con: duckdb.DuckDBPyConnection) -> list[str]:
    """Return `schema.table` of every table analysts may rely on."""
    rows = con.execute(
        "select schema_name || '.' || table_name as name from duckdb_tables() "
        "where schema_name in (select unnest($1)) and database_name = current_database() "
        "and name not in (select unnest($2)) order by name",
        [list(PUBLIC_SCHEMAS), list(PRIVATE_TABLES)],
    ).fetchall()
    return [row[0] for row in rows]


def _slicing(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return the date column of each table that is written in slices."""
    return dict(con.execute("select distinct name, sliced_by from reference.slices").fetchall())


def _write(
    con: duckdb.DuckDBPyConnection, table: str, sliced_by: str | None, current: Path, half: Path
) -> int:
    """Write a table below `half`, sharing with `current` the slices that are the same there."""
    folder = Path(*table.split("."))
    (half / folder).mkdir(parents=True)
    slices = _versions(con, table, sliced_by) if sliced_by else {}
    if not slices:
        return _copy(con, f"from {table}", half / folder / "all.parquet")
    published = _published(con, current / folder)
    for day, version in slices.items():
        part = folder / f"{day}.parquet"
        if version and version == published.get(part.name):
            _share(current / part, half / part)
        else:
            _copy(con, f"from {table} where {sliced_by} = '{day}'", half / part, version)
    row = con.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def _versions(con: duckdb.DuckDBPyConnection, table: str, sliced_by: str) -> dict[str, str | None]:
    """Return, by day, a word that changes with the slice's rows or columns; None: not known."""
    shape = hashlib.sha256(str(con.execute(f"describe {table}").fetchall()).encode()).hexdigest()
    rows = con.execute(
        f"""
        with counts as (
            select {sliced_by} as slice, count(*) as n from {table} group by all
        )

        select counts.slice::varchar, format('{{}}/{{}}/{shape[:12]}', epoch_us(written_at), n)
        from counts
        left join reference.slices on name = $1 and slices.slice = counts.slice
        order by counts.slice
        """,
        [table],
    ).fetchall()
    return dict(rows)


def _published(con: duckdb.DuckDBPyConnection, folder: Path) -> dict[str, str]:
    """Return the version of each slice in a release's folder, by file name."""
    if not any(folder.glob("*.parquet")):
        return {}
    rows = con.execute(
        "select parse_filename(file_name), decode(value) from parquet_kv_metadata($1) "
        "where decode(key) = 'version'",
        [f"{folder}/*.parquet"],
    ).fetchall()
    return dict(rows)


def _share(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _copy(
    con: duckdb.DuckDBPyConnection, rows: str, target: Path, version: str | None = None
) -> int:
    row = con.execute(
        f"copy ({rows}) to '{_quoted(target)}' "
        f"(format parquet, compression zstd, kv_metadata {{version: '{version}'}})"
    ).fetchone()
    return int(row[0]) if row else 0


def _write_views(con: duckdb.DuckDBPyConnection, home: Path, tables: list[str]) -> None:
    """Build `analytics.duckdb` beside its place, a commented view per public table, and move it."""
    new = home / "analytics.duckdb.new"
    new.unlink(missing_ok=True)
    with duckdb.connect() as analytics:
        analytics.execute(f"attach '{_quoted(new)}' as a (storage_version 'v1.4.0')")
        analytics.execute("use a")
        for table in tables:
            _write_view(con, analytics, home, table)
        analytics.execute("use memory")
        analytics.execute("detach a")
    new.replace(home / "analytics.duckdb")


def _write_view(
    con: duckdb.DuckDBPyConnection,
    analytics: duckdb.DuckDBPyConnection,
    home: Path,
    table: str,
) -> None:
    schema, name = table.split(".")
    source = home / "releases" / "current" / schema / name / "*.parquet"
    columns = con.execute(
        "select column_name, data_type, comment from duckdb_columns() "
        "where schema_name = $1 and table_name = $2 order by column_index",
        [schema, name],
    ).fetchall()
    comment = con.execute(
        "select comment from duckdb_tables() where schema_name = $1 and table_name = $2",
        [schema, name],
    ).fetchone()
    analytics.execute(f"create schema if not exists {schema}")
    names = ", ".join(f'"{column}"' for column, _, _ in columns)
    analytics.execute(f"create view {table} as select {names} from '{_quoted(source)}'")
    if comment and comment[0]:
        analytics.execute(f"comment on view {table} is '{_quoted(comment[0])}'")
    for column, _, text in columns:
        if text:
            analytics.execute(f"comment on column {table}.\"{column}\" is '{_quoted(text)}'")


def _move_link(link: Path, folder: Path) -> None:
    new = link.with_suffix(".new")
    new.unlink(missing_ok=True)
    new.symlink_to(folder.name)
    new.replace(link)


def _prune(releases: Path, keep: int) -> None:
    folders = sorted(path for path in releases.iterdir() if path.is_dir() and not path.is_symlink())
    for folder in [path for path in folders if path.suffix == ".half"] + folders[:-keep]:
        shutil.rmtree(folder, ignore_errors=True)


def _quoted(value: object) -> str:
    return str(value).replace("'", "''")
