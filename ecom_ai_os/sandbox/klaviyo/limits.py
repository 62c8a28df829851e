"""Klaviyo's rate limits: fixed windows of a second, a minute and a day, by endpoint.

They run on real time, whatever the simulated clock does; `scale` shortens every window, so that a
test sees a minute pass in seconds.
"""

import math
import time
from dataclasses import dataclass, field
from threading import Lock

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.klaviyo.errors import throttled

DAY = 86_400


@dataclass(frozen=True)
class Tier:
    """Requests a second, a minute and a day."""

    burst: int
    steady: int
    daily: int | None = None


XL, L, M, S, XS = Tier(350, 3500), Tier(75, 750), Tier(10, 150), Tier(3, 60), Tier(1, 15)
LIST_CREATION, REPORT = Tier(10, 150, 150), Tier(1, 2, 225)


@dataclass
class Limiter:
    """Counts requests by endpoint. `scale` 0: nothing is limited."""

    counters: Counters
    scale: float = 1.0
    _counts: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def admit(self, endpoint: str, tier: Tier) -> dict[str, str]:
        """Return the headers of an admitted request. Raises RefusedError (429) for others."""
        if not self.scale:
            return {}
        windows = [(tier.burst, 1), (tier.steady, 60)]
        windows += [(tier.daily, DAY)] if tier.daily else []
        with self._lock:
            now = time.monotonic() / self.scale
            counts = {length: self._count(endpoint, length, now) for _, length in windows}
            waits = [length - now % length for most, length in windows if counts[length] >= most]
            if waits:
                self.counters.add("klaviyo.throttled")
                raise throttled(max(1, math.ceil(max(waits) * self.scale)))
            for length, n in counts.items():
                self._counts[endpoint, length] = int(now // length), n + 1
        return {
            "RateLimit-Limit": str(tier.steady),
            "RateLimit-Remaining": str(tier.steady - counts[60] - 1),
            "RateLimit-Reset": str(math.ceil((60 - now % 60) * self.scale)),
        }

    def reset(self, scale: float) -> None:
        with self._lock:
            self.scale = scale
            self._counts.clear()

    def _count(self, endpoint: str, length: int, now: float) -> int:
        window, n = self._counts.get((endpoint, length), (-1, 0))
        return n if window == int(now // length) else 0
