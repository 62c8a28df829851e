"""A page of a list: its rows, their documents, and the link to the next page."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import duckdb
import orjson

from ecom_ai_os.sandbox.klaviyo.params import Wanted, cursor
from ecom_ai_os.sandbox.klaviyo.resource import Resource
from ecom_ai_os.sandbox.klaviyo.resources import BY_NAME

#: Each row appears at its own moment within the lag.
VISIBLE = (
    "recorded_at + to_seconds(getvariable('klaviyo_lag') * (hash({key}) % 101) / 100.0) "
    "<= this_moment()"
)
Row = tuple[str, Any]
Document = dict[str, Any]


def page(
    connection: duckdb.DuckDBPyConnection,
    of: Resource,
    wanted: Wanted,
    parent: str | None,
    has_lag: bool,
) -> tuple[list[Row], bool]:
    """Return the rows of a page as (text of the value sorted by, key), and whether more follow."""
    conditions, values = [wanted.condition.sql], [*wanted.condition.values]
    if has_lag and of.name in ("events", "profiles"):
        conditions.append(VISIBLE.format(key=of.key))
    if parent is not None:
        conditions.append("parent_id = ?")
        values.append(parent)
    if wanted.after:
        sign = "<" if wanted.is_descending else ">"
        conditions.append(f"({wanted.column}, {of.key}) {sign} (?, ?)")
        values += [_moment(wanted.after[0]), wanted.after[1]]
    order = "desc" if wanted.is_descending else "asc"
    rows = connection.execute(
        "select value::varchar, key from ("
        f"select {wanted.column} as value, {of.key} as key from klaviyo.{of.name} "
        f"where {' and '.join(f'({each})' for each in conditions)} and value is not null "
        f"order by value {order}, key {order} limit {wanted.size + 1}"
        f") order by value {order}, key {order}",
        values,
    ).fetchall()
    return rows[: wanted.size], len(rows) > wanted.size


def documents(connection: duckdb.DuckDBPyConnection, of: Resource, keys: list[Any]) -> list[str]:
    """Return the records of these keys, in that order, as JSON texts."""
    if not keys:
        return []
    # A list is a hundred times slower to hand over than a text of as many keys.
    kind = "bigint" if isinstance(keys[0], int) else "varchar"
    wanted = f"string_split(?, ',')::{kind}[]"
    asked = connection.execute(
        f"from klaviyo.{of.macro}_documents({wanted})", [",".join(map(str, keys))]
    )
    found = dict(asked.fetchall())
    return [found[key] for key in keys if key in found]


def shaped(of: Resource, wanted: Wanted, texts: list[Any]) -> list[Any]:
    """Return the records with the attributes asked for; whole ones stay JSON texts."""
    chosen = wanted.fieldsets.get(of.type)
    withheld = set(of.additional) - wanted.extra - (chosen or frozenset())
    if chosen is None and not withheld:
        return [orjson.Fragment(text) for text in texts]
    return [_trimmed(orjson.loads(text), chosen, withheld) for text in texts]


def _trimmed(record: Document, chosen: frozenset[str] | None, withheld: set[str]) -> Document:
    attributes = {
        name: value
        for name, value in record["attributes"].items()
        if name not in withheld and (chosen is None or name in chosen)
    }
    return record | {"attributes": attributes}


def included(
    connection: duckdb.DuckDBPyConnection, of: Resource, wanted: Wanted, texts: list[Any]
) -> list[Any]:
    """Return the related records that come along."""
    found: list[Any] = []
    for relation in wanted.includes:
        if not of.includes[relation]:
            continue
        other = BY_NAME[of.includes[relation]]
        related = [orjson.loads(text)["relationships"][relation]["data"] for text in texts]
        ids = {each["id"] for one in related for each in (one if isinstance(one, list) else [one])}
        found += shaped(other, wanted, documents(connection, other, sorted(ids)))
    return found


def joined_at(rows: list[Row], records: list[Any]) -> list[Document]:
    """Return members with the moment they joined, which is what their list is sorted by."""
    members = [orjson.loads(orjson.dumps(record)) for record in records]
    for (at, _), member in zip(rows, members, strict=True):
        joined_at = datetime.fromisoformat(at).astimezone(UTC)
        member["attributes"]["joined_group_at"] = joined_at.isoformat(timespec="seconds")
    return members


def links(site: str, path: str, params: dict[str, str], rows: list[Row], more: bool) -> Document:
    """Return a collection's links; the next one carries every parameter."""
    here = f"{site}{path}"
    following = None
    if more:
        following = f"{here}?{urlencode(params | {'page[cursor]': cursor(*rows[-1])})}"
    query = f"?{urlencode(params)}" if params else ""
    return {"self": here + query, "prev": None, "next": following}


def _moment(value: Any) -> Any:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
