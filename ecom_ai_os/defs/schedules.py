"""Schedules: when the shop's decisions run, on the business's own clock."""

from datetime import UTC, datetime
from typing import Any

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.quality import RUN_FAILURES
from ecom_ai_os.platforms import MODULES
from ecom_ai_os.platforms.notifier import tell
from ecom_ai_os.warehouse import Warehouse

RUN_MONITORING_TAGS = {"dagster/max_runtime": "14400"}

everything = dg.AssetSelection.all()
lifetime_value = dg.AssetSelection.groups("lifetime_value")
# All marts, not just those upstream of stock: built apart, lines would run ahead of their orders.
commerce = dg.AssetSelection.groups(*MODULES, "reference", "staging", "intermediate", "marts")
stock = commerce | dg.AssetSelection.groups("inventory", "alerts", "publish")
health = dg.AssetSelection.groups("quality", "reviews", "publish")

daily_job = dg.define_asset_job(
    "daily",
    everything,
    description="The whole day's work: ingest, shape, decide, alert, publish.",
    tags=RUN_MONITORING_TAGS,
)
hourly_stock_job = dg.define_asset_job(
    "hourly_stock",
    stock,
    description="Stock, its projections and the alerts that follow from them.",
    tags=RUN_MONITORING_TAGS,
)
weekly_health_job = dg.define_asset_job(
    "weekly_health",
    health,
    description="How far sources, models and products can be trusted.",
    tags=RUN_MONITORING_TAGS,
)
monthly_lifetime_value_job = dg.define_asset_job(
    "monthly_lifetime_value",
    lifetime_value | dg.AssetSelection.groups("publish"),
    description="Every customer's value, past and predicted, with its back-test.",
    tags=RUN_MONITORING_TAGS,
)

JOBS = [daily_job, hourly_stock_job, weekly_health_job, monthly_lifetime_value_job]


def _schedule(job: Any, name: str, cron: str) -> dg.ScheduleDefinition:
    return dg.ScheduleDefinition(
        name=name,
        job=job,
        cron_schedule=cron,
        execution_timezone=settings.current().business.timezone,
    )


SCHEDULES = [
    _schedule(daily_job, "every_morning", "0 5 * * *"),
    _schedule(hourly_stock_job, "every_hour", "30 6-22 * * *"),
    _schedule(weekly_health_job, "every_monday", "0 7 * * 1"),
    _schedule(monthly_lifetime_value_job, "first_of_the_month", "0 3 1 * *"),
]


@dg.run_failure_sensor(default_status=dg.DefaultSensorStatus.RUNNING)
def run_failures(context: dg.RunFailureSensorContext, warehouse: Warehouse) -> None:
    """Tells the data team of every failed run; the run's summary shows those of the last week."""
    run = context.dagster_run
    steps = [event.step_key for event in context.get_step_failure_events() if event.step_key]
    if target := settings.current().channels.alerts.data:
        title = f"{settings.current().business.name}: the run {run.job_name} failed"
        at = f" at {', '.join(steps)}" if steps else ""
        tell(target, title, f"Run {run.run_id} failed{at}; the Dagster UI says why.", "critical")
    row = {
        "run_id": run.run_id,
        "job": run.job_name,
        "failed_at": datetime.now(UTC),
        "error": (context.failure_event.message or "no message")[:2000],
    }
    warehouse.merge(RUN_FAILURES, pl.DataFrame([row]))


SENSORS = [run_failures]
