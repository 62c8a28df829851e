"""Reading a long stretch of time side by side, from where a killed run left it.

A stretch is read a few pages at a time, in the order of its times. What is left of it begins where
the last page ended, and is halved while there are idle readers: a small account costs one request
a list, a large one keeps every reader busy until the vendor's limit binds. What is left of all
stretches is the cursor.

Bounds are whole seconds and the lower one is inclusive, so that ties on one second are read again
rather than lost; landing drops what is read twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ecom_ai_os.platforms.klaviyo.client import WALKS, InvalidCursorError, Page
from ecom_ai_os.platforms.klaviyo.records import attribute, moment
from ecom_ai_os.platforms.spool import Spool

#: Pages read of a stretch before its rest is looked at anew.
PAGES_AT_ONCE = 4
#: Pages after which a batch is landed.
BATCH_PAGES = 40
#: Shorter rests are not halved.
SHORTEST = timedelta(hours=1)


@dataclass(frozen=True)
class Stretch:
    """Records of `key` (a metric, a list; empty: all) with times in [begin, end)."""

    key: str
    begin: datetime
    end: datetime

    def to_json(self) -> list[str]:
        return [self.key, self.begin.isoformat(), self.end.isoformat()]

    @classmethod
    def from_json(cls, value: list[str]) -> Stretch:
        return cls(value[0], datetime.fromisoformat(value[1]), datetime.fromisoformat(value[2]))

    def halves(self) -> list[Stretch]:
        middle = (self.begin + (self.end - self.begin) / 2).replace(microsecond=0)
        return [Stretch(self.key, self.begin, middle), Stretch(self.key, middle, self.end)]


#: Yields the pages of a stretch, sorted by time.
Fetch = Callable[[Stretch], Iterator[Page]]


@dataclass(frozen=True)
class Readers:
    """Reads stretches, `n` at once.

    `table` takes the records; `time` names the attribute that is a record's time of that key.
    """

    table: str
    n: int
    fetch: Fetch
    time: Callable[[str], str]

    def whole(self, stretches: list[Stretch], folder: Path) -> Spool:
        """Return everything in the stretches at once. Raises HttpError."""
        spool = Spool(folder)
        for part, _ in self.read(stretches, folder):
            _merge(spool, part)
        return spool

    def read(self, stretches: list[Stretch], folder: Path) -> Iterator[tuple[Spool, list[Stretch]]]:
        """Yield what was read, and what is left to read once it has landed. Raises HttpError."""
        waiting, spool = list(stretches), Spool(folder)
        running: dict[Future[tuple[Spool, Stretch | None]], Stretch] = {}
        with ThreadPoolExecutor(self.n) as pool:
            try:
                while waiting or running:
                    while waiting and len(running) < self.n:
                        stretch = waiting.pop(0)
                        running[pool.submit(self._part, stretch, folder)] = stretch
                    for done in wait(running, return_when=FIRST_COMPLETED).done:
                        del running[done]
                        part, rest = done.result()
                        _merge(spool, part)
                        waiting += self._divided(rest, len(waiting) + len(running))
                    if spool.n_pages >= BATCH_PAGES:
                        yield spool, [*running.values(), *waiting]
                        spool = Spool(folder)
            finally:
                pool.shutdown(wait=True, cancel_futures=True)
        yield spool, []

    def _part(self, stretch: Stretch, folder: Path) -> tuple[Spool, Stretch | None]:
        """Read a few pages of a stretch; return them and the rest.

        Pages whose records share one second are read on, however many: a rest that begins where
        its stretch did would never end.
        """
        spool, last, n_walks = Spool(folder), stretch.begin, 1
        pages = self.fetch(stretch)
        while True:
            try:
                page = next(pages, None)
            except InvalidCursorError:
                if last > stretch.begin:
                    return spool, Stretch(stretch.key, last, stretch.end)
                if n_walks == WALKS:
                    raise
                pages, n_walks = self.fetch(stretch), n_walks + 1
                continue
            if page is None:
                return spool, None
            spool.add(self.table, page)
            last = max([last, *self._times(stretch, page)])
            if page.next_url is None:
                return spool, None
            if spool.n_pages >= PAGES_AT_ONCE and last > stretch.begin:
                return spool, Stretch(stretch.key, last, stretch.end)

    def _times(self, stretch: Stretch, page: Page) -> Iterator[datetime]:
        """Yield the readable times of a page's records that lie in the stretch."""
        name = self.time(stretch.key)
        for record in page.records:
            at = moment(attribute(record, name))
            if at and stretch.begin <= at < stretch.end:
                yield at

    def _divided(self, rest: Stretch | None, n_others: int) -> list[Stretch]:
        if not rest:
            return []
        if n_others + 1 < self.n and rest.end - rest.begin > SHORTEST:
            return rest.halves()
        return [rest]


def _merge(spool: Spool, part: Spool) -> None:
    for table, files in part.files.items():
        spool.files.setdefault(table, []).extend(files)
    spool.quarantined += part.quarantined
    spool.n_pages += part.n_pages
