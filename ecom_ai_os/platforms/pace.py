"""Pacing: as many requests as a vendor allows, and none that it refuses.

Vendors count requests in fixed windows, often a short one against bursts and a long one, and do not
say when these begin. So no stretch of a window's length, wherever it begins, holds more than the
window's limit. When a request arrived is not known but that it was before its answer: from there it
counts, at the latest from where it must have arrived, which costs 6 % of the rate at most. Threads
that share a limit share its `Pace`.
"""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from threading import Lock

from ecom_ai_os.platforms.http import MAX_RETRY_AFTER_SECONDS, HttpError

#: How long a request may be on its way, in a short window and as a share of a long one: connecting
#: takes that, and a vendor that has just woken up.
LATE_SECONDS, LATE_SHARE = 0.5, 0.06
#: Two clocks do not run alike.
DRIFT = 1.001


@dataclass(frozen=True)
class Limit:
    """At most `n` requests in a window of `seconds`."""

    n: int
    seconds: float


@dataclass(eq=False)
class Request:
    """When one went and when its answer came, seconds of the monotonic clock."""

    went_at: float
    answered_at: float = math.inf


class Pace:
    """Lets requests go as fast as its limits allow; safe to share by threads."""

    def __init__(self, *limits: Limit, late_seconds: float = LATE_SECONDS) -> None:
        self._limits = {limit: max(late_seconds, LATE_SHARE * limit.seconds) for limit in limits}
        self._longest = max(limits, key=lambda limit: limit.seconds)
        self._requests: deque[Request] = deque()
        self._held_until = 0.0
        self._is_open = False
        self._ahead, self._lock = Lock(), Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Sleep until one more request may go; the block is the request, until its answer.

        At first, and after a hold, one goes ahead alone: others may have used the window up, and of
        many at once each would be refused. Raises HttpError when the next one may go only in more
        than five minutes: a daily budget is used up.
        """
        with ExitStack() as alone:
            alone.enter_context(self._ahead)
            if self._is_open:
                alone.close()
            request = self._go()
            try:
                yield
            finally:
                request.answered_at = time.monotonic()
                self._is_open = request.answered_at >= self._held_until

    def hold(self, seconds: float) -> None:
        """Let nothing go for so long: the vendor says its window is full."""
        self._held_until = max(self._held_until, time.monotonic() + seconds)
        self._is_open = False

    def heed(self, headers: Mapping[str, str]) -> None:
        """Hold when RateLimit-Remaining says that others used up what we share with them."""
        with suppress(KeyError, ValueError):
            if int(headers["RateLimit-Remaining"]) <= 0:
                self.hold(float(headers["RateLimit-Reset"]))

    def _go(self) -> Request:
        """Sleep until one more may go, and count it."""
        while True:
            with self._lock:
                now = time.monotonic()
                rest = self._earliest(now) - now
                if rest <= 0:
                    self._requests.append(Request(now))
                    return self._requests[-1]
            if rest > MAX_RETRY_AFTER_SECONDS:
                raise HttpError(f"the vendor's limit leaves no request for {rest:,.0f} s")
            time.sleep(rest)

    def _earliest(self, now: float) -> float:
        """Return the earliest moment one more may go; forget what counts no longer."""
        while self._requests and self._until(self._requests[0], self._longest) <= now:
            self._requests.popleft()
        full = (limit for limit in self._limits if len(self._requests) >= limit.n)
        frees = (self._until(self._requests[-limit.n], limit) for limit in full)
        return max(self._held_until, *frees, now)

    def _until(self, request: Request, limit: Limit) -> float:
        """Return when a request counts no more in a limit's window."""
        arrived_at = min(request.answered_at, request.went_at + self._limits[limit])
        return arrived_at + limit.seconds * DRIFT
