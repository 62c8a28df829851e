"""Shopify's cost bucket, kept in step with what its answers say and shared by all threads.

Every query asks for points in advance; the bucket refills at the plan's rate. Threads wait for
their points in turn, so that a dear query is not starved by cheap ones.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic, sleep
from typing import Any


class Bucket:
    """What we know of one app's bucket in one shop; before the first answer it counts as full."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._known = Lock()
        self._costs: dict[str, float] = {}
        self._maximum = self._level = 2000.0
        self._rate = 100.0
        self._at = monotonic()

    def take(self, operation: str) -> None:
        """Wait until the bucket holds what `operation` cost last time, and take it."""
        with self._turn:
            while seconds := self._seconds_until(operation):
                sleep(seconds)
            with self._known:
                self._level -= self._costs.get(operation, 0.0)

    def learn(self, operation: str, cost: dict[str, Any]) -> None:
        """Note an answer's `extensions.cost`."""
        status = cost["throttleStatus"]
        with self._known:
            self._costs[operation] = float(cost["requestedQueryCost"] or 0)
            self._maximum = float(status["maximumAvailable"])
            self._level = float(status["currentlyAvailable"])
            self._rate = float(status["restoreRate"])
            self._at = monotonic()

    def _seconds_until(self, operation: str) -> float:
        with self._known:
            now = monotonic()
            self._level = min(self._maximum, self._level + (now - self._at) * self._rate)
            self._at = now
            missing = min(self._costs.get(operation, 0.0), self._maximum) - self._level
        return max(0.0, missing / self._rate)
