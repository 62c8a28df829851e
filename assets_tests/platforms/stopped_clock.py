"""A clock that only waiting moves, for clients that pace themselves and sandboxes that count."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from ecom_ai_os.platforms import pace
from ecom_ai_os.sandbox import limits


@dataclass
class StoppedClock:
    """Stands in for the module `time`; one thread at a time may sleep by it."""

    now: float = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """Let client and sandbox measure seconds by a clock that stands still."""
    clock = StoppedClock()
    monkeypatch.setattr(pace, "time", clock)
    monkeypatch.setattr(limits, "time", clock)
    return clock
