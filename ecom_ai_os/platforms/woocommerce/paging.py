"""Walking a list that changes while it is read.

WooCommerce's pages are offsets into a query, so what leaves the query before the reader's place
moves unseen records into pages already read, silently. Measured on a real server: sorting by
modification time loses records that share a second; a frozen upper bound loses what is touched
meanwhile, and X-WP-Total tells neither when something else comes in. So lists are walked by id,
without an upper bound, and each page begins with the last record of the one before: when it does
not, records have moved, and the walk steps back. Ends are told by X-WP-Total, never by a short page
(records the key may not read are left out of theirs).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ecom_ai_os.platforms.woocommerce.client import Client, Page
from ecom_ai_os.platforms.woocommerce.repair import number


@dataclass(frozen=True)
class Place:
    """Where a walk stands: how many rows lie behind it, and the last id it saw."""

    offset: int = 0
    last_id: int = 0


def walk(
    client: Client, path: str, place: Place | None = None, /, **params: Any
) -> Iterator[tuple[Page, Place]]:
    """Yield the pages of a list by ascending id, each with the place after it.

    Records may come twice; landing keeps one of them. Raises HttpError.
    """
    place, checked_to, is_stepping_back = place or Place(), 0, False
    while True:
        begin = max(0, place.offset - 1)
        offset = {"offset": begin} if begin else {}
        page = client.page(path, orderby="id", order="asc", **offset, **params)
        ids = [record["id"] for record in page.records if number(record, "id")]
        has_gap = begin and (not ids or ids[0] > place.last_id)
        # Records the key may not read leave gaps too: one is stepped back over once.
        if has_gap and (is_stepping_back or begin > checked_to):
            checked_to, is_stepping_back = max(checked_to, begin), True
            place = Place(max(0, begin - page.per_page + 1), place.last_id)
            continue
        is_stepping_back = False
        is_end = _is_end(page, begin, place, ids)
        place = Place(begin + page.per_page, max([place.last_id, *ids]))
        yield page, place
        if is_end:
            return


def _is_end(page: Page, begin: int, place: Place, ids: list[int]) -> bool:
    """Say whether nothing lies behind a page; beyond the end some totals are 0."""
    if page.n_total is None:
        return not ids or max(ids) <= place.last_id
    return begin + page.per_page >= page.n_total


def changed_since(since: datetime, field: str = "modified") -> dict[str, str]:
    """Return the parameters for what was created (`field` "") or modified from `since` on.

    The vendor's bounds are exclusive and of whole seconds; its times are UTC without a zone, since
    a zone beside dates_are_gmt shifts them by the site's offset.
    """
    return bound(since - timedelta(seconds=1), f"{field}_after" if field else "after")


def created_within(begin: datetime, end: datetime) -> dict[str, str]:
    """Return the parameters for what was created in [begin, end), whole seconds."""
    return bound(begin - timedelta(seconds=1), "after") | bound(end, "before")


def bound(at: datetime, name: str) -> dict[str, str]:
    naive = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return {name: naive.isoformat(), "dates_are_gmt": "true"}


def created_at(record: dict[str, Any]) -> datetime | None:
    """Return when a record was created, None when it does not say so readably."""
    try:
        return datetime.fromisoformat(record["date_created_gmt"]).replace(tzinfo=UTC)
    except (KeyError, TypeError, ValueError):
        return None
