"""The lists of reviews: their parameters, checked, and the rows they ask for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
import orjson

ORDERS = {
    "createdat.desc": "created_at desc, key desc",
    "createdat.asc": "created_at, key",
    "stars.desc": "stars desc, key",
    "stars.asc": "stars, key",
    # what no list promises, and a list without a promise may do
    "none": "hash(key)",
}
MAX_PER_PAGE = 100
#: Filters by equality: parameter → column.
FILTERS = {"language": "language", "stars": "stars::varchar", "sku": "sku"}

Record = dict[str, Any]


class BadParameterError(Exception):
    """A parameter that is refused; says which."""


@dataclass(frozen=True)
class Wanted:
    """A checked request: SQL conditions with their values, order and page."""

    conditions: list[str]
    values: list[Any]
    order: str
    per_page: int
    offset: int


def read(
    params: Mapping[str, str], columns: set[str], order: str, start_operator: str = ">="
) -> Wanted:
    """Check the parameters of a list that has these `columns`. Raises BadParameterError."""
    order = params.get("orderBy", order)
    if order not in ORDERS:
        raise BadParameterError("orderBy")
    per_page = _integer(params, "perPage", 20, MAX_PER_PAGE)
    number = _integer(params, "page", 1, 2**31 - 1)
    conditions: list[str] = ["true"]
    values: list[Any] = []
    for name, operator in (("startDateTime", start_operator), ("endDateTime", "<=")):
        if name in params:
            conditions.append(f"created_at {operator} ?")
            values.append(_time(params, name))
    for name, column in FILTERS.items():
        if name in params and column.split("::")[0] in columns:
            conditions.append(f"list_contains(string_split(?, ','), {column})")
            values.append(params[name])
    return Wanted(conditions, values, ORDERS[order], per_page, (number - 1) * per_page)


def records(cursor: duckdb.DuckDBPyConnection, kind: str, wanted: Wanted) -> list[Record]:
    """The documents of one page of a view, in its order."""
    rows = (
        f"select key from trustpilot.{kind}s where {' and '.join(wanted.conditions)} "
        f"order by {wanted.order} limit {wanted.per_page} offset {wanted.offset}"
    )
    keys = [key for (key,) in cursor.execute(rows, wanted.values).fetchall()]
    found = cursor.execute(f"from trustpilot.{kind}_documents({keys}::bigint[])").fetchall()
    documents = {key: orjson.loads(text) for key, text in found}
    return [documents[key] for key in keys]


def _integer(params: Mapping[str, str], name: str, default: int, most: int) -> int:
    text = params.get(name, str(default))
    if not text.isdigit() or not 1 <= int(text) <= most:
        raise BadParameterError(name)
    return int(text)


def _time(params: Mapping[str, str], name: str) -> datetime:
    """A time without a zone is UTC."""
    try:
        at = datetime.fromisoformat(params[name])
    except ValueError:
        raise BadParameterError(name) from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)
