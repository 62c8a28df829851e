"""What the doctor asks a Linnworks account, and how to mend what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from ecom_ai_os.platforms import Finding
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.linnworks import lists
from ecom_ai_os.platforms.linnworks.client import Client

PORTAL = "the developer portal (developer.linnworks.com)"
LISTS: dict[str, Callable[[Client], Iterator[lists.Page]]] = {
    "stock locations": partial(lists.whole, method="Inventory/GetStockLocations"),
    "suppliers": partial(lists.whole, method="Inventory/GetSuppliers"),
    "stock items": lists.stock_items,
    "purchase orders": partial(lists.purchase_headers, status="OPEN"),
    "open orders": lists.open_orders,
}


def findings(name: str, client: Client) -> Iterator[Finding]:
    """Yield findings until one that makes the next pointless."""
    if not all(client.settings.grant.values()):
        keys = ", ".join(
            f"ECOM__CONNECTIONS__{name.upper()}__{key}"
            for key in ("APPLICATION_ID", "APPLICATION_SECRET", "TOKEN")
        )
        yield Finding(False, name, "has no credentials", f"set {keys} from {PORTAL}")
        return
    try:
        server = client.session().server
    except HttpError as error:
        renew = f"renew application_id, application_secret and token from {PORTAL}"
        yield Finding(False, name, str(error), renew if error.status in (400, 401, 403) else "")
        return
    yield Finding(True, name, f"has a session on {server}")
    refused = 0
    for what, pages in LISTS.items():
        try:
            next(pages(client), None)
        except HttpError as error:
            refused += 1
            mend = "allow the application this in Linnworks → Settings → Applications"
            yield Finding(False, name, f"{what}: {error}", mend)
    if not refused:
        yield Finding(True, name, "every list it needs can be read")
