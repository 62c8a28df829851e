"""No window of a vendor holds more than it allows, wherever it begins, and few go unused."""

from __future__ import annotations

import time
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor

import pytest

from assets_tests.platforms.stopped_clock import StoppedClock, stopped_clock
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.pace import Limit, Pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    return stopped_clock(monkeypatch)


def goes(pace: Pace, clock: StoppedClock, n: int) -> list[float]:
    """Return when each of `n` requests went, seconds, ascending."""
    times = []
    for _ in range(n):
        pace.wait()
        times.append(clock.now)
    return times


def most(times: list[float], seconds: float) -> int:
    """Return the most requests in any stretch of `seconds`."""
    return max(bisect_left(times, at + seconds) - place for place, at in enumerate(times))


def test_any_stretch_keeps_every_limit_and_the_slowest_is_used(clock: StoppedClock) -> None:
    burst, steady = Limit(5, 0.05), Limit(20, 0.5)
    times = goes(Pace(burst, steady, late_seconds=0.03), clock, 61)
    assert most(times, burst.seconds) <= burst.n
    assert most(times, steady.seconds) <= steady.n
    assert 60 / (times[-1] - times[0]) >= 0.9 * steady.n / steady.seconds


def test_threads_share_a_limit() -> None:
    """By real time, so that they do meet: 31 requests, 5 in 0.05 s, take 6 windows or more."""
    pace = Pace(Limit(5, 0.05), late_seconds=0.0)
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: pace.wait(), range(31)))
    assert time.monotonic() - began >= 6 * 0.05


def test_a_hold_stops_those_who_wait_already(
    clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = Pace(Limit(1, 1.0), late_seconds=0.0)
    pace.wait()
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.now += seconds
        if len(waits) == 1:
            pace.hold(5.0)

    monkeypatch.setattr(clock, "sleep", sleep)
    pace.wait()
    assert waits == [1.0, 5.0]


def test_what_others_used_up_is_waited_for(clock: StoppedClock) -> None:
    pace = Pace(Limit(9, 0.01), late_seconds=0.0)
    pace.heed({"RateLimit-Remaining": "3", "RateLimit-Reset": "9"})
    pace.heed({"RateLimit-Remaining": "none"})
    assert goes(pace, clock, 1) == [0.0]
    pace.heed({"RateLimit-Remaining": "0", "RateLimit-Reset": "0.1"})
    assert goes(pace, clock, 1) == [0.1]


def test_a_used_up_day_is_not_sat_out(clock: StoppedClock) -> None:
    pace = Pace(Limit(2, 86_400))
    goes(pace, clock, 2)
    with pytest.raises(HttpError, match="leaves no request for 86,400 s"):
        pace.wait()
