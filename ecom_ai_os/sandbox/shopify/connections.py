"""A connection inside a document: a page of children built in SQL, cut at `first`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from graphql import GraphQLObjectType, get_named_type

from ecom_ai_os.sandbox.shopify import cursors, documents, search
from ecom_ai_os.sandbox.shopify.errors import not_served, page_size_missing
from ecom_ai_os.sandbox.shopify.json_text import (
    JsonText,
    array_of,
    expression,
    in_quotes,
    object_of,
    or_null,
    verbatim,
)

if TYPE_CHECKING:
    from ecom_ai_os.sandbox.shopify.compiler import Compiler, Nodes, Rows


def nested(
    compiler: Compiler, type_: GraphQLObjectType, nodes: Nodes, rows: Rows, keys: str | None
) -> JsonText:
    """The JSON of a connection field; children are sorted by their key."""
    definition = type_.fields[nodes[0].name.value]
    connection: Any = get_named_type(definition.type)
    arguments = compiler.arguments(definition, nodes[0])
    if arguments.get("last") is not None or arguments.get("before") is not None:
        raise not_served("`last` and `before` in nested connections")
    if arguments.get("first") is None:
        raise page_size_missing()
    items = compiler.children(
        type_,
        nodes[0],
        node_selection(compiler, connection, nodes),
        rows,
        keys,
        among=among(connection, arguments),
        descending=bool(arguments.get("reverse")),
    )
    return page(compiler, connection, nodes, items, arguments)


def among(connection: GraphQLObjectType, arguments: dict[str, Any]) -> str | None:
    """The children that come after `after` and match `query`, as a subselect of keys."""
    conditions = []
    if arguments.get("after"):
        sign = "<" if arguments.get("reverse") else ">"
        conditions.append(f"_key {sign} {cursors.decode(arguments['after']).last_id}")
    child = get_named_type(connection.fields["nodes"].type).name
    if arguments.get("query"):
        conditions.append(search.compile_query(arguments["query"], child).sql)
    if not conditions:
        return None
    return f"select _key from {documents.view(child)} where {' and '.join(conditions)}"


def node_selection(compiler: Compiler, connection: GraphQLObjectType, nodes: Nodes) -> Nodes:
    """What is selected of a connection's nodes, through `nodes` or `edges { node }`."""
    by_name = {n[0].name.value: n for n in compiler.sub_fields(connection, nodes).values()}
    if "nodes" in by_name and "edges" in by_name:
        raise not_served("`edges` and `nodes` of one connection together")
    if "edges" not in by_name:
        return by_name.get("nodes", [])
    edge: Any = get_named_type(connection.fields["edges"].type)
    below = compiler.sub_fields(edge, by_name["edges"]).values()
    return next((n for n in below if n[0].name.value == "node"), [])


def page(
    compiler: Compiler,
    connection: GraphQLObjectType,
    nodes: Nodes,
    items: str,
    arguments: dict[str, Any],
) -> JsonText:
    """The connection object of a list of {k, doc}, cut at `first`."""
    shown = f"{items}[:{arguments['first']}]"
    members = {}
    for key, selected in compiler.sub_fields(connection, nodes).items():
        kind = selected[0].name.value
        inner: Any = get_named_type(connection.fields[kind].type)
        if kind == "nodes":
            members[key] = array_of(shown, "c.doc")
        elif kind == "edges":
            parts = {"node": expression("c.doc"), "cursor": in_quotes(cursors.sql("c.k"))}
            edge = object_of(chosen(compiler, inner, selected, parts))
            members[key] = array_of(shown, edge.sql)
        else:
            parts = page_info(items, arguments)
            members[key] = object_of(chosen(compiler, inner, selected, parts))
    return object_of(members)


def chosen(
    compiler: Compiler, type_: GraphQLObjectType, nodes: Nodes, parts: dict[str, JsonText]
) -> dict[str, JsonText]:
    """Those of `parts` that are selected, under their response keys."""
    known = parts | {"__typename": verbatim(f'"{type_.name}"')}
    selected = compiler.sub_fields(type_, nodes)
    return {key: known[n[0].name.value] for key, n in selected.items()}


def page_info(items: str, arguments: dict[str, Any]) -> dict[str, JsonText]:
    first = arguments["first"]
    start, end = cursors.sql(f"{items}[1].k"), cursors.sql(f"{items}[:{first}][-1].k")
    return {
        "hasNextPage": expression(f"coalesce(len({items}) > {first}, false)::varchar"),
        "hasPreviousPage": verbatim(str(bool(arguments.get("after"))).lower()),
        "startCursor": or_null(f"{items}[1]", in_quotes(start)),
        "endCursor": or_null(f"{items}[1]", in_quotes(end)),
    }
