"""Google reviews, read through the Business Profile APIs.

The parts: settings.py (as whom), client.py (accounts, locations, pages of reviews), reviews.py (all
locations from a cursor to batches), check.py (the doctor). Left out: notifications by Pub/Sub,
questions and answers, the reviews that are published to Google Shopping.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ecom_ai_os.platforms import Batch, ConnectionSettings, Finding, Stream
from ecom_ai_os.platforms.google.check import Doctor
from ecom_ai_os.platforms.google.client import Client
from ecom_ai_os.platforms.google.reviews import STREAM, batches
from ecom_ai_os.platforms.google.settings import GoogleConnection


class Google:
    """The business profiles of one Google account."""

    platform: ClassVar[str] = "google"
    streams: ClassVar[tuple[Stream, ...]] = (STREAM,)
    Settings: ClassVar[type[ConnectionSettings]] = GoogleConnection

    def __init__(self, name: str, settings: GoogleConnection) -> None:
        self.name = name
        self.settings = settings
        self._client = Client(settings)

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield what is new in a stream since `cursor`; see `Connector.read`.

        Raises HttpError naming what is wrong, never a secret, a token or a customer's data.
        """
        yield from batches(self._client, cursor, spool)

    def check(self) -> Iterator[Finding]:
        """Yield what the doctor says: credentials, access to the APIs, locations."""
        yield from Doctor(self.name, self.settings).findings()


CONNECTOR = Google
