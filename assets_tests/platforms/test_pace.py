"""No window of a vendor holds more than it allows, wherever it begins, and few go unused."""

from __future__ import annotations

import time
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from queue import Empty, SimpleQueue
from threading import Barrier, Event

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
        with pace.turn():
            times.append(clock.now)
    return times


def wait(pace: Pace) -> None:
    """Send a request that is answered at once."""
    with pace.turn():
        pass


def most(times: list[float], seconds: float) -> int:
    """Return the most requests in any stretch of `seconds`."""
    return max(bisect_left(times, at + seconds) - place for place, at in enumerate(times))


def test_any_stretch_keeps_every_limit_and_the_slowest_is_used(clock: StoppedClock) -> None:
    burst, steady = Limit(5, 0.05), Limit(20, 0.5)
    times = goes(Pace(burst, steady, late_seconds=0.03), clock, 61)
    assert most(times, burst.seconds) <= burst.n
    assert most(times, steady.seconds) <= steady.n
    assert 60 / (times[-1] - times[0]) >= 0.9 * steady.n / steady.seconds


def test_what_is_long_on_its_way_counts_from_its_answer(clock: StoppedClock) -> None:
    """The vendor wakes up: its first answers take long, and the next ones do not."""
    limit = Limit(10, 1.0)
    pace = Pace(limit, late_seconds=0.5)
    times = goes(pace, clock, 1)
    with ExitStack() as under_way:
        for _ in range(9):
            under_way.enter_context(pace.turn())
        clock.sleep(0.3)
        times += [clock.now] * 9
    times += goes(pace, clock, 30)
    assert most(times, limit.seconds) == limit.n
    assert 30 / (times[-1] - times[9]) >= 0.9 * limit.n / limit.seconds


def test_what_is_never_answered_counts_from_where_it_must_have_arrived(
    clock: StoppedClock,
) -> None:
    pace = Pace(Limit(1, 1.0), late_seconds=0.5)
    wait(pace)
    with pace.turn():
        went_at = clock.now
        assert goes(pace, clock, 1) == [pytest.approx(went_at + 1.5, rel=0.01)]


@pytest.mark.parametrize("is_held", [False, True])
def test_one_goes_ahead_alone_at_first_and_after_a_hold(is_held: bool) -> None:
    """Of many at once each would be refused. Then they go side by side."""
    pace = Pace(Limit(99, 0.1))
    if is_held:
        wait(pace)
        pace.hold(0.0)
    begun, answered, side_by_side = SimpleQueue[int](), Event(), Barrier(3, timeout=10)

    def go(n: int) -> None:
        with pace.turn():
            begun.put(n)
            answered.wait(10)
        with pace.turn():
            side_by_side.wait()

    with ThreadPoolExecutor(3) as pool:
        going = [pool.submit(go, n) for n in range(3)]
        begun.get(timeout=10)
        with pytest.raises(Empty):
            begun.get(timeout=0.05)
        answered.set()
        assert [each.result() for each in going] == [None] * 3


def test_threads_share_a_limit() -> None:
    """By real time, so that they do meet: 31 requests, 5 in 0.05 s, take 6 windows or more."""
    pace = Pace(Limit(5, 0.05), late_seconds=0.0)
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: wait(pace), range(31)))
    assert time.monotonic() - began >= 6 * 0.05


def test_a_hold_stops_those_who_wait_already(
    clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    pace = Pace(Limit(1, 1.0), late_seconds=0.0)
    wait(pace)
    waits = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        clock.now += seconds
        if len(waits) == 1:
            pace.hold(5.0)

    monkeypatch.setattr(clock, "sleep", sleep)
    wait(pace)
    assert waits == [pytest.approx(1.0, rel=0.01), 5.0]


def test_who_waited_through_a_hold_counts_from_after_it(
    clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = Limit(2, 1.0)
    pace = Pace(limit)
    times = goes(pace, clock, 2)
    with monkeypatch.context() as patched:
        patched.setattr(
            clock, "sleep", lambda seconds: pace.hold(5.0) or setattr(clock, "now", 5.0)
        )
        times += goes(pace, clock, 1)
    times += goes(pace, clock, 3)
    assert times[2] == 5.0 and most(times, limit.seconds) == limit.n


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
    with pytest.raises(HttpError, match="leaves no request for 86,4"):
        wait(pace)
