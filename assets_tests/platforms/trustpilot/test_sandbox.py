"""Client and sandbox, built apart, understand each other: everything, then only what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets_tests.platforms.stopped_clock import stopped_clock
from assets_tests.platforms.trustpilot.unit_stub import connection
from assets_tests.sandbox.conftest import Client, client, server, small_business
from ecom_ai_os.platforms import trustpilot
from ecom_ai_os.platforms.trustpilot import Trustpilot
from ecom_ai_os.sandbox.trustpilot.auth import API_KEY, API_SECRET, PASSWORD, USERNAME
from ecom_ai_os.sandbox.trustpilot.routes import DOMAIN
from ecom_ai_os.warehouse import Warehouse

__all__ = ["client", "server", "small_business"]


class Run:
    """Reads streams into a warehouse, each time as a run does: by a connector made anew."""

    def __init__(self, client: Client, warehouse: Warehouse) -> None:
        self.client, self.sandbox, self.warehouse = client, client.sandbox, warehouse
        self.settings: dict[str, str] = {}
        client.control("trustpilot")
        warehouse.prepare({"trustpilot": Trustpilot.streams})

    def connector(self) -> Trustpilot:
        keys = {"api_key": API_KEY, "api_secret": API_SECRET, "business_unit": DOMAIN}
        return Trustpilot("tp", connection(self.client.url, **keys | self.settings))

    def read(self, stream: str, spool: Path) -> int:
        """Read a stream, land it, and return how many requests it took."""
        n_before = self.n_asked
        cursor = self.warehouse.cursors().get(("tp", stream))
        (which,) = (each for each in Trustpilot.streams if each.name == stream)
        for batch in self.connector().read(stream, cursor, spool):
            self.warehouse.land("tp", "trustpilot", which, batch)
        return self.n_asked - n_before

    def behave(self, **manners: Any) -> None:
        self.client.control("trustpilot", **manners)

    @property
    def n_asked(self) -> int:
        return self.sandbox.counters.read().get("trustpilot.requests", 0)

    def stars(self, table: str) -> list[int]:
        found = self.warehouse.read(
            f"select (payload ->> 'stars')::int as stars from trustpilot.{table} "
            "where not is_deleted order by payload ->> 'createdAt', 1"
        )
        return list(found["stars"])


@pytest.fixture
def run(client: Client, warehouse: Warehouse) -> Run:
    return Run(client, warehouse)


def test_the_doctor_is_content(run: Run) -> None:
    assert all(finding.is_ok for finding in run.connector().check())


def test_edits_ties_and_new_reviews_come_daily_the_rest_weekly(run: Run, tmp_path: Path) -> None:
    """Requests: one for the unit's id, one for a page; the token is asked for elsewhere."""
    assert run.read("service_reviews", tmp_path) == 2
    assert run.stars("service_reviews") == [5, 3, 1, 2]
    run.sandbox.clock.advance(3)  # 7002 edited, 7003 taken down, 7004 new, 7005 answered
    assert run.read("service_reviews", tmp_path) == 2
    assert run.stars("service_reviews") == [5, 3, 1, 4, 4]
    run.sandbox.clock.advance(5)
    assert run.read("service_reviews", tmp_path) == 2
    assert run.stars("service_reviews") == [5, 3, 4, 4]
    answers = run.warehouse.read(
        "select payload ->> '$.companyReply.text' as text from trustpilot.service_reviews "
        "where payload ->> 'stars' = '3'"
    )
    assert list(answers["text"]) == ["Sorry for being late."]


def test_product_reviews_come_with_what_was_answered(run: Run, tmp_path: Path) -> None:
    run.read("product_reviews", tmp_path)
    assert run.stars("product_reviews") == [1, 5, 4]
    run.sandbox.clock.advance(2)  # 7101 answered, 7102 taken down
    assert run.read("product_reviews", tmp_path) == 3, "the unit, a page and a conversation"
    talks = run.warehouse.read("select parent_id from trustpilot.conversations")
    beans = run.warehouse.read(
        "select record_id from trustpilot.product_reviews "
        "where payload ->> '$.product.sku' = 'BEANS-250'"
    )
    assert list(talks["parent_id"]) == list(beans["record_id"])
    run.sandbox.clock.advance(6)
    assert run.read("product_reviews", tmp_path) == 3
    assert run.stars("product_reviews") == [5, 4]


