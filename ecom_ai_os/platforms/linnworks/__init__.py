"""Linnworks, read through the methods of its API.

The parts: settings.py and client.py (who calls, in which session, how often), lists.py (pages),
streams.py (a stream from its cursor to batches), check.py (the doctor).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ecom_ai_os.platforms import Batch, ConnectionSettings, Finding, Stream
from ecom_ai_os.platforms.linnworks.check import findings
from ecom_ai_os.platforms.linnworks.client import Client
from ecom_ai_os.platforms.linnworks.settings import LinnworksConnection
from ecom_ai_os.platforms.linnworks.streams import READERS


class Linnworks:
    """One Linnworks account; may be read by several threads, one a stream."""

    platform: ClassVar[str] = "linnworks"
    streams: ClassVar[tuple[Stream, ...]] = tuple(reader.stream for reader in READERS)
    Settings: ClassVar[type[ConnectionSettings]] = LinnworksConnection

    def __init__(self, name: str, settings: LinnworksConnection) -> None:
        self.name = name
        self.settings = settings
        self._client = Client(settings)

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield what is new in a stream since `cursor`; see `Connector.read`.

        Raises HttpError naming what is wrong, never a key or a customer's data.
        """
        reader = next(reader for reader in READERS if reader.stream.name == stream)
        yield from reader.batches(self._client, cursor, spool)

    def check(self) -> Iterator[Finding]:
        """Yield what the doctor says: credentials, the session, whether every list may be read."""
        yield from findings(self.name, self._client)


CONNECTOR = Linnworks
