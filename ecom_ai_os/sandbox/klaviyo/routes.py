"""Klaviyo's HTTP endpoints."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import orjson
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.klaviyo import bodies, listing, params, reports, writes
from ecom_ai_os.sandbox.klaviyo.answers import document, site
from ecom_ai_os.sandbox.klaviyo.auth import Gate
from ecom_ai_os.sandbox.klaviyo.errors import (
    RefusedError,
    invalid,
    not_found,
    throttled,
)
from ecom_ai_os.sandbox.klaviyo.limits import XS, Limiter, M, Tier
from ecom_ai_os.sandbox.klaviyo.people import PROFILES
from ecom_ai_os.sandbox.klaviyo.resource import Resource
from ecom_ai_os.sandbox.klaviyo.resources import LISTED, SINGLE, revised
from ecom_ai_os.sandbox.klaviyo.state import State
from ecom_ai_os.sandbox.shop import Shop

DOCUMENTS = Path(__file__).parent / "documents"
SCRIPTS = ("scalars", "written", "profiles", "mailings", "events", "groups", "reports", "renewal")

Answer = Callable[[Request], Response]


class KlaviyoSurface:
    """Everything under /api that is Klaviyo's."""

    scripts: ClassVar[tuple[Path, ...]] = tuple(DOCUMENTS / f"{name}.sql" for name in SCRIPTS)

    def __init__(self, shop: Shop, faults: Faults, counters: Counters) -> None:
        self.state, self.faults, self.counters = State(shop), faults, counters
        self.gate, self.limiter = Gate(), Limiter(counters)

    def routes(self) -> list[Route]:
        asked: dict[tuple[str, str], tuple[Tier, tuple[str, ...], Answer]] = {
            ("GET", path): (of.tier, of.scopes, partial(self._list, of))
            for path, of in LISTED.items()
        }
        for path, (of, tier) in SINGLE.items():
            asked["GET", path] = tier, of.scopes, partial(self._single, of)
        asked["GET", "accounts"] = XS, ("accounts:read",), self._account
        for (method, path), (tier, scopes, write) in writes.WRITES.items():
            asked[method, path] = tier, scopes, partial(self._write, write)
        for path, (tier, scopes, report) in reports.REPORTS.items():
            asked["POST", path] = tier, scopes, partial(self._report, report)
        return [
            Route("/_sandbox/klaviyo", self.configure, methods=["POST"]),
            *(
                Route(f"/api/{path}", self._endpoint(f"{method} {path}", *what), methods=[method])
                for (method, path), what in asked.items()
            ),
        ]

    async def configure(self, request: Request) -> Response:
        """{"scopes": […] | null, "window_scale": 1.0, "lag_seconds": 0, "machine_open": true,
        "forget": true}; `window_scale` 0 lifts all limits."""
        wanted = orjson.loads(await request.body())
        if "scopes" in wanted:
            self.gate.scopes = None if wanted["scopes"] is None else frozenset(wanted["scopes"])
        if "window_scale" in wanted:
            self.limiter.reset(wanted["window_scale"])
        self.state.lag_seconds = wanted.get("lag_seconds", self.state.lag_seconds)
        self.state.has_machine_open = wanted.get("machine_open", self.state.has_machine_open)
        if wanted.get("forget"):
            await run_sync(self.state.forget)
        return JSONResponse({"configured": True})

    def _endpoint(
        self, name: str, tier: Tier, scopes: tuple[str, ...], answer: Answer
    ) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            self.counters.add("klaviyo.requests")
            self.counters.add(f"klaviyo.{name}")
            request.state.body = await request.body()
            request.state.counters = self.counters
            try:
                self.gate.check(request, *scopes)
                if self.faults.strikes("throttled"):
                    raise throttled(1)
                headers = self.limiter.admit(name, _tier(tier, request))
                response = await run_sync(answer, request)
            except RefusedError as error:
                return error.response
            response.headers.update(headers)
            return response

        return endpoint

    def _list(self, of: Resource, request: Request) -> Response:
        of = revised(of, request.headers["revision"])
        query = dict(request.query_params)
        if "page[cursor]" in query and self.faults.strikes("invalid_cursor"):
            raise invalid("Invalid cursor provided.", parameter="page[cursor]")
        wanted = params.read(of, query)
        here = site(request)
        with self.state.reading(here) as connection:
            parent = request.path_params.get("id")
            has_lag = self.state.lag_seconds > 0
            rows, more = listing.page(connection, of, wanted, parent, has_lag)
            texts = listing.documents(connection, of, [key for _, key in rows])
            extra = listing.included(connection, of, wanted, texts)
        self.counters.add("klaviyo.records", len(texts))
        records = listing.shaped(of, wanted, texts)
        if of.only_ids:
            records = [{"type": of.type, "id": key} for _, key in rows]
        elif "joined_group_at" in of.fields:
            records = listing.joined_at(rows, records)
        links = listing.links(here, request.url.path, query, rows, more)
        body = {"data": records, "links": links}
        return document(body | ({"included": extra} if wanted.includes else {}))

    def _single(self, of: Resource, request: Request) -> Response:
        of = revised(of, request.headers["revision"])
        wanted = params.read_single(of, dict(request.query_params))
        key: Any = request.path_params["id"]
        here = site(request)
        with self.state.reading(here) as connection:
            if of.key == "number":
                key = params.event_number(key)
            texts = listing.documents(connection, of, [key])
            extra = listing.included(connection, of, wanted, texts)
        if not texts:
            raise not_found(f"A {of.type} with id {request.path_params['id']} does not exist.")
        [record] = listing.shaped(of, wanted, texts)
        body = {"data": record, "links": {"self": f"{here}{request.url.path}"}}
        return document(body | ({"included": extra} if wanted.includes else {}))

    def _account(self, request: Request) -> Response:
        return document(reports.account(site(request), self.state.shop.currency))

    def _write(self, write: writes.Write, request: Request) -> Response:
        body = bodies.read(request)
        if self.faults.strikes("accepted_unsaid"):
            # Taken, and the answer lost on its way back.
            write(self.state, request, body)
            raise ConnectionResetError("cut")
        return write(self.state, request, body)

    def _report(self, report: reports.Report, request: Request) -> Response:
        with self.state.reading(site(request)) as connection:
            return document(report(connection, bodies.read(request), site(request)))


def _tier(tier: Tier, request: Request) -> Tier:
    asked = request.query_params.get("additional-fields[profile]", "")
    is_dear = request.url.path == f"/api/{PROFILES.name}" and "predictive_analytics" in asked
    return M if is_dear else tier
