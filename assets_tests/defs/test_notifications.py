"""Teams are told over real HTTP: Apprise's json:// to a receiver on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from pydantic import SecretStr

from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os import settings
from ecom_ai_os.defs import notifications
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.schedules import run_failures
from ecom_ai_os.defs.tables.alerts import ALERTS
from ecom_ai_os.warehouse import Warehouse

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)


class Receiver(HTTPServer):
    """Keeps what it is told; answers with `status`."""

    status = 200

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.told: list[dict[str, Any]] = []
        self.target = f"json://user:shh@127.0.0.1:{self.server_port}/hook"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return OpenWarehouse(home=str(tmp_path))


def add(
    warehouse: Warehouse, n: int, severity: str = "warning", team: str = "buying", start: int = 0
) -> None:
    rows = [
        dict.fromkeys(ALERTS.columns)
        | {
            "alert_id": f"{team}-{severity}-{i}",
            "workflow": "returns",
            "severity": severity,
            "team": team,
            "title": f"Mug {i} comes back",
            "first_seen_at": datetime(2026, 1, 1, tzinfo=UTC),
        }
        for i in range(start, start + n)
    ]
    warehouse.merge(ALERTS, pl.DataFrame(rows))


def run(warehouse: Warehouse, day: date = YESTERDAY, **targets: str) -> pl.DataFrame:
    secrets = {team: SecretStr(target) for team, target in targets.items()}
    return notifications.tell_teams(warehouse, Clock(day=str(day)), secrets, "run")


def n_routed(warehouse: Warehouse) -> int:
    found: int = warehouse.read("select count(routed_at) as n from alerts.alerts").item()
    return found


def test_a_backfills_problems_come_as_one_list_worst_first(
    warehouse: Warehouse, receiver: Receiver
) -> None:
    add(warehouse, 85)
    add(warehouse, 1, severity="critical")
    run(warehouse, buying=receiver.target)
    (told,) = receiver.told
    assert told["title"] == "My shop: 86 new problems for buying (1 critical, 85 warning)"
    lines = told["message"].split("\n")
    assert lines[0] == "critical: Mug 0 comes back"
    assert lines[-1] == "and 66 more, see alerts.alerts" and len(lines) == 21
    assert told["type"] == "failure"
    assert n_routed(warehouse) == 86


def test_a_team_is_told_of_a_problem_once(warehouse: Warehouse, receiver: Receiver) -> None:
    add(warehouse, 2)
    run(warehouse, buying=receiver.target)
    assert run(warehouse, buying=receiver.target).is_empty()
    add(warehouse, 1, start=2)
    run(warehouse, buying=receiver.target)
    assert [told["title"] for told in receiver.told] == [
        "My shop: 2 new problems for buying (2 warning)",
        "My shop: 1 new problem for buying (1 warning)",
    ]
    assert notifications.every_team_was_reached(warehouse).passed  # type: ignore[operator]


def test_teams_without_a_target_solved_problems_and_past_days_are_left_alone(
    warehouse: Warehouse, receiver: Receiver
) -> None:
    add(warehouse, 1, team="marketing")
    add(warehouse, 1)
    run(warehouse, YESTERDAY - timedelta(days=1), buying=receiver.target)
    with warehouse.transaction() as con:
        con.execute("update alerts.alerts set resolved_at = now() where team = 'buying'")
    run(warehouse, buying=receiver.target)
    assert receiver.told == [] and n_routed(warehouse) == 0


def test_where_nobody_took_it_the_next_run_tells_again(
    warehouse: Warehouse, receiver: Receiver
) -> None:
    add(warehouse, 1)
    receiver.status = 500
    (row,) = run(warehouse, buying=receiver.target).to_dicts()
    assert (row["delivered_at"], row["problem"]) == (None, "1 of 1 targets did not take it")
    assert n_routed(warehouse) == 0
    assert not notifications.every_team_was_reached(warehouse).passed  # type: ignore[operator]
    receiver.status = 200
    run(warehouse, buying=receiver.target)
    assert len(receiver.told) == 2 and n_routed(warehouse) == 1


def test_one_target_of_two_is_enough_and_the_other_is_named_without_its_address(
    warehouse: Warehouse, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    add(warehouse, 1)
    broken = "json://user:shh@127.0.0.1:1/hook"
    (row,) = run(warehouse, buying=f"{broken}, {receiver.target}").to_dicts()
    assert row["problem"] == "1 of 2 targets did not take it"
    assert len(receiver.told) == 1 and n_routed(warehouse) == 1
    assert "shh" not in caplog.text and "shh" not in str(row)


def test_an_address_nobody_knows_is_a_problem_and_no_error(warehouse: Warehouse) -> None:
    add(warehouse, 1)
    (row,) = run(warehouse, buying="carrier-pigeon://loft").to_dicts()
    assert row["problem"] == "an address is none that Apprise understands"
    assert n_routed(warehouse) == 0


def test_a_run_killed_while_it_tells_does_not_tell_again(
    warehouse: Warehouse, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(warehouse, 1)

    def die(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(notifications, "tell", die)
        with pytest.raises(KeyboardInterrupt):
            run(warehouse, buying=receiver.target)
    assert run(warehouse, buying=receiver.target).is_empty() and receiver.told == []
    assert not notifications.every_team_was_reached(warehouse).passed  # type: ignore[operator]


def test_the_data_team_is_told_of_a_failed_run(
    warehouse: Warehouse, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dg.op
    def broken() -> None:
        raise ValueError("the shop is shut")

    @dg.job
    def daily() -> None:
        broken()

    monkeypatch.setenv("ECOM__CHANNELS__ALERTS__DATA", receiver.target)
    settings.current.cache_clear()
    with dg.DagsterInstance.ephemeral() as instance:
        failed = daily.execute_in_process(instance=instance, raise_on_error=False)
        (event,) = [e for e in failed.all_events if e.event_type_value == "PIPELINE_FAILURE"]
        context = dg.build_run_status_sensor_context(
            "run_failures",
            event,
            instance,
            failed.dagster_run,
            resources={"warehouse": warehouse},
        )
        run_failures(context.for_run_failure())
    settings.current.cache_clear()
    (told,) = receiver.told
    assert told["title"] == "My shop: the run daily failed"
    assert told["message"].startswith(f"Run {failed.run_id} failed at broken;")
    (row,) = warehouse.read("from quality.run_failures").to_dicts()
    assert (row["run_id"], row["job"]) == (failed.run_id, "daily")
