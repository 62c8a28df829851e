"""The DuckDB file: schema.sql filled from columns, then moved into place in one step."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl

from .calendar import NEVER
from .choice import Ints


class Ledger:
    """Appends columns to tables of schema.sql by name."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def write(self, table: str, columns: Mapping[str, Any]) -> None:
        """Insert a frame; integer columns meant as money end in `_cents` and lose it."""
        frame = pl.DataFrame(dict(columns))
        self._connection.register("incoming", _Stream(frame))
        spelled = ", ".join(_spelled(name) for name in frame.columns)
        try:
            self._connection.execute(f"insert into {table} by name select {spelled} from incoming")
        finally:
            self._connection.unregister("incoming")


class _Stream:
    """Hands a polars frame to DuckDB without pyarrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def _spelled(name: str) -> str:
    if name.endswith("_cents"):
        return f'"{name}"::decimal(16, 0) * 0.01 as "{name.removesuffix("_cents")}"'
    return f'"{name}"'


def moments(seconds: Ints) -> pl.Series:
    """Unix seconds as UTC timestamps; NEVER becomes null."""
    missing = seconds == NEVER
    micros = pl.Series(np.where(missing, 0, seconds) * 1_000_000).set(pl.Series(missing), None)
    return micros.cast(pl.Datetime("us", "UTC"))


@contextmanager
def new_ledger(path: Path) -> Iterator[Ledger]:
    """A ledger beside `path` that takes its place when all is written, and vanishes otherwise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    draft.unlink(missing_ok=True)
    connection = duckdb.connect(str(draft))
    try:
        connection.execute("set enable_progress_bar = false")
        connection.execute(resources.files(__package__).joinpath("schema.sql").read_text("utf-8"))
        yield Ledger(connection)
        connection.close()
        draft.replace(path)
    finally:
        connection.close()
        draft.unlink(missing_ok=True)
