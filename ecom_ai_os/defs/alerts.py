"""Alerts: one row a problem, however often it is seen, with who should act and why."""

from typing import TYPE_CHECKING

import dagster as dg
import polars as pl

from ecom_ai_os.channels import TEAMS
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.finders import FINDERS, Finder
from ecom_ai_os.defs.presentation import describe, plot
from ecom_ai_os.defs.tables.alerts import ALERTS, FINDINGS, LOOKS
from ecom_ai_os.science import episodes
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse

if TYPE_CHECKING:
    import altair as alt


class AlertsConfig(dg.Config):
    """When a problem counts as gone; ecom.toml [thresholds.alerts] overrides the default."""

    quiet_looks: int = threshold(
        "alerts", "quiet_looks", 2, "Looks in a row without a problem that end it"
    )


@dg.asset(
    key=ALERTS.asset_key,
    group_name="alerts",
    kinds={"python", "duckdb"},
    owners=["team:operations"],
    deps=[
        dg.AssetKey(["inventory", "stock_projections"]),
        dg.AssetKey(["inventory", "demand_forecasts"]),
        dg.AssetKey(["inventory", "velocity_changes"]),
        dg.AssetKey(["lifetime_value", "scores"]),
        dg.AssetKey(["segments", "customer_segments"]),
        dg.AssetKey(["returns", "product_return_rates"]),
        dg.AssetKey(["marts", "fct_orders"]),
        dg.AssetKey(["marts", "fct_returns"]),
        dg.AssetKey(["reviews", "review_insights"]),
    ],
    pool="warehouse",
)
def alerts(config: AlertsConfig, warehouse: Warehouse, clock: Clock) -> dg.MaterializeResult[None]:
    """Every problem any workflow has found, from first sight to its end.

    **Method.** The day's findings are written first (`alerts.findings`, `alerts.looks`); all
    episodes are then rebuilt from every finding so far. A problem seen on many days is one row; it
    ends after two looks without it, and is a new row when it comes back. Running a day twice, or
    past days late, changes nothing else.
    """
    found = {finder: _look(finder, warehouse, clock) for finder in FINDERS}
    _record(found, warehouse, clock)
    rows = _rebuild(warehouse, config.quiet_looks)
    warehouse.replace(ALERTS, rows)
    is_open = rows["resolved_at"].is_null()
    return dg.MaterializeResult(
        metadata=describe(ALERTS, rows.filter(is_open).sort("severity", "kind"))
        | {"dagster/row_count": len(rows), "n_open": int(is_open.sum())}
        | ({"by_kind": plot(_kinds_chart(warehouse))} if len(rows) else {})
    )


def _look(finder: Finder, warehouse: Warehouse, clock: Clock) -> pl.DataFrame | None:
    found = finder.find(warehouse, clock.as_of)
    return (
        None
        if found is None
        else found.with_columns(
            workflow=pl.lit(finder.workflow),
            kind=pl.lit(finder.kind),
            found_on=pl.lit(clock.as_of),
            found_at=pl.lit(clock.until),
        )
    )


def _record(found: dict[Finder, pl.DataFrame | None], warehouse: Warehouse, clock: Clock) -> None:
    """Write the day's findings and looks; a kind that was not looked for keeps what it had."""
    warehouse.ensure(FINDINGS, LOOKS)
    frames = {finder: frame for finder, frame in found.items() if frame is not None}
    looks = pl.DataFrame(
        [
            {"workflow": finder.workflow, "kind": finder.kind, "n_found": len(frame)}
            for finder, frame in frames.items()
        ],
        schema={"workflow": pl.Utf8, "kind": pl.Utf8, "n_found": pl.Int32},
    ).with_columns(looked_on=pl.lit(clock.as_of), looked_at=pl.lit(clock.until))
    for table, day, rows in (
        (FINDINGS, "found_on", list(frames.values())),
        (LOOKS, "looked_on", [looks]),
    ):
        known = warehouse.read(f"from {table.name} where {day} = $day", day=clock.as_of)
        kept = known.join(looks, on=["workflow", "kind"], how="anti")
        frame = pl.concat([kept, *rows], how="diagonal_relaxed")
        warehouse.replace_slice(table, frame, **{day: clock.as_of})


def _rebuild(warehouse: Warehouse, quiet_looks: int) -> pl.DataFrame:
    warehouse.ensure(ALERTS)
    rows = episodes.rebuild(
        warehouse.read("from alerts.findings"), warehouse.read("from alerts.looks"), quiet_looks
    )
    return episodes.keep_routing(rows, warehouse.read("from alerts.alerts"))


@dg.asset_check(asset=ALERTS.asset_key)
def every_problem_names_a_team_and_its_evidence(warehouse: Warehouse) -> dg.AssetCheckResult:
    """No alert without a title, a team that exists and figures."""
    n_wrong = warehouse.read(
        """
        select count(*) as n from alerts.alerts
        where coalesce(title, '') = '' or evidence is null
            or not list_contains($teams::varchar[], team)
        """,
        teams=list(TEAMS),
    ).item()
    return dg.AssetCheckResult(passed=n_wrong == 0, metadata={"n_wrong": n_wrong})


def _kinds_chart(warehouse: Warehouse) -> "alt.Chart":
    """Problems seen by day and kind, the last 90 days."""
    import altair as alt

    looks = warehouse.read(
        """
        select kind, looked_on, n_found from alerts.looks
        where looked_on > (select max(looked_on) from alerts.looks) - 90
        """
    )
    chart: alt.Chart = (
        alt.Chart(looks, title="Problems seen by day")
        .mark_bar()
        .encode(
            x=alt.X("yearmonthdate(looked_on):O", title=None),
            y=alt.Y("n_found:Q", title=None),
            color=alt.Color("kind:N", title=None),
        )
        .properties(width=480, height=200)
    )
    return chart
