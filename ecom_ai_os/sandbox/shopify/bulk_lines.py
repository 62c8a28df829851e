"""The lines of a bulk result: one SQL select for each connection of the query."""

from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, OperationDefinitionNode

from ecom_ai_os.sandbox.shopify import documents, search
from ecom_ai_os.sandbox.shopify.compiler import Branch, Compiler, concrete, node_type
from ecom_ai_os.sandbox.shopify.connections import node_selection
from ecom_ai_os.sandbox.shopify.json_text import expression, joined, object_of, verbatim

# Control characters are escaped in JSON, so this delimiter never occurs.
ONE_TEXT_A_LINE = "(format csv, header false, quote '', escape '', delimiter '\x01')"
ROOT = "root"


@dataclass(frozen=True)
class Job:
    """One accepted operation; `fault` is how it is to fail, if at all."""

    key: int
    operation: OperationDefinitionNode
    fragments: dict[str, Any]
    denied: dict[str, str]
    visible: dict[str, str]
    is_approved: bool
    base_url: str
    fault: str | None


def statements(job: Job) -> list[tuple[str, str]]:
    """(kind of line, select of one JSON text a row), in the order of the file.

    The first children stand before their parents: the vendor promises no order, and a client
    that counts on one must not get away with it.
    """
    compiler = Compiler(
        fragments=job.fragments,
        denied=job.denied,
        visible=job.visible,
        is_approved=job.is_approved,
        in_bulk=True,
    )
    root = [(ROOT, _root_lines(compiler, job.operation))]
    children = []
    while compiler.branches:
        branch = compiler.branches.pop(0)
        children.append((branch.type.name, _child_lines(compiler, branch)))
    return children[:1] + root + children[1:]


def _root_lines(compiler: Compiler, operation: OperationDefinitionNode) -> str:
    node = operation.selection_set.selections[0]
    assert isinstance(node, FieldNode)
    definition = documents.SCHEMA.query_type.fields[node.name.value]  # type: ignore[union-attr]
    connection = concrete(definition)
    type_ = node_type(connection)
    compiler.check_readable(type_.name, node.name.value)
    keys = _root_keys(type_.name, compiler.arguments(definition, node), compiler.visible)
    rows = compiler.document(type_, node_selection(compiler, connection, [node]), keys)
    return f"select {rows.text.sql} from {rows.source}{compiler.where(rows, keys)}"


def _root_keys(type_name: str, arguments: dict[str, Any], visible: dict[str, str]) -> str | None:
    conditions = [visible[type_name]] if type_name in visible else []
    if arguments.get("query"):
        conditions.append(search.compile_query(arguments["query"], type_name).sql)
    if not conditions:
        return None
    where = " and ".join(f"({c})" for c in conditions)
    return f"select _key from {documents.view(type_name)} where {where}"


def _child_lines(compiler: Compiler, branch: Branch) -> str:
    """Children carry `__parentId`; they are those of the parents that are lines themselves."""
    of_parents = f"{branch.parent_column} in ({branch.keys})" if branch.keys else "true"
    keys = f"select _key from {documents.view(branch.type.name)} where {of_parents}"
    child = compiler.document(branch.type, branch.nodes, keys if branch.keys else None)
    parent = expression(f"{child.alias}.{branch.parent_column}")
    prefix = verbatim('"' + documents.gid(branch.parent, 0)[:-1])
    members = child.members | {"__parentId": joined(prefix, parent, verbatim('"'))}
    where = compiler.where(child, None, f"{child.alias}.{of_parents}" if branch.keys else "true")
    return f"select {object_of(members).sql} from {child.source}{where}"
