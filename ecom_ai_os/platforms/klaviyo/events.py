"""Events, metric by metric: mails received, opened, clicked …, and orders placed.

The list knows no filter by change, only by the time of the event. Events become visible up to two
hours after they happened (measured at 110 minutes), so the last hours are read again with every
run, and the last month once a week for what came in later still. What is dated in the future is
read when its time has come.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.klaviyo.client import Client, Page
from ecom_ai_os.platforms.klaviyo.filters import before, both, equals, since
from ecom_ai_os.platforms.klaviyo.metrics import metric_pages, metrics_in, named
from ecom_ai_os.platforms.klaviyo.records import attribute, moment
from ecom_ai_os.platforms.klaviyo.stretches import Readers, Stretch
from ecom_ai_os.platforms.spool import Spool

#: Names are the same in every account, ids are not. Older accounts say Unsubscribed.
WANTED = frozenset(
    (
        *("Received Email", "Opened Email", "Clicked Email", "Bounced Email", "Dropped Email"),
        *("Marked Email as Spam", "Unsubscribed from Email Marketing", "Unsubscribed"),
        "Placed Order",
    )
)
OVERLAP = timedelta(hours=3)
SWEPT_EVERY, SWEEP = timedelta(days=7), timedelta(days=30)
#: The vendor's cap.
PAGE_SIZE = 1000
#: Side by side at 0.25 s an answer they use the 58 requests a second that are allowed.
N_READERS = 16

Cursor = dict[str, Any]


class Events:
    """Reads the stream `events`, and the metrics before, so that no event lands without its own.

    The cursor: `until`, metric → the time up to which it is read; `swept_at`, when the last month
    was; `open`, the stretches of a run that was stopped.
    """

    stream = Stream(
        "events",
        (
            RawTable("events", updated_at="$.attributes.datetime"),
            RawTable("metrics", updated_at="$.attributes.updated"),
        ),
    )

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything). Raises HttpError."""
        pages = metric_pages(client)
        now = pages[0].now
        state = cursor or {"until": {}, "swept_at": now.isoformat(), "open": []}
        spool = Spool(folder)
        for page in pages:
            spool.add("metrics", page)
        yield spool.batch(state, "metrics")
        if state["open"]:
            left = [Stretch.from_json(value) for value in state["open"]]
            yield from self._read(client, state, left, folder)
        wanted = named(metrics_in(pages), WANTED)
        is_swept = now - datetime.fromisoformat(state["swept_at"]) >= SWEPT_EVERY
        overlap = SWEEP if is_swept else OVERLAP
        stretches = [
            Stretch(metric, self._begin(client, metric, state["until"], overlap, now), now)
            for metric in wanted
        ]
        done = {
            "until": state["until"] | dict.fromkeys(wanted, now.isoformat()),
            "swept_at": now.isoformat() if is_swept else state["swept_at"],
        }
        yield from self._read(client, done, stretches, folder)

    def _begin(
        self,
        client: Client,
        metric: str,
        until: dict[str, str],
        overlap: timedelta,
        now: datetime,
    ) -> datetime:
        """Return where to begin with a metric: at its first event when it is new."""
        if metric in until:
            return datetime.fromisoformat(until[metric]) - overlap
        first = client.page(
            "events",
            {"filter": equals("metric_id", metric), "sort": "datetime", "page[size]": 1},
        )
        times = [at for record in first.records if (at := moment(attribute(record, "datetime")))]
        return min([*times, now - overlap])

    def _read(
        self, client: Client, state: Cursor, stretches: list[Stretch], folder: Path
    ) -> Iterator[Batch]:
        def fetch(stretch: Stretch) -> Iterator[Page]:
            within = both(
                equals("metric_id", stretch.key),
                since("datetime", stretch.begin),
                before("datetime", stretch.end),
            )
            params: dict[str, str | int] = {"filter": within, "sort": "datetime"}
            return client.pages("events", params | {"page[size]": PAGE_SIZE})

        readers = Readers("events", N_READERS, fetch, lambda _: "datetime")
        for spool, left in readers.read(stretches, folder):
            yield spool.batch(state | {"open": [stretch.to_json() for stretch in left]})
