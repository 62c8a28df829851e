"""Warehouses built by real dbt runs, once a session."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.raw_shop import create_raw_layer

PROJECT = Path(__file__).parents[2] / "dbt_project"
VARS = {"reporting_currency": "EUR", "consumable_tags": ["refill"]}

BROKEN = {"error", "fail"}

Read = Callable[[str], list[tuple[Any, ...]]]


@pytest.fixture(scope="session")
def dbt_target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One target folder, so that the project is parsed once."""
    return tmp_path_factory.mktemp("dbt_target")


def dbt(warehouse: Path, target: Path, *arguments: str) -> None:
    """Run dbt on a warehouse file. Raises AssertionError with what failed."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    os.environ["ECOM_WAREHOUSE"] = str(warehouse)
    folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    outputs = ["--target-path", str(target), "--log-path", str(target), "--quiet"]
    run: Any = dbtRunner().invoke(
        [*arguments, *folders, *outputs, "--vars", json.dumps(VARS), "--no-use-colors"]
    )
    # a dbt run in this process would keep the file
    manager: Any = DuckDBConnectionManager
    manager.close_all_connections()
    gc.collect()
    failed = [f"{r.node.name}: {r.message}" for r in run.result or [] if r.status in BROKEN]
    assert run.success, run.exception or "\n".join(failed)


def raw_warehouse(path: Path, *days: Callable[[duckdb.DuckDBPyConnection], None]) -> Path:
    """Create a warehouse file that has just landed these days."""
    with duckdb.connect(str(path)) as con:
        create_raw_layer(con)
        for day in days:
            day(con)
    return path


def reader(path: Path) -> Iterator[Read]:
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        yield lambda sql: con.execute(sql).fetchall()


@pytest.fixture(scope="session")
def empty_shop(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> Iterator[Read]:
    """Every model and test, built where no platform is configured."""
    path = raw_warehouse(tmp_path_factory.mktemp("empty") / "warehouse.duckdb")
    dbt(path, dbt_target, "build")
    yield from reader(path)


@pytest.fixture(scope="session")
def grown_shop(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> Iterator[Read]:
    """The story, built day by day."""
    from assets_tests.dbt import story  # its records come from test modules, which import this one

    path = raw_warehouse(tmp_path_factory.mktemp("grown") / "warehouse.duckdb", story.day_one)
    dbt(path, dbt_target, "run")
    with duckdb.connect(str(path)) as con:
        story.day_two(con)
    dbt(path, dbt_target, "build", "--exclude-resource-type", "unit_test")
    yield from reader(path)


@pytest.fixture(scope="session")
def rebuilt_shop(tmp_path_factory: pytest.TempPathFactory, dbt_target: Path) -> Iterator[Read]:
    """The story, built once at its end."""
    from assets_tests.dbt import story

    folder = tmp_path_factory.mktemp("rebuilt")
    path = raw_warehouse(folder / "warehouse.duckdb", story.day_one, story.day_two)
    dbt(path, dbt_target, "run")
    yield from reader(path)
