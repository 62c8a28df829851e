"""What a bulk query may contain; the vendor's refusals, word for word."""

from typing import Any

from graphql import (
    FieldNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    OperationType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
)

from ecom_ai_os.sandbox.shopify.compiler import Compiler, Nodes, concrete, node_type
from ecom_ai_os.sandbox.shopify.documents import SCHEMA
from ecom_ai_os.sandbox.shopify.errors import RefusedError
from ecom_ai_os.sandbox.shopify.validation import read_document

MAX_BYTES = 65535
MAX_CONNECTIONS = 5
MAX_DEPTH = 2


class InvalidBulkQueryError(Exception):
    """The query is refused; the message is the vendor's."""


def read_bulk_query(query: str) -> tuple[OperationDefinitionNode, dict[str, Any]]:
    """The operation and its fragments; raises InvalidBulkQueryError."""
    n_bytes = len(query.encode())
    if n_bytes > MAX_BYTES:
        raise InvalidBulkQueryError(
            f"Query is too large ({n_bytes} bytes; maximum is {MAX_BYTES} bytes)"
        )
    document = _read(query)
    fragments = {d.name.value: d for d in document.definitions if d.kind == "fragment_definition"}
    operation = next(d for d in document.definitions if d.kind == "operation_definition")
    if operation.operation is not OperationType.QUERY:
        raise InvalidBulkQueryError(
            "Invalid operation type. Only `query` operations are supported."
        )
    if operation.variable_definitions:
        raise InvalidBulkQueryError("Bulk queries do not support variables.")
    _Rules(Compiler(fragments=fragments)).check(operation)
    return operation, fragments


def _read(query: str) -> Any:
    try:
        parse(query)
        return read_document(query)
    except GraphQLSyntaxError as broken:
        end = "unexpected end of file" if "<EOF>" in broken.message else broken.message
        raise InvalidBulkQueryError(f"Invalid bulk query: syntax error, {end}") from None
    except RefusedError as refused:
        raise InvalidBulkQueryError(f"Invalid bulk query: {refused}") from None


class _Rules:
    def __init__(self, compiler: Compiler) -> None:
        self._compiler = compiler
        self._connections: list[str] = []
        self._without_edges: list[str] = []
        self._without_id: list[str] = []
        self._is_too_deep = False

    def check(self, operation: OperationDefinitionNode) -> None:
        root = FieldNode(selection_set=operation.selection_set)
        self._walk(SCHEMA.query_type, [root], -1)
        names = [n.name.value for n in operation.selection_set.selections]  # type: ignore[attr-defined]
        if names[0] in ("node", "nodes"):
            raise InvalidBulkQueryError("Bulk queries cannot contain a top level `node` field.")
        if len(names) > 1:
            raise InvalidBulkQueryError("Bulk queries must contain exactly one top level field.")
        if not self._connections:
            raise InvalidBulkQueryError("Bulk queries must contain at least one connection.")
        if len(self._connections) > MAX_CONNECTIONS:
            raise InvalidBulkQueryError(
                f"Bulk queries cannot contain more than {MAX_CONNECTIONS} connections."
            )
        if self._is_too_deep:
            raise InvalidBulkQueryError(
                "Bulk queries cannot contain connections with a nesting depth greater than"
                f" {MAX_DEPTH}."
            )
        self._check_shapes()

    def _check_shapes(self) -> None:
        if self._without_edges:
            raise InvalidBulkQueryError(
                "All connection fields in a bulk query must select their contents using"
                " 'edges' > 'node', e.g: 'products { edges { node {'. Selecting via 'nodes' is"
                f" not supported. Invalid connection fields: '{', '.join(self._without_edges)}'."
            )
        if self._without_id:
            raise InvalidBulkQueryError(
                "The parent 'node' field for a nested connection must select the 'id' field"
                " without an alias and must be of 'ID' return type. Connection fields without"
                f" 'id': {', '.join(self._without_id)}."
            )

    def _walk(self, type_: Any, nodes: Nodes, depth: int, *, in_list: bool = False) -> bool:
        """Look at everything below; True when a connection is among it."""
        found = False
        for selected in self._compiler.sub_fields(type_, nodes).values():
            name = selected[0].name.value
            if name == "__typename" or not selected[0].selection_set:
                continue
            definition = type_.fields[name]
            target = concrete(definition)
            if target.name.endswith("Connection"):
                if in_list:
                    raise InvalidBulkQueryError(
                        "Queries that contain a connection field within a list field are not"
                        " currently supported."
                    )
                self._connection(name, target, selected, depth + 1)
                found = True
            elif hasattr(target, "fields"):
                is_list = is_list_type(get_nullable_type(definition.type))
                found |= self._walk(target, selected, depth, in_list=in_list or is_list)
        return found

    def _connection(self, name: str, connection: Any, nodes: Nodes, depth: int) -> None:
        self._connections.append(name)
        self._is_too_deep |= depth > MAX_DEPTH
        by_name = {
            n[0].name.value: n for n in self._compiler.sub_fields(connection, nodes).values()
        }
        edge: Any = get_named_type(connection.fields["edges"].type)
        below = self._compiler.sub_fields(edge, by_name.get("edges", []))
        node = next((n for n in below.values() if n[0].name.value == "node"), None)
        if node is None or "nodes" in by_name:
            self._without_edges.append(name)
            return
        child = node_type(connection)
        has_id = "id" in self._compiler.sub_fields(child, node)
        if self._walk(child, node, depth) and not has_id:
            self._without_id.append(name)
