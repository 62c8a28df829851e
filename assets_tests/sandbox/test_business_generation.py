"""The file as a whole: same arguments, same rows; sizes; nothing half-written; plausible people."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import email_validator
import phonenumbers
import pytest

from ecom_ai_os.sandbox.business import generate, generation, simulation

TODAY = date(2026, 11, 23)


def _fingerprint(path: Path) -> dict[str, tuple[int, int]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.sql("select table_name from duckdb_tables()").fetchall()
        return {
            table: connection.sql(
                f"select count(*), coalesce(sum(hash(t)::hugeint), 0) from {table} as t"
            ).fetchone()
            or (0, 0)
            for (table,) in tables
        }


def test_the_same_arguments_give_the_same_rows(tmp_path: Path) -> None:
    for name in ("one", "two"):
        generate(tmp_path / f"{name}.duckdb", n_orders=1_000, seed=5, today=TODAY)
    generate(tmp_path / "other.duckdb", n_orders=1_000, seed=6, today=TODAY)
    one, two, other = (_fingerprint(tmp_path / f"{n}.duckdb") for n in ("one", "two", "other"))
    assert one == two
    assert one["orders"] != other["orders"]


@pytest.mark.parametrize("n_orders", [500, 5_000, 50_000])
def test_the_history_holds_about_the_orders_asked_for(tmp_path: Path, n_orders: int) -> None:
    path = tmp_path / "business.duckdb"
    generate(path, n_orders=n_orders, today=TODAY)
    with duckdb.connect(str(path), read_only=True) as shop:
        found = shop.execute(
            "select count(*) from orders where created_at < ?::date::timestamptz", [TODAY]
        ).fetchone()
        n_skus = shop.sql("select count(*) from variants where is_tracked").fetchone()
    assert found == (pytest.approx(n_orders, rel=0.02 + 0.5 * n_orders**-0.5),)
    assert n_skus is not None
    assert n_skus[0] >= 60


@pytest.mark.parametrize("today", [date(2025, 2, 28), date(2026, 7, 1), date(2028, 2, 29)])
def test_any_day_may_be_today(tmp_path: Path, today: date) -> None:
    path = tmp_path / "business.duckdb"
    generate(path, n_orders=1_000, today=today)
    with duckdb.connect(str(path), read_only=True) as shop:
        first, last = shop.sql(
            "set timezone = 'UTC'; select min(created_at)::date, max(created_at)::date from orders"
        ).fetchone() or (None, None)
        settings = shop.sql("from business_settings").fetchone()
    assert settings is not None
    assert settings[:3] == (7, 1_000, today)
    assert settings[4:] == (today - timedelta(days=730), today + timedelta(days=119))
    assert first >= settings[4]
    assert last <= settings[5]
    assert last >= settings[5] - timedelta(days=3)


def test_a_failed_generation_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "business.duckdb"
    generate(path, n_orders=500, today=TODAY)
    before = path.read_bytes()
    monkeypatch.setattr(generation, "write_truth", _fail)
    with pytest.raises(OSError, match="disk full"):
        generate(path, n_orders=500, seed=8, today=TODAY)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["business.duckdb"]


def _fail(*_: object) -> None:
    raise OSError("disk full")


def test_no_column_is_forgotten(shop: duckdb.DuckDBPyConnection) -> None:
    columns = shop.sql(
        "select table_name, column_name from duckdb_columns() where not internal"
    ).fetchall()
    empty = {
        (table, column)
        for table, column in columns
        if shop.sql(f'select count("{column}") from {table}').fetchone() == (0,)
    }
    # Counts find goods missing only where a planted stockout needs it.
    assert {table for table, _ in empty} <= {"stock_corrections"}


def test_a_size_without_a_plausible_shop_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="n_orders is 10"):
        generate(tmp_path / "business.duckdb", n_orders=10, today=TODAY)


def test_contacts_are_valid_and_nobody_real(tmp_path: Path) -> None:
    people = simulation.simulate(1_000, 7, TODAY).accounts.contact
    for email in people["email"]:
        email_validator.validate_email(email, check_deliverability=False, test_environment=True)
        assert email.split("@")[1] in {"example.com", "example.org", "example.net"}
    for phone, country in people.select("phone", "country_code").drop_nulls().iter_rows():
        number = phonenumbers.parse(phone)
        assert phonenumbers.is_valid_number(number), phone
        assert phonenumbers.region_code_for_number(number) == country, phone


def test_second_accounts_share_an_email_or_a_phone(shop: duckdb.DuckDBPyConnection) -> None:
    pairs = shop.sql("""
        select b.duplicate_kind, a.email = b.email, lower(a.email) = lower(b.email),
            a.phone = b.phone
        from customers as a join customers as b using (person_id)
        where a.duplicate_kind is null and b.duplicate_kind is not null""").fetchall()
    assert {pair[0] for pair in pairs} == {"other case", "other email"}
    for kind, is_same, is_same_folded, has_same_phone in pairs:
        assert not is_same
        assert is_same_folded == (kind == "other case")
        assert kind == "other case" or has_same_phone
