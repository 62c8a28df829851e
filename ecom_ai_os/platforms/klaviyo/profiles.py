"""Profiles with their consents and suppressions.

Read first by the time they were created, which never changes, then by the time they were updated.
Whether a suppression moves that time is not said, so fresh ones are asked for by their own. Merged
and erased profiles vanish without a trace: once a week everything is read, and what is missing is
marked deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.klaviyo.client import Client, Page, Params
from ecom_ai_os.platforms.klaviyo.filters import SECOND, after, before, both, since
from ecom_ai_os.platforms.klaviyo.listing import WEEK
from ecom_ai_os.platforms.klaviyo.records import attribute, moment
from ecom_ai_os.platforms.klaviyo.stretches import Readers, Stretch
from ecom_ai_os.platforms.spool import Spool

#: Profiles become visible late, as events do.
OVERLAP = timedelta(hours=3)
#: Side by side at 0.25 s an answer they use the 12.5 requests a second that are allowed.
N_READERS = 4
SUPPRESSED_AT = "subscriptions.email.marketing.suppression.timestamp"
WITH_CONSENT: Params = {"additional-fields[profile]": "subscriptions", "page[size]": 100}

Cursor = dict[str, Any]


class Profiles:
    """Reads the stream `profiles`.

    The cursor: `until`, from where the next run asks for changes; `whole_at`, when everything was
    last read; `open`, the stretches of a run that was stopped.
    """

    stream = Stream("profiles", (RawTable("profiles", updated_at="$.attributes.updated"),))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything). Raises HttpError."""
        first = client.page("profiles", {"sort": "created", "page[size]": 1})
        begun = {"until": first.now.isoformat(), "whole_at": first.now.isoformat()}
        if not cursor:
            yield from _read(client, begun, [_everything(first)], folder)
            return
        if cursor["open"]:
            left = [Stretch.from_json(value) for value in cursor["open"]]
            yield from _read(client, cursor, left, folder)
        state = cursor | {"open": []}
        if first.now - datetime.fromisoformat(cursor["whole_at"]) >= WEEK:
            spool = _readers(client).whole([_everything(first)], folder)
            yield spool.batch(state | begun, "profiles")
            return
        begin = datetime.fromisoformat(cursor["until"]) - OVERLAP
        # With the old cursor: what is left of a stopped run asks for no suppressions.
        yield _suppressed(client, begin, folder).batch(state)
        done = state | {"until": first.now.isoformat()}
        yield from _read(client, done, [Stretch("updated", begin, first.now)], folder)


def _everything(first: Page) -> Stretch:
    """Return the stretch from the first profile on until now."""
    times = [at for record in first.records if (at := moment(attribute(record, "created")))]
    return Stretch("created", min([*times, first.now]), first.now + SECOND)


def _readers(client: Client) -> Readers:
    def fetch(stretch: Stretch) -> Iterator[Page]:
        # Both bounds are exclusive here.
        within = both(after(stretch.key, stretch.begin - SECOND), before(stretch.key, stretch.end))
        params: Params = {"filter": within, "sort": stretch.key}
        return client.pages("profiles", WITH_CONSENT | params)

    return Readers("profiles", N_READERS, fetch, lambda key: key)


def _suppressed(client: Client, begin: datetime, folder: Path) -> Spool:
    """Return the profiles suppressed at `begin` or later."""
    spool = Spool(folder)
    filters: Params = {"filter": since(SUPPRESSED_AT, begin)}
    for page in client.walk("profiles", **WITH_CONSENT | filters):
        spool.add("profiles", page)
    return spool


def _read(client: Client, state: Cursor, stretches: list[Stretch], folder: Path) -> Iterator[Batch]:
    for spool, left in _readers(client).read(stretches, folder):
        yield spool.batch(state | {"open": [stretch.to_json() for stretch in left]})
