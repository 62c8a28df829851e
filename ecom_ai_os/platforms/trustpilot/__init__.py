"""Trustpilot, read through its business API v1.

The parts: settings.py (which business unit, as whom), client.py (one page, at the allowed rate),
reviews.py (a list from its cursor to batches), check.py (the doctor). Left out: sums by SKU, which
follow from the reviews; tags; webhooks; invitations.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ecom_ai_os.platforms import Batch, ConnectionSettings, Finding, RawTable, Reader, Stream
from ecom_ai_os.platforms.listing import Cursor
from ecom_ai_os.platforms.spool import Spool
from ecom_ai_os.platforms.trustpilot.check import Doctor
from ecom_ai_os.platforms.trustpilot.client import Client
from ecom_ai_os.platforms.trustpilot.reviews import ProductReviews, ServiceReviews
from ecom_ai_os.platforms.trustpilot.settings import TrustpilotConnection


class BusinessUnits:
    """Reads the stream `business_units`: the unit's profile with its score and counts by stars."""

    stream = Stream("business_units", (RawTable("business_units", updated_at=None),))

    def batches(self, client: Client, cursor: Cursor | None, folder: Path) -> Iterator[Batch]:
        """Yield the profile as it is now."""
        spool = Spool(folder)
        body = client.get(f"business-units/{client.unit}").body
        spool.write("business_units", [body] if isinstance(body, dict) else [])
        yield spool.batch({})


# Reviews have no date of change that an answer moves: the later reading wins.
READERS: tuple[Reader[Client], ...] = (
    BusinessUnits(),
    ServiceReviews(RawTable("service_reviews", updated_at="$.createdAt")),
    ProductReviews(RawTable("product_reviews", updated_at="$.createdAt")),
)


class Trustpilot:
    """One business unit; may be read by several threads, one a stream."""

    platform: ClassVar[str] = "trustpilot"
    streams: ClassVar[tuple[Stream, ...]] = tuple(reader.stream for reader in READERS)
    Settings: ClassVar[type[ConnectionSettings]] = TrustpilotConnection

    def __init__(self, name: str, settings: TrustpilotConnection) -> None:
        self.name = name
        self.settings = settings
        self._client = Client(settings)

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield what is new in a stream since `cursor`; see `Connector.read`.

        Raises HttpError naming what is wrong, never a key, a token or a customer's data.
        """
        if getattr(self.settings, stream, None) == "off":
            return
        reader = next(reader for reader in READERS if reader.stream.name == stream)
        yield from reader.batches(self._client, cursor, spool)

    def check(self) -> Iterator[Finding]:
        """Yield what the doctor says: keys, business unit, and which reviews may be read."""
        yield from Doctor(self.name, self.settings).findings()


CONNECTOR = Trustpilot
