"""The filter language: `op(field,value)` joined by commas, `and(…)`, `or(…)`, `not(…)`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from ecom_ai_os.sandbox.klaviyo.errors import invalid

WORD = re.compile(r"[a-z-]+")
FIELD = re.compile(r"[A-Za-z_.$]+")
BARE = re.compile(r"[^,()\[\]]+")
QUOTED = re.compile(r"\"((?:[^\"\\]|\\.)*)\"|'((?:[^'\\]|\\.)*)'")

EQUALS, ANY = frozenset({"equals"}), frozenset({"equals", "any"})
BEYOND = frozenset({"greater-than", "less-than"})
BOUNDS = BEYOND | {"greater-or-equal", "less-or-equal"}
TEXT = frozenset({"contains", "starts-with", "ends-with", "equals"})


@dataclass(frozen=True)
class Filter:
    """What may be asked of a field. `column` is SQL; with `{}` a whole condition."""

    column: str
    operators: frozenset[str]
    kind: str = "text"  # text, time, number, boolean


@dataclass
class Condition:
    """SQL with its values."""

    sql: str
    values: list[Any] = field(default_factory=list)


@dataclass
class Reader:
    """Reads one filter. Raises RefusedError for what the field does not allow."""

    text: str
    filters: Mapping[str, Filter]
    place: int = 0

    def read(self) -> Condition:
        condition = _joined(self._items(""), "and")
        if self.place != len(self.text):
            raise self._wrong()
        return condition

    def _items(self, end: str) -> Iterator[Condition]:
        yield self._item()
        while self._takes(","):
            yield self._item()
        if end:
            self._expect(end)

    def _item(self) -> Condition:
        operator = self._match(WORD)
        self._expect("(")
        if operator in ("and", "or"):
            return _joined(self._items(")"), operator)
        if operator == "not":
            inner = self._item()
            self._expect(")")
            return Condition(f"not ({inner.sql})", inner.values)
        return self._comparison(operator)

    def _comparison(self, operator: str) -> Condition:
        name = self._match(FIELD)
        allowed = self.filters.get(name)
        if not allowed or operator not in allowed.operators:
            raise invalid(
                f"'{operator}' is not an allowed filter operator for '{name}'.", parameter="filter"
            )
        if operator == "has":
            self._expect(")")
            return Condition(allowed.column)
        self._expect(",")
        values = list(self._values())
        self._expect(")")
        return _compared(allowed, operator, [_value(allowed.kind, text) for text in values])

    def _values(self) -> Iterator[str]:
        if not self._takes("["):
            yield self._value()
            return
        yield self._value()
        while self._takes(","):
            yield self._value()
        self._expect("]")

    def _value(self) -> str:
        self._takes(" ")
        if quoted := QUOTED.match(self.text, self.place):
            self.place = quoted.end()
            return re.sub(r"\\(.)", r"\1", quoted[1] if quoted[1] is not None else quoted[2])
        return self._match(BARE).strip()

    def _match(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.place)
        if not found:
            raise self._wrong()
        self.place = found.end()
        return found[0]

    def _takes(self, mark: str) -> bool:
        taken = self.text.startswith(mark, self.place)
        self.place += len(mark) if taken else 0
        return taken

    def _expect(self, mark: str) -> None:
        if not self._takes(mark):
            raise self._wrong()

    def _wrong(self) -> Exception:
        return invalid(f"Invalid filter at position {self.place}.", parameter="filter")


def _joined(conditions: Iterator[Condition], word: str) -> Condition:
    found = list(conditions)
    sql = f" {word} ".join(f"({each.sql})" for each in found)
    return Condition(sql, [value for each in found for value in each.values])


def _value(kind: str, text: str) -> Any:
    try:
        if kind == "time":
            at = datetime.fromisoformat(text)
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        if kind == "number":
            return datetime.fromtimestamp(float(text), UTC)
        if kind == "boolean":
            return {"true": True, "false": False}[text.lower()]
    except (ValueError, KeyError, OverflowError):
        raise invalid(f"'{text}' is not a valid value.", parameter="filter") from None
    return text


def _compared(allowed: Filter, operator: str, values: list[Any]) -> Condition:
    column = allowed.column
    if operator in ("equals", "any"):
        marks = ", ".join("?" * len(values))
        sql = column.replace("{}", marks) if "{}" in column else f"{column} in ({marks})"
        return Condition(sql, values * max(1, column.count("{}")))
    if operator in ("contains", "starts-with", "ends-with"):
        function = operator.replace("-", "_")
        return Condition(f"{function}(lower({column}), lower(?))", values)
    return _bound(column, operator, values[0])


def _bound(column: str, operator: str, at: datetime) -> Condition:
    """Compare whole seconds, which is all that records show of their times."""
    second = timedelta(seconds=1)
    floor = at.replace(microsecond=0)
    sign = "<" if operator.startswith("less") else ">="
    is_shifted = operator in ("greater-than", "less-or-equal")
    if operator in ("greater-or-equal", "less-than") and at != floor:
        is_shifted = True
    return Condition(f"{column} {sign} ?", [floor + second if is_shifted else floor])
