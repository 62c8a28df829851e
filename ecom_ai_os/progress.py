"""Running a job in this process, with its progress shown while it works."""

from __future__ import annotations

import fcntl
import logging
import time
import uuid
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from ecom_ai_os import settings
from ecom_ai_os.processes import dagster_home

if TYPE_CHECKING:
    from dagster import DagsterInstance, EventLogEntry


@dataclass
class Outcome:
    """What a run came to: assets materialized, failed checks and errors, seconds taken."""

    is_success: bool = False
    seconds: float = 0.0
    materialized: list[str] = field(default_factory=list)
    failed_checks: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def run_job(job_name: str, as_of: str, console: Console) -> Outcome:
    """Run a Dagster job to its end and return what it came to."""
    started = time.perf_counter()
    dagster_home()
    with console.status("Loading …", refresh_per_second=4):
        import dagster as dg

        from ecom_ai_os.definitions import defs
    job = defs.resolve_job_def(job_name)
    n_assets = len(list(job.asset_layer.executable_asset_keys))
    instance = dg.DagsterInstance.get()
    _end_killed_runs(instance)
    run_id = str(uuid.uuid4())
    with _bar(console) as progress:
        listener = _Listener(progress, progress.add_task("starting", total=n_assets))
        instance.add_event_listener(run_id, listener)
        with _log_path(run_id).open("w") as log, redirect_stdout(log):
            fcntl.flock(log, fcntl.LOCK_EX)
            result = job.execute_in_process(
                instance=instance,
                run_id=run_id,
                run_config={
                    "resources": {"clock": {"config": {"day": as_of}}},
                    "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
                },
                raise_on_error=False,
            )
    listener.outcome.is_success = result.success
    listener.outcome.seconds = time.perf_counter() - started
    return listener.outcome


def _log_path(run_id: str) -> Path:
    """Return the file for what dbt and others print during a run, locked while the run lives."""
    folder = settings.home() / "logs"
    folder.mkdir(exist_ok=True)
    return folder / f"{run_id}.log"


def _end_killed_runs(instance: DagsterInstance) -> None:
    """Mark our runs whose process was killed as failed, and free the pool slots they held."""
    from dagster import DagsterRunStatus, RunsFilter

    for run in instance.get_runs(RunsFilter(statuses=[DagsterRunStatus.STARTED])):
        if _was_killed(_log_path(run.run_id)):
            instance.report_run_failed(run, "the process of this run was killed")
            instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _was_killed(log_path: Path) -> bool:
    """Whether nobody holds the lock of a run's log. Runs of the daemon have no such log."""
    if not log_path.exists():
        return False
    with log_path.open() as log:
        try:
            fcntl.flock(log, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True


def _bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description:<44}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} assets"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        # Ten times a second, drawing takes a tenth of the run's CPU; a log needs none.
        refresh_per_second=4,
        disable=not console.is_terminal,
    )


class _Listener:
    """Follows a run's events: moves the bar and gathers the outcome."""

    def __init__(self, progress: Progress, task: TaskID) -> None:
        self.outcome, self.progress, self.task = Outcome(), progress, task

    def __call__(self, entry: EventLogEntry) -> None:
        event = entry.dagster_event
        if event is None:
            is_consequence = entry.user_message.startswith("Dependencies for step")
            if int(entry.level) >= logging.ERROR and not is_consequence:
                self.outcome.errors.append(entry.user_message)
        elif event.is_step_start:
            step = (event.step_key or "").replace("__", " ")
            self.progress.update(self.task, description=step)
        elif event.is_step_failure:
            self.outcome.errors.append(f"{event.step_key}: {_cause(event.step_failure_data.error)}")
        elif event.is_step_materialization:
            name = ".".join(event.step_materialization_data.materialization.asset_key.path)
            self.outcome.materialized.append(name)
            self.progress.update(self.task, completed=len(self.outcome.materialized))
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            evaluation = event.asset_check_evaluation_data
            if not evaluation.passed:
                name = ".".join(evaluation.asset_key.path)
                self.outcome.failed_checks.append(f"{name}: {evaluation.check_name}")


def _cause(error: Any) -> str:
    """Return the innermost error's message: what went wrong, without Dagster's wrapping."""
    while error and error.cause:
        error = error.cause
    return error.message.strip() if error else "failed"
