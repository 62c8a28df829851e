"""WooCommerce's HTTP endpoints, and the ways WordPress sites soil their answers."""

from functools import partial
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlencode

import duckdb
import orjson
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.shop import Shop
from ecom_ai_os.sandbox.woocommerce import errors
from ecom_ai_os.sandbox.woocommerce.auth import Gate
from ecom_ai_os.sandbox.woocommerce.lists import LISTS, REFUNDS, VARIATIONS, List
from ecom_ai_os.sandbox.woocommerce.params import SITE_ZONE, InvalidParamsError, Wanted, read

DOCUMENTS = Path(__file__).parent / "documents"
SCRIPTS = tuple(
    DOCUMENTS / f"{name}.sql"
    for name in ("scalars", "orders", "refunds", "customers", "products", "coupons", "reviews")
)
API = "/wp-json/wc/v3"
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
NOTICE = (
    b"<br />\n<b>Deprecated</b>:  Creation of dynamic property Coupon_Box::$log is deprecated in "
    b"<b>/wp-content/plugins/coupon-box/box.php</b> on line <b>88</b><br />\n"
)
MAINTENANCE = "Briefly unavailable for scheduled maintenance. Check back in a minute."
GATEWAY = "<html><head><title>504 Gateway Time-out</title></head><body></body></html>"
#: Larger pages are too heavy for this host while `too_heavy` is armed.
BEARABLE_PER_PAGE = 25

Record = dict[str, Any]


