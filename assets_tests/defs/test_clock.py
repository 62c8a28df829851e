"""The clock: whole days of the shop's own timezone, also when the clocks change."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock


@pytest.fixture(autouse=True)
def berlin(monkeypatch: pytest.MonkeyPatch) -> None:
    business = settings.Business(timezone="Europe/Berlin")
    monkeypatch.setattr(settings, "current", lambda: settings.Settings(business=business))


@pytest.mark.parametrize(
    ("now", "as_of"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 21)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), date(2026, 11, 22)),
    ],
)
def test_it_stands_at_the_last_whole_day_of_the_shop(now: datetime, as_of: date) -> None:
    with time_machine.travel(now, tick=False):
        assert Clock().as_of == as_of


@pytest.mark.parametrize(
    ("day", "until"),
    [
        ("2026-10-24", datetime(2026, 10, 24, 22, tzinfo=UTC)),
        ("2026-10-25", datetime(2026, 10, 25, 23, tzinfo=UTC)),
        ("2026-03-29", datetime(2026, 3, 29, 22, tzinfo=UTC)),
    ],
)
def test_a_day_ends_at_local_midnight(day: str, until: datetime) -> None:
    assert Clock(day=day).until == until
