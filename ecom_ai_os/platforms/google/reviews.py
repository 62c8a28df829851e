"""Reviews, location by location.

Google lists a location's reviews by their last change, which stops an increment early; what was
taken down simply is no longer there, and an answer may leave the date as it was: once a week all
is read whole. Nothing counts as gone from it unless every location could be read. The cursor's
keys: `read`, from when each location was last read to its end; `whole_at`, when everything was, or
was tried to be: what one location refuses is not worth reading all others whole every day.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.ahead import side_by_side
from ecom_ai_os.platforms.google.client import MAX_CONCURRENT, Client, Location, ReviewPage
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.listing import BATCH_PAGES, WEEK, Cursor
from ecom_ai_os.platforms.shifting import newest_first, twice
from ecom_ai_os.platforms.spool import Spool

log = logging.getLogger(__name__)

REVIEWS = RawTable("reviews", id="$.name", updated_at="$.updateTime")
LOCATIONS = RawTable("locations", id="$.name", updated_at=None)
STREAM = Stream("reviews", (REVIEWS, LOCATIONS))
#: Most answers come within days; a month of a location's reviews is seldom more than a page.
REREAD = timedelta(days=30)


def batches(client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
    """Yield the reviews of all verified locations that are new since `cursor` (None: all).

    Raises HttpError at the end when a location could not be read; the others were.
    """
    locations = client.locations()
    if not locations:
        raise HttpError("the Google account manages no business location")
    reading = Reading(client, folder, locations, cursor or {}, client.now)
    yield from reading.batches()
    if reading.refused:
        raise reading.refused[0]


class Reading:
    """One reading of all locations."""

    def __init__(
        self,
        client: Client,
        folder: Path,
        locations: list[Location],
        cursor: Cursor,
        began_at: datetime,
    ) -> None:
        self._client = client
        self._folder = folder
        self._locations = locations
        self._began_at = began_at
        self._whole_at = cursor.get("whole_at")
        verified = [location.name for location in locations if location.is_verified]
        known = cursor.get("read", {})
        self._read: dict[str, str | None] = {name: known.get(name) for name in verified}
        self.refused: list[HttpError] = []

    @property
    def _is_whole(self) -> bool:
        """Whether the weekly reading is due; the first one has its own way."""
        if not self._whole_at:
            return False
        return self._began_at - datetime.fromisoformat(self._whole_at) >= WEEK

    def batches(self) -> Iterator[Batch]:
        """Yield batches of whole locations; a killed reading goes on at the next one."""
        spool = self._begun()
        is_whole = self._is_whole
        one = partial(self._one, is_whole=is_whole)
        for name, part in side_by_side(one, list(self._read), MAX_CONCURRENT):
            if isinstance(part, HttpError):
                self.refused.append(part)
                continue
            self._read[name] = self._began_at.isoformat()
            spool.take(part)
            if spool.n_pages >= BATCH_PAGES and not is_whole:
                yield spool.batch(self._cursor())
                spool = Spool(self._folder)
        if is_whole or not self._whole_at:
            self._whole_at = self._began_at.isoformat()
        gone_are_known = is_whole and not self.refused
        yield spool.batch(self._cursor(), *([REVIEWS.name] if gone_are_known else []))

    def _begun(self) -> Spool:
        spool = Spool(self._folder)
        spool.write(LOCATIONS.name, [location.record for location in self._locations])
        return spool

    def _cursor(self) -> Cursor:
        read = {name: since for name, since in self._read.items() if since}
        return {"read": read} | ({"whole_at": self._whole_at} if self._whole_at else {})

    def _one(self, name: str, *, is_whole: bool) -> Spool | HttpError:
        """Read one location; a refusal is returned, so that it costs the others nothing."""
        spool = Spool(self._folder)
        read = partial(self._client.reviews, name)
        try:
            pages = twice(read, "name") if is_whole else self._since(read(), self._read[name])
            for page in pages:
                spool.add(REVIEWS.name, page)
        except HttpError as error:
            log.warning("google reviews of %s: %s", name, error)
            return error
        return spool

    def _since(self, pages: Iterator[ReviewPage], since: str | None) -> Iterator[ReviewPage]:
        if not since:
            return pages
        begin = datetime.fromisoformat(since) - REREAD
        return newest_first(pages, begin, lambda page: page.updated)
