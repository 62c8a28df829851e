"""Landing 1,000,000 bulk records, beside DuckDB's own read_json on the same file.

Prints seconds, the ratio (DuckDB's time ÷ ours; the aim is at least 0.7) and peak memory. Each
side runs in a process of its own, in turn, so that neither warms the other.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RECORDS = 1_000_000
ROUNDS = 3

GENERATE = """
copy (
    select 'gid://shopify/Order/' || i as id, timestamp '2025-01-01' + interval (i) second as
        "updatedAt", '#' || i as name, 'EUR' as "currencyCode", false as test,
        ['a', 'b'] as tags, {'shopMoney': {'amount': (i % 9999)::varchar, 'currencyCode': 'EUR'}}
        as "totalPriceSet", {'id': 'gid://shopify/Customer/' || i % 70000} as customer,
        repeat('x', 150) as note
    from range($records) t(i)
) to '$path' (format json, timestampformat '%Y-%m-%dT%H:%M:%SZ')
"""


def ours(path: Path) -> None:
    from ecom_ai_os.platforms import Batch, RawTable, Stream
    from ecom_ai_os.warehouse import Warehouse

    stream = Stream("orders", (RawTable("orders"),))
    warehouse = Warehouse(home=str(path.with_suffix(".home")), memory_limit="2GB")
    warehouse.prepare({"shopify": [stream]})
    started = time.perf_counter()
    warehouse.land("main", "shopify", stream, Batch({}, {"orders": [path]}))
    report(started)


def theirs(path: Path) -> None:
    import duckdb

    with duckdb.connect(str(path.with_suffix(".duckdb")), config={"memory_limit": "2GB"}) as con:
        started = time.perf_counter()
        con.execute(f"create or replace table orders as from read_json('{path}')")
    report(started)


def report(started: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - started:.3f} {peak:.0f}")


def main() -> None:
    import duckdb

    with tempfile.TemporaryDirectory() as folder:
        times: dict[str, list[float]] = {"ours": [], "theirs": []}
        peaks: dict[str, float] = {}
        for number in range(ROUNDS):
            path = Path(folder) / f"{number}.jsonl"
            duckdb.sql(GENERATE.replace("$path", str(path)).replace("$records", str(RECORDS)))
            for side in times:
                output = subprocess.check_output([sys.executable, __file__, side, str(path)])
                seconds, peaks[side] = map(float, output.split())
                times[side].append(seconds)
            path.unlink()
        best = {side: min(values) for side, values in times.items()}
        for side, seconds in best.items():
            print(f"{side:>7}: {seconds:6.2f} s, peak {peaks[side]:,.0f} MB")
        print(f"  ratio: {best['theirs'] / best['ours']:.2f} of read_json's speed")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        {"ours": ours, "theirs": theirs}[sys.argv[1]](Path(sys.argv[2]))
    else:
        main()
