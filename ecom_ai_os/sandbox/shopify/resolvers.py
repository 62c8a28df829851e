"""The root fields: which listing, lookup or operation stands behind each."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import duckdb
from graphql import (
    ExecutionContext,
    GraphQLResolveInfo,
    get_named_type,
)

from ecom_ai_os.sandbox.shopify import documents, listing, search
from ecom_ai_os.sandbox.shopify.auth import Grants
from ecom_ai_os.sandbox.shopify.bulk import BulkOperations
from ecom_ai_os.sandbox.shopify.compiler import Compiler, concrete, node_type
from ecom_ai_os.sandbox.shopify.errors import bad_request, invalid_id
from ecom_ai_os.sandbox.shopify.validation import MAX_PAGE
from ecom_ai_os.sandbox.shopify.versions import VERSIONS

COUNTED = {
    "ordersCount": "Order",
    "customersCount": "Customer",
    "productsCount": "Product",
    "productVariantsCount": "ProductVariant",
}
SHOP_CREATED_AT = "2023-01-02T09:00:00Z"


@dataclass(frozen=True)
class Ready:
    """A value already shaped by the SQL: graphql-core takes it as it is."""

    value: Any


class SandboxExecution(ExecutionContext):
    """Leaves completed values alone: completing a page field by field takes 20 times the SQL."""

    def complete_value(
        self, return_type: Any, field_nodes: Any, info: Any, path: Any, result: Any
    ) -> Any:
        if isinstance(result, Ready):
            return result.value
        return super().complete_value(return_type, field_nodes, info, path, result)


@dataclass
class Request:
    """One operation under way, and what it has to say beside its data."""

    cursor: duckdb.DuckDBPyConnection
    compiler: Compiler
    grants: Grants
    bulk: BulkOperations
    currency: str
    base_url: str
    index_lag_seconds: float = 0
    n_listed: dict[str, list[int]] = field(default_factory=dict)
    searches: list[dict[str, Any]] = field(default_factory=list)

    def seen(self, type_name: str) -> str:
        """The condition a listing's rows must meet: the token's window, the index's lag."""
        condition = self.compiler.visible.get(type_name, "true")
        if self.index_lag_seconds:
            lag = f"interval {self.index_lag_seconds} seconds"
            condition += f" and _updated_at <= this_moment() - {lag}"
        return condition

    def note_search(self, info: GraphQLResolveInfo, query: str, found: search.Search) -> None:
        if found.warnings:
            shown = {"query": query, "parsed": found.parsed, "warnings": found.warnings}
            self.searches.append({"path": info.path.as_list(), **shown})


def resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    """graphql-core's field resolver for the whole schema."""
    if source is not None:
        return source[info.field_name]
    resolver = ROOTS.get(info.field_name)
    if resolver:
        return resolver(info.context, info, arguments)
    type_ = node_type(concrete(info.parent_type.fields[info.field_name]))
    _check_access(info, type_.name)
    if get_named_type(info.return_type).name.endswith("Connection"):
        return _listing(info.context, info, arguments)
    return _by_id(info.context, info, arguments)


def _check_access(info: GraphQLResolveInfo, type_name: str) -> None:
    info.context.compiler.check_readable(type_name, info.field_name)


