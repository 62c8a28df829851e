"""Lists whose pages shift while they are read: what to skip, what to read again, where to stop."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from ecom_ai_os.platforms.spool import Page, Record

PageT = TypeVar("PageT", bound=Page)


@dataclass(frozen=True)
class Part:
    """Some of a page's records."""

    records: list[Record]
    unread: list[str]


class Seen:
    """Tells apart what stood in an earlier page of a list; records without an id never did."""

    def __init__(self, key: str = "id") -> None:
        self._key = key
        self._ids: set[str] = set()

    def rest(self, page: Page) -> Part:
        """Return what is new of a page, which then is no longer."""
        found = [record.get(self._key) for record in page.records]
        new = [r for r, key in zip(page.records, found, strict=True) if str(key) not in self._ids]
        self._ids.update(key for key in found if isinstance(key, str))
        return Part(new, page.unread)


def twice(read: Callable[[], Iterable[Page]], key: str = "id") -> Iterator[Page]:
    """Yield a list, read a second time when it has several pages.

    A record that leaves the list meanwhile, or moves to its top, makes another one slip from the
    next page into one already read: what only one reading missed is not gone.
    """
    seen, n_pages = Seen(key), 0
    for page in read():
        n_pages += 1
        yield seen.rest(page)
    if n_pages > 1:
        for page in read():
            yield seen.rest(page)


def newest_first(
    pages: Iterable[PageT], begin: datetime, moments: Callable[[PageT], list[datetime]]
) -> Iterator[PageT]:
    """Yield pages down to `begin`, as long as their moments run from the newest to the oldest.

    A list in any other order is read to its end.
    """
    last, is_sorted = datetime.max.replace(tzinfo=UTC), True
    for page in pages:
        yield page
        times = [last, *moments(page)]
        last = times[-1]
        is_sorted = is_sorted and times == sorted(times, reverse=True)
        if is_sorted and last < begin:
            return
