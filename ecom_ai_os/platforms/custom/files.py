"""The scheduled-export road: a folder or object-store prefix of CSV, JSON, Parquet or Excel files.

The cursor holds each file's size and time of change: new and changed files are read once, files
still being written are left for the next run, a broken file or row is quarantined and the rest
goes on. Where the mapping in `ecom.toml` changed, everything is read again.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal
from uuid import uuid4

import duckdb
from pydantic import Field

from ecom_ai_os.platforms import Batch, Finding, Quarantined
from ecom_ai_os.platforms.custom.formats import format_of, is_whole, rejected, relation
from ecom_ai_os.platforms.custom.mapping import RowMapping, load, quoted, reading
from ecom_ai_os.platforms.custom.settings import CustomSettings, EntitySettings

log = logging.getLogger(__name__)

TEMPORARY = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".swp", "~")

#: A batch is one transaction of the warehouse: about a minute's reading.
BATCH_BYTES = 256 * 1024 * 1024

#: A file without a proper end is an upload going on for so long, afterwards a broken file.
UPLOAD_SECONDS = 3600

#: Errors of the mapping, not of the file
OF_MAPPING = (ValueError, duckdb.BinderException, duckdb.ParserException)

#: path → size in bytes and time of change in microseconds
Fingerprints = dict[str, list[int]]


class FilesEntity(EntitySettings):
    """Which files hold an entity, and how DuckDB reads them.

    `options` go to DuckDB's reader of the format. With `snapshot` all files together are the whole
    table (`"newest"`: the newest file alone is), and records they do not hold are marked deleted.
    """

    files: str
    format: Literal["auto", "csv", "whitespace", "json", "ndjson", "parquet", "excel"] = "auto"
    options: dict[str, Any] = Field(default_factory=dict)
    snapshot: bool | Literal["newest"] = False


class FilesSettings(CustomSettings):
    """A folder or `s3://bucket/prefix`; files changed within `settle_seconds` are left alone."""

    road: Literal["files"]
    path: str
    settle_seconds: float = Field(default=10, ge=0)
    s3_region: str = "us-east-1"
    s3_endpoint: str | None = None
    s3_use_ssl: bool = True
    entities: Mapping[str, FilesEntity]


class Files:
    """Reads the files of one connection."""

    def __init__(self, name: str, settings: FilesSettings) -> None:
        self.name = name
        self.settings = settings

    def read(self, entity: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield a batch per 256 MB of new or changed files; a snapshot is one batch."""
        its = self.settings.entities[entity]
        present, left = self._listed(its, spool)
        seen: Fingerprints = (cursor or {}).get("files", {})
        is_remapped = cursor is not None and cursor["mapping"] != self._mapping(its)
        if is_remapped:
            log.info("%s: the mapping of %s changed: all files are read again", self.name, entity)
        if its.snapshot:
            # A table is not whole while one of its files is still being written.
            if (its.snapshot == "newest" or not left) and (is_remapped or present != seen):
                yield from self._snapshot(entity, present, spool)
        elif is_remapped and not left and seen.keys() <= present.keys():
            # The new mapping may give other ids, so what it no longer gives has to go.
            yield from self._snapshot(entity, present, spool)
        else:
            archived = {path: mark for path, mark in seen.items() if path not in present}
            yield from self._increment(entity, present, archived if is_remapped else seen, spool)

    def check(self) -> Iterator[Finding]:
        """Say how many files each entity has and which mapped columns the newest one lacks."""
        for entity, its in self.settings.entities.items():
            with TemporaryDirectory() as folder:
                try:
                    yield self._looked_at(entity, its, Path(folder))
                except (duckdb.Error, ValueError, OSError) as error:
                    subject = f"{self.name}: {entity}"
                    yield Finding(False, subject, _first_line(error), f"check {self._glob(its)}")

    def _increment(
        self, entity: str, present: Fingerprints, seen: Fingerprints, spool: Path
    ) -> Iterator[Batch]:
        for group in _groups({p: mark for p, mark in present.items() if seen.get(p) != mark}):
            batch = self._batch(entity, group, seen | {p: present[p] for p in group}, spool)
            seen = batch.cursor["files"]
            if batch.files[entity] or batch.quarantined:
                yield batch

    def _snapshot(self, entity: str, present: Fingerprints, spool: Path) -> Iterator[Batch]:
        if not present:
            log.warning("%s: %s has no files; its records stay as they are", self.name, entity)
            return
        batch = self._batch(entity, list(present), dict(present), spool)
        is_empty = not any(path.stat().st_size for path in batch.files[entity])
        if is_empty or batch.quarantined or batch.cursor["files"] != present:
            log.warning("%s: not all of %s was read; none is marked deleted", self.name, entity)
        else:
            batch.snapshot = frozenset({entity})
        yield batch

    def _batch(self, entity: str, paths: list[str], seen: Fingerprints, spool: Path) -> Batch:
        its = self.settings.entities[entity]
        mapping = RowMapping(entity, its, self.settings.currency)
        batch = Batch(cursor={"mapping": self._mapping(its), "files": seen}, files={entity: []})
        with self._reading(spool) as con:
            for path in paths:
                target = spool / f"{uuid4().hex}.ndjson"
                try:
                    self._read_file(con, mapping, path, target, batch)
                except (duckdb.Error, ValueError) as error:
                    reason = f"{_short(path)} cannot be read: {_first_line(error)}"
                    log.warning("%s: %s: %s", self.name, entity, reason)
                    rejected(con, entity, path)  # its lines are not the next file's
                    if not isinstance(error, OF_MAPPING) and _is_recent(seen[path]):
                        del seen[path]
                    else:
                        batch.quarantined.append(Quarantined(entity, reason, path))
        return batch

    def _read_file(
        self, con: duckdb.DuckDBPyConnection, mapping: RowMapping, path: str, to: Path, batch: Batch
    ) -> None:
        its = self.settings.entities[mapping.name]
        rows = relation(con, path, _format(its, path), its.options, mapping.paths)
        try:
            mapping.evaluate(con, rows)
        except ValueError:
            if lacking := mapping.missing(con, rows):
                raise ValueError(f"it has no column {lacking}") from None
            raise
        broken = mapping.broken(con, _short(path)) + rejected(con, mapping.name, _short(path))
        n = mapping.write(con, to)
        batch.files[mapping.name].append(to)
        batch.quarantined += broken
        log.info("%s: %s: %s: %d rows", self.name, mapping.name, _short(path), n)

    def _looked_at(self, entity: str, its: FilesEntity, spool: Path) -> Finding:
        subject = f"{self.name}: {entity}"
        present, left = self._listed(its, spool)
        if not present:
            says = f"{len(left)} files are still being written" if left else "no file matches"
            return Finding(False, subject, says, f"put files at {self._glob(its)}")
        mapping, path = RowMapping(entity, its, self.settings.currency), list(present)[-1]
        with self._reading(spool) as con:
            rows = relation(con, path, _format(its, path), its.options, [])
            lacking = mapping.missing(con, rows)
            if lacking:
                return Finding(False, subject, f"{_short(path)} has no column {lacking}")
            mapping.evaluate(con, f"(select * from {rows} limit 1000)")
            broken = mapping.broken(con, _short(path))
        if broken:
            return Finding(False, subject, broken[0].reason, f"correct entities.{entity}.columns")
        return Finding(True, subject, f"{len(present)} files, the newest is {_short(path)}")

    def _listed(self, its: FilesEntity, spool: Path) -> tuple[Fingerprints, list[str]]:
        """Return the files to be read, oldest first, and those still being written."""
        with self._reading(spool) as con:
            found = _glob(con, self._glob(its))
        left = [path for path, mark in found.items() if self._is_being_written(its, path, mark)]
        if left:
            log.info("%s: left for the next run: %s", self.name, ", ".join(map(_short, left)))
        present = {path: mark for path, mark in found.items() if path not in left}
        newest = dict(list(present.items())[-1:])
        return (newest if its.snapshot == "newest" else present), left

    def _is_being_written(self, its: FilesEntity, path: str, mark: list[int]) -> bool:
        if _is_recent(mark, self.settings.settle_seconds):
            return True
        is_local = not _is_remote(path)
        return is_local and _is_recent(mark) and not is_whole(path, _format(its, path))

    @contextmanager
    def _reading(self, spool: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        with reading(spool, self.settings.timezone) as con:
            if _is_remote(self.settings.path):
                load(con, "httpfs")
                con.execute(self._s3_secret())
            yield con

    def _s3_secret(self) -> str:
        its = self.settings
        given = {
            "key_id": its.s3_key_id and its.s3_key_id.get_secret_value(),
            "secret": its.s3_secret and its.s3_secret.get_secret_value(),
            "region": its.s3_region,
            "endpoint": its.s3_endpoint,
            "url_style": "path" if its.s3_endpoint else None,
        }
        fields = "".join(f", {key} {quoted(value)}" for key, value in given.items() if value)
        return f"create secret (type s3{fields}, use_ssl {its.s3_use_ssl})"

    def _glob(self, its: FilesEntity) -> str:
        return f"{self.settings.path.rstrip('/')}/{its.files}"

    def _mapping(self, its: FilesEntity) -> str:
        return its.fingerprint(self.settings.currency, self.settings.timezone)


def _glob(con: duckdb.DuckDBPyConnection, pattern: str) -> Fingerprints:
    """Return the files that match, oldest first. Raises ValueError when their folder is missing."""
    folder = Path(re.split(r"[*?\[]", pattern)[0].rpartition("/")[0])
    if not _is_remote(pattern) and not folder.is_dir():
        raise ValueError(f"the folder {folder} does not exist")
    try:
        rows = con.execute(
            f"select filename, size, epoch_us(last_modified) from read_blob({quoted(pattern)}) "
            "order by last_modified, filename"
        ).fetchall()
    except duckdb.IOException as error:
        if "No files found" not in str(error):
            raise
        rows = []
    return {path: [size, at] for path, size, at in rows if not path.lower().endswith(TEMPORARY)}


def _groups(files: Fingerprints) -> Iterator[list[str]]:
    group: list[str] = []
    for path, (size, _) in files.items():
        if group and sum(files[p][0] for p in group) + size > BATCH_BYTES:
            yield group
            group = []
        group.append(path)
    if group:
        yield group


def _format(its: FilesEntity, path: str) -> str:
    return format_of(path) if its.format == "auto" else its.format


def _is_recent(mark: list[int], seconds: float = UPLOAD_SECONDS) -> bool:
    return time.time() - mark[1] / 1e6 < seconds


def _is_remote(path: str) -> bool:
    return "://" in path


def _short(path: str) -> str:
    return path.rsplit("/", 1)[-1]


def _first_line(error: BaseException) -> str:
    return str(error).split("\n")[0]
