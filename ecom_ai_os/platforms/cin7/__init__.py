"""Cin7, read through the API of its two products: Core (once DEAR) v2 and Omni v1.

The parts: settings.py and client.py (who asks, and how often), core_lists.py and core.py, omni.py
(from a cursor to batches), check.py (the doctor). A connection is of one product; the streams of
the other have nothing to say to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ecom_ai_os.platforms import Batch, ConnectionSettings, Finding, Reader, Stream
from ecom_ai_os.platforms.cin7 import core, omni
from ecom_ai_os.platforms.cin7.check import Doctor
from ecom_ai_os.platforms.cin7.client import Client
from ecom_ai_os.platforms.cin7.settings import Cin7Connection

READERS: dict[str, tuple[Reader[Client], ...]] = {"core": core.READERS, "omni": omni.READERS}


class Cin7:
    """One Cin7 account; may be read by several threads, one a stream."""

    platform: ClassVar[str] = "cin7"
    streams: ClassVar[tuple[Stream, ...]] = tuple(
        reader.stream for readers in READERS.values() for reader in readers
    )
    Settings: ClassVar[type[ConnectionSettings]] = Cin7Connection

    def __init__(self, name: str, settings: Cin7Connection) -> None:
        self.name = name
        self.settings = settings
        self._client = Client(settings)

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield what is new in a stream since `cursor`; see `Connector.read`.

        Raises HttpError naming what is wrong, never a key.
        """
        for reader in READERS[self.settings.product]:
            if reader.stream.name == stream:
                yield from reader.batches(self._client, cursor, spool)

    def check(self) -> Iterator[Finding]:
        """Yield what the doctor says: credentials, and whether every list may be read."""
        yield from Doctor(self.name, self._client).findings()


CONNECTOR = Cin7
