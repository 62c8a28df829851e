"""The sandbox as an ASGI application: control routes, faults, the clock's Date, surfaces."""

import asyncio
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

import orjson
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecom_ai_os.sandbox.clock import Clock
from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import HEADER, TRANSPORT_FAULTS, Faults, Subject, current
from ecom_ai_os.sandbox.shop import Shop
from ecom_ai_os.sandbox.shopify import documents
from ecom_ai_os.sandbox.shopify.routes import ShopifySurface
from ecom_ai_os.sandbox.surfaces import SURFACES

CONTROL = "/_sandbox"
HANG_SECONDS = 300
PAGE = "<!DOCTYPE html><html><body><h1>Something went wrong</h1></body></html>"
HTML_STATUS = {"html_500": 500, "html_502": 502, "html_200": 200}


class Sandbox:
    """The parts that live as long as the server."""

    def __init__(self, home: Path, clock: Clock, plan: str, woocommerce_share: int = 0) -> None:
        self.clock, self.faults, self.counters = clock, Faults(), Counters()
        scripts = documents.SCRIPTS + tuple(path for each in SURFACES for path in each.scripts)
        self.shop = Shop(home / "business.duckdb", clock, scripts, woocommerce_share)
        self.shopify = ShopifySurface(self.shop, home, self.faults, self.counters, plan)
        self.others = [each(self.shop, self.faults, self.counters) for each in SURFACES]

    def routes(self) -> list[Route]:
        control = {
            "/clock": (self.move_clock, "POST"),
            "/faults": (self.arm_fault, "POST"),
            "/faults/clear": (self.clear_faults, "POST"),
            "/counters": (self.read_counters, "GET"),
            "/truth": (self.read_truth, "GET"),
        }
        routes = [
            Route(CONTROL + path, endpoint, methods=[method])
            for path, (endpoint, method) in control.items()
        ]
        routes += self.shopify.routes()
        for surface in self.others:
            routes += surface.routes()
        return routes

    async def move_clock(self, request: Request) -> Response:
        """{"advance_days": 1} or {"now": "2026-12-01T08:00:00Z"}; answers with the new now."""
        wanted = orjson.loads(await request.body() or b"{}")
        if "now" in wanted:
            self.clock.set(datetime.fromisoformat(wanted["now"]))
        self.clock.advance(wanted.get("advance_days", 0))
        now = await run_sync(lambda: self.shop.now)
        return JSONResponse({"now": now.isoformat()})

    async def arm_fault(self, request: Request) -> Response:
        """{"fault": …, "next": n | "probability": p, "where": text}"""
        try:
            self.faults.arm(**orjson.loads(await request.body()))
        except (TypeError, ValueError) as wrong:
            return JSONResponse({"error": str(wrong)}, 400)
        return JSONResponse({"armed": True})

    async def clear_faults(self, _: Request) -> Response:
        self.faults.clear()
        return JSONResponse({"armed": False})

    async def read_counters(self, _: Request) -> Response:
        played = {f"faults.{name}": n for name, n in self.faults.n_played.items()}
        return JSONResponse(self.counters.read() | played)

    async def read_truth(self, _: Request) -> Response:
        """The incidents planted in this business."""
        return Response(await run_sync(self._incidents), media_type="application/json")

    def _incidents(self) -> bytes:
        with self.shop.reading() as cursor:
            rows = cursor.execute("select to_json(i) from business.incidents as i").fetchall()
        return orjson.dumps({"incidents": [orjson.Fragment(text) for (text,) in rows]})

    def close(self) -> None:
        self.shopify.bulk.close()
        self.shop.close()


class Weather:
    """Middleware: dates every response by the simulated clock and plays transport faults."""

    def __init__(self, app: ASGIApp, sandbox: Sandbox) -> None:
        self._app, self._sandbox = app, sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await request.body()
        dated = await self._dated(send)
        replay = _replay(body)
        if request.url.path.startswith(CONTROL):
            await self._app(scope, replay, dated)
            return
        self._sandbox.counters.add("requests")
        text = f"{request.url.path} {body.decode(errors='replace')}"
        current.set(Subject(text, request.headers.get(HEADER)))
        fault = self._sandbox.faults.first_of(*TRANSPORT_FAULTS)
        await self._serve(fault, scope, replay, dated)

    async def _serve(self, fault: str | None, scope: Scope, receive: Receive, send: Send) -> None:
        if fault in HTML_STATUS:
            await HTMLResponse(PAGE, HTML_STATUS[fault])(scope, receive, send)
        elif fault == "timeout":
            await asyncio.sleep(HANG_SECONDS)
        elif fault in ("cut", "malformed_json"):
            await self._spoil(fault, scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _spoil(self, fault: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Half of the true body: with its full length announced, or as if that were all."""
        start: Message = {}
        chunks: list[bytes] = []

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                chunks.append(message.get("body", b""))

        await self._app(scope, receive, keep)
        half = b"".join(chunks)[: sum(map(len, chunks)) // 2]
        if fault == "malformed_json":
            kept = [h for h in start["headers"] if h[0].lower() != b"content-length"]
            start["headers"] = [*kept, (b"content-length", str(len(half)).encode())]
        await send(start)
        await send({"type": "http.response.body", "body": half, "more_body": fault == "cut"})
        if fault == "cut":
            raise ConnectionResetError("cut")

    async def _dated(self, send: Send) -> Send:
        now = await run_sync(lambda: self._sandbox.shop.now)
        date = format_datetime(now, usegmt=True).encode()

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), (b"date", date)]
            await send(message)

        return dated


def _replay(body: bytes) -> Receive:
    """A receive channel that yields the body which was read already."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    return receive


def create_app(sandbox: Sandbox) -> ASGIApp:
    return Weather(Starlette(routes=sandbox.routes()), sandbox)
