"""Client and sandbox, built apart, understand each other: everything, then only what changed."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from types import SimpleNamespace

import pytest

from assets_tests.platforms.mailchimp.conftest import (
    AUTUMN,
    LIST,
    Running,
    connection,
    ids,
    member,
    records,
)
from assets_tests.sandbox.conftest import NOW
from ecom_ai_os.platforms.mailchimp import members
from ecom_ai_os.platforms.mailchimp.client import Client
from ecom_ai_os.platforms.mailchimp.paging import side_by_side
from ecom_ai_os.sandbox.mailchimp import routes

EVERYBODY = 252


def test_the_doctor_is_content(running: Running) -> None:
    findings = list(running.connect(merge_fields={"segment": "AI_SEG"}).check())
    assert [finding for finding in findings if not finding.is_ok] == []
    assert len(findings) == 5


def test_every_stream_is_read(running: Running) -> None:
    read = {stream.name: running.read(stream.name) for stream in running.connect().streams}
    assert ids(read["lists"], "merge_fields") >= {f"{LIST}/{n}" for n in range(1, 7)}
    assert len(ids(read["lists"], "abuse_reports")) == 1
    assert len(ids(read["members"], "members")) == EVERYBODY
    assert [row["status"] for row in records(read["campaigns"], "campaigns")] == [
        "sent",
        "schedule",
    ]
    assert len(ids(read["automations"], "automation_emails")) == 1
    assert len(records(read["reports"], "reports")) == 2
    assert len(ids(read["reports"], "sent_to")) == 251
    assert len(ids(read["reports"], "unsubscribes")) == 1
    machines = ids(read["reports"], "email_activity") - ids(read["reports"], "activity_by_people")
    # Opens by programs: a third of 250 is 83, and number 150 bounced.
    assert len(machines) == 82 and {name.split("/")[2] for name in machines} == {"open"}


def test_a_day_later_only_what_changed_is_read(running: Running) -> None:
    first = {stream.name: running.read(stream.name) for stream in running.connect().streams}
    n_first = running.count("requests")
    running.forget()
    again = {name: running.read(name, read[-1].cursor) for name, read in first.items()}
    n_again = running.count("requests")
    # The whole lists: 4 + 1 + 2; what changed of members: 4; the reports: 1.
    assert n_first >= 25 and n_again == 12
    assert not ids(again["reports"], "email_activity") and not ids(again["members"], "members")

    running.forget()
    running.sandbox.clock.advance(1)
    later = {name: running.read(name, read[-1].cursor) for name, read in again.items()}
    assert running.count("requests") <= 25
    changed = {row["email_address"] for row in records(later["members"], "members")}
    assert changed == {"anna@example.com"}
    campaigns = {row["campaign_id"] for row in records(later["reports"], "sent_to")}
    assert AUTUMN not in campaigns and len(campaigns) == 1
    late = records(later["reports"], "email_activity")
    assert [(row["email_address"], row["action"]) for row in late] == [
        ("person1@example.com", "open")
    ]


def test_activity_is_asked_for_since_the_last_reading(running: Running) -> None:
    running.surface.shows_silent = False
    first = running.read("reports")
    running.sandbox.clock.advance(0.8)
    running.forget()
    late = running.read("reports", first[-1].cursor)
    assert {row["email_address"] for row in records(late, "email_activity")} == {
        "person1@example.com"
    }
    # Two reports and, with and without bots, the one who did something.
    assert running.count("records") == 4


def test_a_list_is_read_until_its_counter_has_stood_still_for_a_day(running: Running) -> None:
    """What a list shows later than its counter is not lost."""
    cursor = running.read("reports")[-1].cursor
    running.sandbox.clock.advance(0.8)
    moved = running.read("reports", cursor)
    running.sandbox.clock.set(NOW + timedelta(days=1.7))
    settling = running.read("reports", moved[-1].cursor)
    late = {row["__id"] for row in records(moved, "email_activity")}
    assert len(late) == 1 and late <= ids(settling, "email_activity")
    running.sandbox.clock.set(NOW + timedelta(days=4))
    running.forget()
    settled = running.read("reports", settling[-1].cursor)
    assert not ids(settled, "email_activity")


@pytest.mark.parametrize("stream, table", [("members", "members"), ("reports", "sent_to")])
def test_an_order_that_changes_from_page_to_page_loses_nobody(
    running: Running, stream: str, table: str
) -> None:
    running.sandbox.faults.arm(fault="reordered_while_paging", next=10)
    read = running.read(stream)
    assert running.sandbox.faults.n_played["reordered_while_paging"] == 10
    assert len(ids(read, table)) == (EVERYBODY if table == "members" else 251)


def test_members_who_change_while_they_are_read_are_not_lost(running: Running) -> None:
    running.sandbox.faults.arm(fault="changed_while_paging", next=4)
    read = running.read("members")
    assert len(ids(read, "members")) == EVERYBODY


def test_who_was_deleted_is_found_within_a_week(running: Running) -> None:
    first = running.read("members")
    forgotten = member("person7@example.com")
    assert running.ask("POST", f"{forgotten}/actions/delete-permanent").status_code == 204
    running.sandbox.clock.advance(6)
    assert running.read("members", first[-1].cursor)[0].snapshot == set()
    running.sandbox.clock.advance(2)
    (weekly,) = running.read("members", first[-1].cursor)
    assert weekly.snapshot == {"members"}
    assert ids(first, "members") - ids([weekly], "members") == {
        forgotten.removeprefix("lists/").replace("/members/", "/")
    }


def test_archived_members_are_read_too(running: Running) -> None:
    first = running.read("members")
    running.ask("DELETE", member("person7@example.com"))
    (archived,) = records(running.read("members", first[-1].cursor), "members")
    assert archived["status"] == "archived"


def test_a_stopped_backfill_goes_on_where_it_stood(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(members, "MEMBERS_PER_WINDOW", 50)
    begun = list(islice(running.connect().read("members", None, running.folder), 1))
    rest = running.read("members", begun[0].cursor)
    assert len(begun[0].cursor["windows"]) == 2
    assert len(ids(begun + rest, "members")) == EVERYBODY
    assert 0 < len(ids(begun, "members")) < EVERYBODY
    assert not ids(begun, "members") & ids(rest, "members")


def test_nine_connections_are_used_and_an_eleventh_never_asked_for(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two streams share them; while both have much to read, nine answers are always under way.

    The sandbox waits with an answer until nine are wanted, and not for ever.
    """
    client = Client(connection(running.url))
    client.get("ping")
    nine, together = asyncio.Barrier(9), list[int]()

    async def with_eight_others(_: float) -> None:
        with suppress(TimeoutError):
            together.append(await asyncio.wait_for(nine.wait(), 5))

    monkeypatch.setattr(routes, "asyncio", SimpleNamespace(sleep=with_eight_others))

    def read(n_pages: int) -> int:
        return len(list(side_by_side(lambda _: client.get("ping"), range(n_pages))))

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(read, [36, 36])) == [36, 36]
    assert len(together) >= 6 * 9, "of eight times nine"
    assert running.count("refused") == 0 == running.count("at_once.10")


@pytest.mark.parametrize(
    "fault", ["throttled", "edge_refused", "internal_error", "html_502", "cut", "malformed_json"]
)
def test_faults_are_outlasted(running: Running, fault: str) -> None:
    running.sandbox.faults.arm(fault=fault, next=3)
    assert len(records(running.read("campaigns"), "campaigns")) == 2
    assert running.sandbox.faults.n_played[fault] == 3
