"""The query parameters of a list, checked, and what they ask for."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from ecom_ai_os.sandbox.klaviyo.errors import invalid
from ecom_ai_os.sandbox.klaviyo.filters import Condition, Reader
from ecom_ai_os.sandbox.klaviyo.resource import Resource

FIELDSET = re.compile(r"(?:additional-)?fields\[([a-z-]+)\]")


@dataclass(frozen=True)
class Wanted:
    """A checked request.

    - `condition`, `column`, `is_descending`, `size`: the rows and their order
    - `after`: the last row of the page before, as (value of `column`, key)
    - `fieldsets`: type → attributes to give, where not all
    - `extra`: additional attributes; `includes`: relationships whose records come along
    """

    condition: Condition
    column: str
    is_descending: bool
    size: int
    after: tuple[Any, Any] | None
    fieldsets: dict[str, frozenset[str]] = field(default_factory=dict)
    extra: frozenset[str] = frozenset()
    includes: tuple[str, ...] = ()


def read(of: Resource, params: Mapping[str, str]) -> Wanted:
    """Raises RefusedError naming the parameter that is wrong."""
    _refuse_unknown(of, params)
    if of.needs_filter and "messages.channel" not in params.get("filter", ""):
        raise invalid("A channel filter is required to list campaigns.", parameter="filter")
    condition = Condition("true")
    if text := params.get("filter"):
        condition = Reader(text, of.filters).read()
    sort = params.get("sort", next(iter(of.sorts)))
    if sort.removeprefix("-") not in of.sorts:
        raise invalid(f"'{sort}' is not a valid sort.", parameter="sort")
    return Wanted(
        condition,
        of.sorts[sort.removeprefix("-")],
        sort.startswith("-"),
        _size(of, params.get("page[size]")),
        _after(params.get("page[cursor]")),
        *_shape(of, params),
    )


def _refuse_unknown(of: Resource, params: Mapping[str, str]) -> None:
    known = {"filter", "sort", "include", "page[cursor]"} | (
        {"page[size]"} if of.default_size else set()
    )
    for name in params:
        if name not in known and not FIELDSET.fullmatch(name):
            raise invalid(f"'{name}' is not a valid parameter.", parameter=name)


def _shape(
    of: Resource, params: Mapping[str, str]
) -> tuple[dict[str, frozenset[str]], frozenset[str], tuple[str, ...]]:
    fieldsets, extra = {}, frozenset[str]()
    for name, value in params.items():
        if not (found := FIELDSET.fullmatch(name)):
            continue
        names = frozenset(text for text in value.split(",") if text)
        is_extra = name.startswith("additional-")
        allowed = of.additional if is_extra else (*of.fields, *of.additional)
        if found[1] == of.type and not {n.partition(".")[0] for n in names} <= set(allowed):
            raise invalid(f"'{value}' holds fields that are not known.", parameter=name)
        if is_extra:
            extra = names
        else:
            fieldsets[found[1]] = frozenset(n.partition(".")[0] for n in names)
    includes = tuple(text for text in params.get("include", "").split(",") if text)
    if wrong := set(includes) - set(of.includes):
        raise invalid(f"'{min(wrong)}' cannot be included.", parameter="include")
    return fieldsets, extra, includes


def _size(of: Resource, text: str | None) -> int:
    if text is None:
        return of.default_size or of.max_size
    if not text.isdigit() or not 1 <= int(text) <= of.max_size:
        detail = f"Page size must be an integer between 1 and {of.max_size}."
        raise invalid(detail, parameter="page[size]")
    return int(text)


def cursor(value: Any, key: Any) -> str:
    """Return the opaque mark of a row: what it is sorted by, and its key."""
    return base64.urlsafe_b64encode(orjson.dumps(["next", value, key])).decode().rstrip("=")


def _after(text: str | None) -> tuple[Any, Any] | None:
    if text is None:
        return None
    try:
        mark, value, key = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, orjson.JSONDecodeError, ValueError, TypeError):
        raise invalid("Invalid cursor provided.", parameter="page[cursor]") from None
    if mark != "next":
        raise invalid("Invalid cursor provided.", parameter="page[cursor]")
    return value, key


def read_single(of: Resource, params: Mapping[str, str]) -> Wanted:
    """The shape of one record. Raises RefusedError naming the parameter that is wrong."""
    return Wanted(Condition("true"), "", False, 1, None, *_shape(of, params))


def event_number(text: str) -> int:
    """Return the number behind an event's id; 0, which no event has, when it is none."""
    try:
        return -int(text[1:], 36) if text.startswith("w") else int(text, 36)
    except ValueError:
        return 0
