"""Variations of products, and product reviews."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ecom_ai_os.platforms.listing import Place
from ecom_ai_os.platforms.woocommerce.client import MAX_CONCURRENT, Client, Page
from ecom_ai_os.platforms.woocommerce.listing import Listing
from ecom_ai_os.platforms.woocommerce.paging import changed_since, walk
from ecom_ai_os.platforms.woocommerce.repair import number, rows

#: Reviews are approved, edited and removed without a trace; older ones wait for the whole reading.
REVIEW_WINDOW = timedelta(days=30)


@dataclass(frozen=True)
class Variations(Listing):
    """Reads the stream `variations`: product by product, as v3 lists no variations by themselves.

    In between, those of the variable products that changed (saving a variation changes its
    product) or were ordered (an order changes the stock of its variation only).
    """

    def changed(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield the variations of products changed or ordered at `since` or later."""
        bounds = changed_since(since)
        products = _variable(client, **bounds)
        orders = walk(client, "orders", status="any", _fields="id,line_items", **bounds)
        ordered = {
            number(line, "product_id")
            for page, _ in orders
            for order in page.records
            for line in rows(order, "line_items")
            if number(line, "variation_id")
        }
        return _of_products(client, sorted(ordered.union(products) - {0}))

    def everything(self, client: Client, place: Place | None) -> Iterator[tuple[Page, Place]]:
        """Yield all variations of all variable products; a place within has no meaning."""
        return ((page, {}) for page in _of_products(client, _variable(client)))


@dataclass(frozen=True)
class Reviews(Listing):
    """Reads the stream `reviews`, whose list has no filter by change."""

    def changed(self, client: Client, since: datetime) -> Iterator[Page]:
        """Yield the reviews written within `REVIEW_WINDOW` before `since`, or later."""
        bounds = changed_since(since - REVIEW_WINDOW, "")
        for page, _ in walk(client, self.path, **self.params, **bounds):
            yield page


def _variable(client: Client, **bounds: str) -> list[int]:
    """Return the products that have variations; plugins have types of their own for some."""
    thin = {"status": "any", "_fields": "id,variations"} | bounds
    products = [row for page, _ in walk(client, "products", **thin) for row in page.records]
    return [number(product, "id") for product in products if product.get("variations")]


def _of_products(client: Client, products: list[int]) -> Iterator[Page]:
    """Yield the products' variations, as many read at once as the shop is asked."""

    def read(product: int) -> list[Page]:
        return [_under(product, page) for page, _ in walk(client, f"products/{product}/variations")]

    with ThreadPoolExecutor(MAX_CONCURRENT) as pool:
        for pages in pool.map(read, products):
            yield from pages


def _under(product: int, page: Page) -> Page:
    """Return the page with the parent that older versions leave out of the records."""
    return replace(page, records=[{"parent_id": product} | record for record in page.records])
