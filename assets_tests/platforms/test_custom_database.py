"""The database road of a custom shop, on SQLite, DuckDB and, where there is one, Postgres."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import orjson
import pytest

from ecom_ai_os.platforms.custom import Custom

LINES = {
    "order_id": "order_no",
    "sku": "sku",
    "ordered_at": "ordered_at",
    "quantity": "n",
    "unit_price": "price",
}
TABLE = (
    "create table lines (id integer, order_no varchar(9), sku varchar(9), n integer, "
    "price double precision, ordered_at timestamp, updated_at timestamp)"
)
DAY = "2026-07-01 10:00:00"

Write = Callable[[str], None]


class Shop:
    """A database that is written to, and read the way ingestion does it."""

    def __init__(self, spool: Path, write: Write, **address: Any) -> None:
        self.spool, self.write, self.address = spool, write, address
        self.cursor: dict[str, Any] | None = None
        spool.mkdir()
        write(TABLE)

    def add(self, *rows: tuple[Any, ...]) -> None:
        for number, order, sku, n, updated_at in rows:
            self.write(
                f"insert into lines values "
                f"({number}, '{order}', '{sku}', {n}, 9.5, '{DAY}', '{updated_at}')"
            )

    def connect(self, **its: Any) -> Custom:
        lines = (
            {"id": "id", "columns": LINES} | ({} if "query" in its else {"table": "lines"}) | its
        )
        settings = {"platform": "custom", "road": "database", "currency": "EUR"} | self.address
        settings |= {"timezone": "Europe/Berlin", "entities": {"order_lines": lines}}
        return Custom("till", Custom.Settings.model_validate(settings))

    def read(self, connector: Custom) -> list[list[str]]:
        """Return the record ids batch by batch, and remember the cursor."""
        found = []
        for batch in connector.read("order_lines", self.cursor, self.spool):
            self.cursor, self.batch = batch.cursor, batch
            lines = batch.files["order_lines"][0].read_bytes().splitlines()
            found.append(sorted(orjson.loads(line)["record_id"] for line in lines))
        return found


def sqlite_shop(folder: Path) -> Shop:
    path = folder / "till.sqlite"

    def write(sql: str) -> None:
        with closing(sqlite3.connect(path)) as con, con:
            con.execute(sql)

    return Shop(folder / "spool", write, engine="sqlite", path=str(path))


def duckdb_shop(folder: Path) -> Shop:
    path = folder / "till.duckdb"

    def write(sql: str) -> None:
        with duckdb.connect(str(path)) as con:
            con.execute(sql)

    return Shop(folder / "spool", write, engine="duckdb", path=str(path))


def postgres_program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


@pytest.fixture
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    if request.param == "postgres":
        yield from postgres_shop(tmp_path)
    else:
        yield {"sqlite": sqlite_shop, "duckdb": duckdb_shop}[request.param](tmp_path)


def postgres_shop(folder: Path) -> Iterator[Shop]:
    """A server of its own on a socket in the test's folder, run as the owner of the folder."""
    initdb, server, psql = map(postgres_program, ("initdb", "postgres", "psql"))
    if not (initdb and server and psql):
        pytest.skip("needs a postgres server program")
    run = Postgres(folder, initdb, server, psql)
    try:
        run.start()
        dsn = f"host={folder} user=shop dbname=postgres password=h1dden"
        yield Shop(folder / "spool", run.write, engine="postgres", dsn=dsn)
    finally:
        run.stop()


class Postgres:
    def __init__(self, folder: Path, initdb: str, server: str, psql: str) -> None:
        self.folder, self.initdb, self.server, self.psql = folder, initdb, server, psql
        self.process: subprocess.Popen[bytes] | None = None
        # the server refuses to run as root
        self.as_user: dict[str, Any] = {}
        if Path("/root").exists() and Path.home() == Path("/root"):
            self.as_user = {"user": "postgres", "extra_groups": []}

    def start(self) -> None:
        data = self.folder / "data"
        data.mkdir()
        temporary = Path(tempfile.gettempdir())
        for path in [self.folder, *self.folder.parents]:
            if temporary in path.parents:
                path.chmod(0o755)
        for path in (self.folder, data):
            if self.as_user:
                shutil.chown(path, "postgres")
        data.chmod(0o700)
        make = [self.initdb, "-D", str(data), "-U", "shop", "-A", "trust", "--no-sync"]
        subprocess.run(make, check=True, capture_output=True, cwd="/", **self.as_user)
        serve = [self.server, "-D", str(data), "-k", str(self.folder), "-h", "", "-F"]
        self.process = subprocess.Popen(serve, stderr=subprocess.DEVNULL, cwd="/", **self.as_user)
        for _ in range(100):
            if not self._psql("select 1").returncode:
                return
        raise RuntimeError("postgres did not start")

    def _psql(self, sql: str) -> subprocess.CompletedProcess[bytes]:
        ask = [self.psql, "-h", str(self.folder), "-U", "shop", "-d", "postgres", "-c", sql]
        return subprocess.run(ask, capture_output=True, cwd="/")

    def write(self, sql: str) -> None:
        self._psql(sql).check_returncode()

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(20)


