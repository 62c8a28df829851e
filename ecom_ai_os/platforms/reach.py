"""Whether a host can be reached: what went wrong on the way, and when to give it up.

A host that has answered and then stumbles is worth the whole patience of `http.patient`, stream by
stream. One that has never answered is mostly a wrong address or a system that is off: every stream
waiting for it in turn would keep a run from saying so for ten minutes.
"""

from __future__ import annotations

import time
from threading import Lock

import requests
from urllib3.exceptions import NameResolutionError

#: From the first request to a host that has never answered until it is given up.
GIVE_UP_SECONDS = 60.0


class Reach:
    """What one connection knows of its hosts during a run; safe to share by threads."""

    def __init__(self) -> None:
        self._silent_since: dict[str, float] = {}
        self._has_answered: set[str] = set()
        self._given_up: dict[str, str] = {}
        self._lock = Lock()

    def given_up(self, host: str) -> str | None:
        """Return why `host` is not to be asked any more in this run; None: it may be asked."""
        with self._lock:
            self._silent_since.setdefault(host, time.monotonic())
            return self._given_up.get(host)

    def answered(self, host: str) -> None:
        with self._lock:
            self._has_answered.add(host)
            self._given_up.pop(host, None)

    def failed(self, host: str, what: str) -> str | None:
        """Note a request without an answer; return why the host is given up, if it is."""
        with self._lock:
            silent = time.monotonic() - self._silent_since[host]
            if host in self._has_answered or silent < GIVE_UP_SECONDS:
                return None
            says = f"{host} has not answered once in {silent:.0f} s and is given up: {what}"
            return self._given_up.setdefault(host, says)


def what_happened(error: requests.RequestException) -> str:
    """Say why there is no answer, without requests' own words, which hold the query string."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(error, requests.ConnectTimeout):
        return "the connection was not taken in time"
    if isinstance(error, requests.Timeout):
        return "did not answer in time"
    if isinstance(cause, NameResolutionError):
        return "the connection failed: no host of this name is known"
    if isinstance(getattr(cause, "__cause__", None), ConnectionRefusedError):
        return "the connection failed: it was refused"
    return "the connection failed or was cut"
