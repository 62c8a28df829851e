"""Looking into JSON:API records, whatever stands in them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

Record = dict[str, Any]


def rows(value: Any) -> list[Record]:
    """Return the records in a list; none when it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def attribute(record: Record, name: str) -> Any:
    """Return an attribute; None when there is none."""
    attributes = record.get("attributes")
    return attributes.get(name) if isinstance(attributes, dict) else None


def related(record: Record, name: str) -> list[str]:
    """Return the ids of the records related by that name."""
    relations = record.get("relationships")
    relation = relations.get(name) if isinstance(relations, dict) else None
    data = relation.get("data") if isinstance(relation, dict) else None
    items = rows(data if isinstance(data, list) else [data])
    return [item["id"] for item in items if isinstance(item.get("id"), str)]


def moment(value: Any) -> datetime | None:
    """Return a time as a whole second of UTC; None when it is none."""
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
