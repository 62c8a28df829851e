"""Omni's where-clauses as SQL: comparisons, IS, LIKE and IN, with AND, OR and parentheses."""

import re
from collections.abc import Iterator
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign><>|<=|>=|[=<>(),]))"
)
COMPARISONS = {"=", "<>", "<", "<=", ">", ">="}
WORDS = {"true": True, "false": False}

Condition = tuple[str, list[Any]]


class InvalidWhereError(ValueError):
    """Says what is wrong with a clause."""


def condition(clause: str, fields: dict[str, str]) -> Condition:
    """Return the clause as SQL with its values.

    `fields`: SQL by field name in lower case. Raises InvalidWhereError.
    """
    reader = _Reader(clause, fields)
    found = reader.either()
    if reader.token is not None:
        raise InvalidWhereError(f"unexpected {reader.token!r}")
    return found


class _Reader:
    """Reads tokens from left to right; one method a level of the grammar."""

    def __init__(self, clause: str, fields: dict[str, str]) -> None:
        self._tokens = _tokens(clause)
        self._fields = fields
        self.token: str | None = None
        self._next()

    def _next(self) -> str | None:
        done, self.token = self.token, next(self._tokens, None)
        return done

    def _takes(self, word: str) -> bool:
        if self.token is None or self.token.upper() != word:
            return False
        self._next()
        return True

    def _needs(self, word: str) -> None:
        if not self._takes(word):
            raise InvalidWhereError(f"{word} expected, not {self.token!r}")

    def either(self) -> Condition:
        sql, values = self._both()
        while self._takes("OR"):
            other, more = self._both()
            sql, values = f"({sql} or {other})", values + more
        return sql, values

    def _both(self) -> Condition:
        sql, values = self._one()
        while self._takes("AND"):
            other, more = self._one()
            sql, values = f"({sql} and {other})", values + more
        return sql, values

    def _one(self) -> Condition:
        if self._takes("("):
            found = self.either()
            self._needs(")")
            return found
        name = (self._next() or "").lower()
        if name not in self._fields:
            raise InvalidWhereError(f"unknown field {name!r}")
        return self._compared(self._fields[name])

    def _compared(self, field: str) -> Condition:
        if self.token in COMPARISONS:
            sign = self._next()
            return f"{field} {sign} ?", [self._value()]
        if self._takes("IS"):
            negation = "not " if self._takes("NOT") else ""
            self._needs("NULL")
            return f"{field} is {negation}null", []
        if self._takes("LIKE"):
            return f"{field} like ?", [self._value()]
        self._needs("IN")
        self._needs("(")
        values = [self._value()]
        while self._takes(","):
            values.append(self._value())
        self._needs(")")
        return f"{field} in ({', '.join('?' for _ in values)})", values

    def _value(self) -> Any:
        token = self._next() or ""
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if token.lower() in WORDS:
            return WORDS[token.lower()]
        try:
            return float(token) if "." in token else int(token)
        except ValueError:
            raise InvalidWhereError(f"a value expected, not {token!r}") from None


def _tokens(clause: str) -> Iterator[str]:
    place, clause = 0, clause.rstrip()
    while place < len(clause):
        found = TOKEN.match(clause, place)
        if not found:
            raise InvalidWhereError(f"cannot read {clause[place:]!r}")
        yield found[0].strip()
        place = found.end()
