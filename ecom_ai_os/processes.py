"""The processes the command line starts: the simulated shop and Dagster."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ecom_ai_os import settings

ROOT = Path(__file__).parents[1]
STOP_SECONDS = 30


@contextmanager
def sandbox(home: Path, **options: object) -> Iterator[str]:
    """Serve the simulated shop on a free loopback port; yields its URL once it answers.

    `options` as `python -m ecom_ai_os.sandbox --help` lists them.
    """
    command = [sys.executable, "-m", "ecom_ai_os.sandbox", "--port", "0", "--home", str(home)]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url.startswith("http"):
            raise RuntimeError(f"the simulated shop did not start: {url or 'it said nothing'}")
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=STOP_SECONDS)


def dagster_home() -> Path:
    """Return DAGSTER_HOME under the program's folder, with the shipped instance settings."""
    path = settings.home() / "dagster"
    path.mkdir(exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("dagster.yaml"), path / "dagster.yaml")
    os.environ["DAGSTER_HOME"] = str(path)
    return path


def dagster(port: int) -> int:
    """Run webserver and daemon on loopback until interrupted; returns the exit code."""
    dagster_home()
    os.environ["ECOM_HOME"] = str(settings.home())
    os.environ["ECOM_CONFIG"] = str(settings.config_path().absolute())
    program = Path(sys.executable).with_name("dagster")
    command = [str(program), "dev", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workspace", str(ROOT / "workspace.yaml")]
    # A group of its own: whoever stops us, its daemon and code server stop with it.
    process = subprocess.Popen(command, start_new_session=True)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _stop_group(process)


def _stop_group(process: subprocess.Popen[bytes]) -> None:
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, stop)
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=STOP_SECONDS / 3)
            return
