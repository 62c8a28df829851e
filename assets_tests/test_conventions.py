"""The house rules: one word a workflow, asset key = schema.table, everything explains itself."""

from __future__ import annotations

import pkgutil
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from ecom_ai_os import defs as rooms
from ecom_ai_os.definitions import defs
from ecom_ai_os.defs import schedules
from ecom_ai_os.defs.ingest import STREAMS
from ecom_ai_os.defs.tables.readings import ABOUT_PEOPLE
from ecom_ai_os.platforms import MODULES, connector_type
from ecom_ai_os.warehouse import Table

PROJECT = Path(rooms.__file__).parents[2]
GRAPH = defs.resolve_asset_graph()
KEYS = sorted(key for key in GRAPH.get_all_asset_keys() if not GRAPH.get(key).is_external)


def tables() -> list[Table]:
    """Every public table that a workflow declares."""
    found = {}
    for module in pkgutil.walk_packages(rooms.__path__, f"{rooms.__name__}."):
        names = vars(import_module(module.name))
        found.update({t.name: t for t in names.values() if isinstance(t, Table)})
    return list(found.values())


def test_the_code_location_has_assets() -> None:
    assert len(KEYS) > 40


@pytest.mark.parametrize("key", KEYS, ids=lambda key: ".".join(key.path))
def test_every_asset_explains_itself(key: dg.AssetKey) -> None:
    node = GRAPH.get(key)
    assert len(key.path) == 2, "asset key = schema.table"
    assert node.description and len(node.description) > 20
    assert node.group_name not in {"", "default"}
    assert node.kinds
    assert node.owners
    assert node.freshness_policy or node.group_name == "staging"


@pytest.mark.parametrize("key", KEYS, ids=lambda key: ".".join(key.path))
def test_a_raw_table_or_workflow_has_the_word_of_its_schema(key: dg.AssetKey) -> None:
    schema = key.path[0]
    if schema in MODULES or f"{schema}" in {m.name for m in pkgutil.iter_modules(rooms.__path__)}:
        assert GRAPH.get(key).group_name == schema


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_every_public_table_is_documented(table: Table) -> None:
    assert set(table.key) <= set(table.columns)
    assert table.grain
    for name, column in table.columns.items():
        assert len(column.comment) > 5, f"{table.name}.{name} needs a comment"


@pytest.mark.parametrize("platform", MODULES)
def test_a_platform_keeps_the_contract(platform: str) -> None:
    connector = connector_type(platform)
    assert connector.platform == platform
    assert connector.streams and STREAMS[platform] == connector.streams
    names = [table.name for stream in connector.streams for table in stream.tables]
    assert len(names) == len(set(names)), "a raw table is filled by one stream"
    assert "platform" in connector.Settings.model_fields


@pytest.mark.parametrize("platform", MODULES)
def test_a_platform_is_known_everywhere(platform: str) -> None:
    models, tests = PROJECT / "dbt_project" / "models", PROJECT / "assets_tests" / "platforms"
    staging = models / "staging" / platform
    sql = "".join(path.read_text() for path in models.rglob("*.sql"))
    staged = [path.stem for path in staging.glob("*.sql")]
    forgotten = {
        "staging models": not staged,
        "a sources file": not list(staging.glob("*sources.yml")),
        "a union that reads its staging": not all(f"ref('{name}')" in sql for name in staged),
        "tests": not list(tests.glob(f"*{platform}*")),
        "its part in the sandbox": platform != "custom"
        and not (PROJECT / "ecom_ai_os" / "sandbox" / platform).is_dir(),
        "a row in the README": platform not in (PROJECT / "README.md").read_text().lower(),
    }
    assert [what for what, is_missing in forgotten.items() if is_missing] == []


@pytest.mark.parametrize("noun", ["customers", "orders", "email_events"])
@pytest.mark.parametrize("platform", MODULES)
def test_what_tells_of_people_is_missed_when_it_cannot_be_read(platform: str, noun: str) -> None:
    staging = PROJECT / "dbt_project" / "models" / "staging" / platform
    sql = "".join(path.read_text() for path in staging.glob(f"stg_{platform}__{noun}.sql"))
    read = set(re.findall(r"source\('\w+', '(\w+)'\)", sql))
    streams = {
        stream.name
        for stream in STREAMS[platform]
        if read & {table.name for table in stream.tables}
    }
    assert not streams or streams & set(ABOUT_PEOPLE), "name its stream in tables/readings.py"


def test_everything_that_writes_the_warehouse_takes_its_pool() -> None:
    pools = {pool for key in KEYS for pool in GRAPH.get(key).pools}
    assert pools == {"warehouse"}
    assert all(GRAPH.get(key).pools for key in KEYS)


@pytest.mark.parametrize("job", schedules.JOBS, ids=lambda job: job.name)
def test_a_job_builds_all_marts_or_none(job: Any) -> None:
    """Marts refer to each other; some built without the others would contradict them."""
    chosen = set(defs.resolve_job_def(job.name).asset_layer.executable_asset_keys)
    marts = {key for key in KEYS if key.path[0] == "marts"}
    assert chosen & marts in (set(), marts)
    assert dg.AssetKey(["analytics", "release"]) in chosen


def test_no_window_is_without_partition_and_order() -> None:
    """An aggregate `over ()` now and then invalidates the database: a race of parallel windows.

    Seen in DuckDB 1.5.5 where only some branches of a union or a full join give rows, once in
    300 runs; threads of other queries make it likelier. A scalar subquery says the same.
    https://github.com/duckdb/duckdb/issues/25713
    """
    files = [
        path
        for room in ("ecom_ai_os", "dbt_project/models", "dbt_project/macros")
        for path in (PROJECT / room).rglob("*")
        if path.suffix in {".py", ".sql"}
    ]
    assert len(files) > 300
    windows = [path.name for path in files if re.search(r"\bover \(\s*\)", path.read_text())]
    assert windows == []


def test_every_schedule_follows_the_business_clock() -> None:
    assert {schedule.execution_timezone for schedule in schedules.SCHEDULES} == {"UTC"}
    assert {schedule.job_name for schedule in schedules.SCHEDULES} == {
        job.name for job in schedules.JOBS
    }
