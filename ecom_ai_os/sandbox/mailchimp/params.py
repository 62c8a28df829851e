"""The parameters of a list, and the fields of its records that are wanted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ecom_ai_os.sandbox.mailchimp.lists import List
from ecom_ai_os.sandbox.mailchimp.problems import broken, invalid

DEFAULT_COUNT, MAX_COUNT = 10, 1000
TIME = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:?\d\d)?)?")
#: What is left of a zone whose + was not encoded; the vendor answers 500.
LOST_PLUS = re.compile(r".*:\d\d \d\d:\d\d")


@dataclass(frozen=True)
class Wanted:
    """A checked request: SQL conditions with their values, order and page."""

    conditions: tuple[str, ...]
    values: tuple[Any, ...]
    order: str
    count: int
    offset: int


def read(of: List, params: Mapping[str, str]) -> Wanted:
    """Raises ProblemError naming what is wrong; unknown parameters are ignored."""
    conditions: list[str] = []
    values: list[Any] = []
    for name, (column, operator) in of.bounds.items():
        if name in params:
            conditions.append(f"date_trunc('second', {column}) {operator} ?")
            values.append(time(params, name))
    for name, (column, allowed) in of.equals.items():
        if name in params:
            conditions.append(f"{column} = ?")
            values.append(_one_of(params, name, allowed))
    # Archived members are listed when they are asked for.
    if of.key == "members" and "status" not in params:
        conditions.append("status <> 'archived'")
    return Wanted(
        tuple(conditions),
        tuple(values),
        _order(of, params),
        _integer(params, "count", DEFAULT_COUNT, MAX_COUNT),
        _integer(params, "offset", 0, None),
    )


def time(params: Mapping[str, str], name: str) -> datetime | None:
    """A time parameter, None when it is not there. Raises ProblemError."""
    text = params.get(name)
    if text is None:
        return None
    if LOST_PLUS.fullmatch(text):
        raise broken()
    if not TIME.fullmatch(text):
        raise invalid((name, "Value is not a valid date/time."))
    return datetime.fromisoformat(text)


def _order(of: List, params: Mapping[str, str]) -> str:
    if "sort_field" not in params or not of.sort:
        return of.order
    column = of.sort[_one_of(params, "sort_field", tuple(of.sort))]
    direction = _one_of({"sort_dir": "ASC"} | dict(params), "sort_dir", ("ASC", "DESC"))
    return f"{column} {direction} nulls first, {of.order}"


def _one_of(params: Mapping[str, str], name: str, allowed: tuple[str, ...]) -> str:
    if allowed and params[name] not in allowed:
        raise invalid((name, f"Value must be one of: {', '.join(allowed)}."))
    return params[name]


def _integer(params: Mapping[str, str], name: str, default: int, most: int | None) -> int:
    text = params.get(name, str(default))
    if not text.isdigit():
        raise invalid((name, "Value must be a positive integer."))
    if most is not None and int(text) > most:
        raise invalid((name, f"Value must be at most {most}."))
    return int(text)


def select(body: dict[str, Any], params: Mapping[str, str]) -> dict[str, Any]:
    """The body with `fields` only and without `exclude_fields`, dotted through lists."""
    if names := params.get("fields"):
        body = _keep(body, [name.split(".") for name in names.split(",")])
    for name in filter(None, params.get("exclude_fields", "").split(",")):
        body = _drop(body, name.split("."))
    return body


def _keep(value: Any, paths: list[list[str]]) -> Any:
    if isinstance(value, list):
        return [_keep(item, paths) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {}
    for name, inner in value.items():
        rest = [path[1:] for path in paths if path[0] == name]
        if rest:
            kept[name] = inner if [] in rest else _keep(inner, rest)
    return kept


def _drop(value: Any, path: list[str]) -> Any:
    if isinstance(value, list):
        return [_drop(item, path) for item in value]
    if not isinstance(value, dict) or path[0] not in value:
        return value
    if len(path) == 1:
        return {name: inner for name, inner in value.items() if name != path[0]}
    return value | {path[0]: _drop(value[path[0]], path[1:])}
