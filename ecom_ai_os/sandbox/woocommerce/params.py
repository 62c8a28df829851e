"""The parameters of a list, checked as WordPress checks them, and what they ask for."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ecom_ai_os.sandbox.woocommerce.lists import List

SITE_ZONE = ZoneInfo("America/New_York")
TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
TRUE = {"1", "true", "yes", "on"}

Problem = tuple[str, str, Any]


@dataclass(frozen=True)
class Wanted:
    """A checked request: SQL conditions with their values, order and page."""

    conditions: tuple[str, ...]
    values: tuple[Any, ...]
    order: str
    per_page: int
    offset: int
    page: int


class InvalidParamsError(Exception):
    """Some parameters are refused; `problems` says which and how."""

    def __init__(self, problems: dict[str, Problem]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


def read(of: List, params: Mapping[str, str]) -> Wanted:
    """Raises InvalidParamsError naming every parameter that is wrong; unknown ones are ignored."""
    problems: dict[str, Problem] = {}
    page = _integer(params, "page", 1, None, 1, problems)
    per_page = _integer(params, "per_page", 1, 100, 10, problems)
    offset = _integer(params, "offset", 0, None, -1, problems)
    orderby = _enum(params, "orderby", tuple(of.orderby), of.default_orderby, problems)
    direction = _enum(params, "order", ("asc", "desc"), of.default_order, problems)
    conditions, values = _filters(of, params, problems)
    if problems:
        raise InvalidParamsError(problems)
    start = offset if offset >= 0 else (page - 1) * per_page
    order = of.orderby[orderby].format(direction=direction, offset=start)
    return Wanted(tuple(conditions), tuple(values), order, per_page, start, page)


def _filters(
    of: List, params: Mapping[str, str], problems: dict[str, Problem]
) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    values: list[Any] = []
    is_gmt = params.get("dates_are_gmt", "") in TRUE
    for name, (column, operator) in of.bounds.items():
        if name not in params:
            continue
        if not TIME.fullmatch(params[name]):
            problems[name] = ("rest_invalid_date", "Invalid date.", None)
            continue
        zone = "UTC" if is_gmt else SITE_ZONE.key
        conditions.append(f"date_trunc('second', timezone('{zone}', {column})) {operator} ?")
        values.append(_as_wordpress_reads(params[name]))
    for name, column in of.columns.items():
        if name in params:
            conditions.append(f"{column}::varchar = ?")
            values.append(params[name].lower())
    if "include" in params:
        ids = [int(text) for text in params["include"].split(",") if text.isdigit()]
        conditions.append(f"id in ({', '.join(map(str, ids)) or 'null'})")
    if of.is_moderated:
        status = params.get("status", "approved")
        conditions.append("status in ('approved', 'hold')" if status == "all" else "status = ?")
        values += [] if status == "all" else [status]
    if of.statuses:
        conditions.append(_status(of.statuses, params, problems))
    return conditions, values


def _status(
    statuses: tuple[str, ...], params: Mapping[str, str], problems: dict[str, Problem]
) -> str:
    given = params.get("status", params.get("status[0]", "any"))
    asked = given.split(",") if "trash" not in given or given == "trash" else ["any"]
    for place, status in enumerate(asked):
        if status not in statuses:
            message = f"status[{place}] is not one of {_spoken(statuses)}."
            problems["status"] = ("rest_not_in_enum", message, None)
            return "true"
    return "status <> 'trash'" if "any" in asked else f"status in {(*asked, '')}"


def _as_wordpress_reads(text: str) -> datetime:
    """A zone is honoured by turning the time into the site's, whatever it is compared with."""
    at = datetime.fromisoformat(text.replace(" ", "T"))
    return at.astimezone(SITE_ZONE).replace(tzinfo=None) if at.tzinfo else at


def _integer(
    params: Mapping[str, str],
    name: str,
    least: int,
    most: int | None,
    default: int,
    problems: dict[str, Problem],
) -> int:
    if name not in params:
        return default
    text = params[name]
    if not re.fullmatch(r"-?\d+", text):
        problems[name] = ("rest_invalid_type", f"{name} is not of type integer.", {"param": name})
        return default
    is_within = least <= int(text) <= (most or int(text))
    if not is_within:
        bounds = f"greater than or equal to {least}"
        if most:
            bounds = f"between {least} (inclusive) and {most} (inclusive)"
        problems[name] = ("rest_out_of_bounds", f"{name} must be {bounds}", None)
    return int(text)


def _enum(
    params: Mapping[str, str],
    name: str,
    known: tuple[str, ...],
    default: str,
    problems: dict[str, Problem],
) -> str:
    value = params.get(name, default)
    if value not in known:
        problems[name] = ("rest_not_in_enum", f"{name} is not one of {_spoken(known)}.", None)
        return default
    return value


def _spoken(words: tuple[str, ...]) -> str:
    if len(words) == 2:
        return " and ".join(words)
    return f"{', '.join(words[:-1])}, and {words[-1]}"
