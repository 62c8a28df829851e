"""Lists and segments, and who is in them.

Groups are few and read whole every time. Who joined is told by the list of members, who left is
not: once a week members are read whole too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.klaviyo.client import Client, Params
from ecom_ai_os.platforms.klaviyo.filters import since
from ecom_ai_os.platforms.klaviyo.listing import OVERLAP, WEEK
from ecom_ai_os.platforms.spool import Record, Spool

#: Nothing but when they joined: the profiles are read elsewhere.
MEMBERS: Params = {"fields[profile]": "joined_group_at", "page[size]": 100}

Cursor = dict[str, Any]


@dataclass(frozen=True)
class Groups:
    """Reads the stream `<kind>s`; `kind` is list or segment.

    The cursor: `until`, `whole_at`; while a first reading is not through, `done`, the groups whose
    members have landed, and `began_at`.
    """

    kind: str

    @property
    def stream(self) -> Stream:
        groups = RawTable(f"{self.kind}s", updated_at="$.attributes.updated")
        members = RawTable(
            self._members, updated_at="$.attributes.joined_group_at", parent_id="$.group_id"
        )
        return Stream(groups.name, (groups, members))

    @property
    def _members(self) -> str:
        return f"{self.kind}_members"

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything). Raises HttpError."""
        spool = Spool(folder)
        groups, now = self._groups(client, spool)
        if not cursor or "done" in cursor:
            state = cursor or {"done": [], "began_at": now.isoformat()}
            yield spool.batch(state, self.stream.name)
            yield from self._first(client, groups, state, folder)
            return
        is_whole = now - datetime.fromisoformat(cursor["whole_at"]) >= WEEK
        joined = None if is_whole else datetime.fromisoformat(cursor["until"]) - OVERLAP
        for group in groups:
            self._add_members(client, group, spool, joined)
        whole_at = now.isoformat() if is_whole else cursor["whole_at"]
        done = {"until": now.isoformat(), "whole_at": whole_at}
        yield spool.batch(done, self.stream.name, *([self._members] if is_whole else []))

    def _first(
        self, client: Client, groups: list[str], state: Cursor, folder: Path
    ) -> Iterator[Batch]:
        """Read all members of each group, landing one group at a time."""
        spool = Spool(folder)
        for group in groups:
            if group not in state["done"]:
                self._add_members(client, group, spool, None)
                state = state | {"done": [*state["done"], group]}
                yield spool.batch(state)
                spool = Spool(folder)
        yield spool.batch({"until": state["began_at"], "whole_at": state["began_at"]})

    def _groups(self, client: Client, spool: Spool) -> tuple[list[str], datetime]:
        """Add every group; return their ids and the vendor's time before."""
        pages = list(client.walk(f"{self.kind}s"))
        for page in pages:
            spool.add(f"{self.kind}s", page)
        ids = [record.get("id") for page in pages for record in page.records]
        return [each for each in ids if isinstance(each, str)], pages[0].now

    def _add_members(
        self, client: Client, group: str, spool: Spool, joined: datetime | None
    ) -> None:
        """Add those who joined at `joined` or later (None: all)."""
        filters: Params = {"filter": since("joined_group_at", joined)} if joined else {}
        for page in client.walk(f"{self.kind}s/{group}/profiles", **MEMBERS | filters):
            spool.write(self._members, (_member(group, record) for record in page.records))
            spool.refuse(self._members, page.unread)


def _member(group: str, profile: Record) -> Record:
    """Return a membership: the profile's record under an id of its own."""
    who = profile.get("id")
    if not isinstance(who, str):
        return profile | {"id": None}
    return profile | {"id": f"{group}/{who}", "group_id": group, "profile_id": who}
