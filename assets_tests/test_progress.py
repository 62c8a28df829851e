"""Runs from the command line: a killed one gives back what it held."""

import fcntl
from pathlib import Path

import dagster as dg
import pytest

from ecom_ai_os import progress, settings


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dg.DagsterInstance:
    monkeypatch.setattr(settings, "home", lambda: tmp_path)
    return dg.DagsterInstance.ephemeral()


def started_run(instance: dg.DagsterInstance) -> str:
    @dg.job
    def daily() -> None: ...

    run = instance.create_run_for_job(daily, status=dg.DagsterRunStatus.STARTED)
    return run.run_id


def status(instance: dg.DagsterInstance, run_id: str) -> dg.DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def test_a_run_whose_process_is_gone_is_marked_failed(instance: dg.DagsterInstance) -> None:
    run_id = started_run(instance)
    progress._log_path(run_id).touch()
    progress._end_killed_runs(instance)
    assert status(instance, run_id) == dg.DagsterRunStatus.FAILURE


def test_a_living_run_and_the_daemons_runs_are_left_alone(instance: dg.DagsterInstance) -> None:
    living, daemons = started_run(instance), started_run(instance)
    with progress._log_path(living).open("w") as log:
        fcntl.flock(log, fcntl.LOCK_EX)
        progress._end_killed_runs(instance)
    assert status(instance, living) == dg.DagsterRunStatus.STARTED
    assert status(instance, daemons) == dg.DagsterRunStatus.STARTED
