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


def has_slice(warehouse: Warehouse, table: str, column: str, day: date) -> bool:
    """Whether the table (`schema.name`) is there and holds rows of the day."""
    schema, name = table.split(".")
    is_there = warehouse.read(
        """
        select count(*) > 0 as yes from information_schema.tables
        where table_schema = $schema and table_name = $name
        """,
        schema=schema,
        name=name,
    ).item()
    if not is_there:
        return False
    return bool(
        warehouse.read(f"select exists (from {table} where {column} = $day) as yes", day=day).item()
    )
