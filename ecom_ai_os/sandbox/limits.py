"""A vendor's limits: so many requests in any stretch of so many seconds, by real time."""

import time
from collections import deque
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True)
class Limit:
    n: int
    seconds: float


class Meter:
    """Counts the requests that were let in; refused ones do not count."""

    def __init__(self, *limits: Limit) -> None:
        self._limits = [(limit, deque[float](maxlen=limit.n)) for limit in limits]
        self._lock = Lock()

    def lets_in(self) -> bool:
        """Count one more request unless it breaks a limit."""
        now = time.monotonic()
        with self._lock:
            for limit, counted in self._limits:
                is_full = len(counted) == limit.n
                if is_full and (not counted or now - counted[0] < limit.seconds):
                    return False
            for _, counted in self._limits:
                counted.append(now)
        return True
