"""What `ecom.toml` may say of a custom shop, and how mistakes are named."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from ecom_ai_os.platforms.custom import Custom
from ecom_ai_os.platforms.custom.entities import ENTITIES
from ecom_ai_os.platforms.custom.settings import as_sql, columns_of
from ecom_ai_os.settings import secret_fields

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
LINES = {
    "order_id": "no",
    "sku": "sku",
    "ordered_at": "day",
    "quantity": "n",
    "unit_price": "price",
}


def settings(columns: dict[str, str] | None = None, **changes: Any) -> Any:
    lines = {"files": "*.csv", "columns": LINES if columns is None else columns}
    table = {"platform": "custom", "road": "files", "path": "/exports", "currency": "EUR"}
    return Custom.Settings.model_validate(table | {"entities": {"order_lines": lines}} | changes)


def without(column: str) -> dict[str, str]:
    return {name: text for name, text in LINES.items() if name != column}


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        (LINES | {"qty": "n"}, "order_lines.columns.qty is no column of ours; known: order_id, "),
        (without("sku"), "order_lines.columns needs sku"),
        (without("unit_price"), "order_lines.columns needs one of: unit_price, line_total"),
        (without("ordered_at"), "needs ordered_at where no orders are mapped"),
        (LINES | {"quantity": "abs(n"}, r"entities.order_lines.columns.quantity"),
        (LINES | {"quantity": "1; drop table x"}, r"entities.order_lines.columns.quantity"),
    ],
)
def test_a_mistake_in_a_mapping_names_its_key(columns: dict[str, str], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        settings(columns)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"currency": "euro"}, "currency"),
        ({"timezone": "Berlin"}, "timezone 'Berlin' is unknown"),
        ({"road": "rail"}, "road"),
        ({"folder": "/exports"}, "folder"),
        ({"entities": {"invoices": {"files": "*", "columns": {}}}}, "invoices is no entity"),
        ({"road": "database", "engine": "sqlite"}, "path is missing|entities.order_lines.files"),
        ({"road": "http", "base_url": "https://shop.example"}, "entities.order_lines.url"),
    ],
)
def test_a_mistake_in_a_connection_names_its_key(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        settings(**changes)


def test_credentials_are_asked_for_by_the_name_of_their_variable() -> None:
    orders = {"orders": {"table": "o", "columns": {"order_id": "id", "ordered_at": "at"}}}
    with pytest.raises(ValidationError, match="ECOM__CONNECTIONS__<NAME>__DSN"):
        Custom.Settings.model_validate(
            {"platform": "custom", "road": "database", "currency": "EUR", "engine": "postgres"}
            | {"entities": orders}
        )


def test_every_credential_is_known_as_a_secret() -> None:
    assert {"dsn", "token", "password", "client_secret", "s3_secret"} <= secret_fields(
        Custom.Settings
    )


def test_a_mapping_is_a_column_of_that_name_or_else_an_expression() -> None:
    assert as_sql("Order ID", ["Order ID"]) == '"Order ID"'
    assert as_sql("net-price", ["net-price"]) == '"net-price"'
    assert as_sql("net-price", ["net", "price"]) == "(net-price)"
    assert as_sql("at", []) == '"at"'


def test_the_columns_an_expression_reads_are_known() -> None:
    assert columns_of("customer.id || a::int") == [["customer", "id"], ["a"]]
    assert columns_of("list_sum(list_transform(items, lambda x: x.n * rate))") == [
        ["items"],
        ["rate"],
    ]
    assert columns_of("Unit price (EUR)") == [["Unit price (EUR)"]]


def test_every_entity_can_be_told_apart_by_columns_it_has() -> None:
    for entity in ENTITIES.values():
        named = {*entity.required, *entity.id, *entity.needs_one_of, *entity.not_negative}
        assert named <= entity.columns.keys()


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_examples_are_right(path: Path) -> None:
    for table in tomllib.loads(path.read_text())["connections"].values():
        assert Custom.Settings.model_validate(table).currency
