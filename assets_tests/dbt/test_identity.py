"""Who is one person: the models of identity as dbt compiled them, over accounts made by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

MODELS = ("int_account_keys", "int_account_groups", "int_customer_accounts")
INPUTS = """
attach ':memory:' as warehouse;
create schema warehouse.intermediate;
create schema warehouse.reference;
create table accounts (
    account_id varchar, full_name varchar, email varchar, phone varchar, run integer, year integer
);
create table warehouse.reference.accounts_apart (account_id varchar, other_account_id varchar);
create view warehouse.intermediate.int_accounts as
select
    account_id, split_part(account_id, '/', 1) as platform, platform as connection,
    false as is_gone, full_name, email, phone, 'DE' as phone_region,
    make_timestamptz(year, 1, 1, 0, 0, 0) as created_at
from accounts;
create view warehouse.intermediate.int_known_accounts as
select account_id, make_timestamptz(2026, run, 1, 0, 0, 0) as known_since from accounts;
create view warehouse.intermediate.int_contact_points as
select distinct 'email' as kind, email as value, '' as region, lower(email) as normal_form
from accounts
union
select distinct 'phone' as kind, phone as value, 'DE' as region, phone as normal_form
from accounts;
"""


class Account(NamedTuple):
    """An account; `run` is the run in which it became known, `year` when it was opened."""

    account_id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    run: int = 1
    year: int = 2025


Pairs = Iterable[tuple[str, str]]
Rows = dict[str, tuple[str, str, str | None, str | None]]
Identify = Callable[..., Rows]


def customer_id(account_id: str) -> str:
    return sha256(account_id.encode()).hexdigest()[:16]


def identified(
    con: duckdb.DuckDBPyConnection, accounts: Sequence[Account], apart: Pairs = ()
) -> Rows:
    """Return (customer_id, named_by, joined_by, kept_apart_because) by account."""
    con.execute("delete from accounts; delete from warehouse.reference.accounts_apart")
    if accounts:
        con.executemany("insert into accounts values ($1, $2, $3, $4, $5, $6)", accounts)
    for pair in apart:
        con.execute("insert into warehouse.reference.accounts_apart values ($1, $2)", pair)
    rows = con.execute(
        "from warehouse.intermediate.int_customer_accounts "
        "select account_id, customer_id, named_by, joined_by, kept_apart_because order by all"
    ).fetchall()
    return {row[0]: row[1:] for row in rows}


@pytest.fixture(scope="module")
def models(built: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The models as views, with nothing to read."""
    folder = built / "target" / "compiled" / "ecom_ai_os" / "models" / "intermediate"
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute(INPUTS)
        for name in MODELS:
            sql = (folder / f"{name}.sql").read_text()
            con.execute(f"create view warehouse.intermediate.{name} as {sql}")
        yield con


@pytest.fixture
def identify(models: duckdb.DuckDBPyConnection) -> Identify:
    return lambda *accounts, apart=(): identified(models, accounts, apart)


def persons(rows: Rows) -> list[set[str]]:
    found: dict[str, set[str]] = {}
    for account_id, row in rows.items():
        found.setdefault(row[0], set()).add(account_id)
    return sorted(found.values(), key=min)


def test_accounts_that_share_an_email_or_a_phone_are_one_person(identify: Identify) -> None:
    rows = identify(
        Account("a/1", "ann lee", "ann@x.de", year=2024),
        Account("b/2", None, "Ann@X.de", "+4930"),
        Account("c/3", "ann lee", None, "+4930"),
        Account("d/4", "dan", "dan@x.de"),
    )
    assert rows == {
        "a/1": (customer_id("a/1"), "a/1", "email", None),
        "b/2": (customer_id("a/1"), "a/1", "email, phone", None),
        "c/3": (customer_id("a/1"), "a/1", "phone", None),
        "d/4": (customer_id("d/4"), "d/4", None, None),
    }


@pytest.mark.parametrize(
    "names",
    [
        ("ann lee", "lee ann"),
        ("ann lee", "a. lee"),
        ("ann lee", "anne lee-miller"),
        ("ann lee", "ann miller"),
        ("zoë díaz", "zoe diaz"),
        ("jörg", "jorg schmidt"),
        ("ann lee", None),
        ("ann lee", "–"),
    ],
)
def test_the_same_name_written_otherwise_is_one_person(
    identify: Identify, names: tuple[str, str | None]
) -> None:
    rows = identify(Account("a/1", names[0], "x@x.de"), Account("b/2", names[1], "x@x.de"))
    assert len(persons(rows)) == 1


