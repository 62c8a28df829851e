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
from pathlib import Path

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.listing import Cursor
from ecom_ai_os.platforms.mailchimp.client import Client
from ecom_ai_os.platforms.mailchimp.details import DETAILS, Detail, lookup
from ecom_ai_os.platforms.mailchimp.paging import Walk, parse, side_by_side
from ecom_ai_os.platforms.spool import Record, Spool

REPORTS = RawTable("reports", updated_at=None)
LISTS_PER_BATCH = 60
#: How long a counter must stand still, and how late an event may show up in its list.
SETTLING = timedelta(days=1)
LAST_MOVES = ("send_time", "opens.last_open", "clicks.last_click")

#: Raw table → [counters, when they last moved].
Seen = dict[str, list[str]]


class Reports:
    """Reads the stream `reports`."""

    stream = Stream("reports", (REPORTS, *(table for each in DETAILS for table in each.tables)))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield the reports, then what stands behind them, some lists a batch."""
        cursor = cursor or {"read_at": None, "seen": {}}
        spool, walk, campaigns = Spool(folder), Walk(client, "reports", "reports"), []
        for page in walk:
            spool.add(REPORTS.name, page)
            campaigns += [Campaign.of(row, page.now) for row in page.records if "id" in row]
        yield spool.batch(cursor, *([REPORTS.name] if walk.is_whole else []))
        done = {"read_at": page.now.isoformat()}
        yield from _details(client, campaigns, cursor, done, folder)


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
        return cls(str(report["id"]), counters, min(now, max(moves, default=now)), now)

    def due(self, seen: Seen) -> list[Detail]:
        """Return the lists to be read: those whose counters moved lately."""
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


def _details(
    client: Client, campaigns: list[Campaign], cursor: Cursor, done: Cursor, folder: Path
) -> Iterator[Batch]:
    """Read the lists that are due; what came whole is noted, so that a killed run goes on there."""
    seen: dict[str, Seen] = {each.id: cursor["seen"].get(each.id, {}) for each in campaigns}
    read_at = cursor["read_at"]
    known_until = datetime.fromisoformat(read_at) - SETTLING if read_at else None

    def read(task: tuple[Campaign, Detail]) -> tuple[Spool, bool]:
        campaign, each = task
        is_known = each.table.name in cursor["seen"].get(campaign.id, {})
        return each.read(client, campaign.id, known_until if is_known else None, folder)

    tasks = [(campaign, each) for campaign in campaigns for each in campaign.due(seen[campaign.id])]
    spool = Spool(folder)
    for n_read, (task, (part, is_whole)) in enumerate(side_by_side(read, tasks), start=1):
        campaign, each = task
        spool.take(part)
        if is_whole:
            known = seen[campaign.id]
            seen[campaign.id] = known | {each.table.name: campaign.stamp(each, known)}
        if n_read % LISTS_PER_BATCH == 0:
            yield spool.batch({"read_at": read_at, "seen": dict(seen)})
            spool = Spool(folder)
    yield spool.batch(done | {"seen": seen})
