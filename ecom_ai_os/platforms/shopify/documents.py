"""The GraphQL documents of queries.graphql, as pages and as bulk operations.

A bulk operation takes no variables, selects a connection's records by `edges { node }`, wants `id`
among a parent's own fields (so named fragments are spelt out; each is on its field's very type) and
reads every connection to its end.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    parse,
    print_ast,
    separate_operations,
)

SOURCE = Path(__file__).with_name("queries.graphql")


@cache
def _documents() -> dict[str, DocumentNode]:
    return separate_operations(parse(SOURCE.read_text(), no_location=True))


def names() -> list[str]:
    """Return the names of all operations."""
    return list(_documents())


@cache
def paged(name: str) -> str:
    """Return the operation `name` with the fragments it uses."""
    return print_ast(_documents()[name])


def bulk(name: str, query: str | None = None) -> str:
    """Return the query `name` as a bulk operation's, with the search filter written into it."""
    nodes = _documents()[name].definitions
    fragments = {n.name.value: n for n in nodes if isinstance(n, FragmentDefinitionNode)}
    operation = next(n for n in nodes if isinstance(n, OperationDefinitionNode))
    return _Bulk(fragments, query).text(operation.selection_set)


@dataclass(frozen=True)
class _Bulk:
    fragments: dict[str, FragmentDefinitionNode]
    query: str | None

    def text(self, selections: SelectionSetNode) -> str:
        return "{ " + " ".join(self._selections(selections)) + " }"

    def _selections(self, selections: SelectionSetNode) -> Iterator[str]:
        for node in selections.selections:
            yield from self._selection(node)

    def _selection(self, node: SelectionNode) -> Iterator[str]:
        if isinstance(node, FragmentSpreadNode):
            yield from self._selections(self.fragments[node.name.value].selection_set)
        elif isinstance(node, InlineFragmentNode):
            yield f"... on {node.type_condition.name.value} {self.text(node.selection_set)}"
        elif isinstance(node, FieldNode) and node.name.value == "nodes":
            yield f"edges {{ node {self.text(_of(node))} }}"
        elif isinstance(node, FieldNode) and node.name.value != "pageInfo":
            inner = self.text(node.selection_set) if node.selection_set else ""
            yield f"{node.name.value}{self._arguments(node)} {inner}".rstrip()

    def _arguments(self, node: FieldNode) -> str:
        texts = [text for argument in node.arguments if (text := self._argument(argument))]
        return f"({', '.join(texts)})" if texts else ""

    def _argument(self, argument: ArgumentNode) -> str | None:
        name = argument.name.value
        if name == "query":
            return f"query: {json.dumps(self.query)}" if self.query else None
        return None if name in ("first", "after") else print_ast(argument)


def _of(field: FieldNode) -> SelectionSetNode:
    assert field.selection_set is not None
    return field.selection_set
