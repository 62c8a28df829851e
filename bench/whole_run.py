"""A first daily run, one with nothing new and one a simulated day later, with their memory.

`python bench/whole_run.py 1000000` takes a million orders (the default is 20,000). Memory is the
largest sum over the run's processes (dbt's included, the simulated shop's not).
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import psutil

from ecom_ai_os.demo import environment
from ecom_ai_os.processes import sandbox

os.environ["ECOM_CONFIG"] = str(Path(__file__).with_name("shopify_alone.toml"))
TODAY = "2026-11-23"
#: Orders of two years from which a shop is on the vendor's plan for large ones: some 10 million a
#: year in turnover. It allows ten times the requests.
PLUS_ORDERS = 300_000


def post(url: str, body: str) -> None:
    urllib.request.urlopen(f"{url}/_sandbox/clock", data=body.encode()).close()


def run(home: Path, url: str, as_of: str) -> tuple[float, float]:
    """Return a daily run's seconds and its processes' peak memory in GB."""
    env = os.environ | {"ECOM_HOME": str(home)} | environment(url)
    command = [sys.executable, "-m", "ecom_ai_os.cli", "run", "--as-of", as_of]
    started, peak = time.perf_counter(), 0
    with (home.parent / f"{as_of}.log").open("a") as log:
        process = psutil.Popen(command, env=env, stdout=log)
        while process.poll() is None:
            peak = max(peak, _memory(process))
            time.sleep(0.2)
    if process.returncode:
        raise RuntimeError(f"the run for {as_of} failed; see {log.name}")
    return time.perf_counter() - started, peak / 1e9


def _memory(process: psutil.Process) -> int:
    total = 0
    for part in [process, *process.children(recursive=True)]:
        try:
            total += part.memory_info().rss
        except psutil.Error:
            continue
    return total


def main(n_orders: int) -> None:
    plan = "plus" if n_orders >= PLUS_ORDERS else "standard"
    with tempfile.TemporaryDirectory() as folder:
        home, started = Path(folder) / "home", time.perf_counter()
        with sandbox(Path(folder) / "shop", orders=n_orders, today=TODAY, plan=plan) as url:
            print(f"{n_orders:,} orders generated in {time.perf_counter() - started:.1f} s")
            post(url, f'{{"now": "{TODAY}T05:00:00Z"}}')
            first, peak = run(home, url, "2026-11-22")
            print(f"first run     {first:7.1f} s, peak {peak:.2f} GB", flush=True)
            again, peak = run(home, url, "2026-11-22")
            print(f"nothing new   {again:7.1f} s, peak {peak:.2f} GB, {again / first:.2f} of it")
            post(url, '{"advance_days": 1}')
            later, peak = run(home, url, "2026-11-23")
            print(f"one day later {later:7.1f} s, peak {peak:.2f} GB, {later / first:.2f} of it")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
