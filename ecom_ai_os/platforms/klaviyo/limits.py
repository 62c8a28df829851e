"""Klaviyo's rate limits: requests a second and a minute, by endpoint and account.

From `x-klaviyo-ratelimit` of the vendor's OpenAPI document, revision 2026-07-15. Reports may be
asked for 225 times a day too, which a daily run of a few does not come near.
"""

from __future__ import annotations

from threading import Lock

from ecom_ai_os.platforms.pace import LATE_SECONDS, Limit, Pace

XL, L, M, S, XS, REPORT = (350, 3500), (75, 750), (10, 150), (3, 60), (1, 15), (1, 2)

#: Method and path, `*` for an id. What is not listed is paced as the slowest but reports.
TIERS = {
    "GET events": XL,
    "POST events": XL,
    "GET profiles": L,
    "POST profile-import": L,
    "GET lists": L,
    "GET segments": L,
    "GET lists/*/profiles": L,
    "GET segments/*/profiles": L,
    "GET metrics": M,
    "GET campaigns": M,
    "POST lists": M,
    "POST lists/*/relationships/profiles": M,
    "DELETE lists/*/relationships/profiles": M,
    "GET flows": S,
    "GET flow-actions/*/flow-messages": S,
    "POST campaign-values-reports": REPORT,
    "POST flow-values-reports": REPORT,
}
#: How long the windows are, seconds.
BURST_SECONDS, STEADY_SECONDS = 1.0, 60.0


class Paces:
    """The pace of every endpoint of one account."""

    def __init__(self) -> None:
        self._paces: dict[str, Pace] = {}
        self._lock = Lock()

    def of(self, method: str, path: str) -> Pace:
        """Return the pace of a path under /api, whose second part is an id."""
        name, _, rest = path.partition("/")
        endpoint = f"{method} {name}"
        if rest:
            endpoint += "/*" + rest[rest.find("/") :] if "/" in rest else "/*"
        with self._lock:
            return self._paces.setdefault(endpoint, _pace(TIERS.get(endpoint, XS)))


def _pace(tier: tuple[int, int]) -> Pace:
    burst, steady = tier
    late = LATE_SECONDS * STEADY_SECONDS / 60
    return Pace(Limit(burst, BURST_SECONDS), Limit(steady, STEADY_SECONDS), late_seconds=late)
