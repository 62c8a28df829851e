"""A vendor's list as a stream: read once in resumable batches, then what changed, then whole again.

The cursor's keys, times on the shop's clock: `changed_since`, from where the next increment asks;
`whole_at`, when the list was last read whole, which finds what was deleted or edited without a
trace; `walk`, where a backfill stands that is not through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.spool import Spool
from ecom_ai_os.platforms.woocommerce.client import Client, Page
from ecom_ai_os.platforms.woocommerce.paging import Place, changed_since, walk

#: A save is dated when it begins and seen when it ends; landing drops what is read twice.
OVERLAP = timedelta(minutes=5)
#: Pages after which a batch is landed.
BATCH_PAGES = 20
WEEK = timedelta(days=7)

Cursor = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """How one list is read.

    - `path`: under wc/v3; `params`: so that it hides nothing
    - `whole_every`: how often it is read whole; None: never again
    - `has_trash`: it has a status of its own for what was thrown away
    """

    table: RawTable
    path: str
    params: dict[str, str] = field(default_factory=dict)
    whole_every: timedelta | None = WEEK
    has_trash: bool = False

    @property
    def stream(self) -> Stream:
        return Stream(self.table.name, (self.table,))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything)."""
        if not cursor or "walk" in cursor:
            yield from self.backfill(client, cursor, folder)
            return
        began_at = client.clock()
        since = datetime.fromisoformat(cursor["changed_since"])
        done = cursor | {"changed_since": (began_at - OVERLAP).isoformat()}
        if self.whole_every and began_at - _time(cursor, "whole_at") >= self.whole_every:
            yield self._whole(client, done | {"whole_at": began_at.isoformat()}, folder)
        else:
            yield from self._increment(client, since, cursor, done, folder)

    def changed(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield what was changed at `since` or later."""
        for page, _ in walk(client, self.path, **self.params, **changed_since(since)):
            yield page

    def everything(self, client: Client, place: Place) -> Iterator[tuple[Page, Place]]:
        """Yield all there is from a place on."""
        return walk(client, self.path, place, **self.params)

    def backfill(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Read everything for the first time; a killed backfill goes on where it stood."""
        state = cursor or {"walk": asdict(Place()), "began_at": client.clock().isoformat()}
        spool = Spool(folder)
        for page, place in self.everything(client, Place(**state["walk"])):
            spool.add(self.table.name, page)
            if spool.n_pages == BATCH_PAGES:
                yield spool.batch(state | {"walk": asdict(place)})
                spool = Spool(folder)
        since = _time(state, "began_at") - OVERLAP
        yield spool.batch({"changed_since": since.isoformat(), "whole_at": state["began_at"]})

    def _whole(self, client: Client, done: Cursor, folder: Path) -> Batch:
        spool = Spool(folder)
        for page, _ in self.everything(client, Place()):
            spool.add(self.table.name, page)
        return spool.batch(done, self.table.name)

    def _increment(
        self, client: Client, since: datetime, cursor: Cursor, done: Cursor, folder: Path
    ) -> Iterator[Batch]:
        spool = Spool(folder)
        for page in self.changed(client, since):
            spool.add(self.table.name, page)
            if spool.n_pages == BATCH_PAGES:
                yield spool.batch(cursor)
                spool = Spool(folder)
        if self.has_trash:
            spool.deleted = {self.table.name: trashed(client, self.path, since)}
        yield spool.batch(done)


def trashed(client: Client, path: str, since: datetime) -> list[str]:
    """Return the ids of what was thrown away at `since` or later; trashing counts as a change."""
    pages = walk(client, path, status="trash", _fields="id", **changed_since(since))
    return ids(page for page, _ in pages)


def ids(pages: Iterable[Page]) -> list[str]:
    return [str(record["id"]) for page in pages for record in page.records if "id" in record]


def _time(cursor: Cursor, key: str) -> datetime:
    return datetime.fromisoformat(cursor[key])
