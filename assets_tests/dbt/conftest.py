"""Warehouses built by real dbt runs, once a session."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pytest

from assets_tests import parsed_project
from assets_tests.dbt.raw_shop import create_raw_layer
from assets_tests.once import once_a_session

BROKEN = {"error", "fail"}

Read = Callable[[str], list[tuple[Any, ...]]]


#: With the views of staging as `empty_shop` has them, and without what code alone decides.
ON_TABLES = ("--exclude", "config.materialized:view", "resource_type:unit_test")


def dbt(folder: Path, *arguments: str) -> None:
    """Run dbt on the folder's warehouse. Raises AssertionError with what failed."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    target = folder / "target"
    if not target.exists():
        parsed_project.give(target)
    outputs = ["--target-path", str(target), "--log-path", str(target)]
    with contextlib.chdir(folder), mock.patch.dict(os.environ, parsed_project.ENVIRONMENT):
        run: Any = dbtRunner().invoke([*arguments, *parsed_project.OPTIONS, *outputs])
    # a dbt run in this process would keep the file
    manager: Any = DuckDBConnectionManager
    manager.close_all_connections()
    gc.collect()
    failed = [f"{r.node.name}: {r.message}" for r in run.result or [] if r.status in BROKEN]
    assert run.success, run.exception or "\n".join(failed)


def land_days(folder: Path, *days: Callable[[duckdb.DuckDBPyConnection], None]) -> Path:
    """Land these days in the folder's warehouse; return its file."""
    path = folder / "warehouse.duckdb"
    with duckdb.connect(str(path)) as con:
        for day in days:
            day(con)
    return path


def reader(path: Path) -> Iterator[Read]:
    with duckdb.connect(str(path), read_only=True) as con:
        con.execute("set timezone = 'UTC'")
        yield lambda sql: con.execute(sql).fetchall()


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every model and test, built where no platform is configured."""

    def make(folder: Path) -> None:
        land_days(folder, create_raw_layer)
        dbt(folder, "build")

    return once_a_session(tmp_path_factory, "empty_shop", make)


@pytest.fixture(scope="session")
def empty_shop(built: Path) -> Iterator[Read]:
    yield from reader(built / "warehouse.duckdb")


@pytest.fixture(scope="module")
def shop_folder(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the empty shop for a module's own records."""
    return shutil.copytree(built, tmp_path_factory.mktemp("shop") / "copy")


@pytest.fixture(scope="session")
def grown_shop(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Iterator[Read]:
    """The story, built day by day."""
    from assets_tests.dbt import story  # its records come from test modules, which import this one

    def make(folder: Path) -> None:
        shutil.copytree(built, folder, dirs_exist_ok=True)
        land_days(folder, story.day_one)
        dbt(folder, "run", *ON_TABLES)
        land_days(folder, story.day_two)
        dbt(folder, "build", *ON_TABLES)

    yield from reader(once_a_session(tmp_path_factory, "grown_shop", make) / "warehouse.duckdb")


@pytest.fixture(scope="session")
def rebuilt_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """The story, built once at its end."""
    from assets_tests.dbt import story

    def make(folder: Path) -> None:
        land_days(folder, create_raw_layer, story.day_one, story.day_two)
        dbt(folder, "run")

    yield from reader(once_a_session(tmp_path_factory, "rebuilt_shop", make) / "warehouse.duckdb")
