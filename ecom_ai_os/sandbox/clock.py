"""The simulated clock: it runs like the real one, from another day, and can be moved."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path


class Clock:
    """Simulated UTC time, kept in `path` so that a restarted sandbox goes on where it was.

    A new clock stands at `today` and the real time of day.
    """

    def __init__(self, path: Path, today: date) -> None:
        self._path = path
        if path.exists():
            self._offset = timedelta(seconds=json.loads(path.read_text())["offset_seconds"])
        else:
            self._offset = today - datetime.now(UTC).date()
            self._save()

    def now(self) -> datetime:
        """The simulated moment, in whole seconds."""
        return (datetime.now(UTC) + self._offset).replace(microsecond=0)

    def advance(self, days: float) -> None:
        self._offset += timedelta(days=days)
        self._save()

    def set(self, now: datetime) -> None:
        """Move the clock to `now`; without a zone it is read as UTC."""
        aware = now if now.tzinfo else now.replace(tzinfo=UTC)
        self._offset = aware - datetime.now(UTC)
        self._save()

    def _save(self) -> None:
        self._path.write_text(json.dumps({"offset_seconds": self._offset.total_seconds()}))
