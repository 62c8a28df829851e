"""Releases: what analysts see is what stands in the warehouse, and what stayed is not rewritten."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ecom_ai_os import release
from ecom_ai_os.warehouse import Column, Table, Warehouse

SEGMENTS = Table(
    "segments.customer_segments",
    grain="customer × day",
    key=("customer_id", "segmented_on"),
    columns={
        "customer_id": Column("varchar", "Person"),
        "segmented_on": Column("date", "Day"),
        "segment": Column("varchar", "Segment"),
    },
    sliced_by="segmented_on",
)
FIRST = date(2026, 11, 1)


def slice_of(day: date, *segments: str) -> pl.DataFrame:
    rows = [(str(n), day, segment) for n, segment in enumerate(segments)]
    return pl.DataFrame(rows, schema=list(SEGMENTS.columns), orient="row")


def write(warehouse: Warehouse, day: date, *segments: str) -> None:
    warehouse.replace_slice(SEGMENTS, slice_of(day, *segments), segmented_on=day)


def files(warehouse: Warehouse) -> dict[str, int]:
    """The newest release's files of the table, and where their bytes are."""
    folder = Path(warehouse.home) / "releases" / "current" / "segments" / "customer_segments"
    return {path.name: path.stat().st_ino for path in folder.glob("*.parquet")}


def seen(warehouse: Warehouse) -> pl.DataFrame:
    """What an analyst's session reads of the table."""
    with duckdb.connect(str(Path(warehouse.home) / "analytics.duckdb"), read_only=True) as con:
        return pl.DataFrame(con.sql("from segments.customer_segments order by all"))


def test_a_slice_that_was_not_written_since_is_the_file_of_before(warehouse: Warehouse) -> None:
    for n in range(3):
        write(warehouse, FIRST + timedelta(n), "vip", "new")
    warehouse.publish()
    before = files(warehouse)
    write(warehouse, FIRST + timedelta(1), "lapsed", "new")
    warehouse.publish()
    after = files(warehouse)
    assert set(after) == {"2026-11-01.parquet", "2026-11-02.parquet", "2026-11-03.parquet"}
    assert [name for name in sorted(after) if after[name] != before[name]] == ["2026-11-02.parquet"]
    assert seen(warehouse)["segment"].to_list().count("lapsed") == 1


def test_where_files_cannot_be_linked_they_are_copied(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr(release.os, "link", refuse)
    write(warehouse, FIRST, "vip")
    warehouse.publish()
    write(warehouse, FIRST + timedelta(1), "new")
    published = warehouse.publish()
    assert published.n_rows["segments.customer_segments"] == 2
    assert seen(warehouse)["segment"].to_list() == ["vip", "new"]


def test_a_new_column_is_in_every_slice(warehouse: Warehouse) -> None:
    write(warehouse, FIRST, "vip")
    warehouse.publish()
    columns = SEGMENTS.columns | {"why": Column("varchar", "Why")}
    wider = Table(SEGMENTS.name, SEGMENTS.grain, SEGMENTS.key, columns, SEGMENTS.sliced_by)
    day = FIRST + timedelta(1)
    rows = slice_of(day, "new").with_columns(why=pl.lit("first order"))
    warehouse.replace_slice(wider, rows, segmented_on=day)
    warehouse.publish()
    assert seen(warehouse)["why"].to_list() == [None, "first order"]


def test_an_open_session_sees_a_table_that_was_empty(warehouse: Warehouse) -> None:
    warehouse.ensure(SEGMENTS)
    warehouse.publish()
    with duckdb.connect(str(Path(warehouse.home) / "analytics.duckdb"), read_only=True) as con:
        count = "select count(*) from segments.customer_segments"
        assert con.execute(count).fetchone() == (0,)
        write(warehouse, FIRST, "vip", "new")
        warehouse.publish()
        assert con.execute(count).fetchone() == (2,)


DAYS = st.integers(0, 3).map(lambda n: FIRST + timedelta(n))
SEGMENT_LISTS = st.lists(st.sampled_from(["vip", "new", "lapsed"]), max_size=3)
STEPS = st.one_of(
    st.tuples(st.just("slice"), DAYS, SEGMENT_LISTS),
    st.tuples(st.just("replace"), DAYS, SEGMENT_LISTS),
    st.tuples(st.just("merge"), DAYS, SEGMENT_LISTS),
    st.tuples(st.just("members"), DAYS, SEGMENT_LISTS),
    st.tuples(st.just("forget"), DAYS, st.just([])),
    st.tuples(st.just("publish"), st.just(FIRST), st.just([])),
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, max_size=8))
def test_what_was_published_is_what_stands_there(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, date, list[str]]]
) -> None:
    warehouse = Warehouse(home=str(tmp_path_factory.mktemp("home")))
    warehouse.ensure(SEGMENTS)
    for kind, day, segments in [*steps, ("publish", FIRST, [])]:
        rows = slice_of(day, *segments)
        if kind == "slice":
            write(warehouse, day, *segments)
        elif kind == "replace":
            warehouse.replace(SEGMENTS, rows)
        elif kind == "merge":
            warehouse.merge(SEGMENTS, rows)
        elif kind == "members":
            warehouse.replace_members(SEGMENTS, rows, rows["customer_id"])
        elif kind == "forget":
            with warehouse.transaction() as con:
                con.execute("delete from segments.customer_segments where segmented_on = ?", [day])
        else:
            warehouse.publish()
            there = warehouse.read("from segments.customer_segments order by all")
            assert seen(warehouse).equals(there)
