"""Shopify's HTTP endpoints."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import orjson
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ecom_ai_os.sandbox.counters import Counters
from ecom_ai_os.sandbox.faults import Faults
from ecom_ai_os.sandbox.shop import Shop
from ecom_ai_os.sandbox.shopify.auth import RESTORE_RATES, TOKEN_LIFETIME, Grants
from ecom_ai_os.sandbox.shopify.bulk import BulkOperations
from ecom_ai_os.sandbox.shopify.cost import Bucket
from ecom_ai_os.sandbox.shopify.documents import ALL_SCOPES
from ecom_ai_os.sandbox.shopify.operation import Endpoint
from ecom_ai_os.sandbox.shopify.versions import serving

TOKEN_HEADER = "x-shopify-access-token"
BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"
CHUNK_BYTES = 1 << 20


class ShopifySurface:
    """Everything under /admin and the storage that bulk results are downloaded from."""

    def __init__(
        self, shop: Shop, home: Path, faults: Faults, counters: Counters, plan: str
    ) -> None:
        self.shop, self.faults, self.counters = shop, faults, counters
        self.grants = Grants(plan)
        self.bulk = BulkOperations(shop, home / "bulk", counters, faults)
        self.endpoint = Endpoint(shop, self.grants, self.bulk, faults, counters)

    def routes(self) -> list[Route]:
        return [
            Route("/admin/api/{version}/graphql.json", self.graphql, methods=["POST"]),
            Route("/admin/oauth/access_token", self.access_token, methods=["POST"]),
            Route("/admin/oauth/access_scopes.json", self.access_scopes),
            Route("/bulk-operation-outputs/{key:int}", self.download),
            Route("/admin/{elsewhere:path}", self.not_found),
            Route("/_sandbox/shopify", self.configure, methods=["POST"]),
        ]

    async def graphql(self, request: Request) -> Response:
        headers = {"X-Shopify-API-Version": serving(request.path_params["version"])}
        if not await run_sync(self._lets_in, request):
            return JSONResponse({"errors": BAD_TOKEN}, 401, headers)
        body = _json_object(await request.body())
        if not isinstance(body.get("query"), str):
            wrong = {"errors": {"query": "Required parameter missing or invalid"}}
            return JSONResponse(wrong, 400, headers)
        answer = await run_sync(
            partial(
                self.endpoint.answer,
                body["query"],
                body.get("variables") or {},
                body.get("operationName"),
                str(request.base_url).rstrip("/"),
            )
        )
        self.counters.add("shopify.graphql")
        return Response(orjson.dumps(answer), media_type="application/json", headers=headers)

    async def access_token(self, request: Request) -> Response:
        """The client-credentials grant, by form or JSON body."""
        text = await request.body()
        form = {k: v[0] for k, v in parse_qs(text.decode()).items()} or {}
        given = form if "grant_type" in form else _json_object(text)
        if given.get("grant_type") != "client_credentials":
            return _oauth_error("unsupported_grant_type", "Only client_credentials is supported.")
        now = await run_sync(lambda: self.shop.now)
        token = self.grants.issue(given.get("client_id", ""), given.get("client_secret", ""), now)
        if token is None:
            return _oauth_error("invalid_client", "The client id or secret is not valid.")
        self.counters.add("shopify.tokens")
        lifetime = int(TOKEN_LIFETIME.total_seconds()) - 1
        scopes = ",".join(sorted(self.grants.scopes))
        return JSONResponse({"access_token": token, "scope": scopes, "expires_in": lifetime})

    async def access_scopes(self, request: Request) -> Response:
        if not await run_sync(self._lets_in, request):
            return JSONResponse({"errors": BAD_TOKEN}, 401)
        scopes = [{"handle": scope} for scope in sorted(self.grants.scopes)]
        return JSONResponse({"access_scopes": scopes})

    async def download(self, request: Request) -> Response:
        """A bulk result as one stream of known length, from its parts."""
        files = self.bulk.files(request.path_params["key"])
        expires = request.query_params.get("Expires", "0")
        now = await run_sync(lambda: self.shop.now)
        if not files or not expires.isdigit() or now.timestamp() >= int(expires):
            return Response(EXPIRED_URL, 400, media_type="application/xml")
        n_bytes = sum(path.stat().st_size for path in files)
        limit = n_bytes // 2 if self.faults.strikes("truncated_download") else n_bytes
        self.counters.add("shopify.downloads")
        headers = {"Content-Length": str(n_bytes)}
        return StreamingResponse(
            _chunks(files, limit), headers=headers, media_type="application/jsonl"
        )

    async def not_found(self, _: Request) -> Response:
        return JSONResponse({"errors": "Not Found"}, 404)

    async def configure(self, request: Request) -> Response:
        """Set some of what is answered: how this shop treats its one app."""
        wanted = _json_object(await request.body())
        if "scopes" in wanted:
            self.grants.scopes = set(wanted["scopes"] or ALL_SCOPES)
        if "plan" in wanted:
            self.grants.plan = wanted["plan"]
            self.grants.bucket = Bucket(RESTORE_RATES[wanted["plan"]])
        self.grants.is_approved = wanted.get("is_approved", self.grants.is_approved)
        self.bulk.delay_seconds = wanted.get("bulk_delay_seconds", self.bulk.delay_seconds)
        self.endpoint.index_lag_seconds = wanted.get(
            "index_lag_seconds", self.endpoint.index_lag_seconds
        )
        return JSONResponse(
            {
                "scopes": sorted(self.grants.scopes),
                "plan": self.grants.plan,
                "is_approved": self.grants.is_approved,
                "bulk_delay_seconds": self.bulk.delay_seconds,
                "index_lag_seconds": self.endpoint.index_lag_seconds,
            }
        )

    def _lets_in(self, request: Request) -> bool:
        token = request.headers.get(TOKEN_HEADER)
        if self.faults.strikes("expired_token"):
            self.grants.revoke(token)
            return False
        return self.grants.accepts(token, self.shop.now)


EXPIRED_URL = (
    "<?xml version='1.0' encoding='UTF-8'?><Error><Code>ExpiredToken</Code>"
    "<Message>Invalid argument.</Message></Error>"
)


def _oauth_error(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, 400)


def _json_object(text: bytes) -> dict[str, Any]:
    """The body as an object; empty when it is none."""
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _chunks(files: list[Path], limit: int) -> Iterator[bytes]:
    """The files' bytes one after another, up to `limit`; then the connection just ends."""
    left = limit
    for path in files:
        with path.open("rb") as file:
            while left and (chunk := file.read(min(CHUNK_BYTES, left))):
                left -= len(chunk)
                yield chunk
    if limit < sum(path.stat().st_size for path in files):
        raise ConnectionResetError("truncated_download")
