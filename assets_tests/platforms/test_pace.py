"""No window of a vendor holds more than it allows, wherever it begins, and few go unused."""

from __future__ import annotations

import time
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor

import pytest

from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.pace import Limit, Pace


def goes(pace: Pace, n: int, n_threads: int = 4) -> list[float]:
    """Return when each of `n` requests went, seconds, ascending."""

    def go(_: int) -> float:
        pace.wait()
        return time.monotonic()

    with ThreadPoolExecutor(n_threads) as pool:
        return sorted(pool.map(go, range(n)))


def most(times: list[float], seconds: float) -> int:
    """Return the most requests in any stretch of `seconds`."""
    return max(bisect_left(times, at + seconds) - place for place, at in enumerate(times))


def test_any_stretch_keeps_every_limit_and_the_slowest_is_used() -> None:
    burst, steady = Limit(5, 0.05), Limit(20, 0.5)
    times = goes(Pace(burst, steady, late_seconds=0.03), 61)
    assert most(times, burst.seconds) <= burst.n
    assert most(times, steady.seconds) <= steady.n
    assert 60 / (times[-1] - times[0]) >= 0.9 * steady.n / steady.seconds


def test_a_hold_stops_those_who_wait_already() -> None:
    pace = Pace(Limit(1, 0.01), late_seconds=0.0)
    pace.hold(0.1)
    begin = time.monotonic()
    assert goes(pace, 2)[0] - begin >= 0.1


def test_what_others_used_up_is_waited_for() -> None:
    pace = Pace(Limit(9, 0.01), late_seconds=0.0)
    begin = time.monotonic()
    pace.heed({"RateLimit-Remaining": "3", "RateLimit-Reset": "9"})
    pace.heed({"RateLimit-Remaining": "none"})
    assert goes(pace, 1)[0] - begin < 0.05
    pace.heed({"RateLimit-Remaining": "0", "RateLimit-Reset": "0.1"})
    assert goes(pace, 1)[0] - begin >= 0.1


def test_a_used_up_day_is_not_sat_out() -> None:
    pace = Pace(Limit(2, 86_400))
    goes(pace, 2)
    with pytest.raises(HttpError, match="leaves no request for 86,400 s"):
        pace.wait()
