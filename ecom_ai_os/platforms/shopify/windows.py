"""What to search for: filters in Shopify's search syntax, and the windows of a backfill.

A time in a filter must be quoted, or Shopify splits it at its colons and searches for the pieces.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from ecom_ai_os.platforms.shopify.streams import Plan

#: 20,000 orders are one bulk operation, a million 25.
RECORDS_PER_WINDOW = 40_000


@dataclass(frozen=True)
class Filters:
    """The searches of one stream; `start_on` is the oldest day of orders that is wanted."""

    plan: Plan
    start_on: date | None

    @property
    def start(self) -> str | None:
        """Everything that is wanted; None: everything there is."""
        is_bounded = self.start_on and self.plan.window == "created_at"
        return f"created_at:>='{self.start_on}T00:00:00Z'" if is_bounded else None

    def changed(self, since: datetime) -> str:
        """What was updated at `since` or later; the second itself may have had more rows."""
        changed = f"updated_at:>='{_text(since - self.plan.overlap)}'"
        return _and(changed, self.start)

    def window(self, begin: datetime | None, end: datetime | None) -> str | None:
        """What lies in [begin, end); a side that is None is open."""
        name, overlap = self.plan.window, self.plan.overlap
        lower = f"{name}:>='{_text(begin - overlap)}'" if begin else self.start
        upper = f"{name}:<'{_text(end + overlap)}'" if end else None
        return _and(lower, upper) or None

    def destroyed(self, since: datetime) -> str:
        """The events of deletions at `since` or later."""
        return (
            f"action:destroy AND subject_type:{self.plan.destroyed} "
            f"AND created_at:>='{_text(since)}'"
        )


@dataclass(frozen=True)
class Backfill:
    """Windows of `step` from `begin` on, the last one open; `until` is when it was planned.

    `begin` None: one window over everything.
    """

    begin: datetime | None
    until: datetime
    step: timedelta = timedelta(days=1)

    @classmethod
    def over(cls, n_records: int, oldest: datetime, now: datetime) -> Backfill:
        """Split the time from the oldest of `n_records` to now so that each window is short."""
        n_windows = -(-n_records // RECORDS_PER_WINDOW) or 1
        seconds = int((now - oldest).total_seconds() / n_windows) + 1
        return cls(oldest, now, timedelta(seconds=seconds))

    @property
    def windows(self) -> list[tuple[datetime | None, datetime | None]]:
        """Return the windows' begins and ends, oldest first."""
        if self.begin is None:
            return [(None, None)]
        n_windows = max(1, -(-(self.until - self.begin) // self.step))
        begins = [self.begin + k * self.step for k in range(n_windows)]
        return [*zip(begins, [*begins[1:], None], strict=True)]

    def after(self, end: datetime) -> Backfill:
        """Return what is left once everything before `end` has been read."""
        return replace(self, begin=end)

    def to_cursor(self) -> dict[str, Any]:
        """Return the backfill as JSON."""
        begin = self.begin.isoformat() if self.begin else None
        seconds = int(self.step.total_seconds())
        return {"begin": begin, "until": self.until.isoformat(), "step_seconds": seconds}

    @classmethod
    def from_cursor(cls, state: dict[str, Any]) -> Backfill:
        """Return the backfill `to_cursor` wrote."""
        begin = datetime.fromisoformat(state["begin"]) if state["begin"] else None
        until = datetime.fromisoformat(state["until"])
        return cls(begin, until, timedelta(seconds=state["step_seconds"]))


def _and(*terms: str | None) -> str:
    return " AND ".join(term for term in terms if term)


def _text(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