def test_reviews_that_are_listed_late_are_not_missed(run: Run, tmp_path: Path) -> None:
    run.sandbox.clock.advance(1)
    run.behave(lag_seconds=86_400)
    run.read("service_reviews", tmp_path)
    assert run.stars("service_reviews") == [5, 3, 2]
    run.sandbox.clock.advance(1)
    run.read("service_reviews", tmp_path)
    assert run.stars("service_reviews") == [5, 3, 4, 4]


@pytest.mark.parametrize("access", ["private", "public"])
@pytest.mark.parametrize("is_inclusive", [True, False])
def test_every_page_is_read_whatever_is_left_open(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, access: str, is_inclusive: bool
) -> None:
    monkeypatch.setattr(trustpilot.client, "PER_PAGE", 1)
    run.behave(start_is_inclusive=is_inclusive)
    run.settings = {"service_reviews": access}
    run.read("service_reviews", tmp_path)
    assert run.stars("service_reviews") == [5, 3, 1, 2]


def test_a_business_user_reads_by_password(run: Run, tmp_path: Path) -> None:
    run.settings = {"username": USERNAME, "password": PASSWORD}
    run.read("business_units", tmp_path)
    run.read("service_reviews", tmp_path)
    score = run.warehouse.read("select payload ->> '$.score.stars' from trustpilot.business_units")
    assert score.item() == "3.0"


@pytest.mark.parametrize(
    "fault",
    [
        *("html_500", "html_502", "html_200", "cut", "malformed_json"),
        *("throttled", "internal_error", "expired_token"),
    ],
)
def test_faults_are_outlasted(run: Run, tmp_path: Path, fault: str) -> None:
    run.sandbox.faults.arm(fault=fault, next=1, where="reviews")
    run.read("service_reviews", tmp_path)
    assert run.stars("service_reviews") == [5, 3, 1, 2]
    assert run.sandbox.faults.n_played[fault] == 1


def test_a_token_that_runs_out_is_renewed(run: Run, tmp_path: Path) -> None:
    connector = run.connector()
    list(connector.read("service_reviews", None, tmp_path))
    run.sandbox.clock.advance(5)
    list(connector.read("service_reviews", None, tmp_path))
    assert run.sandbox.counters.read()["trustpilot.tokens"] == 2


def test_the_allowed_rate_is_used_and_never_exceeded(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that only waiting moves: 10 requests a minute, three minutes of reading."""
    clock = stopped_clock(monkeypatch)
    monkeypatch.setattr(trustpilot.client, "LIMITS", (trustpilot.client.Limit(10, 60.0),))
    monkeypatch.setattr(trustpilot.client, "PER_PAGE", 1)
    run.behave(limits=[[10, 60.0]])
    with run.sandbox.shop.writing() as con:
        con.execute(
            "insert into reviews by name select 'trustpilot_service' as channel, "
            "8000 + range as review_id, 5 as rating, "
            "timestamptz '2024-01-01 00:00:00+00' + to_hours(range) as created_at from range(26)"
        )
    n_asked = run.read("service_reviews", tmp_path)
    run.sandbox.shop.touch("reviews", [0])  # derives the state anew, without them
    assert len(run.stars("service_reviews")) == 30
    assert "trustpilot.throttled" not in run.sandbox.counters.read()
    assert 60 * (n_asked - 1) / clock.now >= 0.9 * 10


def test_rows_of_the_second_run_that_did_not_change_keep_their_place(
    run: Run, tmp_path: Path
) -> None:
    run.read("service_reviews", tmp_path)
    first = run.warehouse.read("select max(loaded_at) from trustpilot.service_reviews").item()
    run.read("service_reviews", tmp_path)
    again = run.warehouse.read("select max(loaded_at) from trustpilot.service_reviews").item()
    assert again == first
