"""The filter language, as much of it as is needed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

SECOND = timedelta(seconds=1)


def equals(field: str, value: str) -> str:
    return f"equals({field},{_quoted(value)})"


def any_of(field: str, values: Iterable[str]) -> str:
    return f"any({field},[{','.join(_quoted(value) for value in values)}])"


def both(*filters: str) -> str:
    return ",".join(filters)


def since(field: str, at: datetime) -> str:
    return f"greater-or-equal({field},{_moment(at)})"


def after(field: str, at: datetime) -> str:
    return f"greater-than({field},{_moment(at)})"


def before(field: str, at: datetime) -> str:
    return f"less-than({field},{_moment(at)})"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _moment(at: datetime) -> str:
    """Return a moment in whole seconds, which is all that Klaviyo keeps."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
