"""The custom shop: a shop of the merchant's own making, described in `ecom.toml` alone.

Three roads lead in: files that are exported to a folder, a database that is read, an HTTP API that
is asked. On each a mapping says which of their columns are which of ours; all else stays in the
record's `source`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from pydantic import model_validator

from ecom_ai_os.platforms import Batch, Finding, RawTable, Stream
from ecom_ai_os.platforms.custom.database import Database, DatabaseSettings
from ecom_ai_os.platforms.custom.entities import ENTITIES
from ecom_ai_os.platforms.custom.files import Files, FilesSettings
from ecom_ai_os.platforms.custom.http import Api, HttpSettings
from ecom_ai_os.platforms.custom.settings import CustomSettings

ROADS: dict[str, tuple[type[CustomSettings], Any]] = {
    "files": (FilesSettings, Files),
    "database": (DatabaseSettings, Database),
    "http": (HttpSettings, Api),
}


class AnyRoad(CustomSettings):
    """A custom connection; validating it gives the settings of its road."""

    @model_validator(mode="wrap")
    @classmethod
    def _of_its_road(cls, table: Any, validate: Any) -> Any:
        road = table.get("road") if isinstance(table, dict) else None
        return ROADS[road][0].model_validate(table) if road in ROADS else validate(table)


def _table(name: str) -> RawTable:
    has_order = name != "orders" and "order_id" in ENTITIES[name].columns
    parent = "$.mapped.order_id" if has_order else None
    return RawTable(name, id="$.record_id", updated_at="$.mapped.updated_at", parent_id=parent)


class Custom:
    """A connection to a custom shop; a stream is an entity, read where the settings map it."""

    platform: ClassVar[str] = "custom"
    streams: ClassVar[tuple[Stream, ...]] = tuple(Stream(n, (_table(n),)) for n in ENTITIES)
    Settings: ClassVar[type[CustomSettings]] = AnyRoad

    def __init__(self, name: str, settings: Any) -> None:
        self._entities = settings.entities
        self._road = ROADS[settings.road][1](name, settings)

    def read(self, stream: str, cursor: dict[str, Any] | None, spool: Path) -> Iterator[Batch]:
        """Yield what is new since `cursor`; nothing for an entity that is not mapped."""
        if stream in self._entities:
            yield from self._road.read(stream, cursor, spool)

    def check(self) -> Iterator[Finding]:
        """Yield what the doctor should say about every mapped entity."""
        yield from self._road.check()


CONNECTOR = Custom
