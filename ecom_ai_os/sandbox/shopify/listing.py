"""A page of a root connection: keys first, by keyset, then their documents."""

from dataclasses import dataclass, field
from typing import Any

import duckdb
import orjson
from graphql import GraphQLObjectType, get_named_type

from ecom_ai_os.sandbox.shopify import connections, cursors, documents, search
from ecom_ai_os.sandbox.shopify.compiler import Compiler, Nodes, node_type
from ecom_ai_os.sandbox.shopify.errors import not_served, page_size_missing

# Sort keys by type: an SQL expression that is never null. Everything sorts by ID too.
SORTS: dict[tuple[str, str], str] = {
    ("Order", "PROCESSED_AT"): "_created_at::timestamp",
    ("Order", "CREATED_AT"): "_created_at::timestamp",
    ("Order", "UPDATED_AT"): "_updated_at::timestamp",
    ("Order", "ORDER_NUMBER"): "number",
    ("Order", "TOTAL_PRICE"): "_total::double",
    ("Customer", "CREATED_AT"): "_created_at::timestamp",
    ("Customer", "UPDATED_AT"): "_updated_at::timestamp",
    # Products keep milliseconds since 1970, orders and customers text with microseconds.
    ("Product", "CREATED_AT"): "epoch_ms(_created_at::timestamp)",
    ("Product", "UPDATED_AT"): "epoch_ms(_updated_at::timestamp)",
    ("Product", "TITLE"): "title",
    ("Product", "VENDOR"): "vendor",
    ("Product", "PRODUCT_TYPE"): '"productType"',
    ("Product", "INVENTORY_TOTAL"): "_available",
    ("ProductVariant", "SKU"): "coalesce(sku, '')",
    ("ProductVariant", "INVENTORY_QUANTITY"): "_available",
    ("Location", "NAME"): "name",
    ("AbandonedCheckout", "CREATED_AT"): "_created_at::timestamp",
    ("AbandonedCheckout", "TOTAL_PRICE"): "_total::double",
    ("DiscountNode", "CREATED_AT"): "_created_at::timestamp",
    ("DiscountNode", "UPDATED_AT"): "_updated_at::timestamp",
    ("DiscountNode", "STARTS_AT"): "_starts_at::timestamp",
    ("DiscountNode", "TITLE"): "_title",
    # Newest first, unless reversed.
    ("BulkOperation", "CREATED_AT"): "-_key",
    ("BasicEvent", "CREATED_AT"): "_created_at::timestamp",
}
BY_KEY = ("ID", "RELEVANCE", "CHECKOUT_ID", "FULL_TITLE", "POSITION")


@dataclass
class Page:
    """The rows of one page, in the order asked for, as (key, sort value)."""

    rows: list[tuple[int, Any]]
    has_next: bool
    has_previous: bool
    found: search.Search | None = None
    bodies: dict[int, Any] = field(default_factory=dict)


def sort_expression(type_name: str, sort_key: str | None) -> str:
    if sort_key is None or sort_key in BY_KEY:
        return "_key"
    if (type_name, sort_key) not in SORTS:
        raise not_served(f"the sort key {sort_key} of {type_name}")
    return SORTS[type_name, sort_key]


def read_page(
    cursor: duckdb.DuckDBPyConnection, type_name: str, arguments: dict[str, Any], seen: str
) -> Page:
    """The keys of a page. `seen` is the condition rows must meet to be listed at all."""
    size, from_end = page_size(arguments)
    sort = sort_expression(type_name, arguments.get("sortKey"))
    found = search.compile_query(arguments["query"], type_name) if arguments.get("query") else None
    conditions = [seen, *([found.sql] if found else [])]
    parameters: list[Any] = []
    descending = bool(arguments.get("reverse")) != from_end
    for name, is_after in (("after", True), ("before", False)):
        if arguments.get(name):
            at = cursors.decode(arguments[name])
            sign = ">" if is_after != bool(arguments.get("reverse")) else "<"
            if sort == "_key":
                conditions.append(f"_key {sign} {at.last_id}")
            else:
                conditions.append(f"({sort}, _key) {sign} (?, ?)")
                parameters += [at.last_value, at.last_id]
    order = "desc" if descending else "asc"
    rows = cursor.execute(
        f"select _key, {sort} from {documents.view(type_name)}"
        f" where {' and '.join(f'({c})' for c in conditions)}"
        f" order by {sort} {order}, _key {order} limit {size + 1}",
        parameters,
    ).fetchall()
    more, shown = len(rows) > size, rows[:size]
    if from_end:
        return Page(shown[::-1], bool(arguments.get("before")), more, found)
    return Page(shown, more, bool(arguments.get("after")), found)


