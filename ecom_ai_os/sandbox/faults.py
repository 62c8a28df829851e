"""Faults: switched on for the next requests, by chance, or for one request by a header."""

import random
from contextvars import ContextVar
from dataclasses import dataclass
from threading import Lock
from typing import Any

HEADER = "x-sandbox-fault"
# What any HTTP server may do to its clients; `app` plays these.
TRANSPORT_FAULTS = (
    "html_500",
    "html_502",
    "html_200",
    "timeout",
    "cut",
    "malformed_json",
)
# What only a surface can play; it asks for them where they belong.
SURFACE_FAULTS = (
    "throttled",
    "internal_error",
    "expired_token",
    "missing_scope",
    "search_warning",
    "changed_while_paging",
    "bulk_failed",
    "bulk_expired",
    "truncated_download",
    "php_notice",
    "bom",
    "html_503",
    "too_heavy",
    "totals_missing",
    "list_as_object",
    "invalid_cursor",
    "accepted_unsaid",
    "reordered_while_paging",
    "edge_refused",
    "sporadic_404",
)
KNOWN = frozenset(TRANSPORT_FAULTS + SURFACE_FAULTS)


@dataclass
class Armed:
    """One fault: for the `next` fitting requests, or each with a `probability`.

    `where` must stand in the request's path or body for it to fit.
    """

    fault: str
    next: int | None = 1
    probability: float = 1.0
    where: str = ""


@dataclass(frozen=True)
class Subject:
    """The request at hand: what `where` is looked for in, and the fault its header asks for."""

    text: str = ""
    header: str | None = None


# Per request; worker threads inherit it.
current: ContextVar[Subject] = ContextVar("current")


class Faults:
    """The armed faults. Chance is seeded, so that a run can be repeated."""

    def __init__(self, seed: int = 0) -> None:
        self._armed: list[Armed] = []
        self._random = random.Random(seed)
        self._lock = Lock()
        self.n_played: dict[str, int] = {}

    def arm(self, **settings: Any) -> None:
        """Raises ValueError for a fault nobody plays."""
        armed = Armed(**settings)
        if armed.fault not in KNOWN:
            raise ValueError(f"Unknown fault {armed.fault!r}; known: {', '.join(sorted(KNOWN))}")
        if "probability" in settings and "next" not in settings:
            armed.next = None
        with self._lock:
            self._armed.append(armed)

    def clear(self) -> None:
        with self._lock:
            self._armed.clear()

    def strikes(self, fault: str) -> bool:
        """Whether `fault` befalls the request at hand; uses up one of its `next`."""
        subject = current.get(Subject())
        with self._lock:
            if subject.header != fault and not self._draw(fault, subject.text):
                return False
            self.n_played[fault] = self.n_played.get(fault, 0) + 1
            return True

    def first_of(self, *faults: str) -> str | None:
        return next((fault for fault in faults if self.strikes(fault)), None)

    def _draw(self, fault: str, text: str) -> bool:
        for armed in self._armed:
            if armed.fault != fault or armed.next == 0 or armed.where not in text:
                continue
            if self._random.random() < armed.probability:
                if armed.next is not None:
                    armed.next -= 1
                return True
        return False
