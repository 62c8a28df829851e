"""Lists that are short enough to be read whole each time: what is no longer in them is gone.

None of them can be asked for what changed: the status of a campaign, a renamed audience or a
deleted segment shows in the whole list only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.listing import ids
from ecom_ai_os.platforms.mailchimp.client import Client
from ecom_ai_os.platforms.mailchimp.paging import Walk, side_by_side, under, unless_gone
from ecom_ai_os.platforms.spool import Spool


@dataclass(frozen=True)
class Whole:
    """One list: its path, with `{parent}` for the record it is under, and the key it stands under.

    `id_field` is its records' id; below a parent it becomes `__id`.
    """

    table: RawTable
    path: str
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    id_field: str = "id"
    is_paged: bool = True

    def walk(self, client: Client, parent: str = "") -> Walk:
        path = self.path.format(parent=parent)
        return Walk(client, path, self.key, self.params, self.id_field, self.is_paged)


@dataclass(frozen=True)
class Snapshot:
    """Reads a list and those under each of its records, whole, in one batch."""

    name: str
    top: Whole
    under: tuple[Whole, ...] = ()

    @property
    def stream(self) -> Stream:
        return Stream(self.name, (self.top.table, *(each.table for each in self.under)))

    def batches(
        self, client: Client, cursor: dict[str, Any] | None, folder: Path
    ) -> Iterator[Batch]:
        """Yield all there is."""
        spool, parents = Spool(folder), []
        walk = self.top.walk(client)
        for page in walk:
            spool.add(self.top.table.name, page)
            parents += ids([page])
            read_at = page.now
        whole = [self.top.table.name] if walk.is_whole else []
        for each in self.under:
            if _read_under(client, each, parents, spool) and whole:
                whole.append(each.table.name)
        yield spool.batch({"read_at": read_at.isoformat()}, *whole)


def _read_under(client: Client, each: Whole, parents: list[str], spool: Spool) -> bool:
    """Read a list under each parent; returns whether all came."""

    def read(parent: str) -> tuple[Spool, bool]:
        part, walk = Spool(spool.folder), each.walk(client, parent)
        with unless_gone():
            for page in walk:
                part.add(each.table.name, under(parent, page, each.id_field))
            return part, walk.is_whole
        return part, True

    is_whole = True
    for _, (part, came) in side_by_side(read, parents):
        spool.take(part)
        is_whole = is_whole and came
    return is_whole
