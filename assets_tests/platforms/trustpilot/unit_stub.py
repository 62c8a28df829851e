"""A small Trustpilot on loopback: its lists and paging, over records a test gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from assets_tests.platforms.vendor_stub import Answer, Request, vendor
from ecom_ai_os.platforms.trustpilot import Trustpilot
from ecom_ai_os.platforms.trustpilot.settings import TrustpilotConnection

UNIT = "507f191e810c19729de860ea"
SERVICE = f"/v1/private/business-units/{UNIT}/reviews"
PRODUCT = f"/v1/private/product-reviews/business-units/{UNIT}/reviews"
KEYS = {SERVICE: "reviews", PRODUCT: "productReviews"}


@dataclass
class Unit:
    """Records by path; `before` is asked before each answer, may change them or answer itself."""

    lists: dict[str, list[Any]] = field(default_factory=dict)
    before: Callable[[Request], Answer | None] = lambda request: None

    def respond(self, request: Request) -> Answer:
        instead = self.before(request)
        if instead:
            return instead
        if request.method == "POST":
            return Answer({"access_token": "token", "expires_in": "359999"})
        if request.path in KEYS:
            return self._page(request)
        return Answer({"id": UNIT, "score": {"trustScore": 4.6}})

    def _page(self, request: Request) -> Answer:
        rows = self.lists.get(request.path, [])
        query = {name: values[0] for name, values in request.query.items()}
        if "startDateTime" in query:
            start = datetime.fromisoformat(query["startDateTime"]).replace(tzinfo=UTC)
            rows = [row for row in rows if written(row) >= start]
        begin = (int(query.get("page", "1")) - 1) * int(query["perPage"])
        return Answer({KEYS[request.path]: rows[begin : begin + int(query["perPage"])]})


def written(row: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(row["createdAt"]).replace(tzinfo=UTC)


@contextmanager
def opened(unit: Unit, **settings: Any) -> Iterator[Trustpilot]:
    """Serve a unit and connect to it."""
    with vendor(unit.respond) as running:
        yield Trustpilot("tp", connection(running.url, **settings))


def connection(url: str, **settings: Any) -> TrustpilotConnection:
    given = {"business_unit": UNIT, "api_key": "key", "api_secret": "secret", "api_url": url}
    return TrustpilotConnection(platform="trustpilot", **given | settings)


def review(number: int, created: str, **fields: Any) -> dict[str, Any]:
    return {"id": f"{number:024x}", "stars": 5, "createdAt": created} | fields
