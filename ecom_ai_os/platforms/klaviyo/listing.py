"""Lists that are short enough to be read whole now and then, and by change in between.

The cursor's keys, on the vendor's clock: `until`, from where the next run asks for changes;
`whole_at`, when the list was last read whole, which finds what was deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from ecom_ai_os.platforms import Batch, RawTable, Stream
from ecom_ai_os.platforms.klaviyo.client import Client
from ecom_ai_os.platforms.spool import Spool

Cursor = dict[str, Any]

#: A change is dated when it begins and seen when it ends; landing drops what is read twice.
OVERLAP = timedelta(minutes=10)
WEEK = timedelta(days=7)


class Listing:
    """Reads one stream; `whole_every` None: always whole."""

    name: ClassVar[str]
    tables: ClassVar[tuple[RawTable, ...]]
    whole_every: ClassVar[timedelta | None] = None

    @property
    def stream(self) -> Stream:
        return Stream(self.name, self.tables)

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything). Raises HttpError."""
        since = self._since(cursor)
        spool = Spool(folder)
        began_at = self.fill(spool, client, since).isoformat()
        whole_at = cursor["whole_at"] if cursor and since else began_at
        everything = () if since else [table.name for table in self.tables]
        yield spool.batch({"until": began_at, "whole_at": whole_at}, *everything)

    def _since(self, cursor: Cursor | None) -> datetime | None:
        """Return from when on to ask for changes; None: it is time to read everything."""
        if not cursor or not self.whole_every:
            return None
        since = datetime.fromisoformat(cursor["until"]) - OVERLAP
        whole_at = datetime.fromisoformat(cursor["whole_at"])
        return None if since - whole_at >= self.whole_every else since

    def fill(self, spool: Spool, client: Client, since: datetime | None) -> datetime:
        """Add what changed at `since` or later (None: everything).

        Returns the vendor's time when reading began. Raises HttpError.
        """
        raise NotImplementedError
