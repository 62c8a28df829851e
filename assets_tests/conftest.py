"""What every test may use: a warehouse of its own, and the data that stands beside the project."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

# Before anything reads the settings: tests see no deployment's settings and write to a folder
# of their own.
os.environ["ECOM_HOME"] = tempfile.mkdtemp(prefix="ecom-tests-")
os.environ["ECOM_CONFIG"] = str(Path(os.environ["ECOM_HOME"]) / "ecom.toml")
for name in [name for name in os.environ if name.startswith("ECOM__")]:
    del os.environ[name]

from assets_tests import parsed_project  # noqa: E402
from ecom_ai_os.warehouse import Warehouse  # noqa: E402

parsed_project.give(Path(os.environ["ECOM_HOME"]) / "dbt")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(home=str(tmp_path / "home"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with real data sets and vendor specifications; skips when it is not there."""
    if not SHARED.exists():
        pytest.skip("needs the data sets that stand beside the project")
    return SHARED
