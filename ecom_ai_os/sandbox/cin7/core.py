"""Cin7 Core's endpoints under /ExternalApi/v2."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import orjson
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.limits import Limit, Meter
from ecom_ai_os.sandbox.records import BUYING, Records
from ecom_ai_os.sandbox.shop import Shop

DOCUMENTS = Path(__file__).parent / "documents"
METHODS = ["GET", "POST", "PUT", "DELETE"]
ACCOUNT_ID = "704ef231-cd93-49c9-a201-26b4b5d0d35b"
#: Calls a minute by application key. The second is no vendor's offer: demonstrations are in haste.
APPLICATIONS = {
    "0342a546-e0c2-0dff-f0be-6a5e17154033": 60,
    "6000a546-e0c2-0dff-f0be-6a5e17154033": 6_000,
}
MINUTE_SECONDS = 60.0
TOO_MANY = "You reached 60 calls per minute API limit."
NOT_FOUND = "<html><head><title>Page not found</title></head><body>Page not found</body></html>"

Params = dict[str, str]
#: SQL conditions with their values.
Filter = tuple[str, list[Any]]


def _true(text: str | None) -> bool:
    return (text or "").lower() in ("true", "1")


def _products(params: Params) -> Filter:
    conditions, values = _since("modifiedsince", params)
    if not _true(params.get("includedeprecated")):
        conditions += " and not is_deprecated"
    return conditions, values


def _purchases(params: Params) -> Filter:
    conditions, values = _since("updatedsince", params)
    for name, column in (("orderstatus", "order_status"), ("status", "status")):
        if name in params:
            conditions += f" and {column} = ?"
            values.append(params[name])
    return conditions, values


def _since(name: str, params: Params) -> Filter:
    """The vendor does not say whether its bounds are inclusive; here they are not."""
    if name not in params:
        return "true", []
    return "updated_at > ?::timestamptz", [f"{params[name].rstrip('Z')}Z"]


def _everything(params: Params) -> Filter:
    return "true", []


#: Path in lower case → view, name of its records, filter.
LISTS: dict[str, tuple[str, str, Callable[[Params], Filter]]] = {
    "ref/location": ("core_locations", "LocationList", _everything),
    "supplier": ("core_suppliers", "SupplierList", _everything),
    "product": ("core_products", "Products", _products),
    "ref/productavailability": (
        "core_product_availability",
        "ProductAvailabilityList",
        _everything,
    ),
    "purchaselist": ("core_purchase_list", "PurchaseList", _purchases),
}
RECORDS = (
    *("core_me", "core_locations", "core_suppliers"),
    *("core_product_suppliers", "core_products", "core_product_availability"),
    *("core_purchase_list", "core_purchases"),
)


class CoreSurface:
    """Everything under /ExternalApi/v2, whose paths and parameters know no case.

    - `limit_status`: 503 as seen live, or 429 as documented
    - `nests_options`: whether products hold their suppliers' options, as their model says
    """

    scripts: ClassVar[tuple[Path, ...]] = (BUYING, DOCUMENTS / "core.sql")

    def __init__(self, shop: Shop, faults: Faults, counters: Counters) -> None:
        self.faults, self.counters = faults, counters
        self._records = Records(shop, "cin7", RECORDS)
        self.limit_status = 503
        self.nests_options = False
        self.limit_to(APPLICATIONS)
        self._order = 0

    def limit_to(self, applications: dict[str, int]) -> None:
        """Allow these calls a minute by application key."""
        self._meters = {key: Meter(Limit(n, MINUTE_SECONDS)) for key, n in applications.items()}

    def routes(self) -> list[Route]:
        return [
            Route(f"/{root}/v2/{{path:path}}", self.answer, methods=METHODS)
            for root in ("ExternalApi", "externalapi")
        ]

    async def answer(self, request: Request) -> Response:
        self.counters.add("cin7.requests")
        meter = self._meters.get(request.headers.get("api-auth-applicationkey", ""))
        if not meter or request.headers.get("api-auth-accountid") != ACCOUNT_ID:
            return _error(403, "Method authentication failed")
        if meter.exceeded() or self.faults.strikes("throttled"):
            self.counters.add("cin7.refused")
            return PlainTextResponse(TOO_MANY, self.limit_status)
        if request.method != "GET":
            return _error(405, "The method used is not allowed")
        path = request.path_params["path"].strip("/").lower()
        params = {name.lower(): value for name, value in request.query_params.items()}
        return await run_sync(partial(self._get, path, params))

    def _get(self, path: str, params: Params) -> Response:
        with self._records.reading() as cursor:
            if path in LISTS:
                return self._list(cursor, path, params)
            match path:
                case "me":
                    return _json(_documents(cursor, "select document from cin7.core_me")[0])
                case "product-suppliers":
                    return self._product_suppliers(cursor, params)
                case "advanced-purchase":
                    return self._purchase(cursor, params)
        return HTMLResponse(NOT_FOUND)

    def _list(self, cursor: duckdb.DuckDBPyConnection, path: str, params: Params) -> Response:
        page, limit = params.get("page", "1"), params.get("limit", "100")
        if not (page.isdigit() and limit.isdigit() and 1 <= int(limit) <= 1000 and int(page)):
            return _error(400, "Page or Limit is invalid")
        view, wrapper, filtered = LISTS[path]
        condition, values = filtered(params)
        rows = f"from cin7.{view} where {condition}"
        (total,) = cursor.execute(f"select count(*) {rows}", values).fetchall()[0]
        if self.faults.strikes("reordered_while_paging"):
            self._order += 1
        place = f"limit {int(limit)} offset {(int(page) - 1) * int(limit)}"
        texts = _documents(
            cursor,
            f"select {self._document(path, params)} {rows} "
            f"order by hash(document::varchar || {self._order}) {place}",
            values,
        )
        self.counters.add("cin7.records", len(texts))
        found = [orjson.Fragment(text) for text in texts]
        return _json(orjson.dumps({"Total": total, "Page": int(page), wrapper: found}))

    def _document(self, path: str, params: Params) -> str:
        """The record as the parameters want it."""
        if path != "product":
            return "document"
        if not _true(params.get("includesuppliers")):
            return "struct_update(document, Suppliers := [])"
        if self.nests_options:
            return "document"
        return "struct_update(document, Suppliers := cin7.core_without_options(document.Suppliers))"

    def _product_suppliers(self, cursor: duckdb.DuckDBPyConnection, params: Params) -> Response:
        key = params.get("productid", "")
        known = cursor.execute(
            "select 1 from cin7.core_products where document.ID = ?", [key]
        ).fetchall()
        if not known:
            return _error(400, "Product not found")
        sql = "select document from cin7.core_product_suppliers where product_id = ?"
        found = [orjson.Fragment(text) for text in _documents(cursor, sql, [key])]
        return _json(orjson.dumps({"ProductSuppliers": found}))

    def _purchase(self, cursor: duckdb.DuckDBPyConnection, params: Params) -> Response:
        sql = "select document from cin7.core_purchases where guid = ?"
        found = _documents(cursor, sql, [params.get("id", "")])
        return _json(found[0]) if found else _error(400, "Purchase not found")


def _documents(
    cursor: duckdb.DuckDBPyConnection, sql: str, values: list[Any] | None = None
) -> list[str]:
    rows = cursor.execute(f"select to_json(document) from ({sql}) as t(document)", values or [])
    return [text for (text,) in rows.fetchall()]


def _json(body: str | bytes) -> Response:
    return Response(body, media_type="application/json; charset=utf-8")


def _error(status: int, says: str) -> JSONResponse:
    return JSONResponse([{"ErrorCode": status, "Exception": says}], status)
