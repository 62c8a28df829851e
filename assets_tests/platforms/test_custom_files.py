"""The export road of a custom shop: what lands of real files, what is left, what is quarantined."""

from __future__ import annotations

import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecom_ai_os.platforms import Batch
from ecom_ai_os.platforms.custom import Custom
from ecom_ai_os.platforms.custom.mapping import load

LINES = {
    "order_id": "invoice",
    "sku": "sku",
    "ordered_at": "strptime(day, '%d.%m.%Y')",
    "quantity": "n",
    "unit_price": "replace(price, ',', '.')",
}
HEADER = "invoice,sku,day,n,price\n"


class Shop:
    """A folder of exports, read the way ingestion does it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "exports"
        self.spool = folder / "spool"
        self.folder.mkdir()
        self.spool.mkdir()
        self.cursor: dict[str, Any] | None = None

    def put(self, name: str, content: str | bytes, age: float = 100) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        then = time.time() - age
        os.utime(path, (then, then))
        return path

    def connect(self, entity: str = "order_lines", **its: Any) -> Custom:
        table = {"files": "*.csv", "columns": LINES} | its
        self.entity = entity
        export = {"platform": "custom", "road": "files", "path": str(self.folder)}
        export |= {"currency": "EUR", "timezone": "Europe/Berlin", "entities": {entity: table}}
        return Custom("export", Custom.Settings.model_validate(export))

    def batches(self, connector: Custom) -> list[Batch]:
        found = list(connector.read(self.entity, self.cursor, self.spool))
        self.cursor = found[-1].cursor if found else self.cursor
        return found

    def records(self, connector: Custom) -> list[dict[str, Any]]:
        return [
            orjson.loads(line)
            for batch in self.batches(connector)
            for path in batch.files[self.entity]
            for line in path.read_bytes().splitlines()
        ]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def ids(records: list[dict[str, Any]]) -> list[str]:
    return sorted(record["record_id"] for record in records)


def test_a_row_is_mapped_and_kept_as_it_was(shop: Shop) -> None:
    shop.put("a.csv", HEADER + '1,00123,01.07.2026,2,"9,50"\n')
    assert shop.records(shop.connect()) == [
        {
            "record_id": "1|00123",
            "mapped": {
                "currency": "EUR",
                "order_id": "1",
                "sku": "00123",
                "ordered_at": "2026-07-01 00:00:00+02",
                "quantity": 2.0,
                "unit_price": 9.5,
            },
            "source": {
                "invoice": "1",
                "sku": "00123",
                "day": "01.07.2026",
                "n": "2",
                "price": "9,50",
            },
        }
    ]


def test_a_file_is_read_once_and_again_when_it_changed(shop: Shop) -> None:
    shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n")
    connector = shop.connect()
    assert ids(shop.records(connector)) == ["1|x"]
    shop.put("b.csv", HEADER + "2,x,01.07.2026,2,1\n")
    assert ids(shop.records(connector)) == ["2|x"]
    assert shop.records(connector) == []
    shop.put("a.csv", HEADER + "1,x,01.07.2026,3,1\n", age=50)
    assert [record["mapped"]["quantity"] for record in shop.records(connector)] == [3]


def test_lines_that_share_an_id_are_all_kept(shop: Shop) -> None:
    shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n1,x,01.07.2026,5,1\n1,x,01.07.2026,2,1\n")
    records = shop.records(shop.connect())
    assert ids(records) == ["1|x", "1|x#2", "1|x#3"]
    assert sum(record["mapped"]["quantity"] for record in records) == 9


@pytest.mark.parametrize(
    ("name", "content", "age"),
    [
        ("young.csv", HEADER, 1),
        ("going.csv.part", HEADER, 100),
        ("half.parquet", b"PAR1 and no footer", 100),
        ("half.ndjson", b'{"invoice": "1"}\n{"invo', 100),
        ("half.json", b'[{"invoice": "1"},', 100),
        ("half.xlsx", b"PK\x03\x04", 100),
        ("half.csv.gz", b"\x1f\x8b\x08\x00 cut", 100),
    ],
)
def test_files_still_being_written_are_left(
    shop: Shop, name: str, content: str | bytes, age: float
) -> None:
    shop.put(name, content, age)
    assert shop.batches(shop.connect(files="*")) == []


def test_a_csv_cut_in_its_last_line_is_left(shop: Shop) -> None:
    shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n2,x,01.0")
    assert shop.batches(shop.connect()) == []
    shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n2,x,01.07.2026,2,1", age=50)
    assert ids(shop.records(shop.connect())) == ["1|x", "2|x"]


def test_a_broken_file_is_quarantined_and_the_rest_lands(shop: Shop) -> None:
    shop.put("a.parquet", b"PAR1 nonsense PAR1", age=2 * 3600)
    shop.put("b.csv", HEADER + "1,x,01.07.2026,2,1\n")
    (batch,) = shop.batches(shop.connect(files="*"))
    assert [path.stat().st_size > 0 for path in batch.files["order_lines"]] == [True]
    (broken,) = batch.quarantined
    assert broken.reason.startswith("a.parquet cannot be read")
    assert broken.payload.endswith("a.parquet")


def test_broken_rows_are_quarantined_with_their_reason(shop: Shop) -> None:
    rows = "1,x,01.07.2026,2,1\n2,x\n3,x,2026-07-01,2,1\n4,,01.07.2026,1,1\n5,x,01.07.2026,-1,1\n"
    shop.put("a.csv", HEADER + rows)
    (batch,) = shop.batches(shop.connect())
    reasons = [broken.reason for broken in batch.quarantined]
    assert reasons == [
        "a.csv: ordered_at = strptime(day, '%d.%m.%Y') fails",
        "a.csv: sku is empty",
        "a.csv: quantity is negative",
        "a.csv: line 3: Expected Number of Columns: 5 Found: 2",
    ]
    assert batch.quarantined[3].payload == "2,x"
    assert orjson.loads(batch.quarantined[0].payload)["invoice"] == "3"


def test_a_file_without_a_mapped_column_is_quarantined_by_its_name(shop: Shop) -> None:
    shop.put("a.csv", "invoice,sku,day,price\n1,x,01.07.2026,1\n")
    (batch,) = shop.batches(shop.connect())
    assert batch.quarantined[0].reason == (
        "a.csv cannot be read: it has no column n (it has: invoice, sku, day, price)"
    )
    (finding,) = shop.connect().check()
    assert finding.says == "a.csv has no column n (it has: invoice, sku, day, price)"


def test_what_a_snapshot_no_longer_holds_is_gone(shop: Shop) -> None:
    shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n")
    shop.put("b.csv", HEADER + "2,x,01.07.2026,2,1\n")
    connector = shop.connect(snapshot=True)
    (first,) = shop.batches(connector)
    assert first.snapshot == {"order_lines"}
    assert shop.batches(connector) == []
    (shop.folder / "a.csv").unlink()
    (second,) = shop.batches(connector)
    assert second.snapshot == {"order_lines"}
    assert len(second.files["order_lines"]) == 1


def test_the_newest_file_alone_can_be_the_table(shop: Shop) -> None:
    shop.put("2026-07-01.csv", HEADER + "1,x,01.07.2026,2,1\n", age=900)
    shop.put("2026-07-02.csv", HEADER + "2,x,01.07.2026,2,1\n", age=800)
    assert ids(shop.records(shop.connect(snapshot="newest"))) == ["2|x"]


def test_an_emptied_folder_deletes_nothing(shop: Shop) -> None:
    path = shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n")
    connector = shop.connect(snapshot=True)
    shop.batches(connector)
    path.unlink()
    assert shop.batches(connector) == []


def test_a_snapshot_with_broken_rows_deletes_nothing(shop: Shop) -> None:
    shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n2,x,never,2,1\n")
    (batch,) = shop.batches(shop.connect(snapshot=True))
    assert batch.snapshot == frozenset()


def test_a_changed_mapping_reads_everything_again_in_place_of_the_old(shop: Shop) -> None:
    shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n")
    shop.batches(shop.connect())
    (batch,) = shop.batches(shop.connect(id=["invoice"]))
    assert batch.snapshot == {"order_lines"}
    assert shop.batches(shop.connect(id=["invoice"])) == []


def test_a_changed_mapping_keeps_what_stood_in_archived_files(shop: Shop) -> None:
    old = shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n")
    shop.put("b.csv", HEADER + "2,x,01.07.2026,2,1\n")
    shop.batches(shop.connect())
    old.unlink()
    (batch,) = shop.batches(shop.connect(where="n::int > 0"))
    assert batch.snapshot == frozenset()


def test_many_bytes_come_in_several_batches(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ecom_ai_os.platforms.custom.files.BATCH_BYTES", 60)
    for number in range(3):
        shop.put(f"{number}.csv", HEADER + f"{number},x,01.07.2026,2,1\n", age=100 - number)
    assert [len(b.cursor["files"]) for b in shop.batches(shop.connect())] == [1, 2, 3]


def test_every_format_gives_the_same_mapped_row(shop: Shop) -> None:
    row = "select '1' as invoice, '00123' as sku, '01.07.2026' as day, 2 as n, '9.5' as price"
    with duckdb.connect() as con:
        load(con, "excel")
        for name, options in [
            ("a.csv", ""),
            ("a.tsv", "(format csv, delimiter '\t')"),
            ("a.csv.gz", ""),
            ("a.parquet", ""),
            ("a.ndjson", "(format json)"),
            ("a.json", "(format json, array true)"),
            ("a.xlsx", "(format xlsx, header true)"),
        ]:
            con.execute(f"copy ({row}) to '{shop.folder / name}' {options}")
            shop.put(name, (shop.folder / name).read_bytes())
    shop.put("a.txt", "  invoice sku  day n price\n 1   00123 01.07.2026 2 9.5\r\n")
    found = {
        path.name: shop.records(shop.connect(files=path.name, format=form))[0]["mapped"]
        for path in sorted(shop.folder.iterdir())
        for form in ["whitespace" if path.suffix == ".txt" else "auto"]
    }
    assert len(found) == 8
    assert all(mapped == found["a.csv"] for mapped in found.values())


def test_excel_dates_and_mixed_columns_are_read(shop: Shop) -> None:
    with duckdb.connect() as con:
        load(con, "excel")
        con.execute(
            "copy (select 536370 as order_no, timestamp '2026-07-01 08:45:00' as at_, "
            "'85' as item, 1.5 as price union all select 536371, '2026-07-02 10:00:00', '85A', 2) "
            f"to '{shop.folder / 'a.xlsx'}' (format xlsx, header true)"
        )
    shop.put("a.xlsx", (shop.folder / "a.xlsx").read_bytes())
    columns = {"order_id": "order_no", "sku": "item", "ordered_at": "at_", "quantity": "1"}
    records = shop.records(shop.connect(files="*.xlsx", columns=columns | {"unit_price": "price"}))
    assert [record["record_id"] for record in records] == ["536370|85", "536371|85A"]
    assert records[0]["mapped"]["ordered_at"] == "2026-07-01 08:45:00+02"


def test_lists_inside_json_rows_become_lines(shop: Shop) -> None:
    order = {"id": 7, "at": "2026-07-01T08:00:00Z", "customer": None}
    order["items"] = [{"sku": "a", "n": 1, "price": 2}, {"sku": "b", "n": 3, "price": 4}]
    shop.put("a.ndjson", orjson.dumps(order) + b"\nbroken\n" + orjson.dumps({"id": 8}) + b"\n")
    columns = {"order_id": "id", "sku": "each.sku", "ordered_at": "at", "quantity": "each.n"}
    columns |= {"unit_price": "each.price", "customer_id": "customer.id"}
    records = shop.records(shop.connect(files="*.ndjson", columns=columns, each="items"))
    assert ids(records) == ["7|a", "7|b"]
    assert records[1]["source"] == {"sku": "b", "n": 3, "price": 4}
    assert records[1]["mapped"]["customer_id"] is None


def test_a_line_of_ndjson_that_is_none_is_quarantined(shop: Shop) -> None:
    shop.put("a.ndjson", '{broken}\n{"id": 7}\n')
    (batch,) = shop.batches(shop.connect("customers", files="*", columns={"customer_id": "id"}))
    assert [q.payload for q in batch.quarantined] == ['{"line":"{broken}"}']
    assert len(batch.files["customers"]) == 1


@given(
    st.lists(
        st.fixed_dictionaries(
            {"no": st.text(max_size=3), "sku": st.text(max_size=3), "n": st.integers(-5, 5)}
        ),
        min_size=1,
        max_size=20,
    )
)
@settings(max_examples=8, deadline=None)
def test_every_row_lands_or_is_quarantined_and_none_is_changed(rows: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        shop = Shop(Path(folder))
        shop.put("a.ndjson", b"\n".join(map(orjson.dumps, rows)) + b"\n")
        columns = {"order_id": "no", "sku": "sku", "quantity": "n", "unit_price": "1"}
        columns["ordered_at"] = "'2026-07-01'"
        (batch,) = shop.batches(shop.connect(files="*", columns=columns))
        landed = [orjson.loads(line) for line in batch.files["order_lines"][0].open("rb")]
    broken = [orjson.loads(record.payload) for record in batch.quarantined]
    found = [record["source"] for record in landed] + broken
    assert sorted(map(orjson.dumps, found)) == sorted(map(orjson.dumps, rows))
    assert len(set(ids(landed))) == len(landed)
    assert all(
        row["n"] >= 0 and row["no"].strip(" ") and row["sku"].strip(" ")
        for row in found[: len(landed)]
    )


def test_a_row_without_a_currency_is_in_the_connections(shop: Shop) -> None:
    shop.put("a.csv", "no,sku,Qty,price,cur\n1,x,2,3,USD\n2,x,2,3,\n")
    columns = {"order_id": "no", "sku": "sku", "quantity": "Qty", "unit_price": "price"}
    columns |= {"ordered_at": "'2026-07-01'", "currency": "cur"}
    records = shop.records(shop.connect(columns=columns))
    assert [record["mapped"]["currency"] for record in records] == ["USD", "EUR"]


def test_the_readmes_own_export_is_read(shop: Shop) -> None:
    header = "Invoice No;Date;Customer;E-Mail;Article;Qty;Price\n"
    shop.put("lines-1.csv", header + "7;01.07.2026;K1;ann@x.de;00123;2;9,50\n")
    columns = {
        "order_id": "Invoice No",
        "ordered_at": "strptime(Date, '%d.%m.%Y')",
        "customer_id": "Customer",
        "email": "E-Mail",
        "sku": "Article",
        "quantity": "Qty",
        "unit_price": "replace(Price, ',', '.')",
    }
    connector = shop.connect(files="lines-*.csv", columns=columns)
    assert [finding.says for finding in connector.check()] == ["1 files, the newest is lines-1.csv"]
    (record,) = shop.records(connector)
    assert record["mapped"]["email"] == "ann@x.de"
    assert record["mapped"]["unit_price"] == 9.5


def test_a_file_of_no_known_format_is_quarantined_by_its_name(shop: Shop) -> None:
    shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n")
    shop.put("notes.md", "remember the milk")
    (batch,) = shop.batches(shop.connect(files="*"))
    assert [q.reason[:32] for q in batch.quarantined] == ["notes.md cannot be read: its suf"]
    assert len(batch.files["order_lines"]) == 1


def test_our_names_are_not_taken_for_their_columns(shop: Shop) -> None:
    shop.put("a.csv", HEADER + "1,x,01.07.2026,2,1\n")
    connector = shop.connect(columns=LINES | {"line_total": "quantity::int * 2"})
    (batch,) = shop.batches(connector)
    assert "a.csv cannot be read: it has no column quantity (it has:" in batch.quarantined[0].reason


def test_ids_of_data_frames_lose_their_point_zero(shop: Shop) -> None:
    path = shop.folder / "a.parquet"
    with duckdb.connect() as con:
        con.execute(f"copy (select 12583.0::double as id union all select null) to '{path}'")
    shop.put("a.parquet", path.read_bytes())
    connector = shop.connect("customers", files="*.parquet", columns={"customer_id": "id"})
    assert ids(shop.records(connector)) == ["12583"]


def test_a_missing_folder_is_named(shop: Shop) -> None:
    connector = shop.connect(files="nowhere/*.csv")
    (finding,) = connector.check()
    assert not finding.is_ok
    assert finding.says.endswith("exports/nowhere does not exist")


@pytest.mark.shared
def test_the_real_retailers_rows_all_land_or_are_left_out_by_the_filter(
    shop: Shop, shared: Path
) -> None:
    columns = {"order_id": "InvoiceNo", "sku": "StockCode", "quantity": "abs(Quantity::int)"}
    columns |= {"ordered_at": "strptime(InvoiceDate, '%m/%d/%Y %H:%M')", "unit_price": "UnitPrice"}
    connector = shop.connect(columns=columns)
    connector._road.settings.path = str(shared / "data/online_retail_fr_de")
    records = shop.records(connector)
    assert len(records) == 18052
    assert len(set(ids(records))) == 18052


def test_reviews_mails_and_purchase_orders_are_mapped_like_orders(shop: Shop) -> None:
    shop.put("reviews.csv", "id,sku,stars,text,day\n7,x,5,Good,2026-07-01\n,x,5,No id,2026-07-01\n")
    columns = {"review_id": "id", "sku": "sku", "rating": "stars"}
    columns |= {"body": "text", "reviewed_at": "day"}
    reviews = shop.connect("reviews", files="reviews.csv", columns=columns)
    assert ids(shop.records(reviews)) == ["7"]

    shop.put("mails.csv", "who,what,at\na@b.example,open,2026-07-01 10:00\n")
    columns = {"email": "who", "kind": "what || 'ed'", "occurred_at": "at"}
    shop.cursor = None
    [opened] = shop.records(shop.connect("email_events", files="mails.csv", columns=columns))
    assert opened["mapped"]["kind"] == "opened"

    shop.put("orders.csv", "po,sku,n,day\n1,x,9,2026-07-01\n1,x,9,2026-07-01\n1,y,-3,2026-07-01\n")
    columns = {"po_id": "po", "sku": "sku", "quantity": "n", "ordered_at": "day"}
    shop.cursor = None
    bought = shop.records(shop.connect("purchase_orders", files="orders.csv", columns=columns))
    assert len(bought) == 2, "two lines alike are two lines; a negative one is quarantined"
