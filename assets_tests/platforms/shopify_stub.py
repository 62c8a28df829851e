"""A Shopify that says, word for word, what a test tells it to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from assets_tests.platforms.vendor_stub import Answer, Request, Vendor, vendor
from ecom_ai_os.platforms.shopify import Shopify
from ecom_ai_os.platforms.shopify.client import Client
from ecom_ai_os.platforms.shopify.connection import ShopifyConnection

TOKEN = "shpat_not_to_be_seen"
T = TypeVar("T")
Say = Answer | dict[str, Any]


def cost(requested: int, available: int, rate: float = 100.0) -> dict[str, Any]:
    """The `extensions.cost` of an answer."""
    return {
        "requestedQueryCost": requested,
        "actualQueryCost": requested,
        "throttleStatus": {
            "maximumAvailable": 2000.0,
            "currentlyAvailable": available,
            "restoreRate": rate,
        },
    }


def data(**fields: Any) -> dict[str, Any]:
    return {"data": fields, "extensions": {"cost": cost(10, 1990)}}


def error(message: str, code: str | None = None, **more: Any) -> dict[str, Any]:
    extensions = {"extensions": {"code": code}} if code else {}
    return {"errors": [{"message": message, **extensions}], **more}


def connection(nodes: list[Any], end: str | None = None) -> dict[str, Any]:
    return {"nodes": nodes, "pageInfo": {"hasNextPage": bool(end), "endCursor": end}}


def scopes(*handles: str) -> dict[str, Any]:
    return data(
        shop={"name": "Stub", "currencyCode": "EUR"},
        currentAppInstallation={"accessScopes": [{"handle": handle} for handle in handles]},
        publicApiVersions=[{"handle": "2026-10", "supported": True}],
    )


def in_turn(answers: list[T]) -> T:
    """Return the next answer; the last one for ever."""
    return answers.pop(0) if len(answers) > 1 else answers[0]


@dataclass
class StubShop:
    """`on[operation]`: answers in turn, the last one for ever; or a function of the variables."""

    on: dict[str, list[Say] | Callable[[dict[str, Any]], Say]] = field(default_factory=dict)
    files: dict[str, bytes | Answer | list[Answer]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=lambda: {"X-Shopify-API-Version": "2026-10"})
    grants: list[Say] = field(default_factory=list)
    good_tokens: set[str] = field(default_factory=lambda: {TOKEN})
    running: Vendor = field(default_factory=lambda: Vendor(""))

    @property
    def calls(self) -> list[tuple[str, dict[str, Any]]]:
        asked = [request.json for request in self.running.requests if "graphql" in request.path]
        return [(body["operationName"], body["variables"]) for body in asked]

    def respond(self, request: Request) -> Answer:
        if request.path == "/admin/oauth/access_token":
            grant = self.grants.pop(0)
            return grant if isinstance(grant, Answer) else Answer(grant)
        if "graphql" not in request.path:
            file = self.files[request.path]
            if isinstance(file, list):
                return in_turn(file)
            return file if isinstance(file, Answer) else Answer(file)
        if request.headers["X-Shopify-Access-Token"] not in self.good_tokens:
            text = "[API] Invalid API key or access token (unrecognized login or wrong password)"
            return Answer({"errors": text}, 401)
        said = self._said(request.json["operationName"], request.json["variables"])
        return said if isinstance(said, Answer) else Answer(said, headers=self.headers)

    def _said(self, operation: str, variables: dict[str, Any]) -> Say:
        answers = self.on[operation]
        if callable(answers):
            return answers(variables)
        return in_turn(answers)

    def bulk_result(self, *lines: dict[str, Any] | bytes, n: int | None = None) -> dict[str, Any]:
        """Offer lines for download; return the poll answer of the operation that made them."""
        content = b"".join(
            (line if isinstance(line, bytes) else json.dumps(line, separators=(",", ":")).encode())
            + b"\n"
            for line in lines
        )
        path = f"/result/{len(self.files)}.jsonl"
        self.files[path] = content
        size = {"fileSize": str(len(content)), "url": f"{self.running.url}{path}?Signature=x"}
        return self.bulk_state("COMPLETED", n=len(lines) if n is None else n, **size)

    def bulk_state(
        self, status: str, *, n: int = 0, error_code: str | None = None, **more: Any
    ) -> dict[str, Any]:
        operation = {
            "id": "gid://shopify/BulkOperation/1",
            "status": status,
            "errorCode": error_code,
            "objectCount": str(n),
            "fileSize": None,
            "url": None,
        }
        return data(bulkOperation=operation | more)


def started(number: int = 1) -> dict[str, Any]:
    operation = {"id": f"gid://shopify/BulkOperation/{number}", "status": "CREATED"}
    return data(bulkOperationRunQuery={"bulkOperation": operation, "userErrors": []})


def refused(code: str, message: str) -> dict[str, Any]:
    errors = [{"field": None, "message": message, "code": code}]
    return data(bulkOperationRunQuery={"bulkOperation": None, "userErrors": errors})


@contextmanager
def stub_shop() -> Iterator[StubShop]:
    shop = StubShop()
    with vendor(shop.respond) as running:
        shop.running = running
        yield shop


def settings(shop: StubShop, **more: Any) -> ShopifyConnection:
    base = {"shop": "stub.myshopify.com", "base_url": shop.running.url, "token": TOKEN}
    return ShopifyConnection.model_validate(base | {"timeout_seconds": 0.6} | more)


def client(shop: StubShop, **more: Any) -> Client:
    return Client("main", settings(shop, **more))


def connector(shop: StubShop, **more: Any) -> Shopify:
    return Shopify("main", settings(shop, **more))
