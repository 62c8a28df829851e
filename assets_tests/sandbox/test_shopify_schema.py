"""The schema served is a true part of the vendor's, and every field of it has its SQL."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    Undefined,
    build_client_schema,
    is_enum_type,
    is_introspection_type,
    is_specified_scalar_type,
    is_union_type,
    validate_schema,
)

from ecom_ai_os.sandbox.shopify import documents
from ecom_ai_os.sandbox.shopify.filters import FILTERS, KNOWN_ELSEWHERE

from .conftest import Client

SPEC = "reference/specs/shopify_admin_2026-10.json.gz"
LISTINGS = {
    "Order": "orders",
    "Customer": "customers",
    "Product": "products",
    "ProductVariant": "productVariants",
    "InventoryItem": "inventoryItems",
    "Location": "locations",
    "AbandonedCheckout": "abandonedCheckouts",
    "DiscountNode": "discountNodes",
    "BasicEvent": "events",
    "BulkOperation": "bulkOperations",
}


@pytest.fixture(scope="module")
def vendor(shared: Path) -> GraphQLSchema:
    with gzip.open(shared / SPEC) as file:
        return build_client_schema(json.load(file)["data"], assume_valid=True)


def differences(ours: GraphQLSchema, theirs: GraphQLSchema) -> list[str]:
    """What stands in our schema and not, or otherwise, in theirs."""
    found = []
    for name, type_ in ours.type_map.items():
        if is_introspection_type(type_) or is_specified_scalar_type(type_):
            continue
        vendor_type = theirs.type_map.get(name)
        if type(vendor_type) is not type(type_):
            found.append(f"{name} is {type(vendor_type).__name__} at the vendor")
        elif is_enum_type(type_):
            found += [f"{name}.{v}" for v in type_.values if v not in vendor_type.values]
        elif is_union_type(type_):
            members = {t.name for t in vendor_type.types}
            found += [f"{name} = {t.name}" for t in type_.types if t.name not in members]
        else:
            found += field_differences(name, type_, vendor_type)
    return found


def field_differences(name: str, ours: Any, theirs: Any) -> list[str]:
    found = []
    interfaces = {i.name for i in getattr(theirs, "interfaces", [])}
    found += [
        f"{name} implements {interface.name}"
        for interface in getattr(ours, "interfaces", [])
        if interface.name not in interfaces
    ]
    for field_name, field in getattr(ours, "fields", {}).items():
        vendor_field = theirs.fields.get(field_name)
        if vendor_field is None or str(field.type) != str(vendor_field.type):
            found.append(f"{name}.{field_name}: {field.type}")
            continue
        for argument_name, argument in field.args.items():
            vendor_argument = vendor_field.args.get(argument_name)
            if vendor_argument is None or (str(argument.type), default(argument)) != (
                str(vendor_argument.type),
                default(vendor_argument),
            ):
                found.append(f"{name}.{field_name}({argument_name}: {argument.type})")
    return found


def default(argument: Any) -> str | None:
    return None if argument.default_value is Undefined else str(argument.default_value)


def test_the_schema_is_valid() -> None:
    assert validate_schema(documents.SCHEMA) == []


@pytest.mark.shared
def test_types_fields_arguments_and_values_agree_with_the_vendor(vendor: GraphQLSchema) -> None:
    assert differences(documents.SCHEMA, vendor) == []


@pytest.mark.shared
@pytest.mark.parametrize("type_name", LISTINGS)
def test_search_fields_are_the_vendors(vendor: GraphQLSchema, type_name: str) -> None:
    query = vendor.query_type
    assert query is not None
    described = query.fields[LISTINGS[type_name]].args["query"].description or ""
    rows = [line.split("|")[1].strip() for line in described.splitlines() if "|" in line]
    known = {name for name in rows if name.replace("_", "").isalnum()} - {"name", "default"}
    if "| name |" in described.split("----", 1)[-1]:
        known.add("name")
    served = {*FILTERS[type_name], *KNOWN_ELSEWHERE.get(type_name, ())}
    assert served - known <= {"name"}
    assert {k for k in known if "." not in k} <= served


def test_every_field_of_a_document_is_a_column_or_a_relation(client: Client) -> None:
    missing = []
    for name in sorted(documents.DOCUMENTS):
        with client.sandbox.shop.reading() as cursor:
            rows = cursor.execute(f"describe {documents.view(name)}").fetchall()
        columns = {row[0] for row in rows}
        fields: Any = documents.SCHEMA.type_map[name]
        missing += [
            f"{name}.{field}"
            for field in fields.fields
            if field not in columns and (name, field) not in documents.PARENT_COLUMN
        ]
    assert missing == []
