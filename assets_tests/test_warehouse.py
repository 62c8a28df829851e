"""The warehouse: frames checked on the way in, slices replaced whole, locks waited for."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest

from ecom_ai_os.warehouse import Column, Table, Warehouse

SCORES = Table(
    "quality.scores",
    grain="customer × day",
    key=("customer_id", "scored_on"),
    columns={
        "customer_id": Column("varchar", "Whose score it is"),
        "scored_on": Column("date", "The day's score"),
        "value": Column("decimal(18,2)", "It's money"),
    },
)


def scores(*rows: tuple[str | None, date, float]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["customer_id", "scored_on", "value"], orient="row")


MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


def test_a_read_takes_values_lists_and_series_by_name(warehouse: Warehouse) -> None:
    skus = pl.Series("sku", ["a", "b"])
    sql = "select $day + 1 as day, $limit as most, list_contains($skus, 'b') as has, '$.x' as path"
    row = warehouse.read(sql, day=date(2026, 3, 1), limit=5, skus=skus).row(0)
    assert row == (date(2026, 3, 2), 5, True, "$.x")
    assert warehouse.read("select not list_contains($skus, 'b')", skus=skus.clear()).item()
    with pytest.raises(duckdb.Error):
        warehouse.read("select $day", other=1)


def test_a_slice_is_replaced_and_the_rest_stays(warehouse: Warehouse) -> None:
    warehouse.replace_slice(SCORES, scores(("a", MONDAY, 1), ("b", MONDAY, 2)), scored_on=MONDAY)
    warehouse.replace_slice(SCORES, scores(("a", TUESDAY, 3)), scored_on=TUESDAY)
    warehouse.replace_slice(SCORES, scores(("b", MONDAY, 4)), scored_on=MONDAY)
    rows = warehouse.read("select customer_id, value::int from quality.scores order by all").rows()
    assert rows == [("a", 3), ("b", 4)]


def test_merge_replaces_by_key(warehouse: Warehouse) -> None:
    warehouse.merge(SCORES, scores(("a", MONDAY, 1), ("b", MONDAY, 2)))
    warehouse.merge(SCORES, scores(("b", MONDAY, 9), ("c", MONDAY, 3)))
    rows = warehouse.read("select customer_id, value::int from quality.scores order by all").rows()
    assert rows == [("a", 1), ("b", 9), ("c", 3)]


def test_a_repeated_key_is_refused_and_nothing_changes(warehouse: Warehouse) -> None:
    warehouse.replace(SCORES, scores(("a", MONDAY, 1)))
    with pytest.raises(ValueError, match=r"quality\.scores: 1 rows repeat a key"):
        warehouse.replace(SCORES, scores(("b", MONDAY, 1), ("b", MONDAY, 2)))
    assert warehouse.read("select customer_id from quality.scores").rows() == [("a",)]


def test_a_key_without_value_and_a_missing_column_are_named(warehouse: Warehouse) -> None:
    with pytest.raises(ValueError, match="without customer_id"):
        warehouse.replace(SCORES, scores((None, MONDAY, 1)))
    with pytest.raises(ValueError, match="needs the columns value"):
        warehouse.replace(SCORES, scores(("a", MONDAY, 1)).drop("value"))


def test_comments_are_kept_and_new_columns_added(warehouse: Warehouse) -> None:
    narrow = Table(SCORES.name, SCORES.grain, SCORES.key, dict(list(SCORES.columns.items())[:2]))
    warehouse.replace(narrow, scores(("a", MONDAY, 1)))
    warehouse.ensure(SCORES)
    comments = warehouse.read(
        "select column_name, comment from duckdb_columns() where table_name = 'scores'"
    )
    assert dict(comments.rows())["value"] == "It's money"
    assert warehouse.read("select value from quality.scores").rows() == [(None,)]


HOLDER = """
import sys, time
from ecom_ai_os.warehouse import Warehouse
with Warehouse(home=sys.argv[1]).connect():
    print("held", flush=True)
    time.sleep(1.5)
"""


def test_a_writer_waits_for_another_process(warehouse: Warehouse, caplog: object) -> None:
    """Whether that process holds the file at work or only lingers."""
    warehouse.replace(SCORES, scores(("a", MONDAY, 1)))
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, warehouse.home], stdout=subprocess.PIPE
    )
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    warehouse.merge(SCORES, scores(("b", MONDAY, 2)))
    assert holder.wait() == 0
    holder.stdout.close()
    assert warehouse.read("from quality.scores").height == 2
    assert "waiting for warehouse.duckdb" in caplog.text  # type: ignore[attr-defined]


def test_an_open_reader_sees_one_release_at_a_time_over_50_publishes(warehouse: Warehouse) -> None:
    """Each release holds one number in two tables; a reader must never see two numbers."""
    other = Table("segments.scores", SCORES.grain, SCORES.key, SCORES.columns)

    def write(value: int) -> None:
        frame = scores(*[(str(i), MONDAY, value) for i in range(50)])
        with_both = [warehouse.replace(table, frame) for table in (SCORES, other)]
        assert len(with_both) == 2
        warehouse.publish()

    write(0)
    seen, problems, stop = set[int](), list[str](), threading.Event()

    def read() -> None:
        path = str(Path(warehouse.home) / "analytics.duckdb")
        with duckdb.connect(path, read_only=True) as con:
            while not stop.wait(0.01):
                values = con.execute("select distinct value::int from quality.scores").fetchall()
                if len(values) != 1:
                    problems.append(f"a mixed release: {values}")
                seen.update(value for (value,) in values)

    reader = threading.Thread(target=read)
    reader.start()
    for value in range(1, 51):
        write(value)
    time.sleep(0.2)
    stop.set()
    reader.join()
    assert not problems
    assert 50 in seen and len(seen) > 3
    assert len(list((Path(warehouse.home) / "releases").glob("2*"))) == 5


def test_a_program_may_end_while_its_file_is_closed(tmp_path: Path) -> None:
    script = (
        "import sys, time\n"
        "from ecom_ai_os.warehouse import LINGER_SECONDS, Warehouse\n"
        "Warehouse(home=sys.argv[1]).read('select 1')\n"
        "time.sleep(LINGER_SECONDS)"
    )
    for _ in range(3):
        subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