every_engine = pytest.mark.parametrize("shop", ["sqlite", "duckdb", "postgres"], indirect=True)
on_sqlite = pytest.mark.parametrize("shop", ["sqlite"], indirect=True)


@every_engine
def test_a_table_without_a_cursor_is_read_whole(shop: Shop) -> None:
    shop.add((1, "A1", "x", 2, DAY), (2, "A1", "y", 1, DAY))
    assert shop.read(shop.connect()) == [["1", "2"]]
    assert shop.batch.snapshot == {"order_lines"}
    record = orjson.loads(shop.batch.files["order_lines"][0].read_bytes().splitlines()[0])
    assert record["mapped"]["ordered_at"] == "2026-07-01 10:00:00+02"
    assert record["source"]["updated_at"] == DAY


@every_engine
def test_only_what_changed_since_the_last_time_is_read(shop: Shop) -> None:
    shop.add((1, "A1", "x", 2, "2026-07-01 10:00:00"), (2, "A2", "y", 1, "2026-07-01 12:00:00"))
    connector = shop.connect(cursor="updated_at")
    assert shop.read(connector) == [["1", "2"]]
    shop.add((3, "A3", "x", 1, "2026-07-01 11:55:00"), (4, "A3", "x", 1, "2026-07-01 11:45:00"))
    assert shop.read(connector) == [["2", "3"]], "a late commit within 10 minutes is not missed"
    shop.write("update lines set n = 7, updated_at = '2026-07-02 09:00:00' where id = 1")
    assert shop.read(connector) == [["1", "2", "3"]]


@every_engine
def test_a_number_is_a_cursor_too(shop: Shop) -> None:
    shop.add((9, "A1", "x", 2, DAY))
    connector = shop.connect(cursor="id")
    assert shop.read(connector) == [["9"]]
    shop.add((10, "A2", "y", 1, DAY))
    assert shop.read(connector) == [["10", "9"]]


@on_sqlite
def test_a_backfill_comes_in_batches_that_never_part_equal_cursor_values(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ecom_ai_os.platforms.custom.database.BATCH_ROWS", 2)
    days = [f"2026-07-0{day} 10:00:00" for day in (1, 2, 2, 2, 3)]
    shop.add(*[(number, "A", "x", 1, day) for number, day in enumerate(days, start=1)])
    shop.write(f"insert into lines values (6, 'A', 'x', 1, 9.5, '{DAY}', null)")
    assert shop.read(shop.connect(cursor="updated_at")) == [["1", "2", "3", "4", "6"], ["5"]]


@on_sqlite
def test_a_query_joins_what_the_shop_keeps_apart(shop: Shop) -> None:
    shop.add((1, "A1", "x", 2, DAY))
    shop.write("create table codes (sku text, code text)")
    shop.write("insert into codes values ('x', 'SKU-X')")
    query = "select l.*, c.code from shop.lines l join shop.codes c using (sku)"
    assert shop.read(shop.connect(query=query, id=["order_no", "code"])) == [["A1|SKU-X"]]


@on_sqlite
def test_a_changed_mapping_reads_everything_again_as_one_snapshot(shop: Shop) -> None:
    shop.add((1, "A1", "x", 2, DAY))
    shop.read(shop.connect(cursor="updated_at"))
    assert shop.read(shop.connect(cursor="updated_at", id=["order_no"])) == [["A1"], []][:1]
    assert shop.batch.snapshot == {"order_lines"}


@on_sqlite
def test_rows_that_cannot_be_read_are_quarantined(shop: Shop) -> None:
    shop.add((1, "A1", "x", 2, DAY), (2, "A1", "y", -3, DAY))
    assert shop.read(shop.connect()) == [["1"]]
    assert [q.reason for q in shop.batch.quarantined] == ["lines: quantity is negative"]
    assert shop.batch.snapshot == frozenset()


@on_sqlite
def test_the_doctor_names_missing_columns_and_tables(shop: Shop) -> None:
    shop.add((1, "A1", "x", 2, DAY))
    assert [finding.is_ok for finding in shop.connect().check()] == [True]
    (lacks,) = shop.connect(columns=LINES | {"quantity": "amount"}).check()
    assert lacks.says.startswith("there is no column amount (it has: id, order_no, sku,")
    (nowhere,) = shop.connect(table="orders").check()
    assert "orders" in nowhere.says


def test_an_error_never_shows_the_credentials(tmp_path: Path) -> None:
    for dsn in (
        "host=127.0.0.1 port=1 user=reader password=h1dden dbname=shop connect_timeout=1",
        "postgresql://reader:h1dden@127.0.0.1:1/shop?connect_timeout=1",
    ):
        settings = {"platform": "custom", "road": "database", "currency": "EUR", "dsn": dsn}
        settings |= {"engine": "postgres"}
        settings |= {"entities": {"order_lines": {"table": "lines", "columns": LINES}}}
        connector = Custom("till", Custom.Settings.model_validate(settings))
        with pytest.raises(ConnectionError, match="cannot be read") as caught:
            list(connector.read("order_lines", None, tmp_path))
        assert "h1dden" not in str(caught.value)
        (finding,) = connector.check()
        assert not finding.is_ok
        assert "h1dden" not in finding.says
