"""How often each thing happened, so that tests can hold a client to its budget."""

from collections import Counter
from threading import Lock


class Counters:
    """Named counts, dotted by surface: `shopify.requests`, `shopify.bulk_lines` …"""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, name: str, n: int = 1) -> None:
        with self._lock:
            self._counts[name] += n

    def read(self) -> dict[str, int]:
        return dict(sorted(self._counts.items()))

    def reset(self) -> None:
        self._counts.clear()