class WooCommerceSurface:
    """Everything under /wp-json and /index.php."""

    scripts: ClassVar[tuple[Path, ...]] = SCRIPTS

    def __init__(self, shop: Shop, faults: Faults, counters: Counters) -> None:
        self.shop, self.faults, self.counters = shop, faults, counters
        self.gate = Gate()

    def routes(self) -> list[Route]:
        pages = {"": self.by_parameter, "/index.php": self.by_parameter}
        for root in ("", "/index.php"):
            pages[f"{root}/wp-json/"] = self.site
            pages[f"{root}{API}"] = self.namespace
            pages[f"{root}{API}/{{path:path}}"] = self.by_path
        return [Route(path or "/", page, methods=METHODS) for path, page in pages.items()]

    async def site(self, request: Request) -> Response:
        now = await run_sync(lambda: self.shop.now)
        offset = now.astimezone(SITE_ZONE).utcoffset()
        hours = offset.total_seconds() / 3600 if offset else 0
        url = str(request.base_url).rstrip("/")
        return JSONResponse(
            {
                "name": "Sandbox Shop",
                "url": url,
                "home": url,
                "gmt_offset": int(hours),
                "timezone_string": SITE_ZONE.key,
                "namespaces": ["oembed/1.0", "wc/v3", "wc/v2", "wp/v2"],
            }
        )

    async def namespace(self, request: Request) -> Response:
        return JSONResponse({"namespace": "wc/v3"})

    async def by_parameter(self, request: Request) -> Response:
        """Plain permalinks: the route is a parameter, and keys are not looked at."""
        route = request.query_params.get("rest_route")
        if not route:
            return HTMLResponse("<html><body>Sandbox Shop</body></html>")
        return await self._answer(request, route.removeprefix("/wc/v3"))

    async def by_path(self, request: Request) -> Response:
        return await self._answer(request, request.path_params["path"])

    async def _answer(self, request: Request, path: str) -> Response:
        self.counters.add("woocommerce.requests")
        if self.faults.strikes("html_503"):
            return HTMLResponse(MAINTENANCE, 503, {"Retry-After": "600"})
        now = await run_sync(lambda: self.shop.now)
        refused = self.gate.refuses(request, now)
        if refused or request.method != "GET":
            return refused or errors.no_route()
        return await run_sync(partial(self._list, request, path.strip("/")))

    def _list(self, request: Request, path: str) -> Response:
        found = _found(path)
        if not found:
            return errors.no_route()
        of, under, record_id = found
        if record_id:
            return self._single(request, of, record_id)
        try:
            wanted = read(of, request.query_params)
        except InvalidParamsError as error:
            return errors.invalid_params(error.problems)
        if wanted.per_page > BEARABLE_PER_PAGE and self.faults.strikes("too_heavy"):
            return HTMLResponse(GATEWAY, 504)
        total, records = self._read(request, of, wanted, under)
        self._change_while_paging(of, records)
        return self._page(request, of, wanted, total, records)

    def _single(self, request: Request, of: List, record_id: int) -> Response:
        with self.shop.reading() as cursor:
            self._prepare(cursor, request)
            records = _documents(cursor, of, [record_id])
        return JSONResponse(records[0]) if records else errors.invalid_id(of.resource)

    def _read(
        self, request: Request, of: List, wanted: Wanted, under: int | None
    ) -> tuple[int, list[Record]]:
        conditions = [*wanted.conditions, *(["parent_id = ?"] if under else [])]
        values = [*wanted.values, *([under] if under else [])]
        rows = f"from woocommerce.{of.view} where {' and '.join(conditions) or 'true'}"
        with self.shop.reading() as cursor:
            self._prepare(cursor, request)
            (total,) = cursor.execute(f"select count(*) {rows}", values).fetchall()[0]
            page = f"order by {wanted.order} limit {wanted.per_page} offset {wanted.offset}"
            ids = [row[0] for row in cursor.execute(f"select id {rows} {page}", values).fetchall()]
            records = _documents(cursor, of, ids)
        if under and of is REFUNDS:
            records = [{k: v for k, v in row.items() if k != "parent_id"} for row in records]
        return total, _trimmed(records, request.query_params.get("_fields"))

    def _prepare(self, cursor: duckdb.DuckDBPyConnection, request: Request) -> None:
        site = str(request.base_url).rstrip("/")
        cursor.execute("set variable site = ?", [site])
        cursor.execute("set variable api = ?", [f"{site}{API}/"])

    def _change_while_paging(self, of: List, records: list[Record]) -> None:
        """Somebody edits orders of the page just served."""
        if of.view == "orders" and records and self.faults.strikes("changed_while_paging"):
            self.shop.touch("orders", [record["id"] for record in records if "id" in record][:3])

    def _page(
        self, request: Request, of: List, wanted: Wanted, total: int, records: list[Record]
    ) -> Response:
        body = orjson.dumps(records)
        if records and self.faults.strikes("list_as_object"):
            body = orjson.dumps({str(place + 1): record for place, record in enumerate(records)})
        if self.faults.strikes("php_notice"):
            body = NOTICE + body
        if self.faults.strikes("bom"):
            body = b"\xef\xbb\xbf" + body
        self.counters.add("woocommerce.records", len(records))
        return Response(body, headers=self._headers(request, of, wanted, total, bool(records)))

    def _headers(
        self, request: Request, of: List, wanted: Wanted, total: int, has_records: bool
    ) -> dict[str, str]:
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        if self.faults.strikes("totals_missing"):
            return headers
        if of.forgets_totals and not has_records:
            total = 0
        n_pages = -(-total // wanted.per_page)
        headers |= {"X-WP-Total": str(total), "X-WP-TotalPages": str(n_pages)}
        links = [
            f'<{_other_page(request, page)}>; rel="{rel}"'
            for page, rel in ((wanted.page - 1, "prev"), (wanted.page + 1, "next"))
            if (rel == "next" and page <= n_pages) or (rel == "prev" and wanted.page > 1)
        ]
        root = f'<{str(request.base_url).rstrip("/")}/wp-json/>; rel="https://api.w.org/"'
        return headers | {"Link": ", ".join(links) or root}


def _found(path: str) -> tuple[List, int | None, int | None] | None:
    """The list of a path, the parent it is under, and the id of one record of it."""
    if path in LISTS:
        return LISTS[path], None, None
    head, _, last = path.rpartition("/")
    if head in LISTS and last.isdigit():
        return LISTS[head], None, int(last)
    match path.split("/"):
        case ["orders", parent, "refunds"] if parent.isdigit():
            return REFUNDS, int(parent), None
        case ["products", parent, "variations"] if parent.isdigit():
            return VARIATIONS, int(parent), None
    return None


def _documents(cursor: duckdb.DuckDBPyConnection, of: List, ids: list[int]) -> list[Record]:
    if not ids:
        return []
    rows = cursor.execute(f"from woocommerce.{of.macro}({ids}::bigint[])").fetchall()
    documents = {key: orjson.loads(text) for key, text in rows}
    return [documents[key] for key in ids if key in documents]


def _trimmed(records: list[Record], fields: str | None) -> list[Record]:
    if not fields:
        return records
    names = [name for name in fields.split(",") if name]
    return [{name: row[name] for name in names if name in row} for row in records]


def _other_page(request: Request, page: int) -> str:
    params = dict(request.query_params) | {"page": str(page)}
    return f"{request.url.replace(query='')}?{urlencode(params)}"
