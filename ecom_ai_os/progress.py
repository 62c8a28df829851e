"""Running a job in this process, with its progress shown while it works."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from ecom_ai_os.processes import dagster_home


@dataclass
class Outcome:
    """What a run came to: assets materialized, failed checks and errors, seconds taken."""

    is_success: bool = False
    seconds: float = 0.0
    materialized: dict[str, dict[str, Any]] = field(default_factory=dict)
    failed_checks: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


def run_job(job_name: str, as_of: str, console: Console) -> Outcome:
    """Run a Dagster job to its end and return what it came to."""
    started = time.perf_counter()
    dagster_home()
    with console.status("Loading …"):
        import dagster as dg

        from ecom_ai_os.definitions import defs
    job = defs.resolve_job_def(job_name)
    outcome = Outcome()
    with _display(outcome, len(list(job.asset_layer.executable_asset_keys)), console):
        result = job.execute_in_process(
            instance=dg.DagsterInstance.get(),
            run_config={"resources": {"clock": {"config": {"day": as_of}}}},
            raise_on_error=False,
        )
    outcome.is_success = result.success
    outcome.seconds = time.perf_counter() - started
    return outcome


@contextmanager
def _display(outcome: Outcome, n_assets: int, console: Console) -> Iterator[None]:
    """Show a bar of materialized assets, fed by Dagster's own log records."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<44}"),
        BarColumn(),
        TextColumn("{task.completed}/{task.total} assets"),
        TimeElapsedColumn(),
    )
    log = logging.getLogger("dagster")
    before, log.handlers, log.propagate = log.handlers, [], False
    with Progress(*columns, console=console, transient=True) as progress:
        handler = _Listener(outcome, progress, progress.add_task("starting", total=n_assets))
        log.addHandler(handler)
        try:
            yield
        finally:
            log.handlers, log.propagate = before, True


class _Listener(logging.Handler):
    def __init__(self, outcome: Outcome, progress: Progress, task: Any) -> None:
        super().__init__()
        self.outcome, self.progress, self.task = outcome, progress, task

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is None:
            if record.levelno >= logging.WARNING:
                self.outcome.errors.append(record.getMessage().split(" - ")[-1])
        elif event.is_step_start:
            self.progress.update(self.task, description=event.step_key.replace("__", " "))
        elif event.is_step_failure:
            self.outcome.errors.append(
                f"{event.step_key}: {event.step_failure_data.error_display_string}"
            )
        elif event.is_step_materialization:
            self._materialized(event.step_materialization_data.materialization)
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            self._checked(event.asset_check_evaluation_data)

    def _materialized(self, materialization: Any) -> None:
        name = ".".join(materialization.asset_key.path)
        self.outcome.materialized[name] = materialization.metadata
        self.progress.update(self.task, completed=len(self.outcome.materialized))

    def _checked(self, evaluation: Any) -> None:
        if not evaluation.passed:
            name = ".".join(evaluation.asset_key.path)
            self.outcome.failed_checks.append(f"{name}: {evaluation.check_name}")
