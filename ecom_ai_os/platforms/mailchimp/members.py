"""Members of every audience: a backfill by windows of change, then what changed, then whole again.

The cursor's keys, times on the vendor's clock: `windows`, what a backfill has still to read as
[audience, from, to]; `changed_since`, from where the next increment asks; `whole_at`, when all were
last read, which finds who was deleted for good and what changed without moving `last_changed`
(rates, tags by some ways).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.listing import OVERLAP, WEEK, Cursor
from ecom_ai_os.platforms.mailchimp.client import Client
from ecom_ai_os.platforms.mailchimp.paging import Walk, before, parse, side_by_side, since, under
from ecom_ai_os.platforms.spool import Spool

MEMBERS = RawTable("members", id="$.__id", updated_at="$.last_changed", parent_id="$.list_id")
MEMBERS_PER_WINDOW = 5_000
WINDOWS_PER_BATCH = 4
#: In an order that lasts: what changes meanwhile goes to the end.
BY_CHANGE = {"sort_field": "last_changed", "sort_dir": "ASC"}

#: An audience and the times [from, to) of its members' last change; None: open.
Window = list[str | None]


class Members:
    """Reads the stream `members`."""

    stream = Stream("members", (MEMBERS,))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything)."""
        if not cursor or "windows" in cursor:
            yield from self._backfill(client, cursor, folder)
            return
        began_at = client.clock()
        done = cursor | {"changed_since": (began_at - OVERLAP).isoformat()}
        if began_at - datetime.fromisoformat(cursor["whole_at"]) >= WEEK:
            windows = plan(client, began_at)
            spool, is_whole = read(client, windows, folder)
            done |= {"whole_at": began_at.isoformat()}
        else:
            windows = [[list_id, cursor["changed_since"], None] for list_id in client.list_ids()]
            spool, is_whole = read(client, windows, folder)
        snapshot = [MEMBERS.name] if is_whole and done["whole_at"] != cursor["whole_at"] else []
        yield spool.batch(done if is_whole else cursor, *snapshot)

    def _backfill(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Read everything for the first time; a killed backfill goes on where it stood."""
        began_at = datetime.fromisoformat(cursor["began_at"]) if cursor else client.clock()
        windows = cursor["windows"] if cursor else plan(client, began_at)
        while len(windows) > WINDOWS_PER_BATCH:
            spool, _ = read(client, windows[:WINDOWS_PER_BATCH], folder)
            # What keeps changing has gone to the last window.
            windows = windows[WINDOWS_PER_BATCH:]
            yield spool.batch({"windows": windows, "began_at": began_at.isoformat()})
        spool, _ = read(client, windows, folder)
        since_began = (began_at - OVERLAP).isoformat()
        yield spool.batch({"changed_since": since_began, "whole_at": began_at.isoformat()})


def plan(client: Client, until: datetime) -> list[Window]:
    """Split each audience's time from its first change to now into windows, the last one open."""
    return [window for list_id in client.list_ids() for window in _windows(client, list_id, until)]


def _windows(client: Client, list_id: str, until: datetime) -> Iterator[Window]:
    thin = {"fields": "members.last_changed,total_items", "count": 1}
    page = client.page(f"lists/{list_id}/members", "members", thin | BY_CHANGE)
    changed = (parse(record.get("last_changed")) for record in page.records)
    begin = min([until, *(at for at in changed if at)])
    n_windows = -(-page.n_total // MEMBERS_PER_WINDOW) or 1
    step = (until - begin) / n_windows
    ends = [(begin + k * step).isoformat() for k in range(1, n_windows)]
    for start, end in zip([None, *ends], [*ends, None], strict=True):
        yield [list_id, start, end]


def read(client: Client, windows: list[Window], folder: Path) -> tuple[Spool, bool]:
    """Read windows side by side; returns what they hold and whether all of it came.

    Archived members are asked for by themselves, as the unfiltered list may leave them out.
    """
    whole, is_whole = Spool(folder), True
    tasks = [(window, status) for window in windows for status in ({}, {"status": "archived"})]

    def read_one(task: tuple[Window, dict[str, str]]) -> tuple[Spool, bool]:
        (list_id, start, end), status = task
        spool = Spool(folder)
        walk = Walk(client, f"lists/{list_id}/members", "members", _bounds(start, end) | status)
        for page in walk:
            spool.add(MEMBERS.name, under(str(list_id), page))
        return spool, walk.is_whole

    for _, (spool, came) in side_by_side(read_one, tasks):
        whole.take(spool)
        is_whole = is_whole and came
    return whole, is_whole


def _bounds(start: str | None, end: str | None) -> dict[str, str]:
    bounds = {"since_last_changed": since(datetime.fromisoformat(start))} if start else {}
    if end:
        bounds["before_last_changed"] = before(datetime.fromisoformat(end))
    return bounds | BY_CHANGE
