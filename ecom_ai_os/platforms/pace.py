"""Pacing: as many requests as a vendor allows, and none that it refuses.

Vendors count requests in fixed windows, often a short one against bursts and a long one, and do not
say when these begin. So no stretch of a window's length, wherever it begins, holds more than the
window's limit; it is longer by what a request may be late on its way, which for a window of a
minute costs 1 % of the rate. Threads that share a limit share its `Pace`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from ecom_ai_os.platforms.http import MAX_RETRY_AFTER_SECONDS, HttpError

#: How much later a request may arrive than the next one after an equal wait: connecting takes that.
LATE_SECONDS = 0.5


@dataclass(frozen=True)
class Limit:
    """At most `n` requests in a window of `seconds`."""

    n: int
    seconds: float


class Pace:
    """Lets requests go as fast as its limits allow; safe to share by threads."""

    def __init__(self, *limits: Limit, late_seconds: float = LATE_SECONDS) -> None:
        self._windows = [
            (limit.seconds + late_seconds, deque[float](maxlen=limit.n)) for limit in limits
        ]
        self._held_until = 0.0
        self._lock = Lock()

    def wait(self) -> None:
        """Sleep until one more request may go, and count it.

        Raises HttpError when that is more than five minutes away: a daily budget is used up.
        """
        at = self._reserve()
        while (rest := max(at, self._held_until) - time.monotonic()) > 0:
            time.sleep(rest)

    def hold(self, seconds: float) -> None:
        """Let nothing go for so long: the vendor says its window is full."""
        self._held_until = max(self._held_until, time.monotonic() + seconds)

    def heed(self, headers: Mapping[str, str]) -> None:
        """Hold when RateLimit-Remaining says that others used up what we share with them."""
        with suppress(KeyError, ValueError):
            if int(headers["RateLimit-Remaining"]) <= 0:
                self.hold(float(headers["RateLimit-Reset"]))

    def _reserve(self) -> float:
        """Return the earliest moment a request may go, which is then taken."""
        with self._lock:
            now = time.monotonic()
            full = (sent[0] + length for length, sent in self._windows if len(sent) == sent.maxlen)
            at = max(now, self._held_until, *full)
            if at - now > MAX_RETRY_AFTER_SECONDS:
                raise HttpError(f"the vendor's limit leaves no request for {at - now:,.0f} s")
            for _, sent in self._windows:
                sent.append(at)
            return at
