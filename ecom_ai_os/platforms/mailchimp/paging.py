"""Walking lists by offset, many pages at once, until none of their records is missing.

The API has no cursors: what comes, goes or moves while a list is read shifts its pages, and
recipients of a campaign come in no lasting order. So a list longer than one page is compared with
the number of records it says it has, and read again until nothing is missing or nothing new comes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from ecom_ai_os.platforms import ahead
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.mailchimp.client import MAX_CONNECTIONS, MAX_COUNT, Client, Page
from ecom_ai_os.platforms.spool import is_id

log = logging.getLogger(__name__)

#: Of a list in another order for each page, six readings miss one record in 400.
MAX_READINGS = 6

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass
class Walk:
    """The pages of one list; records may come twice, landing keeps one.

    `id_field` tells records apart; some lists are not `is_paged`. `is_whole` says afterwards
    whether all of them came.
    """

    client: Client
    path: str
    key: str
    params: Mapping[str, Any] = field(default_factory=dict)
    id_field: str = "id"
    is_paged: bool = True
    is_whole: bool = False

    def __iter__(self) -> Iterator[Page]:
        seen: set[str] = set()
        for _ in range(MAX_READINGS):
            n_before, totals = len(seen), []
            for page in self._pages():
                seen.update(str(record.get(self.id_field)) for record in page.records)
                totals.append(page.n_total)
                yield page
            is_still = len(set(totals)) == 1 and len(seen) >= totals[0]
            if len(totals) == 1 or is_still or len(seen) == n_before:
                self.is_whole = True
                return
        log.warning("mailchimp %s kept changing; the next run reads it again", self.key)

    def _pages(self) -> Iterator[Page]:
        first = self._page(0)
        yield first
        if self.is_paged and first.n_total > MAX_COUNT:
            rest = range(MAX_COUNT, first.n_total, MAX_COUNT)
            yield from (page for _, page in side_by_side(self._page, rest))

    def _page(self, offset: int) -> Page:
        params = dict(self.params)
        if self.is_paged:
            params |= {"count": MAX_COUNT, "offset": offset}
            if "fields" not in params:
                params["exclude_fields"] = f"_links,{self.key}._links"
        return self.client.page(self.path, self.key, params)


def side_by_side(
    work: Callable[[Task], Result], tasks: Iterable[Task]
) -> Iterator[tuple[Task, Result]]:
    """Yield each task with its result, in order, worked on by as many threads as may connect."""
    return ahead.side_by_side(work, tasks, MAX_CONNECTIONS)


@contextmanager
def unless_gone() -> Iterator[None]:
    """Read no further what was deleted after it was listed."""
    try:
        yield
    except HttpError as error:
        if error.status != 404:
            raise


def since(at: datetime) -> str:
    """Return the bound for what happened at `at` or later.

    The vendor's bounds are exclusive and of whole seconds, and a + for the zone is refused.
    """
    return before(at - timedelta(seconds=1))


def before(at: datetime) -> str:
    """Return the bound for what happened before `at`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def parse(text: Any) -> datetime | None:
    """Return a time the vendor wrote, None for an empty or unreadable one."""
    try:
        at = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def under(parent: str, page: Page, id_field: str = "id") -> Page:
    """Return the page with a `__id` in its records, whose ids repeat from parent to parent."""
    records = [
        {"__id": f"{parent}/{record[id_field]}"} | record if is_id(record.get(id_field)) else record
        for record in page.records
    ]
    return replace(page, records=records)
