"""A small Google on loopback: accounts, locations and reviews that a test gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from assets_tests.platforms.vendor_stub import Answer, Request, Vendor, vendor
from assets_tests.platforms.woocommerce.shop_stub import records
from ecom_ai_os.platforms import Batch
from ecom_ai_os.platforms.google import Google
from ecom_ai_os.platforms.google.settings import GoogleConnection

ONE, TWO = "accounts/1/locations/1", "accounts/1/locations/2"
SECRETS = {"client_id": "client", "client_secret": "secret", "refresh_token": "refresh"}


@dataclass
class Profile:
    """Reviews by location; `before` is asked before each answer and may give another one."""

    reviews: dict[str, list[Any]] = field(default_factory=dict)
    before: Callable[[Request], Answer | None] = lambda request: None

    def respond(self, request: Request) -> Answer:
        instead = self.before(request)
        if instead:
            return instead
        if request.path == "/token":
            return Answer({"access_token": "token", "expires_in": 3599})
        if request.path == "/v1/accounts":
            return Answer({"accounts": [{"name": "accounts/1"}]})
        if request.path.startswith("/v1/"):
            names = [name.removeprefix("accounts/1/") for name in self.reviews]
            return Answer({"locations": [{"name": name, "title": name} for name in names]})
        return self._page(request)

    def _page(self, request: Request) -> Answer:
        rows = self.reviews[request.path.removeprefix("/v4/").removesuffix("/reviews")]
        size = int(request.query["pageSize"][0])
        begin = int(request.query.get("pageToken", ["0"])[0])
        page = rows[begin : begin + size]
        more = {"nextPageToken": str(begin + size)} if begin + size < len(rows) else {}
        return Answer(({"reviews": page} if page else {}) | more)


@contextmanager
def opened(profile: Profile) -> Iterator[tuple[Google, Vendor]]:
    """Serve a profile and connect to it."""
    with vendor(profile.respond) as running:
        yield Google("reviews", connection(running.url)), running


def connection(url: str, **settings: Any) -> GoogleConnection:
    return GoogleConnection(platform="google", base_url=url, **SECRETS | settings)


def review(location: str, number: int, updated: str, **fields: Any) -> dict[str, Any]:
    name = f"{location}/reviews/{number}"
    return {"name": name, "starRating": "FIVE", "updateTime": updated} | fields


def names(batches: list[Batch]) -> list[str]:
    """Return the distinct names of the reviews in the batches."""
    return sorted({row["name"] for row in records(batches, "reviews")})
