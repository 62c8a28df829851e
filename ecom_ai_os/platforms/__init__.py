"""What an outside system is to us: streams of verbatim records, read in resumable batches.

A platform is one file here with a `Connector`; `CONNECTORS` is the registry. A connector knows the
vendor's API and nothing of DuckDB or Dagster: it writes NDJSON files into a spool folder and says
which cursor is true once they have landed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict

ClientT_contra = TypeVar("ClientT_contra", contravariant=True)

#: platform → the module that holds its `Connector`
MODULES = {
    "shopify": "ecom_ai_os.platforms.shopify",
    "custom": "ecom_ai_os.platforms.custom",
    "woocommerce": "ecom_ai_os.platforms.woocommerce",
    "trustpilot": "ecom_ai_os.platforms.trustpilot",
    "klaviyo": "ecom_ai_os.platforms.klaviyo",
    "cin7": "ecom_ai_os.platforms.cin7",
    "linnworks": "ecom_ai_os.platforms.linnworks",
    "mailchimp": "ecom_ai_os.platforms.mailchimp",
    "google": "ecom_ai_os.platforms.google",
}


class ConnectionSettings(BaseModel):
    """One `[connections.<name>]` table of ecom.toml, secrets added from the environment."""

    model_config = ConfigDict(extra="forbid")

    platform: str


@dataclass(frozen=True)
class RawTable:
    """A verbatim table `<platform>.<name>`; `id`, `updated_at` and `parent_id` are JSON paths."""

    name: str
    id: str = "$.id"
    updated_at: str | None = "$.updatedAt"
    parent_id: str | None = None


@dataclass(frozen=True)
class Stream:
    """One resumable read that fills one or more raw tables."""

    name: str
    tables: tuple[RawTable, ...]


@dataclass(frozen=True)
class Quarantined:
    """A record the client could not read, kept with its reason."""

    table: str
    reason: str
    payload: str
    record_id: str | None = None


@dataclass
class Batch:
    """What was read since the last batch; `cursor` is true once all of it has landed.

    `files` maps raw tables to NDJSON files of verbatim records. For the tables in `snapshot` the
    files hold everything there is: other records of the connection are marked deleted.
    """

    cursor: dict[str, Any]
    files: dict[str, list[Path]] = field(default_factory=dict)
    deleted: dict[str, list[str]] = field(default_factory=dict)
    snapshot: frozenset[str] = frozenset()
    quarantined: list[Quarantined] = field(default_factory=list)


@dataclass(frozen=True)
class Finding:
    """One line of `ecom-ai-os doctor`: what was looked at, what is wrong, how to mend it."""

    is_ok: bool
    subject: str
    says: str
    mend: str = ""


class Reader(Protocol[ClientT_contra]):
    """Reads one stream through a platform's client: what most connectors are made of."""

    @property
    def stream(self) -> Stream: ...

    def batches(
        self, client: ClientT_contra, cursor: dict[str, Any] | None, folder: Path
    ) -> Iterator[Batch]:
        """Yield what is new since `cursor`; see `Connector.read`."""
        ...


class Connector(Protocol):
    """A configured connection to one platform."""

    platform: ClassVar[str]
    streams: ClassVar[tuple[Stream, ...]]
    Settings: ClassVar[type[ConnectionSettings]]

    def __init__(self, name: str, settings: Any) -> None: ...

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor` (None: everything), writing files into `spool`."""
        ...

    def check(self) -> Iterator[Finding]:
        """Yield what the doctor should say about credentials, scopes and reachability."""
        ...


def connector_type(platform: str) -> type[Connector]:
    """Return the platform's connector class. Raises ValueError when the platform is unknown."""
    if platform not in MODULES:
        known = ", ".join(sorted(MODULES))
        raise ValueError(f"platform {platform!r} is unknown; choose one of: {known}")
    connector: type[Connector] = import_module(MODULES[platform]).CONNECTOR
    return connector
