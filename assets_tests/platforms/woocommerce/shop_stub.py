"""A small WooCommerce on loopback: its lists, bounds and paging, over records a test gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from assets_tests.platforms.vendor_stub import Answer, Request, Vendor, vendor
from ecom_ai_os.platforms import Batch
from ecom_ai_os.platforms.woocommerce import WooCommerce
from ecom_ai_os.platforms.woocommerce.settings import WooCommerceConnection

NO_ROUTE = {
    "code": "rest_no_route",
    "message": "No route was found matching the URL and request method.",
    "data": {"status": 404},
}
BOUNDS: dict[str, tuple[str, Callable[[datetime, datetime], bool]]] = {
    "after": ("date_created_gmt", lambda at, bound: at > bound),
    "before": ("date_created_gmt", lambda at, bound: at < bound),
    "modified_after": ("date_modified_gmt", lambda at, bound: at > bound),
    "modified_before": ("date_modified_gmt", lambda at, bound: at < bound),
}
#: Parameters the routes of the real server do not have, and ignore.
IGNORED = {"customers": BOUNDS, "products/reviews": ("modified_after", "modified_before")}


@dataclass
class Shop:
    """Records by list (`orders`, `products/12/variations` …); tests may change them between pages.

    `before` is asked before each answer and may give another one.
    """

    lists: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    before: Callable[[Request], Answer | None] = lambda request: None
    has_totals: bool = True

    def respond(self, request: Request) -> Answer:
        """Answer as the real server does, if `before` does not."""
        instead = self.before(request)
        if instead:
            return instead
        path = request.path.removeprefix("/wp-json/wc/v3").strip("/")
        if not path:
            return Answer({"namespace": "wc/v3"})
        if path not in self.lists:
            is_sub_list = path.endswith(("/refunds", "/variations"))
            return Answer([]) if is_sub_list else Answer(NO_ROUTE, 404)
        return self._page(path, {name: values[0] for name, values in request.query.items()})

    def _page(self, path: str, query: dict[str, str]) -> Answer:
        rows = [row for row in self.lists[path] if _is_wanted(path, row, query)]
        key = "date_created_gmt" if query.get("orderby") == "date" else "id"
        rows.sort(key=lambda row: (str(row[key]) if key != "id" else "", row["id"]))
        if query.get("order") != "asc":
            rows.reverse()
        per_page = int(query.get("per_page", 10))
        offset = int(query.get("offset", 0))
        page = rows[offset : offset + per_page]
        if "_fields" in query:
            names = set(query["_fields"].split(","))
            page = [{name: row[name] for name in names & row.keys()} for row in page]
        totals = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(-(-len(rows) // per_page))}
        return Answer(page, headers=totals if self.has_totals else {})


def _is_wanted(path: str, row: dict[str, Any], query: dict[str, str]) -> bool:
    status = query.get("status", "any")
    if "include" in query and str(row["id"]) not in query["include"].split(","):
        return False
    has_trash = "status" in row and path != "products/reviews"
    if has_trash and (row["status"] == "trash") != (status == "trash"):
        return False
    if query.get("type") not in (None, row.get("type")):
        return False
    for name, (column, holds) in BOUNDS.items():
        if name in query and name not in IGNORED.get(path, ()):
            assert query["dates_are_gmt"] == "true" and len(query[name]) == 19, "naive UTC"
            if not holds(*map(datetime.fromisoformat, (row[column], query[name]))):
                return False
    return True


@dataclass
class Opened:
    """A connector to a running stub, and what it has read."""

    shop: Shop
    vendor: Vendor
    connector: WooCommerce
    folder: Path

    def read(self, stream: str, cursor: dict[str, Any] | None = None) -> list[Batch]:
        return list(self.connector.read(stream, cursor, self.folder))

    @property
    def asked(self) -> list[str]:
        """The lists asked for, one a request."""
        return [request.path.removeprefix("/wp-json/wc/v3/") for request in self.vendor.requests]


@contextmanager
def opened(shop: Shop, folder: Path, **settings: Any) -> Iterator[Opened]:
    """Serve a shop and connect to it."""
    with vendor(shop.respond) as running:
        connector = WooCommerce("woo", connection(running.url, **settings))
        yield Opened(shop, running, connector, folder)


def connection(url: str, **settings: Any) -> WooCommerceConnection:
    keys = {"consumer_key": "ck_test", "consumer_secret": "cs_test"}
    return WooCommerceConnection(platform="woocommerce", url=url, **keys | settings)


def records(batches: list[Batch], table: str) -> list[dict[str, Any]]:
    """Return a raw table's records in the batches, in order."""
    files = [path for batch in batches for path in batch.files.get(table, [])]
    return [orjson.loads(line) for path in files for line in path.read_bytes().splitlines()]


def ids(batches: list[Batch], table: str) -> list[int]:
    """Return the distinct ids of a raw table's records."""
    return sorted({record["id"] for record in records(batches, table)})


def order(number: int, created: str, modified: str | None = None, **fields: Any) -> dict[str, Any]:
    return {
        "id": number,
        "status": "completed",
        "date_created_gmt": created,
        "date_modified_gmt": modified or created,
        "customer_id": 0,
        "line_items": [],
        "refunds": [],
    } | fields
