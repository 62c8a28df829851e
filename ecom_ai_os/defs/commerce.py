"""Commerce: the dbt project that shapes raw records into the marts, one invocation a run."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
from dagster_dbt import DagsterDbtTranslator, DbtProject, dbt_assets

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.dbt import Dbt
from ecom_ai_os.defs.presentation import preview
from ecom_ai_os.defs.reference import EXCHANGE_RATES
from ecom_ai_os.defs.tables.built_with import is_built_with, remember
from ecom_ai_os.warehouse import Column, Table, Warehouse

PROJECT_DIR = Path(__file__).parents[2] / "dbt_project"

#: Compiled SQL and logs of so many runs stay for whoever looks into a failure.
KEPT_INVOCATIONS = 10

#: A table and no dbt variable: with a new variable every day dbt would parse the project anew.
CLOCK = Table(
    "reference.clock",
    grain="the day of the latest run",
    key=("as_of",),
    columns={"as_of": Column("date", "Last day whose data counts")},
)


def dbt_vars() -> dict[str, Any]:
    """Return the variables the models are built with."""
    business = settings.current().business
    return {
        "reporting_currency": business.currency,
        "default_country": business.country,
        "consumable_tags": business.consumable_tags,
        "own_domains": settings.current().identity.own_domains,
    }


# With a run's variables: for others dbt would parse the project anew in every run.
project = DbtProject(
    project_dir=PROJECT_DIR,
    target_path=settings.prepare_dbt(),
    prepare_project_cli_args=["parse", "--quiet", "--vars", json.dumps(dbt_vars())],
)


def _is_stale() -> bool:
    """Whether the manifest is missing (a cold clone) or older than a file of the project."""
    if not project.manifest_path.exists():
        return True
    parsed_at = project.manifest_path.stat().st_mtime
    return any(
        path.stat().st_mtime > parsed_at
        for folder in ("models", "macros", "dbt_project.yml")
        for path in [PROJECT_DIR / folder, *(PROJECT_DIR / folder).rglob("*")]
        if path.exists()
    )


if _is_stale():
    project.preparer.prepare(project)


class Translator(DagsterDbtTranslator):
    """Asset key = schema.table; the group is the project's room: staging, intermediate, marts."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["name"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return str(dbt_resource_props["schema"])

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        return ["team:data"]


def fingerprint(warehouse: Warehouse) -> str:
    """Return what every view and every row depends on beside its records, as one word."""
    digest = hashlib.sha256(json.dumps(dbt_vars()).encode())
    for path in sorted(PROJECT_DIR.rglob("*")):
        if path.suffix in {".sql", ".py", ".yml"}:
            digest.update(path.read_bytes())
    warehouse.ensure(EXCHANGE_RATES)
    rates = warehouse.read("from reference.exchange_rates order by all")
    digest.update(rates.write_csv().encode())
    return digest.hexdigest()


def dbt_arguments(is_known: bool, schemas: set[str]) -> list[str]:
    """Return what dbt is asked to build of the schemas.

    `is_known`: the warehouse was built whole from this code. Not building 51 unchanged views spares
    a daily run a third of dbt's time, and Dagster as many entries in its books.
    """
    # Unit tests prove the code, not today's data: the test suite runs them.
    arguments = ["build", "--vars", json.dumps(dbt_vars()), "--exclude-resource-type", "unit_test"]
    if not is_known:
        return [*arguments, "--full-refresh"]
    is_picked = schemas == {"staging"}
    return arguments if is_picked else [*arguments, "--exclude", "config.materialized:view"]


@dbt_assets(
    manifest=project.manifest_path,
    project=project,
    name="commerce",
    dagster_dbt_translator=Translator(),
    pool="warehouse",
)
def commerce(
    context: dg.AssetExecutionContext, dbt: Dbt, warehouse: Warehouse, clock: Clock
) -> Iterator[Any]:
    """Raw records typed, united over platforms and shaped into the marts, with their tests.

    Only what changed is built; everything is when a model, a setting or an exchange rate did.
    Staging models are views: they are always as fresh as the records, and seldom built.
    """
    built: list[dg.Output[Any]] = []
    failure: Exception | None = None
    warehouse.replace(CLOCK, pl.DataFrame({"as_of": [clock.as_of]}))
    built_with = fingerprint(warehouse)
    is_known = is_built_with(warehouse, "marts", built_with)
    arguments = dbt_arguments(is_known, {key.path[0] for key in context.selected_asset_keys})
    try:
        for event in dbt.cli(arguments, context=context).stream():
            if isinstance(event, dg.Output):
                built.append(event)
            else:
                yield event
    except Exception as error:
        failure = error
    # dbt holds the file until it ends, so rows are counted after it.
    yield from _with_rows(context, built, warehouse)
    if len(built) == len(commerce.keys):
        remember(warehouse, "marts", built_with)
    _forget_old_invocations()
    if failure:
        raise failure


def _forget_old_invocations() -> None:
    folders = sorted(project.target_path.glob("commerce-*"), key=lambda path: path.stat().st_mtime)
    for folder in folders[:-KEPT_INVOCATIONS]:
        shutil.rmtree(folder, ignore_errors=True)


def _with_rows(
    context: dg.AssetExecutionContext, built: list[dg.Output[Any]], warehouse: Warehouse
) -> Iterator[dg.Output[Any]]:
    """Add row counts, and the marts' first rows, to the models' materializations."""
    with warehouse.connect() as con:
        for output in built:
            schema, name = context.asset_key_for_output(output.output_name).path
            metadata: dict[str, Any] = dict(output.metadata)
            if schema != "staging":
                row = con.execute(f"select count(*) from {schema}.{name}").fetchone()
                metadata["dagster/row_count"] = row[0] if row else 0
            if schema == "marts":
                first = pl.DataFrame(con.sql(f"from {schema}.{name} limit 8"))
                metadata["preview"] = preview(first)
            yield output.with_metadata(metadata)
