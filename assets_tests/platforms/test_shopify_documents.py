"""Every query text is one Shopify's own schema accepts, and within what a query may cost."""

from __future__ import annotations

import gzip
import json
import math
from functools import cache
from pathlib import Path

import pytest
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    build_client_schema,
    parse,
    validate,
)

from ecom_ai_os.platforms.shopify import documents as shopify_documents
from ecom_ai_os.platforms.shopify.streams import PLANS

SPEC = Path(__file__).parents[3] / "shared/reference/specs/shopify_admin_2026-10.json.gz"
FILTER = "updated_at:>='2026-11-22T00:00:00Z'"
BULK = [plan.document for plan in PLANS if plan.whole != "pages"]

#: What Shopify charges nothing for.
FREE = ("Set", "Money", "amountSpent", "unitCost", "amount", "Consent", "tAddress", "gAddress")


@cache
def schema() -> GraphQLSchema:
    return build_client_schema(json.loads(gzip.decompress(SPEC.read_bytes()))["data"])


needs_spec = pytest.mark.skipif(not SPEC.exists(), reason="the vendor's schema is not here")


@pytest.mark.shared
@needs_spec
@pytest.mark.parametrize("name", shopify_documents.names())
def test_pages_are_valid(name: str) -> None:
    assert validate(schema(), parse(shopify_documents.paged(name))) == []


@pytest.mark.shared
@needs_spec
@pytest.mark.parametrize("name", BULK)
def test_bulk_operations_are_valid(name: str) -> None:
    assert validate(schema(), parse(shopify_documents.bulk(name, FILTER))) == []


@pytest.mark.parametrize("name", BULK)
def test_bulk_operations_keep_the_vendors_rules(name: str) -> None:
    text = shopify_documents.bulk(name, FILTER)
    assert "$" not in text and "pageInfo" not in text and "first:" not in text
    assert "nodes" not in text.replace("discountNodes", "")
    assert text.count("edges") == text.count("edges { node { id ") <= 5
    assert len(text.encode()) < 65_535


def test_the_filter_stands_quoted_in_the_bulk_text() -> None:
    assert f'query: "{FILTER}"' in shopify_documents.bulk("Orders", FILTER)
    assert "query:" not in shopify_documents.bulk("Orders")


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stream.name)
def test_a_cut_connection_can_be_read_on(plan: object) -> None:
    for field in plan.cuts:  # type: ignore[attr-defined]
        document = plan.document  # type: ignore[attr-defined]
        assert f"{document}{field[0].upper()}{field[1:]}" in shopify_documents.names()


def predicted_cost(name: str, first: int) -> float:
    """The formula others found in 213 recorded queries: 2 + floor(2 ln n) × nodes a connection."""
    document = parse(shopify_documents.paged(name))
    fragments = {
        node.name.value: node
        for node in document.definitions
        if isinstance(node, FragmentDefinitionNode)
    }

    def of(selections: SelectionSetNode | None) -> float:
        if selections is None:
            return 0
        inline = [n for n in selections.selections if isinstance(n, InlineFragmentNode)]
        branches = max((of(node.selection_set) for node in inline), default=0)
        return branches + sum(
            field(node)
            if isinstance(node, FieldNode)
            else of(fragments[node.name.value].selection_set)
            for node in selections.selections
            if not isinstance(node, InlineFragmentNode)
        )

    def field(node: FieldNode) -> float:
        if node.selection_set is None or node.name.value == "pageInfo":
            return 0
        inner = {n.name.value: n for n in node.selection_set.selections if isinstance(n, FieldNode)}
        if "nodes" in inner:
            asked = {a.name.value: a.value for a in node.arguments}["first"]
            size = int(asked.value) if isinstance(asked, IntValueNode) else first
            return 2 + max(1, math.floor(2 * math.log(size))) * (
                1 + of(inner["nodes"].selection_set)
            )
        is_free = node.name.value.endswith(FREE)
        return (10 if node.name.value.endswith("Count") else not is_free) + of(node.selection_set)

    operation = next(n for n in document.definitions if isinstance(n, OperationDefinitionNode))
    return of(operation.selection_set)


def test_the_cost_formula_worked_by_hand() -> None:
    # the connection 2, f(100) = 9 times: the customer, its e-mail address and its phone number
    assert predicted_cost("Customers", 100) == 2 + 9 * 3


@pytest.mark.parametrize(
    ("name", "first"),
    [(plan.document, plan.first) for plan in PLANS]
    + [(name, 100) for name in shopify_documents.names() if name not in BULK],
)
def test_no_query_costs_more_than_shopify_allows(name: str, first: int) -> None:
    assert predicted_cost(name, first) <= 1000
