"""The dbt project as dbt parsed it, kept until a file of it changes: parsing takes 10 CPU-s."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from assets_tests.once import once

ROOT = Path(__file__).parents[1]
PROJECT = ROOT / "dbt_project"
KEPT = ROOT / "var" / "tests"
VARS = {"reporting_currency": "EUR", "consumable_tags": ["refill"]}
#: dbt parses anew when the variables or the path of the database change: tests that run dbt do so
#: with these, in the folder of their warehouse.
ENVIRONMENT = {"ECOM_WAREHOUSE": "warehouse.duckdb"}
OPTIONS = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--quiet"]
OPTIONS += ["--vars", json.dumps(VARS), "--no-use-colors"]


def give(target: Path) -> None:
    """Copy what dbt made of the project into a target folder."""
    shutil.copytree(once(KEPT, f"dbt-{_fingerprint()}", _parse), target, dirs_exist_ok=True)


def _parse(folder: Path) -> None:
    dbt = Path(sys.executable).with_name("dbt")
    folders = ["--target-path", str(folder), "--log-path", str(folder)]
    environment = os.environ | ENVIRONMENT
    subprocess.run([dbt, "parse", *OPTIONS, *folders], env=environment, cwd=folder, check=True)


def _fingerprint() -> str:
    digest = sha256((ROOT / "requirements.lock").read_bytes())
    for path in sorted(path for path in PROJECT.rglob("*") if path.suffix in {".sql", ".yml"}):
        digest.update(f"{path.relative_to(PROJECT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]
