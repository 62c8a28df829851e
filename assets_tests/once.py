"""What is expensive to make is made once: for all workers of a session, or for all sessions."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def once_a_session(
    factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]
) -> Path:
    """Return a folder that `make` filled, whichever worker asked first; copy what is written."""
    mine = factory.getbasetemp()
    # With pytest-xdist each worker has a folder inside the session's.
    return once(mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine, name, make)


def once(root: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Return the folder `root`/`name`, which `make` filled if it was not there; others wait."""
    root.mkdir(parents=True, exist_ok=True)
    folder, part = root / name, root / f"{name}.part"
    with (root / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir()
            make(part)
            part.rename(folder)
    return folder
