"""Notifications: each team is told of its new problems, in one message a run, once."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import dagster as dg
import polars as pl
from pydantic import SecretStr

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe
from ecom_ai_os.defs.tables.alerts import ALERTS
from ecom_ai_os.platforms.notifier import tell
from ecom_ai_os.warehouse import Column, Table, Warehouse

#: Problems named in one notification, the worst first; the others are counted.
MOST_NAMED = 20
SEVERITIES = ["critical", "warning", "info"]

NOTIFICATIONS = Table(
    "alerts.notifications",
    grain="one notification of a team",
    key=("notification_id",),
    columns={
        "notification_id": Column("varchar", "Hash of team, moment and alerts"),
        "team": Column("varchar", "Team that was told"),
        "n_alerts": Column("integer", "New problems it tells of"),
        "title": Column("varchar", "Its first line"),
        "started_at": Column("timestamptz", "When it was about to be sent"),
        "delivered_at": Column("timestamptz", "When a target had taken it; null: none is known to"),
        "problem": Column("varchar", "What went wrong, if anything"),
        "run_id": Column("varchar", "Dagster run that sent it"),
    },
)

NEW = """
    from alerts.alerts
    where routed_at is null and resolved_at is null
        and list_contains($teams::varchar[], team)
    order by array_position($severities::varchar[], severity), first_seen_at desc, title
"""


@dg.asset(
    key=NOTIFICATIONS.asset_key,
    group_name="alerts",
    kinds={"python", "duckdb"},
    owners=["team:operations"],
    deps=[ALERTS.asset_key],
    pool="warehouse",
)
def notifications(
    context: dg.AssetExecutionContext, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """Teams told of problems that are new to them: one notification a team and run.

    **Method.** A team with an address (`ECOM__CHANNELS__ALERTS__<TEAM>`) is told of its open
    problems that have no `routed_at` yet. That is set before the notification goes out, so that
    a killed run tells nobody twice; where no target took it, it is taken back, and the next run
    tells again. A backfill's problems come as one list; nobody is told of a past day.

    Without an address problems stand in `alerts.alerts` and in the run's summary.
    """
    targets = settings.current().channels.alerts.by_team()
    rows = tell_teams(warehouse, clock, targets, context.run_id)
    return dg.MaterializeResult(metadata=describe(NOTIFICATIONS, rows))


def tell_teams(
    warehouse: Warehouse, clock: Clock, targets: dict[str, SecretStr], run_id: str
) -> pl.DataFrame:
    """Tell each team that has a target of its new problems; return the notifications."""
    warehouse.ensure(ALERTS, NOTIFICATIONS)
    new = warehouse.read(NEW, teams=list(targets), severities=SEVERITIES)
    if clock.is_past:
        new = new.clear()
    told = [
        _tell(warehouse, alerts, targets[str(team)], run_id)
        for (team,), alerts in new.group_by("team", maintain_order=True)
    ]
    return pl.DataFrame(told, schema=list(NOTIFICATIONS.columns))


def _tell(
    warehouse: Warehouse, alerts: pl.DataFrame, target: SecretStr, run_id: str
) -> dict[str, Any]:
    """Mark the alerts as routed, tell the team, and take the mark back when nobody took it."""
    now = datetime.now(UTC)
    team, severity = alerts["team"][0], alerts["severity"][0]
    named = "\n".join([str(now), team, *alerts["alert_id"].sort()])
    row: dict[str, Any] = {
        "notification_id": sha256(named.encode()).hexdigest()[:16],
        "team": team,
        "n_alerts": len(alerts),
        "title": title(alerts),
        "started_at": now,
        "delivered_at": None,
        "problem": None,
        "run_id": run_id,
    }
    warehouse.merge(ALERTS, alerts.with_columns(routed_at=pl.lit(now)))
    warehouse.merge(NOTIFICATIONS, pl.DataFrame([row]))
    n_told, row["problem"] = tell(target, row["title"], text(alerts), severity)
    if n_told:
        row["delivered_at"] = datetime.now(UTC)
    else:
        warehouse.merge(ALERTS, alerts)
    warehouse.merge(NOTIFICATIONS, pl.DataFrame([row]))
    return row


def title(alerts: pl.DataFrame) -> str:
    """One line: how many, for whom, how bad."""
    counts = dict(alerts.group_by("severity").len().iter_rows())
    how_bad = ", ".join(f"{counts[s]} {s}" for s in SEVERITIES if s in counts)
    problems = "1 new problem" if len(alerts) == 1 else f"{len(alerts)} new problems"
    return f"{settings.current().business.name}: {problems} for {alerts['team'][0]} ({how_bad})"


def text(alerts: pl.DataFrame) -> str:
    """The worst, one a line, and how many more there are."""
    named = alerts.head(MOST_NAMED).select("severity", "title").rows()
    lines = [f"{severity}: {problem}" for severity, problem in named]
    n_more = len(alerts) - len(lines)
    return "\n".join([*lines, *([f"and {n_more} more, see alerts.alerts"] if n_more else [])])


@dg.asset_check(asset=NOTIFICATIONS.asset_key)
def every_team_was_reached(warehouse: Warehouse) -> dg.AssetCheckResult:
    """The last notification of each team was taken by all of its targets."""
    warehouse.ensure(NOTIFICATIONS)
    last = warehouse.read(
        """
        select team, coalesce(problem, 'the run was killed meanwhile') as problem
        from alerts.notifications
        qualify row_number() over (partition by team order by started_at desc) = 1
            and (delivered_at is null or problem is not null)
        """
    )
    return dg.AssetCheckResult(
        passed=last.is_empty(),
        severity=dg.AssetCheckSeverity.WARN,
        metadata=dict(last.iter_rows()),
    )
