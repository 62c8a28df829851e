"""The shop of Cin7's tests that buys, with connections to its Linnworks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assets_tests.platforms.cin7.conftest import (
    impatient,
    records,
    running,
    sandbox,
    small_business,
    surface,
)
from ecom_ai_os.platforms import Batch
from ecom_ai_os.platforms.linnworks import Linnworks
from ecom_ai_os.platforms.linnworks.settings import LinnworksConnection
from ecom_ai_os.sandbox.app import Sandbox
from ecom_ai_os.sandbox.linnworks.routes import APPLICATION, LIMITS, LinnworksSurface

__all__ = ["impatient", "records", "running", "sandbox", "small_business", "surface"]

Connect = Callable[..., Linnworks]


def connection(url: str, **settings: Any) -> LinnworksConnection:
    keys = {
        "application_id": APPLICATION["ApplicationId"],
        "application_secret": APPLICATION["ApplicationSecret"],
        "token": APPLICATION["Token"],
    }
    return LinnworksConnection.model_validate(
        {"platform": "linnworks", "url": url} | keys | settings
    )


@pytest.fixture
def connect(running: tuple[str, Sandbox], sandbox: Sandbox) -> Connect:
    """Connect to the sandbox's Linnworks; keyword arguments are settings."""
    surface(sandbox, LinnworksSurface).limit_to(LIMITS)
    return lambda **settings: Linnworks("lw", connection(running[0], **settings))


def read(
    linnworks: Linnworks, folder: Path, cursors: dict[str, Any] | None = None
) -> dict[str, list[Batch]]:
    """Return the batches of every stream."""
    cursors = cursors or {}
    return {
        stream.name: list(linnworks.read(stream.name, cursors.get(stream.name), folder))
        for stream in linnworks.streams
    }
