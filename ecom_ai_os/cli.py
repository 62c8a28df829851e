"""`ecom-ai-os`: run, demo, dev, doctor and sandbox."""

from __future__ import annotations

import logging
import os
import signal
import sys
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import click
from rich.console import Console
from rich.logging import RichHandler

# Bound to the terminal now: what a run prints meanwhile goes to its log.
console = Console(file=sys.stdout)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(dir_okay=False), help="Settings file [ecom.toml].")
@click.option("--home", type=click.Path(file_okay=False), help="Folder for all output [var].")
def main(config: str | None, home: str | None) -> None:
    """The AI operating system for online shops."""
    if config:
        if not Path(config).exists():
            raise click.UsageError(f"{config} does not exist")
        os.environ["ECOM_CONFIG"] = config
    if home:
        os.environ["ECOM_HOME"] = home
    # Stopped from outside, it still stops what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    ours = logging.getLogger("ecom_ai_os")
    ours.addHandler(RichHandler(console=console, show_time=False, show_path=False))
    ours.setLevel(logging.WARNING)


@main.command()
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Compute for a past day.")
@click.option("--job", default="daily", show_default=True, help="The Dagster job to run.")
def run(as_of: date | None, job: str) -> None:
    """Run the daily job once, against the shop in ecom.toml, and show what came of it."""
    _run(f"{as_of:%Y-%m-%d}" if as_of else "", job)


def _run(as_of: str, job: str) -> None:
    from ecom_ai_os.progress import run_job
    from ecom_ai_os.summary import show

    outcome = run_job(job, as_of, console)
    show(console, outcome)
    if not outcome.is_success:
        sys.exit(1)


@main.command()
@click.option("--orders", default=20_000, show_default=True, help="Orders in two years.")
@click.option("--seed", default=7, show_default=True)
def demo(orders: int, seed: int) -> None:
    """Run the daily job against a simulated shop over HTTP, and show what came of it."""
    with console.status("Starting the simulated shop …"), _sandbox(orders, seed) as url:
        _point_at(url)
        console.print(f"The simulated shop answers at {url}.")
        _run("", "daily")


@main.command()
@click.option("--port", default=3000, show_default=True)
@click.option("--orders", default=20_000, show_default=True, help="Orders in two years.")
@click.option("--seed", default=7, show_default=True)
@click.option("--own-shop", is_flag=True, help="Read the shop in ecom.toml: no simulated shop.")
def dev(port: int, orders: int, seed: int, own_shop: bool) -> None:
    """Serve the Dagster UI and daemon, with the simulated shop running while it is up."""
    from ecom_ai_os.processes import dagster

    if own_shop:
        sys.exit(dagster(port))
    with _sandbox(orders, seed) as url:
        _point_at(url)
        sys.exit(dagster(port))


@main.command()
def doctor() -> None:
    """Check settings, credentials, granted scopes and reachability, one line each."""
    from ecom_ai_os.doctor import findings

    logging.getLogger("ecom_ai_os").setLevel(logging.ERROR)
    is_well = True
    for finding in findings():
        is_well &= finding.is_ok
        mark = "[green]ok[/]  " if finding.is_ok else "[red]mend[/]"
        mend = f" → {finding.mend}" if finding.mend and not finding.is_ok else ""
        console.print(f"{mark} {finding.subject}: {finding.says}{mend}", soft_wrap=True)
    if not is_well:
        sys.exit(1)


@main.command(
    name="sandbox", context_settings={"ignore_unknown_options": True, "help_option_names": []}
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox_command(arguments: tuple[str, ...]) -> None:
    """Serve the simulated shop alone; --help lists its options."""
    os.execv(sys.executable, [sys.executable, "-m", "ecom_ai_os.sandbox", *arguments])


def _sandbox(orders: int, seed: int) -> AbstractContextManager[str]:
    from ecom_ai_os import settings
    from ecom_ai_os.processes import sandbox

    return sandbox(settings.home() / "sandbox", orders=orders, seed=seed)


def _point_at(url: str) -> None:
    """Let the connections of ecom.toml read the simulated shop."""
    from ecom_ai_os.demo import environment

    try:
        os.environ.update(environment(url))
    except ValueError as error:
        raise click.UsageError(str(error)) from error


if __name__ == "__main__":
    main()