def _listing(request: Request, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> Ready:
    connection: Any = get_named_type(info.return_type)
    type_name = node_type(connection).name
    value, page = listing.list_connection(
        request.cursor,
        request.compiler,
        connection,
        info.field_nodes,
        arguments,
        request.seen(type_name),
    )
    request.n_listed[type_name] = [key for key, _ in page.rows]
    if page.found:
        request.note_search(info, arguments["query"], page.found)
    return Ready(value)


def _by_id(request: Request, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> Ready:
    wanted = concrete(info.parent_type.fields[info.field_name]).name
    found = documents.resolve_gid(arguments["id"])
    if found is None or found[0] != wanted:
        raise invalid_id(arguments["id"])
    return Ready(_read_one(request, info, *found))


def _read_one(request: Request, info: GraphQLResolveInfo, type_name: str, key: int) -> Any:
    type_: Any = documents.SCHEMA.type_map[type_name]
    _check_access(info, type_name)
    bodies = listing.read_bodies(request.cursor, request.compiler, type_, info.field_nodes, [key])
    return bodies.get(key)


def _node(request: Request, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> Ready:
    found = documents.resolve_gid(arguments["id"])
    return Ready(_read_one(request, info, *found) if found else None)


def _nodes(request: Request, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> Ready:
    """Many documents at once, one select a type; null where an id names nothing."""
    if len(arguments["ids"]) > MAX_PAGE:
        n = len(arguments["ids"])
        raise bad_request(
            f"The input array size of {n} is greater than the maximum allowed of 250."
        )
    resolved = [documents.resolve_gid(i) for i in arguments["ids"]]
    bodies: dict[tuple[str, int], Any] = {}
    for name in {r[0] for r in resolved if r}:
        _check_access(info, name)
        type_: Any = documents.SCHEMA.type_map[name]
        keys = [r[1] for r in resolved if r and r[0] == name]
        read = listing.read_bodies(request.cursor, request.compiler, type_, info.field_nodes, keys)
        bodies |= {(name, key): body for key, body in read.items()}
    return Ready([bodies.get(r) if r else None for r in resolved])


def _bulk_operation(request: Request, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> Ready:
    found = documents.resolve_gid(arguments["id"])
    body = _read_one(request, info, *found) if found and found[0] == "BulkOperation" else None
    if body is None:
        raise invalid_id(arguments["id"])
    return Ready(body)


def _count(request: Request, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> Any:
    type_name = COUNTED[info.field_name]
    _check_access(info, type_name)
    condition, query = request.seen(type_name), arguments.get("query")
    if query:
        found = search.compile_query(query, type_name)
        request.note_search(info, query, found)
        # The vendor's productVariantsCount ignores its filter.
        if type_name != "ProductVariant":
            condition += f" and ({found.sql})"
    view = documents.view(type_name)
    n = request.cursor.execute(f"select count(*) from {view} where {condition}").fetchall()[0][0]
    limit = arguments.get("limit")
    if limit is not None and n >= limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": n, "precision": "EXACT"}


def _shop(request: Request, _: GraphQLResolveInfo, __: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": "gid://shopify/Shop/1",
        "name": "Sandbox",
        "email": "owner@sandbox.example",
        "contactEmail": "care@sandbox.example",
        "myshopifyDomain": "sandbox.myshopify.com",
        "primaryDomain": {"host": "sandbox.example", "url": "https://sandbox.example"},
        "currencyCode": request.currency,
        "ianaTimezone": search.SHOP_ZONE.key,
        "timezoneOffset": "+0100",
        "taxesIncluded": True,
        "plan": {
            "publicDisplayName": request.grants.plan.title(),
            "displayName": request.grants.plan.title(),
            "shopifyPlus": request.grants.plan == "plus",
            "partnerDevelopment": False,
        },
        "createdAt": SHOP_CREATED_AT,
        "updatedAt": SHOP_CREATED_AT,
        "weightUnit": "KILOGRAMS",
    }


def _installation(request: Request, _: GraphQLResolveInfo, __: dict[str, Any]) -> dict[str, Any]:
    scopes = [{"handle": s, "description": s} for s in sorted(request.grants.scopes)]
    return {"id": "gid://shopify/AppInstallation/1", "accessScopes": scopes}


def _versions(*_: Any) -> list[dict[str, Any]]:
    return [{"handle": v, "displayName": v, "supported": True} for v in VERSIONS]


#: How an accepted operation is answered, however fast it is worked on.
AS_CREATED = {"status": "CREATED", "objectCount": "0", "rootObjectCount": "0"} | dict.fromkeys(
    ("errorCode", "completedAt", "fileSize", "url", "partialDataUrl")
)


def _run(request: Request, info: GraphQLResolveInfo, arguments: dict[str, Any]) -> dict[str, Any]:
    started = request.bulk.run(
        arguments["query"],
        denied=request.compiler.denied,
        visible=request.compiler.visible,
        is_approved=request.compiler.is_approved,
        base_url=request.base_url,
    )
    payload = _operation_payload(request, info, *started)
    if payload["bulkOperation"]:
        payload["bulkOperation"] |= AS_CREATED
    return payload


def _cancel(
    request: Request, info: GraphQLResolveInfo, arguments: dict[str, Any]
) -> dict[str, Any]:
    found = documents.resolve_gid(arguments["id"])
    cancelled = request.bulk.cancel(found[1] if found else 0)
    return _operation_payload(request, info, *cancelled)


def _operation_payload(
    request: Request, info: GraphQLResolveInfo, key: int | None, errors: list[dict[str, Any]]
) -> dict[str, Any]:
    """The payload's `bulkOperation` as it stands now, whatever is selected of it."""
    return {"bulkOperation": request.bulk.read(key) if key else None, "userErrors": errors}


ROOTS: dict[str, Callable[[Request, GraphQLResolveInfo, dict[str, Any]], Any]] = {
    "shop": _shop,
    "currentAppInstallation": _installation,
    "publicApiVersions": _versions,
    "node": _node,
    "nodes": _nodes,
    "bulkOperation": _bulk_operation,
    "bulkOperationRunQuery": _run,
    "bulkOperationCancel": _cancel,
    **dict.fromkeys(COUNTED, _count),
}
