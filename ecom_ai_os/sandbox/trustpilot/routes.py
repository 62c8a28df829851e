"""Trustpilot's HTTP endpoints.

What its documentation leaves open is set by POST /_sandbox/trustpilot: see `Manners`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import duckdb
import orjson
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.limits import Limit, Meter
from ecom_ai_os.sandbox.shop import Shop
from ecom_ai_os.sandbox.trustpilot import errors
from ecom_ai_os.sandbox.trustpilot.auth import Grants, has_key
from ecom_ai_os.sandbox.trustpilot.lists import BadParameterError, read, records

DOCUMENTS = Path(__file__).parent / "documents"
SCRIPTS = tuple(
    DOCUMENTS / f"{name}.sql" for name in ("scalars", "service_reviews", "product_reviews")
)
PRIVATE = "/v1/private/"
UNIT = "507f191e810c19729de860ea"
DOMAIN = "sandbox-shop.example"
LIMITS = (Limit(833, 300.0), Limit(10_000, 3_600.0))
PRIVATE_FIELDS = ("referenceId", "referralEmail")
#: kind of review → what its list stands under
KEYS = {"service_review": "reviews", "product_review": "productReviews"}


@dataclass(frozen=True)
class Manners:
    """How this Trustpilot behaves where its documentation is silent.

    - `lag_seconds`: how long after it was written a review is listed
    - `product_order`: how product reviews are sorted
    - `start_is_inclusive`: whether startDateTime lets its own second in
    """

    lag_seconds: int = 0
    product_order: str = "createdat.desc"
    start_is_inclusive: bool = True
    rights: list[str] = field(default_factory=lambda: ["service", "product"])
    limits: list[list[float]] = field(default_factory=lambda: [[x.n, x.seconds] for x in LIMITS])


class TrustpilotSurface:
    """Everything under /v1 that reads reviews."""

    scripts: ClassVar[tuple[Path, ...]] = SCRIPTS

    def __init__(self, shop: Shop, faults: Faults, counters: Counters) -> None:
        self.shop, self.faults, self.counters = shop, faults, counters
        self.grants = Grants()
        self._behave(Manners())

    def routes(self) -> list[Route]:
        unit = "/business-units/{unit}"
        pages: dict[str, Callable[[Request], Response]] = {
            "/business-units/find": self.find,
            unit: self.profile,
            f"{unit}/reviews": self.public_reviews,
            f"/private{unit}/reviews": self.service_reviews,
            f"/private/product-reviews{unit}/reviews": self.product_reviews,
            "/private/conversations/{key}": self.conversation,
        }
        tokens = "/v1/oauth/oauth-business-users-for-applications/accesstoken"
        return [
            Route(tokens, self.access_token, methods=["POST"]),
            *(Route(f"/v1{path}", partial(self._answer, page)) for path, page in pages.items()),
            Route("/_sandbox/trustpilot", self.configure, methods=["POST"]),
        ]

    async def configure(self, request: Request) -> Response:
        self._behave(replace(Manners(), **orjson.loads(await request.body() or b"{}")))
        return JSONResponse(asdict(self.manners))

    def _behave(self, manners: Manners) -> None:
        self.manners = manners
        self.grants.rights = set(manners.rights)
        self.meter = Meter(*(Limit(int(n), seconds) for n, seconds in manners.limits))

    async def access_token(self, request: Request) -> Response:
        self.counters.add("trustpilot.tokens")
        now = await run_sync(lambda: self.shop.now)
        return self.grants.issue(request, await request.body(), now)

    async def _answer(self, page: Callable[[Request], Response], request: Request) -> Response:
        self.counters.add("trustpilot.requests")
        return await run_sync(lambda: self._refuses(request) or page(request))

    def _refuses(self, request: Request) -> Response | None:
        if self.faults.strikes("throttled") or self.meter.exceeded():
            self.counters.add("trustpilot.throttled")
            return errors.refusal(429, "Too many requests")
        if self.faults.strikes("internal_error"):
            return errors.refusal(500, "An unexpected error occurred")
        if refused := self._denies(request):
            return refused
        is_known = request.path_params.get("unit", UNIT) == UNIT
        return None if is_known else errors.refusal(404, "Business unit not found")

    def _denies(self, request: Request) -> Response | None:
        if not request.url.path.startswith(PRIVATE):
            return None if has_key(request) else errors.invalid_key()
        if self.faults.strikes("expired_token"):
            self.grants.revoke(request)
        if not self.grants.accepts(request, self.shop.now):
            return errors.invalid_token()
        is_of_shop = request.url.path.startswith(f"{PRIVATE}business-units/")
        if ("service" if is_of_shop else "product") not in self.grants.rights:
            return errors.refusal(403, "You do not have access to this business unit")
        return None

    def find(self, request: Request) -> Response:
        if request.query_params.get("name", "").removeprefix("www.") != DOMAIN:
            return errors.refusal(404, "Business unit not found")
        return self.profile(request)

    def profile(self, request: Request) -> Response:
        with self._reading() as cursor:
            (text,) = cursor.execute("from trustpilot.business_unit()").fetchall()[0]
        return Response(text, media_type="application/json")

    def public_reviews(self, request: Request) -> Response:
        """What everybody may see: no order numbers, no addresses, no filter by time."""
        timeless = {k: v for k, v in request.query_params.items() if not k.endswith("DateTime")}
        return self._list(request, "service_review", timeless, "createdat.desc")

    def service_reviews(self, request: Request) -> Response:
        params = dict(request.query_params)
        return self._list(request, "service_review", params, "createdat.desc")

    def product_reviews(self, request: Request) -> Response:
        """No parameter sorts them or bounds them by time."""
        known = ("page", "perPage", "sku", "language")
        params = {name: text for name, text in request.query_params.items() if name in known}
        return self._list(request, "product_review", params, self.manners.product_order)

    def conversation(self, request: Request) -> Response:
        with self._reading() as cursor:
            found = cursor.execute(
                "from trustpilot.conversation(?)", [request.path_params["key"]]
            ).fetchall()
        if not found:
            return errors.refusal(404, "Conversation not found")
        return Response(found[0][0], media_type="application/json")

    def _list(self, request: Request, kind: str, params: dict[str, str], order: str) -> Response:
        operator = ">=" if self.manners.start_is_inclusive else ">"
        columns = {"language", "stars", *(["sku"] if kind == "product_review" else [])}
        try:
            wanted = read(params, columns, order, operator)
        except BadParameterError as wrong:
            return errors.refusal(400, f"Invalid value for parameter {wrong}")
        with self._reading() as cursor:
            found = records(cursor, kind, wanted)
        self.counters.add("trustpilot.records", len(found))
        if not request.url.path.startswith(PRIVATE):
            found = [{k: v for k, v in row.items() if k not in PRIVATE_FIELDS} for row in found]
        links = [_next_page(request, params)] if len(found) == wanted.per_page else []
        return JSONResponse({"links": links, KEYS[kind]: found})

    @contextmanager
    def _reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with self.shop.reading() as cursor:
            cursor.execute("set variable trustpilot_unit = ?", [UNIT])
            cursor.execute("set variable trustpilot_domain = ?", [DOMAIN])
            cursor.execute("set variable trustpilot_lag_seconds = ?", [self.manners.lag_seconds])
            yield cursor


def _next_page(request: Request, params: dict[str, str]) -> dict[str, str]:
    number = int(params.get("page", "1")) + 1
    query = urlencode(params | {"page": str(number)})
    href = f"{request.url.replace(query='')}?{query}"
    return {"href": href, "method": "GET", "rel": "next-page"}
