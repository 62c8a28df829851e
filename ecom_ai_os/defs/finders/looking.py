"""What a finder is, and whether a workflow has run on the day it looks at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from ecom_ai_os.warehouse import Warehouse


@dataclass(frozen=True)
class Finder:
    """Looks for one kind of problem on one day."""

    workflow: str
    kind: str
    find: Callable[[Warehouse, date], pl.DataFrame | None]


def is_there(warehouse: Warehouse, table: str) -> bool:
    """Whether there is a table of this name (`schema.name`)."""
    schema, name = table.split(".")
    return bool(
        warehouse.read(
            """
            select count(*) > 0 as yes from information_schema.tables
            where table_schema = $schema and table_name = $name
            """,
            schema=schema,
            name=name,
        ).item()
    )


def has_slice(warehouse: Warehouse, table: str, column: str, day: date) -> bool:
    """Whether the table is there and holds rows of the day."""
    return is_there(warehouse, table) and bool(
        warehouse.read(f"select exists (from {table} where {column} = $day) as yes", day=day).item()
    )