@pytest.mark.parametrize("key", ["email", "phone"])
def test_what_a_household_shares_joins_nobody(identify: Identify, key: str) -> None:
    shared = {key: "home@x.de"}
    rows = identify(
        Account("a/1", "ann smith", **shared),
        Account("b/2", "bob smith", **shared),
        Account("c/3", None, **shared),
    )
    assert len(persons(rows)) == 3
    assert {row[3] for row in rows.values()} == {f"different names share the {key}"}


def test_a_guest_without_a_name_does_not_join_two_who_have_one(identify: Identify) -> None:
    rows = identify(
        Account("a/1", "ann smith", "ann@x.de"),
        Account("a/guest", None, "ann@x.de", "+4930"),
        Account("a/2", "bob smith", "bob@x.de", "+4930"),
    )
    assert persons(rows) == [{"a/1", "a/guest"}, {"a/2"}], "the e-mail still joins"
    assert rows["a/2"][3] == "different names share the phone"


def test_an_address_of_many_names_joins_nobody(identify: Identify) -> None:
    names = [f"ann {letter}" for letter in "abcdef"]
    rows = identify(*(Account(f"{n}/1", name, "till@x.de") for n, name in enumerate(names)))
    assert len(persons(rows)) == len(names)


def test_accounts_declared_apart_stay_apart_whatever_joins_them(identify: Identify) -> None:
    accounts = (
        Account("a/1", None, "ann@x.de"),
        Account("b/2", None, "ann@x.de"),
        Account("c/3", None, "x@x.de", "+4930"),
        Account("d/4", None, "y@x.de", "+4930"),
        Account("e/5", None, "y@x.de"),
    )
    assert len(persons(identify(*accounts))) == 2
    apart = [("b/2", "a/1"), ("c/3", "d/4")]
    rows = identify(*accounts, apart=apart)
    assert persons(rows) == [{"a/1"}, {"b/2"}, {"c/3"}, {"d/4", "e/5"}]
    assert rows["a/1"][3] == "declared apart in ecom.toml"


def test_an_older_account_of_a_platform_connected_later_moves_nobody(identify: Identify) -> None:
    ann = Account("shop/1", "ann lee", "ann@x.de")
    alone = identify(ann)
    rows = identify(ann, Account("old/9", "ann lee", "ann@x.de", run=2, year=2010))
    assert rows["old/9"][0] == rows["shop/1"][0] == alone["shop/1"][0]


def test_two_known_persons_who_turn_out_to_be_one_keep_the_first_ones_id(
    identify: Identify,
) -> None:
    first, second = Account("a/1", None, "a@x.de", run=1), Account("b/2", None, "b@x.de", run=2)
    rows = identify(first, second._replace(email="a@x.de"))
    assert {row[0] for row in rows.values()} == {customer_id("a/1")}
    apart = identify(first, second._replace(email="a@x.de"), apart=[("a/1", "b/2")])
    assert apart["b/2"][0] == identify(first, second)["b/2"][0], "undone, it has its own id again"


NAMES = (None, None, "ann smith", "bob smith", "cleo jones")
some_accounts = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.sampled_from(NAMES),
        st.sampled_from((None, "1@x.de", "2@x.de", "3@x.de", "info@x.de")),
        st.sampled_from((None, "+1", "+2", "+3")),
        st.integers(1, 2),
    ),
    max_size=10,
)


@given(some_accounts, st.booleans())
@settings(max_examples=25, deadline=None)
def test_no_person_has_two_names_or_two_accounts_kept_apart(
    models: duckdb.DuckDBPyConnection,
    drawn: list[tuple[str, str | None, str | None, str | None, int]],
    is_apart: bool,
) -> None:
    accounts = [
        Account(f"{connection}/{n}", name, email, phone, run)
        for n, (connection, name, email, phone, run) in enumerate(drawn)
    ]
    ids = [account.account_id for account in accounts]
    apart = [(ids[0], ids[-1])] if is_apart and len(ids) > 1 else []
    rows = identified(models, accounts, apart)
    assert rows.keys() == set(ids)
    assert rows == identified(models, accounts[::-1], apart), "the order of rows means nothing"
    by_id = {account.account_id: account for account in accounts}
    for person in persons(rows):
        members = [by_id[account_id] for account_id in person]
        assert len({member.name for member in members} - {None}) <= 1
        assert not [
            pair for pair in combinations(sorted(person), 2) if set(pair) in map(set, apart)
        ]
        earliest = min(members, key=lambda member: (member.run, member.account_id))
        assert {rows[account_id][1] for account_id in person} == {earliest.account_id}
        roles = [member for member in members if member.email == "info@x.de"]
        assert len(roles) <= 1 or {"phone"} == {
            key for member in roles for key in (rows[member.account_id][2] or "").split(", ")
        }