def page_size(arguments: dict[str, Any]) -> tuple[int, bool]:
    """(rows, counted from the end?); raises the vendor's error when neither is given."""
    if arguments.get("first") is not None:
        return arguments["first"], False
    if arguments.get("last") is not None:
        return arguments["last"], True
    raise page_size_missing()


def read_bodies(
    cursor: duckdb.DuckDBPyConnection,
    compiler: Compiler,
    type_: GraphQLObjectType,
    nodes: Nodes,
    keys: list[int],
) -> dict[int, Any]:
    """The documents with these keys, as they go into the response."""
    if not keys:
        return {}
    wanted = ", ".join(map(str, keys))
    rows = compiler.document(type_, nodes, wanted)
    found = cursor.execute(
        f"select {rows.alias}._key, {rows.text.sql} from {rows.source}"
        + compiler.where(rows, wanted)
    ).fetchall()
    return {key: orjson.loads(text) for key, text in found}


def shape(
    compiler: Compiler, connection: GraphQLObjectType, nodes: Nodes, page: Page
) -> dict[str, Any]:
    """The connection object under its response keys."""
    shaped: dict[str, Any] = {}
    for key, selected in compiler.sub_fields(connection, nodes).items():
        kind = selected[0].name.value
        if kind == "nodes":
            shaped[key] = [page.bodies.get(k) for k, _ in page.rows]
        elif kind == "edges":
            shaped[key] = [_edge(compiler, connection, selected, page, row) for row in page.rows]
        elif kind == "pageInfo":
            shaped[key] = _page_info(compiler, connection, selected, page)
        else:
            shaped[key] = connection.name
    return shaped


def _edge(
    compiler: Compiler,
    connection: GraphQLObjectType,
    nodes: Nodes,
    page: Page,
    row: tuple[int, Any],
) -> dict[str, Any]:
    edge: Any = get_named_type(connection.fields["edges"].type)
    known = {"node": page.bodies.get(row[0]), "cursor": _cursor(row), "__typename": edge.name}
    selected = compiler.sub_fields(edge, nodes)
    return {key: known[n[0].name.value] for key, n in selected.items()}


def _page_info(
    compiler: Compiler, connection: GraphQLObjectType, nodes: Nodes, page: Page
) -> dict[str, Any]:
    type_: Any = get_named_type(connection.fields["pageInfo"].type)
    known = {
        "hasNextPage": page.has_next,
        "hasPreviousPage": page.has_previous,
        "startCursor": _cursor(page.rows[0]) if page.rows else None,
        "endCursor": _cursor(page.rows[-1]) if page.rows else None,
        "__typename": "PageInfo",
    }
    selected = compiler.sub_fields(type_, nodes)
    return {key: known[n[0].name.value] for key, n in selected.items()}


def _cursor(row: tuple[int, Any]) -> str:
    key, value = row
    # Sorted by key, the vendor writes the value as text.
    return cursors.Cursor(key, str(key) if value == key else value).encode()


def list_connection(
    cursor: duckdb.DuckDBPyConnection,
    compiler: Compiler,
    connection: GraphQLObjectType,
    nodes: Nodes,
    arguments: dict[str, Any],
    seen: str,
) -> tuple[dict[str, Any], Page]:
    """One root connection, and the page it shows."""
    type_ = node_type(connection)
    page = read_page(cursor, type_.name, arguments, seen)
    selected = connections.node_selection(compiler, connection, nodes)
    keys = [key for key, _ in page.rows]
    page.bodies = read_bodies(cursor, compiler, type_, selected, keys) if selected else {}
    return shape(compiler, connection, nodes, page), page
