"""A vendor's list as a stream: read once in resumable batches, then what changed, then whole again.

The cursor's keys, times on the vendor's clock: `changed_since`, from where the next increment asks;
`whole_at`, when the list was last read whole, which finds what was deleted or edited without a
trace; `walk`, where a backfill stands that is not through.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.spool import Page, Spool, is_id

#: A save is dated when it begins and seen when it ends; landing drops what is read twice.
OVERLAP = timedelta(minutes=5)
#: Pages after which a batch is landed.
BATCH_PAGES = 20
WEEK = timedelta(days=7)

Cursor = dict[str, Any]
#: Where a walk stands, as its list needs it, in JSON; None: before the first record.
Place = dict[str, Any]


class Clocked(Protocol):
    """A client that knows the vendor's time."""

    def clock(self) -> datetime: ...


ClientT = TypeVar("ClientT", bound=Clocked)


@dataclass(frozen=True)
class Listing(ABC, Generic[ClientT]):
    """How one list is read. `whole_every`: how often it is read whole; None: never again."""

    table: RawTable
    whole_every: timedelta | None = field(default=WEEK, kw_only=True)

    @property
    def stream(self) -> Stream:
        return Stream(self.table.name, (self.table,))

    @abstractmethod
    def changed(self, client: ClientT, since: datetime) -> Iterator[Page]:
        """Yield what was changed at `since` or later."""

    @abstractmethod
    def everything(self, client: ClientT, place: Place | None) -> Iterator[tuple[Page, Place]]:
        """Yield all there is from a place on, each page with the place after it."""

    def whole(self, client: ClientT) -> Iterator[Page]:
        """Yield all there is; a record that is in no page counts as deleted."""
        return (page for page, _ in self.everything(client, None))

    def gone(self, client: ClientT, since: datetime) -> list[str]:
        """Return the ids of what is known to have been deleted at `since` or later."""
        return []

    def add(self, client: ClientT, spool: Spool, page: Page) -> None:
        """Add a page, and what belongs to its records, to a batch."""
        spool.add(self.table.name, page)

    def batches(self, client: ClientT, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything)."""
        if not cursor or "walk" in cursor:
            yield from self.backfill(client, cursor, folder)
            return
        began_at = client.clock()
        done = cursor | {"changed_since": (began_at - OVERLAP).isoformat()}
        if self.whole_every and began_at - _time(cursor, "whole_at") >= self.whole_every:
            yield self._whole(client, done | {"whole_at": began_at.isoformat()}, folder)
        else:
            yield from self._increment(client, cursor, done, folder)

    def backfill(self, client: ClientT, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Read everything for the first time; a killed backfill goes on where it stood."""
        state = cursor or {"walk": None, "began_at": client.clock().isoformat()}
        spool = Spool(folder)
        for page, place in self.everything(client, state["walk"]):
            self.add(client, spool, page)
            if spool.n_pages == BATCH_PAGES:
                yield spool.batch(state | {"walk": place})
                spool = Spool(folder)
        since = _time(state, "began_at") - OVERLAP
        yield spool.batch({"changed_since": since.isoformat(), "whole_at": state["began_at"]})

    def _whole(self, client: ClientT, done: Cursor, folder: Path) -> Batch:
        spool = Spool(folder)
        for page in self.whole(client):
            self.add(client, spool, page)
        return spool.batch(done, self.table.name)

    def _increment(
        self, client: ClientT, cursor: Cursor, done: Cursor, folder: Path
    ) -> Iterator[Batch]:
        since = _time(cursor, "changed_since")
        spool = Spool(folder)
        for page in self.changed(client, since):
            self.add(client, spool, page)
            if spool.n_pages == BATCH_PAGES:
                yield spool.batch(cursor)
                spool = Spool(folder)
        spool.deleted = {self.table.name: self.gone(client, since)}
        yield spool.batch(done)


def ids(pages: Iterable[Page]) -> list[str]:
    found = (record.get("id") for page in pages for record in page.records)
    return [str(record_id) for record_id in found if is_id(record_id)]


def _time(cursor: Cursor, key: str) -> datetime:
    return datetime.fromisoformat(cursor[key])
