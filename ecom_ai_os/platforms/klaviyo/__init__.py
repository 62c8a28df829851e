"""Klaviyo, read and written through its JSON:API of one dated revision.

The parts: settings.py, limits.py and client.py (who asks, how fast, one page), filters.py and
records.py (its language), stretches.py (years side by side, resumed where they stood), events.py,
profiles.py, groups.py, campaigns.py, flows.py, metrics.py and reports.py (a stream from its cursor
to batches), check.py (the doctor), sender.py (messages handed over).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ecom_ai_os.platforms import Batch, ConnectionSettings, Finding, Reader, Stream
from ecom_ai_os.platforms.klaviyo.campaigns import Campaigns
from ecom_ai_os.platforms.klaviyo.check import Doctor
from ecom_ai_os.platforms.klaviyo.client import Client
from ecom_ai_os.platforms.klaviyo.events import Events
from ecom_ai_os.platforms.klaviyo.flows import Flows
from ecom_ai_os.platforms.klaviyo.groups import Groups
from ecom_ai_os.platforms.klaviyo.profiles import Profiles
from ecom_ai_os.platforms.klaviyo.reports import Values
from ecom_ai_os.platforms.klaviyo.sender import KlaviyoSender
from ecom_ai_os.platforms.klaviyo.settings import KlaviyoConnection

READERS: tuple[Reader[Client], ...] = (
    Events(),
    Profiles(),
    Campaigns(),
    Values("campaign"),
    Flows(),
    Values("flow"),
    Groups("list"),
    Groups("segment"),
)


class Klaviyo:
    """One Klaviyo account; may be read by several threads, one a stream."""

    platform: ClassVar[str] = "klaviyo"
    streams: ClassVar[tuple[Stream, ...]] = tuple(reader.stream for reader in READERS)
    Settings: ClassVar[type[ConnectionSettings]] = KlaviyoConnection

    def __init__(self, name: str, settings: KlaviyoConnection) -> None:
        self.name = name
        self.settings = settings
        self._client = Client(settings)

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield what is new in a stream since `cursor`; see `Connector.read`.

        Raises HttpError naming what is wrong, never a key or a person's data.
        """
        reader = next(reader for reader in READERS if reader.stream.name == stream)
        yield from reader.batches(self._client, cursor, spool)

    def check(self) -> Iterator[Finding]:
        """Yield what the doctor says: key, revision, scopes."""
        yield from Doctor(self.name, self.settings, self._client).findings()

    def sender(self) -> KlaviyoSender:
        """Return what hands messages over to this account."""
        return KlaviyoSender(self._client)


CONNECTOR = Klaviyo
