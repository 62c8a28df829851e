"""Linnworks' lists: whole ones, pages that end in an error, pages that are counted.

Their order is not promised, so a list of several pages is read twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.linnworks.client import Client
from ecom_ai_os.platforms.spool import Record

#: GetStockItemsFull takes no more.
PAGE = 200
NOWHERE = "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True)
class Page:
    """Some records of a list; `unread` are texts of what stood among them and is none."""

    records: list[Record]
    unread: list[str]


def whole(client: Client, method: str) -> Iterator[Page]:
    """Yield a list that comes in one. Raises HttpError."""
    yield _page(client.get(method), method)


def stock_items(client: Client) -> Iterator[Page]:
    """Yield all items with stock and suppliers; past the last page is 400. Raises HttpError.

    A short page need not be the last: nothing says whether what the call leaves out is counted.
    """
    for number in count(1):
        try:
            items = client.post(
                "Stock/GetStockItemsFull",
                keyword="",
                loadCompositeParents=False,
                loadVariationParents=False,
                entriesPerPage=PAGE,
                pageNumber=number,
                dataRequirements=["StockLevels", "Supplier"],
                searchTypes=["SKU"],
            )
        except HttpError as error:
            if error.status == 400 and number > 1:
                return
            raise
        page = _page(items, "Stock/GetStockItemsFull")
        if not (page.records or page.unread):
            return
        yield page


def purchase_headers(client: Client, status: str) -> Iterator[Page]:
    """Yield the headers of all purchase orders in a state. Raises HttpError."""
    method, number, n_pages = "PurchaseOrder/Search_PurchaseOrders", 1, 1
    while number <= n_pages:
        wanted = {"Status": status, "EntriesPerPage": PAGE, "PageNumber": number}
        answer = client.post(method, searchParameter=wanted)
        page, n_pages = _counted(answer, "Result", method)
        yield page
        number += 1


def open_orders(client: Client) -> Iterator[Page]:
    """Yield the open orders of every location. Raises HttpError."""
    (locations,) = whole(client, "Inventory/GetStockLocations")
    for location in locations.records:
        number, n_pages = 1, 1
        while number <= n_pages:
            answer = client.post(
                "Orders/GetOpenOrders",
                entriesPerPage=PAGE,
                pageNumber=number,
                filters={},
                sorting=[],
                fulfilmentCenter=location.get("StockLocationId", NOWHERE),
                additionalFilter="",
            )
            page, n_pages = _counted(answer, "Data", "Orders/GetOpenOrders")
            yield page
            number += 1


def _counted(answer: Any, wrapper: str, method: str) -> tuple[Page, int]:
    """Return a page and how many there are; an empty one has none behind it."""
    if not isinstance(answer, dict) or not isinstance(answer.get("TotalPages"), int):
        raise HttpError(f"{method} sent no pages of {wrapper}")
    page = _page(answer.get(wrapper), method)
    return page, answer["TotalPages"] if page.records or page.unread else 0


def _page(items: Any, method: str) -> Page:
    if not isinstance(items, list):
        raise HttpError(f"{method} sent no list of records")
    return Page(
        [item for item in items if isinstance(item, dict)],
        [str(item)[:1000] for item in items if not isinstance(item, dict)],
    )
