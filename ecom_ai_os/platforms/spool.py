"""The files of one batch: records as NDJSON, what is none to the quarantine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import orjson

from ecom_ai_os.platforms import Batch, Quarantined

Record = dict[str, Any]

#: File names are never used twice: the caller may land one batch while the next is read.
_serial = count()


def is_id(value: Any) -> bool:
    """Say whether a value tells a record apart, as landing does: text or a number."""
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""


def joined(record: Record, identity: tuple[str, ...]) -> Record:
    """Return the record with the fields that tell it apart as `__id`; only the first must be."""
    parts = [record.get(name) for name in identity]
    if not is_id(parts[0]) or not all(is_id(part) or not part for part in parts):
        return record
    return {"__id": "|".join(str(part or "") for part in parts)} | record


class Page(Protocol):
    """Some records of a list; `unread` are texts of what stood among them and is none."""

    @property
    def records(self) -> list[Record]: ...

    @property
    def unread(self) -> list[str]: ...


@dataclass
class Spool:
    """What one batch will hold; files lie in `folder`."""

    folder: Path
    files: dict[str, list[Path]] = field(default_factory=dict)
    deleted: dict[str, list[str]] = field(default_factory=dict)
    quarantined: list[Quarantined] = field(default_factory=list)
    n_pages: int = 0

    def add(self, table: str, page: Page) -> None:
        """Add a page's records, and what stood among them to the quarantine."""
        self.write(table, page.records)
        self.refuse(table, page.unread)
        self.n_pages += 1

    def refuse(self, table: str, texts: Iterable[str]) -> None:
        """Add what is no record to the quarantine."""
        self.quarantined += [Quarantined(table, "not a JSON object", text) for text in texts]

    def write(self, table: str, records: Iterable[Record]) -> None:
        """Write records to one more file of a raw table."""
        lines = [orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records]
        if lines:
            path = self.folder / f"{next(_serial):08d}-{table}.ndjson"
            path.write_bytes(b"".join(lines))
            self.files.setdefault(table, []).append(path)

    def take(self, other: Spool) -> None:
        """Add what another spool holds."""
        for table, paths in other.files.items():
            self.files.setdefault(table, []).extend(paths)
        self.quarantined += other.quarantined
        self.n_pages += other.n_pages

    def batch(self, cursor: dict[str, Any], *snapshot: str) -> Batch:
        """Return the batch; its files hold all there is of the tables in `snapshot`."""
        return Batch(cursor, self.files, self.deleted, frozenset(snapshot), self.quarantined)
