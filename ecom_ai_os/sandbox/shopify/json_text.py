"""JSON written by SQL: pieces of text that end up in one `concat` a row.

Writing the text straight takes half the time of building structs and serialising those.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from graphql import get_named_type, get_nullable_type, is_enum_type, is_list_type, is_non_null_type

# Scalars written bare, and those whose text needs no escaping.
BARE = ("Int", "Float", "Boolean")
PLAIN = ("ID", "DateTime", "Decimal", "Money", "UnsignedInt64", "URL")


@dataclass(frozen=True)
class JsonText:
    """`pieces` are (text as it stands?, text or SQL expression of a varchar), none of them null."""

    pieces: tuple[tuple[bool, str], ...]

    @property
    def sql(self) -> str:
        """One SQL expression; neighbouring texts are joined."""
        arguments: list[str] = []
        literal = ""
        for is_literal, text in (*self.pieces, (False, "")):
            if is_literal:
                literal += text
                continue
            if literal:
                arguments.append("'" + literal.replace("'", "''") + "'")
                literal = ""
            if text:
                arguments.append(text)
        return f"concat({', '.join(arguments)})" if len(arguments) != 1 else arguments[0]


def verbatim(text: str) -> JsonText:
    return JsonText(((True, text),))


def expression(sql: str) -> JsonText:
    return JsonText(((False, sql),))


def joined(*parts: JsonText) -> JsonText:
    return JsonText(tuple(piece for part in parts for piece in part.pieces))


def or_null(tested: str, text: JsonText) -> JsonText:
    """`text`, or JSON's null where the SQL expression `tested` is null."""
    return expression(f"case when {tested} is not null then {text.sql} else 'null' end")


def in_quotes(sql: str) -> JsonText:
    return joined(verbatim('"'), expression(sql), verbatim('"'))


def object_of(members: dict[str, JsonText]) -> JsonText:
    parts = []
    for i, (name, text) in enumerate(members.items()):
        parts += [verbatim(f"{',' if i else '{'}{json.dumps(name)}:"), text]
    return joined(*parts, verbatim("}")) if parts else verbatim("{}")


def array_of(items: str, item: str) -> JsonText:
    """`item`, a text in terms of `c`, for each of the list `items`; null makes an empty array."""
    each = f"list_transform({items}, lambda c: {item})"
    return joined(verbatim("["), expression(f"array_to_string({each}, ',')"), verbatim("]"))


def leaf(type_: object, sql: str) -> JsonText:
    """A scalar, an enum value or a list of them, as its GraphQL type is serialised."""
    named = get_named_type(type_)  # type: ignore[call-overload]
    if is_list_type(get_nullable_type(type_)):  # type: ignore[call-overload]
        text = expression(f"to_json({sql})::varchar")
    elif named.name in BARE:
        text = expression(f"({sql})::varchar")
    elif named.name in PLAIN or is_enum_type(named):
        text = in_quotes(sql)
    else:
        text = expression(f"to_json({sql})::varchar")
    return text if is_non_null_type(type_) else or_null(sql, text)
