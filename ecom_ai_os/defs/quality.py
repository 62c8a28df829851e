"""Quality: how far every source and every model can be trusted."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import dagster as dg
import polars as pl

from ecom_ai_os.defs.ingest import raw_tables, shown_tables
from ecom_ai_os.defs.presentation import describe
from ecom_ai_os.defs.tables.readings import READINGS
from ecom_ai_os.warehouse import Column, Table, Warehouse

BACKTESTS = Table(
    "quality.backtests",
    grain="model × measure × day",
    key=("model", "scored_on", "measure"),
    columns={
        "model": Column("varchar", "Model, named workflow.model"),
        "scored_on": Column("date", "Day the model was tested as of"),
        "measure": Column("varchar", "What is measured, such as total_bias or wape_28d"),
        "value": Column("double", "The model's figure on held-out data"),
        "baseline": Column("varchar", "The naive method compared with"),
        "baseline_value": Column("double", "The naive method's figure on the same data"),
        "n": Column("bigint", "Held-out customers, series or events measured"),
        "is_better": Column("boolean", "Whether the model beats the naive method"),
        "detail": Column("varchar", "Windows and remarks"),
    },
)


#: A test moves by months and costs more than a prediction: it stands for so many days
TESTED_DAYS = 7


def tested(warehouse: Warehouse, model: str, day: date) -> pl.DataFrame:
    """Return the newest back-test of `model` of the week up to `day`; no rows when one is due."""
    warehouse.ensure(BACKTESTS)
    return warehouse.read(
        """
        from quality.backtests where model = $model and scored_on = (
            select max(scored_on) from quality.backtests
            where model = $model and scored_on between $day - $days::integer + 1 and $day
        )
        """,
        model=model,
        day=day,
        days=TESTED_DAYS,
    )


def write_test(warehouse: Warehouse, model: str, day: date, measures: pl.DataFrame) -> None:
    """Write what a back-test as of `day` found, `measures` with the columns of BACKTESTS."""
    # Sums by several threads differ in their last digits from run to run.
    figures = pl.col("value", "baseline_value").round_sig_figs(9)
    rows = measures.with_columns(figures, model=pl.lit(model), scored_on=pl.lit(day))
    warehouse.replace_slice(BACKTESTS, rows, model=model, scored_on=day)


def weekly_test(
    warehouse: Warehouse, model: str, day: date, measure: Callable[[], pl.DataFrame]
) -> pl.DataFrame:
    """Return the week's back-test of `model`, made and written by `measure` when one is due."""
    known = tested(warehouse, model, day)
    if not known.is_empty():
        return known
    write_test(warehouse, model, day, measure())
    return tested(warehouse, model, day)


def is_better(
    warehouse: Warehouse, model: str, measure: str, day: date, otherwise: str
) -> dg.AssetCheckResult:
    """Warn when the week's back-test does not find the model better than its naive baseline.

    `otherwise` says why there may be no back-test at all, which is a warning too.
    """
    found = tested(warehouse, model, day).filter(pl.col("measure") == measure).drop("model")
    figures: dict[str, Any] = found.row(0, named=True) if len(found) else {}
    if figures:
        figures["scored_on"] = f"{figures['scored_on']}"
    return dg.AssetCheckResult(
        passed=bool(figures.get("is_better", False)),
        severity=dg.AssetCheckSeverity.WARN,
        description="" if figures else otherwise,
        metadata=figures,
    )


SOURCES = Table(
    "quality.sources",
    grain="connection × entity",
    key=("connection", "entity"),
    columns={
        "connection": Column("varchar", "Connection, as named in ecom.toml"),
        "platform": Column("varchar", "Platform of the connection"),
        "entity": Column("varchar", "Raw table, without its schema"),
        "last_loaded_at": Column("timestamptz", "When a record last changed here"),
        "last_record_at": Column("timestamptz", "Newest update time the platform gave"),
        "n_records": Column("bigint", "Records that are there and not deleted"),
        "n_quarantined": Column("bigint", "Records refused, in quality.quarantine"),
        "is_fresh": Column("boolean", "Whether the connection was read within the last 36 hours"),
        "problem": Column("varchar", "Why it was not read to its end the last time; null: it was"),
    },
)

RUN_FAILURES = Table(
    "quality.run_failures",
    grain="failed run",
    key=("run_id",),
    columns={
        "run_id": Column("varchar", "Dagster run"),
        "job": Column("varchar", "Job that failed"),
        "failed_at": Column("timestamptz", "When the failure was noticed"),
        "error": Column("varchar", "What Dagster said"),
    },
)


@dg.asset(
    key=SOURCES.asset_key,
    group_name="quality",
    kinds={"python", "duckdb"},
    owners=["team:data"],
    deps=[dg.AssetKey([platform, table.name]) for platform, _, table in shown_tables()],
    pool="warehouse",
)
def sources(warehouse: Warehouse) -> dg.MaterializeResult[None]:
    """When each connection's records last came in, how many there are and how many were refused."""
    warehouse.ensure(BACKTESTS, READINGS, RUN_FAILURES)
    frame = warehouse.read(_sources_sql(), now=datetime.now(UTC))
    warehouse.replace(SOURCES, frame)
    return dg.MaterializeResult(metadata=describe(SOURCES, frame))


def _sources_sql() -> str:
    counted = " union all ".join(
        f"select connection, '{platform}' as platform, '{table.name}' as entity, "
        f"'{stream.name}' as stream, count(*) as n_records, max(updated_at) as last_record_at "
        f"from {platform}.{table.name} where not is_deleted group by connection"
        for platform, stream, table in raw_tables()
    )
    return f"""
        with counted as ({counted}),
        refused as (
            select connection, platform, entity, count(*) as n_quarantined
            from quality.quarantine group by all
        )
        select
            counted.connection, counted.platform, counted.entity,
            cursors.committed_at as last_loaded_at, counted.last_record_at, counted.n_records,
            coalesce(refused.n_quarantined, 0) as n_quarantined,
            coalesce(cursors.committed_at > $now - interval 36 hours, false) as is_fresh,
            readings.problem
        from counted
        left join ingest.cursors as cursors using (connection, stream)
        left join quality.readings as readings using (connection, stream)
        left join refused using (connection, platform, entity)
    """
