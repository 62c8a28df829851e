"""Linnworks' methods: sessions, a limit for each method, bodies in their wrappers."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from uuid import uuid4

import duckdb
import orjson
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.limits import Limit, Meter
from ecom_ai_os.sandbox.records import BUYING, Records
from ecom_ai_os.sandbox.shop import Shop

APPLICATION = {
    "ApplicationId": "3b7a1c52-0f44-4c2a-9d55-6a1c8f1d0001",
    "ApplicationSecret": "3b7a1c52-0f44-4c2a-9d55-6a1c8f1d0002",
    "Token": "3b7a1c52-0f44-4c2a-9d55-6a1c8f1d0003",
}
#: The vendor's own words and numbers are not documented.
IDLE = timedelta(minutes=30)
AUTHORIZE = "Auth/AuthorizeByApplication"
#: Calls a minute by method, as the swagger files say.
LIMITS = {
    AUTHORIZE: 150,
    "Inventory/GetStockLocations": 150,
    "Inventory/GetSuppliers": 150,
    "Stock/GetStockItemsFull": 150,
    "PurchaseOrder/Search_PurchaseOrders": 250,
    "PurchaseOrder/Get_PurchaseOrder": 250,
    "Orders/GetOpenOrders": 250,
}
GETS = {"Inventory/GetStockLocations", "Inventory/GetSuppliers"}
MAX_ITEMS, MAX_ROWS = 200, 500
#: What of an item comes only when it is asked for.
REQUIREMENTS = {"StockLevels": "StockLevels", "Supplier": "Suppliers"}
RECORDS = (
    *("locations", "suppliers", "stock_items", "purchase_headers"),
    *("purchase_orders", "open_orders"),
)


@dataclass
class Session:
    used_at: datetime


class RefusedError(Exception):
    """The method cannot do what it is asked; says why."""


Body = dict[str, Any]
Method = Callable[[duckdb.DuckDBPyConnection, Body], Any]


class LinnworksSurface:
    """Everything under /api/<controller>/<method> that an inventory is read with."""

    scripts: ClassVar[tuple[Path, ...]] = (BUYING, Path(__file__).with_name("records.sql"))

    def __init__(self, shop: Shop, faults: Faults, counters: Counters) -> None:
        self.shop, self.faults, self.counters = shop, faults, counters
        self._records = Records(shop, "linnworks", RECORDS)
        self._sessions: dict[str, Session] = {}
        self.limit_to(LIMITS)

    def limit_to(self, limits: dict[str, int]) -> None:
        """Allow these calls a minute by method."""
        self._meters = {method: Meter(Limit(n, 60.0)) for method, n in limits.items()}

    def routes(self) -> list[Route]:
        return [
            Route(f"/api/{method}", partial(self.answer, method=method), methods=["GET", "POST"])
            for method in LIMITS
        ]

    async def answer(self, request: Request, method: str) -> Response:
        self.counters.add("linnworks.requests")
        exceeded = self._meters[method].exceeded()
        if exceeded or self.faults.strikes("throttled"):
            self.counters.add("linnworks.refused")
            when = {"Retry-After": str(math.ceil(exceeded[1] if exceeded else 1))}
            return _error(429, "Too many requests", when)
        now = await run_sync(lambda: self.shop.now)
        try:
            body = orjson.loads(await request.body() or b"{}")
        except orjson.JSONDecodeError:
            return _error(400, "The body is not JSON")
        if not isinstance(body, dict):
            return _error(400, "The body is no object")
        if (request.method == "GET") != (method in GETS):
            return _error(405, "The method is not supported")
        if method == AUTHORIZE:
            return self._authorize(request, body, now)
        if not self._is_known(request.headers.get("authorization", ""), now):
            return _error(401, "Invalid token")
        return await run_sync(partial(self._call, method, body))

    def _authorize(self, request: Request, body: Body, now: datetime) -> Response:
        if body != APPLICATION:
            return _error(401, "Application is not installed or its secret is wrong")
        token = str(uuid4())
        self._sessions[token] = Session(now)
        server = str(request.base_url).rstrip("/")
        return JSONResponse(
            {
                "Id": str(uuid4()),
                "EntityId": str(uuid4()),
                "DatabaseName": "sandbox",
                "UserName": "sandbox",
                "Email": "sandbox@example.com",
                "Token": token,
                "AccessToken": None,
                "Server": server,
                "PushServer": server,
                "Locality": "EU",
                "SuperAdmin": False,
                "TTL": int(IDLE.total_seconds()),
                "Status": {"State": "AVAILABLE", "Reason": "", "Parameters": {}},
                "Properties": {},
            }
        )

    def _is_known(self, token: str, now: datetime) -> bool:
        session = self._sessions.get(token)
        if not session or now - session.used_at > IDLE or self.faults.strikes("expired_token"):
            self._sessions.pop(token, None)
            return False
        session.used_at = now
        return True

    def _call(self, method: str, body: Body) -> Response:
        with self._records.reading() as cursor:
            try:
                return _json(METHODS[method](cursor, body))
            except RefusedError as refused:
                return _error(400, str(refused))
            except duckdb.ConversionException:
                return _error(400, "A value is not of its type")


def _all(cursor: duckdb.DuckDBPyConnection, body: Body, *, name: str) -> list[Any]:
    return _documents(cursor, f"from linnworks.{name}")


def _stock_items(cursor: duckdb.DuckDBPyConnection, body: Body) -> list[Any]:
    n, page = body.get("entriesPerPage"), body.get("pageNumber")
    if not (isinstance(n, int) and isinstance(page, int) and 0 < n <= MAX_ITEMS and page > 0):
        raise RefusedError(f"entriesPerPage is 1 to {MAX_ITEMS}, pageNumber begins at 1")
    rows = f"from linnworks.stock_items order by hash(document.StockItemId) limit {n}"
    found = [orjson.loads(text) for text in _texts(cursor, f"{rows} offset {n * (page - 1)}", [])]
    if not found and page > 1:
        raise RefusedError("There is no such page")
    for requirement in REQUIREMENTS.keys() - set(body.get("dataRequirements") or ()):
        for item in found:
            item[REQUIREMENTS[requirement]] = []
    return found


def _headers(cursor: duckdb.DuckDBPyConnection, body: Body) -> Body:
    wanted = body.get("searchParameter")
    if not isinstance(wanted, dict):
        raise RefusedError("searchParameter is missing")
    condition, values = "true", []
    for name, test in (
        ("Status", "status = ?"),
        ("DateFrom", "bought_at >= ?::timestamptz"),
        ("DateTo", "bought_at <= ?::timestamptz"),
    ):
        if wanted.get(name):
            condition += f" and {test}"
            values.append(wanted[name])
    rows = f"from linnworks.purchase_headers where {condition}"
    page = _paged(cursor, rows, values, wanted.get("EntriesPerPage"), wanted.get("PageNumber"))
    return {
        "Result": page["Data"],
        "TotalPages": page["TotalPages"],
        "CurrentPageNumber": page["PageNumber"],
        "EntriesPerPage": page["EntriesPerPage"],
        "TotalNumberOfRecords": page["TotalEntries"],
    }


def _purchase_order(cursor: duckdb.DuckDBPyConnection, body: Body) -> Any:
    sql = "from linnworks.purchase_orders where id = ?"
    found = _documents(cursor, sql, [str(body.get("pkPurchaseId"))])
    if not found:
        raise RefusedError("Purchase order is not found")
    return found[0]


def _open_orders(cursor: duckdb.DuckDBPyConnection, body: Body) -> Body:
    rows = "from linnworks.open_orders where location_id = ?"
    place = [str(body.get("fulfilmentCenter"))]
    return _paged(cursor, rows, place, body.get("entriesPerPage"), body.get("pageNumber"))


def _paged(
    cursor: duckdb.DuckDBPyConnection, rows: str, values: list[Any], n: Any, page: Any
) -> Body:
    if not (isinstance(n, int) and isinstance(page, int) and 0 < n <= MAX_ROWS and page > 0):
        raise RefusedError(f"pages hold 1 to {MAX_ROWS} entries, and their number begins at 1")
    (total,) = cursor.execute(f"select count(*) {rows}", values).fetchall()[0]
    place = f"order by hash(document::varchar) limit {n} offset {n * (page - 1)}"
    return {
        "PageNumber": page,
        "EntriesPerPage": n,
        "TotalEntries": total,
        "TotalPages": -(-total // n),
        "Data": _documents(cursor, f"{rows} {place}", values),
    }


METHODS: dict[str, Method] = {
    "Inventory/GetStockLocations": partial(_all, name="locations"),
    "Inventory/GetSuppliers": partial(_all, name="suppliers"),
    "Stock/GetStockItemsFull": _stock_items,
    "PurchaseOrder/Search_PurchaseOrders": _headers,
    "PurchaseOrder/Get_PurchaseOrder": _purchase_order,
    "Orders/GetOpenOrders": _open_orders,
}


def _documents(
    cursor: duckdb.DuckDBPyConnection, rows: str, values: list[Any] | None = None
) -> list[Any]:
    return [orjson.Fragment(text) for text in _texts(cursor, rows, values or [])]


def _texts(cursor: duckdb.DuckDBPyConnection, rows: str, values: list[Any]) -> list[str]:
    found = cursor.execute(f"select to_json(document) {rows}", values).fetchall()
    return [text for (text,) in found]


def _json(body: Any) -> Response:
    return Response(orjson.dumps(body), media_type="application/json; charset=utf-8")


def _error(status: int, message: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"Code": None, "Message": message}, status, headers)
