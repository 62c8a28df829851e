"""One staging model as a view, rendered without dbt: what it makes of raw rows, in no time."""

from __future__ import annotations

from pathlib import Path

import duckdb
from jinja2 import Template

STAGING = Path(__file__).parents[2] / "dbt_project" / "models" / "staging"


def create_staging(con: duckdb.DuckDBPyConnection, platform: str, entity: str) -> None:
    """Create `staging.stg_<platform>__<entity>`, a model that reads sources alone."""
    name = f"stg_{platform}__{entity}"
    model = Template((STAGING / platform / f"{name}.sql").read_text())
    con.execute("create schema if not exists staging")
    con.execute(
        f"create view staging.{name} as {model.render(source=lambda s, table: f'{s}.{table}')}"
    )
