"""What `[connections.<name>]` of a custom shop may say; every mistake names its key.

The expressions are SQL over their rows. `ecom.toml` is trusted as the program itself is: whoever
writes it decides what DuckDB reads.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

import duckdb
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
)

from ecom_ai_os.platforms import ConnectionSettings
from ecom_ai_os.platforms.custom.entities import ENTITIES


@cache
def columns_of(text: str) -> list[list[str]]:
    """Return the column paths a mapping reads: of an expression, or the one a plain name is.

    Raises ValueError when it is neither.
    """
    tree = _tree(text)
    if not tree["error"] and len(tree["statements"]) == 1:
        return list(_references(tree))
    if NAME.fullmatch(text):
        return [[text]]
    raise ValueError(f"{text!r} is no DuckDB expression: {tree.get('error_message')}")


def as_sql(text: str, columns: Iterable[str]) -> str:
    """Return a mapping as SQL: the column of that very name (`Order ID`), else the expression."""
    is_name = text.lower() in {column.lower() for column in columns} or _tree(text)["error"]
    return '"' + text.replace('"', '""') + '"' if is_name else f"({text})"


@cache
def _tree(text: str) -> dict[str, Any]:
    with duckdb.connect() as con:
        row = con.execute("select json_serialize_sql($1)", [f"select ({text})"]).fetchone()
    return json.loads(row[0]) if row else {"error": True}


def _references(node: Any) -> Iterator[list[str]]:
    if isinstance(node, dict):
        if node.get("class") == "COLUMN_REF":
            yield node["column_names"]
        if node.get("class") == "LAMBDA":
            parameters = [path[0] for path in _references(node["lhs"])]
            yield from (path for path in _references(node["expr"]) if path[0] not in parameters)
            return
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _references(child)


def _parsed(expression: str) -> str:
    columns_of(expression)
    return expression


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


#: What a column may be called without being an expression: `Order ID`, `Unit price (EUR)`
NAME = re.compile(r"[\w .:#/%&€$£-]+(\([^()]*\))?")

Expression = Annotated[str, AfterValidator(_parsed)]
Expressions = Annotated[list[Expression], BeforeValidator(_listed)]


class EntitySettings(BaseModel):
    """One `[connections.<name>.entities.<entity>]`: which of their columns are which of ours.

    `columns` maps our names to expressions over their row, `id` overrides what tells records apart,
    `where` leaves rows out, `each` names a list in the row whose elements (`each.…`) are the rows.
    """

    model_config = ConfigDict(extra="forbid")

    columns: dict[str, Expression]
    id: Expressions = []
    where: Expression | None = None
    each: Expression | None = None

    def fingerprint(self, *context: str) -> str:
        """Return a digest that changes when the same input would be read otherwise."""
        return sha256("\n".join([self.model_dump_json(), *context]).encode()).hexdigest()[:16]


class CustomSettings(ConnectionSettings):
    """What every road of a custom shop shares; credentials come from the environment alone."""

    platform: Literal["custom"]
    road: Literal["files", "database", "http"]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]
    timezone: str = "UTC"
    entities: Mapping[str, EntitySettings]

    s3_key_id: SecretStr | None = None
    s3_secret: SecretStr | None = None
    dsn: SecretStr | None = None
    token: SecretStr | None = None
    password: SecretStr | None = None
    client_secret: SecretStr | None = None

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError(f"timezone {value!r} is unknown; use a name such as Europe/London")
        return value

    @field_validator("entities")
    @classmethod
    def _are_ours(cls, entities: Mapping[str, EntitySettings]) -> Mapping[str, EntitySettings]:
        if unknown := sorted(entities.keys() - ENTITIES.keys()):
            raise ValueError(f"{unknown[0]} is no entity of ours; known: {', '.join(ENTITIES)}")
        for name, settings in entities.items():
            check_columns(name, settings.columns)
        lines = entities.get("order_lines")
        if lines and "orders" not in entities and "ordered_at" not in lines.columns:
            raise ValueError("order_lines.columns needs ordered_at where no orders are mapped")
        return entities


def check_columns(name: str, columns: dict[str, str]) -> None:
    """Raise ValueError when a mapping names columns we do not have, or lacks those we need."""
    entity, key = ENTITIES[name], f"{name}.columns"
    if unknown := sorted(columns.keys() - entity.columns.keys()):
        known = ", ".join(entity.columns)
        raise ValueError(f"{key}.{unknown[0]} is no column of ours; known: {known}")
    if missing := [column for column in entity.required if column not in columns]:
        raise ValueError(f"{key} needs {', '.join(missing)}")
    if entity.needs_one_of and not columns.keys() & set(entity.needs_one_of):
        raise ValueError(f"{key} needs one of: {', '.join(entity.needs_one_of)}")
