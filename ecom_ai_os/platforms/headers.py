"""What the headers of an answer say: the vendor's time, its pauses, the next page, the size."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

import requests


def vendor_now(headers: Mapping[str, str]) -> datetime:
    """Return the vendor's time (UTC) from its Date header; ours when it sends none."""
    try:
        return parsedate_to_datetime(headers["Date"]).astimezone(UTC)
    except (KeyError, ValueError):
        return datetime.now(UTC)


def is_html(answer: requests.Response) -> bool:
    return "html" in answer.headers.get("Content-Type", "").lower()


def whole_size(answer: requests.Response, done: int) -> int | None:
    """Return the bytes of the whole file once this answer follows those `done`; None: not said."""
    length = answer.headers.get("Content-Length")
    if length is None or "Content-Encoding" in answer.headers:
        return None
    return int(length) + (done if answer.status_code == 206 else 0)


def next_url(answer: requests.Response) -> str | None:
    """Return the address of the next page from the Link header (RFC 8288)."""
    link = answer.links.get("next", {}).get("url")
    return urljoin(answer.url, link) if link else None


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Return the pause that Retry-After asks for, told in seconds or as a date."""
    text = headers.get("Retry-After", "")
    try:
        return max(0.0, float(text))
    except ValueError:
        pass
    try:
        return max(0.0, (parsedate_to_datetime(text) - vendor_now(headers)).total_seconds())
    except ValueError:
        return None
