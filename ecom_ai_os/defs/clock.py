"""The clock: the day every score is computed for, so that any past day can be replayed."""

from datetime import UTC, date, datetime, time, timedelta

import dagster as dg

from ecom_ai_os import settings


class Clock(dg.ConfigurableResource):  # type: ignore[type-arg]
    """`day` (ISO) is the last day whose data counts; empty means yesterday, the last whole one."""

    day: str = ""

    @property
    def as_of(self) -> date:
        if self.day:
            return date.fromisoformat(self.day)
        today = datetime.now(settings.current().business.zone).date()
        return settings.current().as_of or today - timedelta(days=1)

    @property
    def is_past(self) -> bool:
        """Whether the day is older than yesterday: replayed, not lived. Nobody is told of it."""
        today = datetime.now(settings.current().business.zone).date()
        return self.as_of < today - timedelta(days=1)

    @property
    def is_over(self) -> bool:
        """Whether the day has ended in the shop's timezone: by our clock, never a simulated one."""
        return self.until <= datetime.now(UTC)

    @property
    def until(self) -> datetime:
        """The end of `as_of` in the shop's timezone, exclusive, as a UTC time."""
        midnight = datetime.combine(self.as_of + timedelta(days=1), time())
        return midnight.replace(tzinfo=settings.current().business.zone).astimezone(UTC)
