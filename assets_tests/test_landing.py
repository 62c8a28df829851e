"""Landing: newest wins, deletions are marked, broken records are kept aside with their reason."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os.platforms import Batch, Quarantined, RawTable, Stream
from ecom_ai_os.warehouse import Warehouse

ORDERS = Stream("orders", (RawTable("orders"), RawTable("order_lines", parent_id="$.__parentId")))


def record(id_: str, day: int, **more: Any) -> dict[str, Any]:
    return {"id": id_, "updatedAt": f"2026-01-{day:02d}T00:00:00Z"} | more


def write(path: Path, records: Iterable[dict[str, Any]]) -> Path:
    path.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    return path


@pytest.fixture
def shop(warehouse: Warehouse) -> Warehouse:
    warehouse.prepare({"shopify": [ORDERS]})
    return warehouse


def land(shop: Warehouse, batch: Batch) -> Any:
    return shop.land("main", "shopify", ORDERS, batch)


def orders(shop: Warehouse) -> list[tuple[Any, ...]]:
    return shop.read(
        "select record_id, day(updated_at), payload ->> 'n', is_deleted "
        "from shopify.orders order by record_id"
    ).rows()


def test_the_newest_wins_whatever_the_order(shop: Warehouse, tmp_path: Path) -> None:
    file = write(tmp_path / "a", [record("1", 3, n="new"), record("1", 2, n="old")])
    land(shop, Batch({}, {"orders": [file]}))
    land(shop, Batch({}, {"orders": [write(tmp_path / "b", [record("1", 1, n="oldest")])]}))
    assert orders(shop) == [("1", 3, "new", False)]


def test_on_a_tie_the_later_read_wins(shop: Warehouse, tmp_path: Path) -> None:
    land(shop, Batch({}, {"orders": [write(tmp_path / "a", [record("1", 1, n="first")])]}))
    land(shop, Batch({}, {"orders": [write(tmp_path / "b", [record("1", 1, n="second")])]}))
    assert orders(shop) == [("1", 1, "second", False)]


def test_an_unchanged_record_keeps_its_loaded_at(shop: Warehouse, tmp_path: Path) -> None:
    batch = Batch({}, {"orders": [write(tmp_path / "a", [record("1", 1), record("2", 1)])]})
    land(shop, batch)
    before = shop.read("select record_id, loaded_at from shopify.orders order by all").rows()
    assert land(shop, batch).written == {"orders": 0}
    after = shop.read("select record_id, loaded_at from shopify.orders order by all").rows()
    assert before == after


def test_deletions_are_marked_and_a_return_undoes_them(shop: Warehouse, tmp_path: Path) -> None:
    file = write(tmp_path / "a", [record("1", 1), record("2", 1)])
    land(shop, Batch({}, {"orders": [file]}))
    landed = land(shop, Batch({}, deleted={"orders": ["2", "9"]}))
    assert landed.deleted == {"orders": 1}
    assert [row[3] for row in orders(shop)] == [False, True]
    land(shop, Batch({}, {"orders": [file]}))
    assert [row[3] for row in orders(shop)] == [False, False]


def test_a_snapshot_marks_what_is_no_longer_there(shop: Warehouse, tmp_path: Path) -> None:
    land(shop, Batch({}, {"orders": [write(tmp_path / "a", [record("1", 1), record("2", 1)])]}))
    everything = write(tmp_path / "b", [record("1", 1)])
    land(shop, Batch({}, {"orders": [everything]}, snapshot=frozenset({"orders"})))
    assert [row[3] for row in orders(shop)] == [False, True]
    land(shop, Batch({}, snapshot=frozenset({"orders"})))
    assert [row[3] for row in orders(shop)] == [True, True]


def test_broken_records_are_quarantined_and_the_rest_lands(shop: Warehouse, tmp_path: Path) -> None:
    file = tmp_path / "a"
    good = orjson.dumps(record("1", 1))
    file.write_bytes(
        b"\n".join([good, b"<html>no</html>", b'{"id": "2\xff"}', b"[1]", b'{"x": 1}'])
        + b'\n{"id": "3", "updatedAt": "yesterday"}\n{"id": "4", "upd'
    )
    batch = Batch({"at": 1}, {"orders": [file]}, quarantined=[Quarantined("orders", "why", "x")])
    landed = land(shop, batch)
    assert orders(shop) == [("1", 1, None, False)]
    assert landed.quarantined == {"orders": 7}
    reasons = shop.read("select reason from quality.quarantine order by all")["reason"].to_list()
    assert [reason for reason in reasons if "not JSON" in reason and "line" in reason]
    assert "no id at $.id" in reasons and "$.updatedAt is not a time" in reasons
    land(shop, batch)
    assert shop.read("from quality.quarantine").height == 7, "the same record is kept once"


def test_a_snapshot_with_a_broken_record_deletes_nothing(shop: Warehouse, tmp_path: Path) -> None:
    land(shop, Batch({}, {"orders": [write(tmp_path / "a", [record("1", 1), record("2", 1)])]}))
    file = tmp_path / "b"
    file.write_bytes(orjson.dumps(record("1", 1)) + b'\n{"id": "2", ')
    land(shop, Batch({}, {"orders": [file]}, snapshot=frozenset({"orders"})))
    assert [row[3] for row in orders(shop)] == [False, False]


def test_rows_and_cursor_commit_together(shop: Warehouse, tmp_path: Path) -> None:
    land(shop, Batch({"page": 1}, {"orders": [write(tmp_path / "a", [record("1", 1)])]}))
    bad = Batch({"page": 2}, {"unknown": [write(tmp_path / "b", [record("2", 1)])]})
    with pytest.raises(ValueError, match="no raw table 'unknown'"):
        land(shop, bad)
    assert shop.cursors()["main", "orders"] == {"page": 1}
    assert len(orders(shop)) == 1


def test_connections_do_not_touch_each_other(shop: Warehouse, tmp_path: Path) -> None:
    file = write(tmp_path / "a", [record("1", 1)])
    land(shop, Batch({"of": "main"}, {"orders": [file]}))
    shop.land("second", "shopify", ORDERS, Batch({"of": "second"}, {"orders": [file]}))
    shop.land("second", "shopify", ORDERS, Batch({}, snapshot=frozenset({"orders"})))
    rows = shop.read("select connection, is_deleted from shopify.orders order by all").rows()
    assert rows == [("main", False), ("second", True)]
    assert shop.cursors()["main", "orders"] == {"of": "main"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["", "{1}", "[a]", "true"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.just("id"), inner, max_size=1),
    max_leaves=3,
)


@given(ids=st.lists(anything, max_size=8))
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_only_text_and_numbers_tell_records_apart(
    tmp_path_factory: pytest.TempPathFactory, ids: list[Any]
) -> None:
    """What has another id is in the quarantine with its reason, and nothing is in neither."""
    folder = tmp_path_factory.mktemp("ids")
    shop = OpenWarehouse(home=str(folder))
    shop.prepare({"shopify": [ORDERS]})
    good = {str(one) for one in ids if type(one) in (str, int) and one != ""}
    none = {orjson.dumps({"id": one}).decode() for one in ids if one in (None, "")}
    odd = {orjson.dumps({"id": one}).decode() for one in ids if isinstance(one, bool | list | dict)}
    land(shop, Batch({}, {"orders": [write(folder / "a", [{"id": one} for one in ids])]}))
    assert {id_ for id_, *_ in orders(shop)} == good
    kept = shop.read("select distinct payload, reason from quality.quarantine").rows()
    says = "the id at $.id is neither text nor a number"
    assert dict(kept) == dict.fromkeys(none, "no id at $.id") | dict.fromkeys(odd, says)


versions = st.lists(
    st.lists(st.tuples(st.integers(0, 5), st.integers(1, 9), st.integers(0, 3)), max_size=8),
    min_size=1,
    max_size=4,
)


@given(batches=versions)
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_sequence_of_batches_leaves_the_newest_of_each(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[int, int, int]]]
) -> None:
    """The landed state equals a dictionary kept by hand; landing it all again changes nothing."""
    folder = tmp_path_factory.mktemp("landing")
    shop = OpenWarehouse(home=str(folder))
    shop.prepare({"shopify": [ORDERS]})
    expected: dict[str, tuple[int, int]] = {}
    for number, batch in enumerate(batches):
        for id_, day, n in batch:
            if day >= expected.get(str(id_), (0, 0))[0]:
                expected[str(id_)] = (day, n)
        file = write(folder / str(number), [record(str(i), day, n=n) for i, day, n in batch])
        land(shop, Batch({"n": number}, {"orders": [file]}))
    rows = {id_: (day, int(n)) for id_, day, n, _ in orders(shop)}
    assert rows == expected
