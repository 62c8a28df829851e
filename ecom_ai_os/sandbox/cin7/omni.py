"""Cin7 Omni's endpoints under /api/v1."""

import base64
import binascii
import math
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import orjson
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ecom_ai_os.sandbox.cin7.core import DOCUMENTS, METHODS
from ecom_ai_os.sandbox.cin7.where import InvalidWhereError, condition
from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.limits import Limit, Meter
from ecom_ai_os.sandbox.records import BUYING, Records
from ecom_ai_os.sandbox.shop import Shop

USERNAME = "sandbox"
MAX_ROWS = 250
#: Not documented; the number seen in others' clients.
DEFAULT_ROWS = 50
VENDORS_LIMITS = (Limit(3, 1.0), Limit(60, 60.0), Limit(5_000, 86_400.0))
#: Resource in lower case → records.
RESOURCES = {
    "branches": "omni_branches",
    "contacts": "omni_contacts",
    "products": "omni_products",
    "stock": "omni_stock",
    "purchaseorders": "omni_purchase_orders",
}


@dataclass(frozen=True)
class Connection:
    """An API connection: its limits, and the resources it may read."""

    limits: tuple[Limit, ...] = VENDORS_LIMITS
    resources: frozenset[str] = frozenset(RESOURCES)


#: By API key. The second is no vendor's offer: demonstrations are in haste.
CONNECTIONS = {
    "3c5f0a1e7b": Connection(),
    "60005f0a1e": Connection((Limit(6_000, 60.0),)),
    "stock-only": Connection(resources=frozenset({"stock"})),
}


class OmniSurface:
    """Everything under /api/v1. `says_when`: refusals carry Retry-After."""

    scripts: ClassVar[tuple[Path, ...]] = (BUYING, DOCUMENTS / "omni.sql")

    def __init__(self, shop: Shop, faults: Faults, counters: Counters) -> None:
        self.faults, self.counters = faults, counters
        self.says_when = True
        self._records = Records(shop, "cin7", tuple(RESOURCES.values()))
        self._fields: dict[str, dict[str, str]] = {}
        self.connect(CONNECTIONS)

    def connect(self, connections: dict[str, Connection]) -> None:
        """Let these API keys in, and no others."""
        self._connections = {
            key: (found, Meter(*found.limits)) for key, found in connections.items()
        }

    def routes(self) -> list[Route]:
        return [
            Route(f"/api/v1/{{resource}}{rest}", self.answer, methods=METHODS)
            for rest in ("", "/{id}")
        ]

    async def answer(self, request: Request) -> Response:
        self.counters.add("cin7.requests")
        username, key = _basic(request.headers.get("authorization", ""))
        if username != USERNAME or key not in self._connections:
            return JSONResponse("Unauthorized access", 401)
        connection, meter = self._connections[key]
        if refused := self._refused(meter):
            return refused
        resource = request.path_params["resource"].lower()
        if resource not in RESOURCES:
            return PlainTextResponse("Not Found", 404)
        if resource not in connection.resources:
            return JSONResponse("Access is forbidden", 403)
        if request.method != "GET":
            return PlainTextResponse("Method Not Allowed", 405)
        params = {name.lower(): value for name, value in request.query_params.items()}
        if "id" in request.path_params:
            return await run_sync(partial(self._single, resource, request.path_params["id"]))
        return await run_sync(partial(self._list, resource, params))

    def _refused(self, meter: Meter) -> Response | None:
        exceeded = meter.exceeded()
        seconds = exceeded[1] if exceeded else 1.0
        if not exceeded and not self.faults.strikes("throttled"):
            return None
        self.counters.add("cin7.refused")
        when = {"Retry-After": str(math.ceil(seconds))} if self.says_when else {}
        return PlainTextResponse("Too Many Requests", 429, when)

    def _single(self, resource: str, key: str) -> Response:
        name = RESOURCES[resource]
        with self._records.reading() as cursor:
            if not key.isdigit() or "id" not in self._known(cursor, name):
                return PlainTextResponse("Not Found", 404)
            found = _documents(cursor, name, "document.id = ?", [int(key)])
        return _json(found[0]) if found else PlainTextResponse("Not Found", 404)

    def _list(self, resource: str, params: dict[str, str]) -> Response:
        name = RESOURCES[resource]
        rows, page = params.get("rows", str(DEFAULT_ROWS)), params.get("page", "1")
        if not (rows.isdigit() and page.isdigit() and int(rows) and int(page)):
            return JSONResponse(["page and rows must be whole numbers"], 400)
        n_rows = min(int(rows), MAX_ROWS)
        with self._records.reading() as cursor:
            fields = self._known(cursor, name)
            try:
                sql, values = (
                    condition(params["where"], fields) if "where" in params else ("true", [])
                )
                order = _order(params.get("order", ""), fields)
            except InvalidWhereError as wrong:
                return JSONResponse([str(wrong)], 400)
            place = f"order by {order} limit {n_rows} offset {(int(page) - 1) * n_rows}"
            found = _documents(cursor, name, f"{sql} {place}", values)
        self.counters.add("cin7.records", len(found))
        return _json(_trimmed(found, params.get("fields")))

    def _known(self, cursor: duckdb.DuckDBPyConnection, name: str) -> dict[str, str]:
        """SQL by field of a record, in lower case."""
        if name not in self._fields:
            rows = cursor.execute(f"describe select document.* from cin7.{name}").fetchall()
            self._fields[name] = {row[0].lower(): f'document."{row[0]}"' for row in rows}
        return self._fields[name]


def _order(text: str, fields: dict[str, str]) -> str:
    """Raises InvalidWhereError."""
    terms = []
    for term in filter(None, (part.strip() for part in text.split(","))):
        name, _, direction = term.partition(" ")
        if name.lower() not in fields or direction.strip().upper() not in ("", "ASC", "DESC"):
            raise InvalidWhereError(f"cannot order by {term!r}")
        terms.append(f"{fields[name.lower()]} {direction}")
    return ", ".join(terms) or fields.get("id", "document")


def _documents(
    cursor: duckdb.DuckDBPyConnection, name: str, condition: str, values: list[Any]
) -> list[str]:
    sql = f"select to_json(document) from cin7.{name} where {condition}"
    return [text for (text,) in cursor.execute(sql, values).fetchall()]


def _trimmed(texts: list[str], fields: str | None) -> bytes:
    if not fields:
        return orjson.dumps([orjson.Fragment(text) for text in texts])
    names = {name.strip().lower() for name in fields.split(",")}
    return orjson.dumps(
        [{k: v for k, v in orjson.loads(text).items() if k.lower() in names} for text in texts]
    )


def _json(body: str | bytes) -> Response:
    return Response(body, media_type="application/json; charset=utf-8")


def _basic(header: str) -> tuple[str, str]:
    try:
        scheme, _, code = header.partition(" ")
        name, _, key = base64.b64decode(code).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return (name, key) if scheme.lower() == "basic" else ("", "")
