"""Reports of what was sent, and recipient by recipient what became of it.

The reports are read whole each time: one request for a thousand of them. Where a campaign's
counters moved, the lists behind them are read. A counter may run ahead of its list, so a list is
read again until its counter has stood still for a day.

The cursor's keys: `read_at`, since when activity is asked for; `seen`, campaign → raw table →
[counters, when they last moved].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.mailchimp.client import Client
from ecom_ai_os.platforms.mailchimp.details import DETAILS, Detail, lookup
from ecom_ai_os.platforms.mailchimp.paging import Walk, parse, side_by_side
from ecom_ai_os.platforms.spool import Record, Spool

REPORTS = RawTable("reports", updated_at=None)
CAMPAIGNS_PER_BATCH = 20
#: How long a counter must stand still, and how late an event may show up in its list.
SETTLING = timedelta(days=1)
LAST_MOVES = ("send_time", "opens.last_open", "clicks.last_click")

Cursor = dict[str, Any]
#: Raw table → [counters, when they last moved].
Seen = dict[str, list[str]]


class Reports:
    """Reads the stream `reports`."""

    stream = Stream("reports", (REPORTS, *(table for each in DETAILS for table in each.tables)))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield the reports, then what stands behind them, some campaigns a batch."""
        cursor = cursor or {"read_at": None, "seen": {}}
        spool, walk, work = Spool(folder), Walk(client, "reports", "reports"), []
        seen: dict[str, Seen] = {}
        for page in walk:
            spool.add(REPORTS.name, page)
            for campaign in (Campaign.of(report, page.now) for report in page.records):
                seen[campaign.id] = cursor["seen"].get(campaign.id, {})
                if campaign.due(seen[campaign.id]):
                    work.append(campaign)
        yield spool.batch(cursor, *([REPORTS.name] if walk.is_whole else []))
        for some in _chunks(work):
            yield _read(client, some, seen, cursor["read_at"], folder)
        yield Batch({"read_at": page.now.isoformat(), "seen": seen})


@dataclass(frozen=True)
class Campaign:
    """What of a report decides which of its lists are read; `counters` by their raw tables."""

    id: str
    counters: dict[str, str]
    moved_at: datetime
    now: datetime

    @classmethod
    def of(cls, report: Record, now: datetime) -> Campaign:
        moves = [at for path in LAST_MOVES if (at := parse(lookup(report, path)))]
        counters = {each.table.name: each.count(report) for each in DETAILS}
        return cls(str(report.get("id")), counters, min([now, max(moves, default=now)]), now)

    def due(self, seen: Seen) -> list[Detail]:
        """Return the lists to be read: those whose counters moved, lately or since they were."""
        return [each for each in DETAILS if self._is_due(each, seen.get(each.table.name))]

    def _is_due(self, each: Detail, known: list[str] | None) -> bool:
        counters = self.counters[each.table.name]
        if not known or known[0] != counters:
            return bool(counters)
        return self.now - datetime.fromisoformat(known[1]) < SETTLING

    def stamp(self, each: Detail, seen: Seen) -> list[str]:
        """Return what to remember of a list that was read."""
        counters, known = self.counters[each.table.name], seen.get(each.table.name)
        if known and known[0] == counters:
            return known
        return [counters, (self.now if known else self.moved_at).isoformat()]


def _chunks(work: list[Campaign]) -> Iterator[list[Campaign]]:
    rest = iter(work)
    while some := list(islice(rest, CAMPAIGNS_PER_BATCH)):
        yield some


def _read(
    client: Client, some: list[Campaign], seen: dict[str, Seen], read_at: str | None, folder: Path
) -> Batch:
    """Read the lists of some campaigns; what came whole is noted in `seen`."""
    tasks = [(campaign, each) for campaign in some for each in campaign.due(seen[campaign.id])]
    known_until = datetime.fromisoformat(read_at) - SETTLING if read_at else None

    def read(task: tuple[Campaign, Detail]) -> tuple[Spool, bool]:
        campaign, each = task
        begin = known_until if each.table.name in seen[campaign.id] else None
        return each.read(client, campaign.id, begin, folder)

    spool = Spool(folder)
    for (campaign, each), (part, is_whole) in side_by_side(read, tasks):
        spool.take(part)
        if is_whole:
            known = seen[campaign.id]
            seen[campaign.id] = known | {each.table.name: campaign.stamp(each, known)}
    return spool.batch({"read_at": read_at, "seen": dict(seen)})
