"""Shopify's search syntax: parsed, turned into SQL, and warned about without ever failing.

Grammar: terms joined by blanks (AND), AND, OR; NOT or `-`; parentheses; `field:value` with
`:> :>= :< :<=`; single or double quotes; `*` at the end for a prefix. An unquoted timestamp is
cut at its colons into nonsense terms: the vendor does that, so the sandbox does.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ecom_ai_os.sandbox.shopify.errors import bad_request, not_served
from ecom_ai_os.sandbox.shopify.filters import FILTERS, FREE_TEXT, KNOWN_ELSEWHERE, Filter

# Dates and times without a zone are the shop's local time.
SHOP_ZONE = ZoneInfo("Europe/Berlin")
TOKEN = re.compile(
    r"""\s*(?:(?P<paren>[()])|(?P<minus>-(?=[\w(]))|"""
    r"""(?P<word>\w+(?:\.\w+)*):(?P<sign>>=|<=|>|<)?"""
    r"""(?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<bare>[^\s():]+))?:?|"""
    r"""'(?P<phrase>[^']*)'|"(?P<phrase2>[^"]*)"|(?P<term>[^\s():]+):?)"""
)
RANGE = {">=": "range_gte", ">": "range_gt", "<=": "range_lte", "<": "range_lt"}


@dataclass
class Search:
    """A condition over a view, and what Shopify would say of the query."""

    sql: str
    parsed: dict[str, Any]
    warnings: list[dict[str, str]] = field(default_factory=list)


def compile_query(query: str, type_name: str) -> Search:
    """Raises a BAD_REQUEST error for a time that is none, as the vendor does."""
    return _Parser(query, type_name).parse()


class _Parser:
    def __init__(self, query: str, type_name: str) -> None:
        self._tokens = [m for m in TOKEN.finditer(query) if m.group().strip(": ")]
        self._type = type_name
        self._warnings: list[dict[str, str]] = []

    def parse(self) -> Search:
        sql, parsed = self._any_of()
        return Search(sql, parsed, self._warnings)

    def _any_of(self) -> tuple[str, dict[str, Any]]:
        parts = [self._all_of()]
        while self._take("OR"):
            parts.append(self._all_of())
        return joined(parts, "or")

    def _all_of(self) -> tuple[str, dict[str, Any]]:
        parts = []
        while self._tokens and not self._ahead("OR") and not self._ahead(")"):
            if not self._take("AND"):
                parts.append(self._not())
        return joined(parts, "and") if parts else ("true", {})

    def _not(self) -> tuple[str, dict[str, Any]]:
        if self._take("NOT") or self._take("-"):
            sql, parsed = self._not()
            return f"not coalesce(({sql}), false)", {"not": parsed}
        if self._take("("):
            inner = self._any_of()
            self._take(")")
            return inner
        return self._term(self._tokens.pop(0)) if self._tokens else ("true", {})

    def _term(self, token: re.Match[str]) -> tuple[str, dict[str, Any]]:
        if token["word"] is None:
            return self._text(next(t for t in token.group("phrase", "phrase2", "term") if t))
        name, sign = token["word"], token["sign"] or ""
        is_quoted = token["bare"] is None
        value = next((v for v in token.group("single", "double", "bare") if v is not None), "")
        known = FILTERS[self._type].get(name)
        if known is None:
            if name in KNOWN_ELSEWHERE.get(self._type, ()):
                raise not_served(f"the search field `{name}` of {self._type}")
            self._warn(name, "Invalid search field for this query.", "invalid_field")
        is_time = known is not None and known.kind == "time"
        meant = moment(name, value).isoformat() if is_time else value
        shown = {"field": name, RANGE.get(sign, "match_all"): meant}
        if known is None:
            return "true", shown
        return self._condition(name, known, sign, value, is_quoted), shown

    def _condition(self, name: str, known: Filter, sign: str, value: str, is_quoted: bool) -> str:
        if known.kind == "time":
            return time_condition(name, known.sql, sign, value)
        if known.choices is not None:
            return " or ".join(self._chosen(name, known.choices, v) for v in value.split(","))
        if known.kind in ("id", "number"):
            return self._number(name, known, sign, value)
        if known.kind == "boolean":
            return f"{known.sql} = {value.lower() == 'true'}"
        text = value.lower().replace("'", "''")
        if known.kind == "tags":
            return f"list_contains(list_transform({known.sql}, lambda t: lower(t)), '{text}')"
        if text.endswith("*") and not is_quoted:
            return f"starts_with(lower({known.sql}), '{text[:-1]}')"
        return f"lower({known.sql}) = '{text}'"

    def _chosen(self, name: str, choices: dict[str, str], value: str) -> str:
        if value.lower() not in choices:
            message = f"Input `{value}` is not an accepted value."
            self._warn(name, message, "invalid_value")
            return "true"
        return f"({choices[value.lower()]})"

    def _number(self, name: str, known: Filter, sign: str, value: str) -> str:
        numbers = [v.rsplit("/", 1)[-1] for v in value.split(",")]
        if not all(re.fullmatch(r"-?\d+(\.\d+)?", n) for n in numbers):
            self._warn(name, f"Input `{value}` is not an accepted value.", "invalid_value")
            return "true"
        if sign:
            return f"{known.sql}::double {sign} {numbers[0]}"
        return f"{known.sql}::double in ({', '.join(numbers)})"

    def _text(self, text: str) -> tuple[str, dict[str, Any]]:
        if self._type not in FREE_TEXT:
            message = "A search term must name its field."
            self._warn("default", message, "missing_named_field")
            return "true", {"field": "default", "match_all": text}
        sought = text.lower().replace("'", "''").rstrip("*")
        found = [f"contains(lower({c}), '{sought}')" for c in FREE_TEXT[self._type]]
        return f"({' or '.join(found)})", {"field": "default", "match_all": text}

    def _warn(self, name: str, message: str, code: str) -> None:
        self._warnings.append({"field": name, "message": message, "code": code})

    def _ahead(self, mark: str) -> bool:
        return bool(self._tokens) and self._tokens[0].group().strip() == mark

    def _take(self, mark: str) -> bool:
        if not self._ahead(mark):
            return False
        self._tokens.pop(0)
        return True


def joined(parts: list[tuple[str, dict[str, Any]]], word: str) -> tuple[str, dict[str, Any]]:
    if len(parts) == 1:
        return parts[0]
    sql = f" {word} ".join(f"({sql})" for sql, _ in parts)
    return f"({sql})", {word: [parsed for _, parsed in parts]}


def moment(name: str, text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise bad_request(f"Invalid timestamp for query filter `{name}`.") from None
    return found if found.tzinfo else found.replace(tzinfo=SHOP_ZONE)


def time_condition(name: str, column: str, sign: str, value: str) -> str:
    """Bounds are inclusive and exact to the second; without a sign a bare date is its day."""
    at = moment(name, value)
    second = f"date_trunc('second', {column}::timestamptz)"
    if sign:
        return f"{second} {sign} timestamptz '{at.isoformat()}'"
    end = at + (timedelta(days=1) if "T" not in value else timedelta(seconds=1))
    return (
        f"{second} >= timestamptz '{at.isoformat()}' and {second} < timestamptz '{end.isoformat()}'"
    )
