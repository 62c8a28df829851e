"""Kill −9 in the middle of ingestion, dbt and publishing; run again; compare with a calm run.

Prints, for each place, whether the kill struck there and how many rows of how many tables differ
from a warehouse that was filled by one undisturbed run (0 is the aim). Times and run ids are left
out of the comparison: they say when, not what.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import duckdb

from ecom_ai_os.demo import environment
from ecom_ai_os.processes import sandbox

os.environ["ECOM_CONFIG"] = str(Path(__file__).with_name("shopify_alone.toml"))
ORDERS = 5_000
NIGHT = '{"now": "2026-11-23T02:00:00Z"}'
WHEN_COLUMNS = {"loaded_at", "committed_at", "last_loaded_at", "excluded_at", "quarantined_at"}
WHEN_COLUMNS |= {
    "changed_at",
    "decided_at",
    "failing_since",
    "known_since",
    "read_at",
    "written_at",
}

PLACES: dict[str, Callable[[Path], bool]] = {
    "ingestion": lambda home: _size(home / "warehouse.duckdb") > 3_000_000,
    "dbt": lambda home: any((home / "dbt").glob("commerce-*/dbt.log")),
    "publishing": lambda home: any((home / "releases").glob("*.half/*/*")),
}


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def start(home: Path, url: str) -> subprocess.Popen[bytes]:
    """Start a daily run at the same simulated moment every time."""
    urllib.request.urlopen(f"{url}/_sandbox/clock", data=NIGHT.encode()).close()
    env = os.environ | {"ECOM_HOME": str(home)} | environment(url)
    command = [sys.executable, "-m", "ecom_ai_os.cli", "run", "--as-of", "2026-11-22"]
    return subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)


def kill_at(home: Path, url: str, is_there: Callable[[Path], bool]) -> bool:
    """Kill a run as soon as `is_there` holds; returns whether it still ran then."""
    run = start(home, url)
    while run.poll() is None and not is_there(home):
        time.sleep(0.02)
    struck = run.poll() is None
    run.send_signal(signal.SIGKILL)
    run.wait()
    return struck


def contents(home: Path) -> dict[str, set[str]]:
    """Return every table's rows as text, without the columns that say when."""
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        tables = con.execute(
            "select schema_name, table_name, list(column_name order by column_name) "
            "from duckdb_columns() join duckdb_tables() using (schema_name, table_name) "
            "where schema_name not in ('staging', 'main') group by all"
        ).fetchall()
        rows = {}
        for schema, table, columns in tables:
            kept = ", ".join(f'"{name}"' for name in columns if name not in WHEN_COLUMNS)
            found = con.execute(f"select ({kept})::varchar from {schema}.{table}").fetchall()
            rows[f"{schema}.{table}"] = {row[0] for row in found}
        return rows


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        with sandbox(home / "shop", orders=ORDERS, today="2026-11-23") as url:
            start(home / "calm", url).wait()
            calm = contents(home / "calm")
            for place, is_there in PLACES.items():
                struck = kill_at(home / place, url, is_there)
                start(home / place, url).wait()
                again = contents(home / place)
                different = {name: len(calm[name] ^ again.get(name, set())) for name in calm}
                worst = {name: n for name, n in different.items() if n}
                print(
                    f"killed in {place:<10} {'yes' if struck else 'too late':<8} "
                    f"{sum(map(len, again.values())):,} rows in {len(again)} tables, "
                    f"{sum(different.values())} differ {worst or ''}"
                )


if __name__ == "__main__":
    main()
