"""Limits: so many requests in any stretch of so many seconds, by real time."""

import time
from collections import deque
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True)
class Limit:
    """`n` 0: nothing at all."""

    n: int
    seconds: float


class Meter:
    """Counts what one caller was answered; refused requests do not count."""

    def __init__(self, *limits: Limit) -> None:
        self._limits = [(limit, deque[float](maxlen=limit.n)) for limit in limits]
        self._lock = Lock()

    def exceeded(self) -> tuple[Limit, float] | None:
        """Count one more request, or return the limit it breaks and the seconds until it fits."""
        now = time.monotonic()
        with self._lock:
            for limit, counted in self._limits:
                oldest = counted[0] if counted else now
                if len(counted) == limit.n and now - oldest < limit.seconds:
                    return limit, oldest + limit.seconds - now
            for _, counted in self._limits:
                counted.append(now)
        return None
