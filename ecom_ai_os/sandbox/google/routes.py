"""Google's HTTP endpoints. What is not known of them is set by POST /_sandbox/google: `Manners`."""

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import orjson
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.google import errors
from ecom_ai_os.sandbox.google.auth import Grants
from ecom_ai_os.sandbox.limits import Limit, Meter
from ecom_ai_os.sandbox.shop import Shop

DOCUMENTS = Path(__file__).parent / "documents"
ACCOUNTS = {
    "accounts/100": {"accountName": "Olga Owner", "type": "PERSONAL", "role": "PRIMARY_OWNER"},
    "accounts/200": {"accountName": "Sandbox Shop", "type": "LOCATION_GROUP", "role": "OWNER"},
}
ORDERS = {
    "updateTime desc": "updated_at desc, key",
    "rating": "rating, key",
    "rating desc": "rating desc, key",
}
AVERAGE = "select avg(rating), count(*) from google.reviews where location_id = ?"


@dataclass(frozen=True)
class Manners:
    """How Google behaves where it does not say so.

    - `per_minute`: requests of a project; 0 until it is approved
    - `lag_seconds`: how long after it was written a review is listed
    - `translates`: not, before or after the text
    """

    per_minute: int = 300
    window_seconds: float = 60.0
    lag_seconds: int = 0
    translates: str = "before"
    reply_moves_update_time: bool = False


class BadArgumentError(Exception):
    """An argument that is refused; says which."""


class GoogleSurface:
    """Accounts and locations under /v1, reviews under /v4."""

    scripts: ClassVar[tuple[Path, ...]] = (DOCUMENTS / "profiles.sql", DOCUMENTS / "reviews.sql")

    def __init__(self, shop: Shop, faults: Faults, counters: Counters) -> None:
        self.shop, self.faults, self.counters = shop, faults, counters
        self.grants = Grants()
        self._behave(Manners())

    def routes(self) -> list[Route]:
        pages: dict[str, Callable[[Request], Response]] = {
            "/v1/accounts": self.accounts,
            "/v1/accounts/{account}/locations": self.locations,
            "/v4/accounts/{account}/locations/{location}/reviews": self.reviews,
        }
        return [
            Route("/token", self.token, methods=["POST"]),
            *(Route(path, partial(self._answer, page)) for path, page in pages.items()),
            Route("/_sandbox/google", self.configure, methods=["POST"]),
        ]

    async def configure(self, request: Request) -> Response:
        self._behave(replace(Manners(), **orjson.loads(await request.body() or b"{}")))
        return JSONResponse(asdict(self.manners))

    def _behave(self, manners: Manners) -> None:
        self.manners = manners
        self.meter = Meter(Limit(manners.per_minute, manners.window_seconds))

    async def token(self, request: Request) -> Response:
        self.counters.add("google.tokens")
        now = await run_sync(lambda: self.shop.now)
        return self.grants.issue(await request.body(), now)

    async def _answer(self, page: Callable[[Request], Response], request: Request) -> Response:
        self.counters.add("google.requests")
        return await run_sync(lambda: self._refuses(request) or self._checked(page, request))

    def _refuses(self, request: Request) -> Response | None:
        if self.faults.strikes("expired_token"):
            self.grants.revoke(request)
        if not self.grants.accepts(request, self.shop.now):
            return errors.unauthenticated()
        if self.faults.strikes("throttled") or self.meter.exceeded():
            self.counters.add("google.throttled")
            return errors.exhausted(self.manners.per_minute)
        if self.faults.strikes("internal_error"):
            return errors.refusal(500, "INTERNAL", "Internal error encountered.")
        if self.faults.strikes("missing_scope"):
            return errors.denied()
        return errors.not_found() if self.faults.strikes("sporadic_404") else None

    def _checked(self, page: Callable[[Request], Response], request: Request) -> Response:
        try:
            return page(request)
        except BadArgumentError as wrong:
            return errors.invalid(str(wrong))

    def accounts(self, request: Request) -> Response:
        every = [{"name": name} | fields for name, fields in ACCOUNTS.items()]
        size, offset = _page(request, 20, 20)
        return JSONResponse(_listed("accounts", every[offset : offset + size], size, offset))

    def locations(self, request: Request) -> Response:
        """readMask is required and leaves fields out."""
        account = ACCOUNTS.get(f"accounts/{request.path_params['account']}")
        if not account:
            return errors.denied()
        if "readMask" not in request.query_params:
            raise BadArgumentError("readMask")
        fields = request.query_params["readMask"].split(",")
        size, offset = _page(request, 10, 100)
        with self._reading() as cursor:
            found = cursor.execute(
                "select document from google.locations where is_personal or ? "
                "order by name limit ? offset ?",
                [account["type"] != "PERSONAL", size, offset],
            ).fetchall()
        records = [orjson.loads(text) for (text,) in found]
        masked = [{k: v for k, v in row.items() if k in fields} for row in records]
        return JSONResponse(_listed("locations", masked, size, offset))

    def reviews(self, request: Request) -> Response:
        """Only of verified locations, under any account that lists them."""
        location = request.path_params["location"]
        size, offset = _page(request, 50, 50)
        order = ORDERS.get(request.query_params.get("orderBy", "updateTime desc"))
        if not order:
            raise BadArgumentError("orderBy")
        with self._reading() as cursor:
            rows = "from google.locations where location_id::varchar = ?"
            known = cursor.execute(f"select location_id, is_verified {rows}", [location]).fetchone()
            if not known:
                return errors.not_found()
            if not known[1]:
                return errors.denied()
            parent = request.url.path.removeprefix("/v4/").removesuffix("/reviews")
            records = _reviews(cursor, known[0], parent, f"{order} limit {size} offset {offset}")
            average, total = cursor.execute(AVERAGE, [known[0]]).fetchall()[0]
        self.counters.add("google.records", len(records))
        body = _listed("reviews", records, size, offset)
        if total:
            body |= {"averageRating": round(average, 1), "totalReviewCount": total}
        return JSONResponse(body)

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self.shop.reading() as cursor:
            for name in ("lag_seconds", "translates", "reply_moves_update_time"):
                cursor.execute(f"set variable google_{name} = ?", [getattr(self.manners, name)])
            yield cursor


def _reviews(
    cursor: duckdb.DuckDBPyConnection, location_id: int, parent: str, page: str
) -> list[dict[str, Any]]:
    """A page of reviews without the fields that are empty."""
    rows = f"select key from google.reviews where location_id = ? order by {page}"
    keys = [key for (key,) in cursor.execute(rows, [location_id]).fetchall()]
    found = cursor.execute(
        f"from google.review_documents({keys}::bigint[], ?)", [parent]
    ).fetchall()
    documents = {key: orjson.loads(text) for key, text in found}
    return [{k: v for k, v in documents[key].items() if v is not None} for key in keys]


def _listed(key: str, records: list[Any], size: int, offset: int) -> dict[str, Any]:
    """What is empty is left out; a full page names the next one."""
    body: dict[str, Any] = {key: records} if records else {}
    if len(records) == size:
        body["nextPageToken"] = base64.b64encode(b"%d" % (offset + size)).decode()
    return body


def _page(request: Request, usual: int, most: int) -> tuple[int, int]:
    """Return size and offset; more than the largest size is the largest."""
    size = request.query_params.get("pageSize", str(usual))
    if not size.isdigit():
        raise BadArgumentError("pageSize")
    try:
        token = base64.b64decode(request.query_params.get("pageToken", ""), validate=True)
        return min(int(size) or usual, most), int(token or b"0")
    except (binascii.Error, ValueError):
        raise BadArgumentError("pageToken") from None
