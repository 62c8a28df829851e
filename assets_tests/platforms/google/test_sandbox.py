"""Client and sandbox, built apart, understand each other: everything, then only what changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets_tests.platforms.google.profile_stub import connection
from assets_tests.platforms.stopped_clock import stopped_clock
from assets_tests.sandbox.conftest import Client, client, server, small_business
from ecom_ai_os.platforms import google
from ecom_ai_os.platforms.google import Google
from ecom_ai_os.sandbox.google.auth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN
from ecom_ai_os.warehouse import Warehouse

__all__ = ["client", "server", "small_business"]

STREAM = Google.streams[0]


class Run:
    """Reads reviews into a warehouse, each time as a run does: by a connector made anew."""

    def __init__(self, client: Client, warehouse: Warehouse) -> None:
        self.client, self.sandbox, self.warehouse = client, client.sandbox, warehouse
        client.control("google")
        warehouse.prepare({"google": Google.streams})

    def connector(self) -> Google:
        keys = {"client_secret": CLIENT_SECRET, "refresh_token": REFRESH_TOKEN}
        return Google("g", connection(self.client.url, client_id=CLIENT_ID, **keys))

    def read(self, spool: Path) -> int:
        """Read and land, and return how many requests it took."""
        n_before = self.n_asked
        cursor = self.warehouse.cursors().get(("g", "reviews"))
        for batch in self.connector().read("reviews", cursor, spool):
            self.warehouse.land("g", "google", STREAM, batch)
        return self.n_asked - n_before

    def behave(self, **manners: Any) -> None:
        self.client.control("google", **manners)

    @property
    def n_asked(self) -> int:
        return self.sandbox.counters.read().get("google.requests", 0)

    @property
    def stars(self) -> list[str]:
        """The stars of reviews that are there, in the order of their creation."""
        found = self.warehouse.read(
            "select payload ->> 'starRating' as stars from google.reviews "
            "where not is_deleted order by payload ->> 'createTime'"
        )
        return list(found["stars"])


@pytest.fixture
def run(client: Client, warehouse: Warehouse) -> Run:
    return Run(client, warehouse)


def test_the_doctor_names_what_is_not_verified_and_is_content(run: Run) -> None:
    findings = list(run.connector().check())
    assert all(finding.is_ok for finding in findings)
    assert "accounts/200/locations/999" in findings[1].says


def test_edits_and_new_reviews_come_daily_removals_weekly(run: Run, tmp_path: Path) -> None:
    """Requests: accounts, the locations of two, the reviews of two; 999 is not verified."""
    assert run.read(tmp_path) == 5
    assert run.stars == ["THREE", "ONE", "FIVE"]
    places = run.warehouse.read("select distinct payload ->> 'name' as name from google.reviews")
    assert {name.split("/reviews/")[0] for name in places["name"]} == {
        "accounts/100/locations/71",
        "accounts/200/locations/72",
    }
    run.sandbox.clock.advance(3)  # 7201 edited, 7203 taken down, 7204 new
    assert run.read(tmp_path) == 5
    assert run.stars == ["FIVE", "ONE", "FIVE", "TWO"]
    run.sandbox.clock.advance(5)
    assert run.read(tmp_path) == 5
    assert run.stars == ["FIVE", "FIVE", "TWO"]


@pytest.mark.parametrize("lag_seconds", [0, 86_400])
def test_every_page_is_read_and_nothing_listed_late_is_missed(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lag_seconds: int
) -> None:
    monkeypatch.setattr(google.client, "REVIEWS_PER_PAGE", 1)
    monkeypatch.setattr(google.client, "LOCATIONS_PER_PAGE", 1)
    run.behave(lag_seconds=lag_seconds)
    run.read(tmp_path)
    run.sandbox.clock.advance(2)
    run.read(tmp_path)
    assert run.stars == ["FIVE", "ONE", "FIVE", "TWO"]


@pytest.mark.parametrize(
    "fault",
    [
        *("html_500", "html_502", "html_200", "cut", "malformed_json"),
        *("throttled", "internal_error", "expired_token", "sporadic_404"),
    ],
)
def test_faults_are_outlasted(run: Run, tmp_path: Path, fault: str) -> None:
    run.sandbox.faults.arm(fault=fault, next=1, where="reviews")
    run.read(tmp_path)
    assert run.stars == ["THREE", "ONE", "FIVE"]
    assert run.sandbox.faults.n_played[fault] == 1


def test_the_allowed_rate_is_used_and_never_exceeded(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a clock that only waiting moves: 10 requests a minute, three minutes of reading."""
    clock = stopped_clock(monkeypatch)
    monkeypatch.setattr(google.client, "REVIEWS_PER_PAGE", 1)
    monkeypatch.setattr(google.client, "LIMIT", google.client.Limit(10, 60.0))
    monkeypatch.setattr(google.reviews, "MAX_CONCURRENT", 1)
    run.behave(per_minute=10)
    with run.sandbox.shop.writing() as con:
        con.execute(
            "insert into reviews by name select 'google' as channel, 71 as location_id, "
            "9000 + range as review_id, 5 as rating, "
            "timestamptz '2024-01-01 00:00:00+00' + to_hours(range) as created_at from range(23)"
        )
    n_asked = run.read(tmp_path)
    run.sandbox.shop.touch("reviews", [0])  # derives the state anew, without them
    assert len(run.stars) == 26
    assert "google.throttled" not in run.sandbox.counters.read()
    assert 60 * (n_asked - 1) / clock.now >= 0.9 * 10
