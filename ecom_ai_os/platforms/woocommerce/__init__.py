"""WooCommerce, read through its REST API v3.

The parts: settings.py and auth.py (who asks), client.py and repair.py (one page of records, however
soiled), paging.py (a list that changes while it is read), listing.py, orders.py, refunds.py,
customers.py and catalogue.py (a stream from its cursor to batches), check.py (the doctor).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

from ecom_ai_os.platforms import Batch, ConnectionSettings, Finding, RawTable, Reader, Stream
from ecom_ai_os.platforms.woocommerce.catalogue import Reviews, Variations
from ecom_ai_os.platforms.woocommerce.check import Doctor
from ecom_ai_os.platforms.woocommerce.client import Client
from ecom_ai_os.platforms.woocommerce.customers import Customers
from ecom_ai_os.platforms.woocommerce.listing import Listing
from ecom_ai_os.platforms.woocommerce.orders import Orders
from ecom_ai_os.platforms.woocommerce.refunds import Refunds
from ecom_ai_os.platforms.woocommerce.settings import WooCommerceConnection

MODIFIED = "$.date_modified_gmt"
NIGHTLY = timedelta(hours=20)


READERS: tuple[Reader[Client], ...] = (
    Orders(),
    Refunds(
        RawTable("order_refunds", updated_at=None, parent_id="$.parent_id"),
        "refunds",
        whole_every=None,
    ),
    # Without role=all only those are listed whose role is customer.
    Customers(RawTable("customers", updated_at=MODIFIED), "customers", {"role": "all"}),
    Listing(
        RawTable("products", updated_at=MODIFIED), "products", {"status": "any"}, has_trash=True
    ),
    # An order changes the stock of its variation and not the product's date.
    Variations(
        RawTable("variations", updated_at=MODIFIED, parent_id="$.parent_id"),
        "products/<id>/variations",
        whole_every=NIGHTLY,
    ),
    Reviews(
        RawTable("reviews", updated_at=None, parent_id="$.product_id"),
        "products/reviews",
        {"status": "all"},
    ),
    # Using a coupon counts it up and leaves its date as it was.
    Listing(RawTable("coupons", updated_at=None), "coupons", whole_every=NIGHTLY),
)


class WooCommerce:
    """One WooCommerce shop; may be read by several threads, one a stream."""

    platform: ClassVar[str] = "woocommerce"
    streams: ClassVar[tuple[Stream, ...]] = tuple(reader.stream for reader in READERS)
    Settings: ClassVar[type[ConnectionSettings]] = WooCommerceConnection

    def __init__(self, name: str, settings: WooCommerceConnection) -> None:
        self.name = name
        self.settings = settings
        self._client = Client(name, settings)

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield what is new in a stream since `cursor`; see `Connector.read`.

        Raises HttpError naming what is wrong, never a key or a customer's data.
        """
        reader = next(reader for reader in READERS if reader.stream.name == stream)
        yield from reader.batches(self._client, cursor, spool)

    def check(self) -> Iterator[Finding]:
        """Yield what the doctor says: address, permalinks, keys, permissions, version."""
        yield from Doctor(self.name, self.settings).findings()


CONNECTOR = WooCommerce
