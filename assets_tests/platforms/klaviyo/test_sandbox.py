"""Client and sandbox, built apart, understand each other: everything, then only what changed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from assets_tests.platforms.klaviyo.conftest import Account, event, ids, rows
from assets_tests.sandbox.conftest import NOW
from ecom_ai_os.platforms.klaviyo import events, profiles

#: Stream → requests of a first run, and of a second a day later.
REQUESTS = {
    "events": (11, 8),  # the metrics; of each metric the first event and the rest; one is new
    "profiles": (2, 3),  # the first profile and all; then updated and suppressed ones
    "campaigns": (6, 6),  # three channels, archived or not
    "campaign_values": (3, 2),  # the metrics, then a request a year
    "flows": (2, 1),  # flows, then the messages of each action
    "flow_values": (3, 2),
    "lists": (2, 2),  # the lists, then the members of each
    "segments": (2, 2),
}


def test_the_doctor_is_content(account: Account) -> None:
    assert all(finding.is_ok for finding in account.klaviyo.check())


@pytest.mark.parametrize("stream", REQUESTS)
def test_a_day_later_only_what_changed_is_read(account: Account, stream: str) -> None:
    first = account.read(stream)
    n_first = account.count("requests")
    account.sandbox.clock.advance(1)
    account.read(stream, first[-1].cursor)
    assert (n_first, account.count("requests") - n_first) == REQUESTS[stream]


def test_everything_is_read(account: Account) -> None:
    batches = account.read("events")
    names = {row["id"]: row["attributes"]["name"] for row in rows(batches, "metrics")}
    read = rows(batches, "events")
    kinds: dict[str, int] = {}
    for row in read:
        name = names[row["relationships"]["metric"]["data"]["id"]]
        kinds[name] = kinds.get(name, 0) + 1
    assert kinds == {
        "Received Email": 5,
        "Opened Email": 6,
        "Clicked Email": 1,
        "Bounced Email": 1,
        "Placed Order": 5,
    }
    people = rows(account.read("profiles"), "profiles")
    assert {row["attributes"]["email"] for row in people} == {
        "anna@example.com",
        "cleo@example.com",
        "hugo@icloud.com",
    }
    assert all("subscriptions" in row["attributes"] for row in people)
    sent = account.read("campaigns")
    assert len(ids(sent, "campaigns")) == len(ids(sent, "campaign_messages")) == 3
    flows = account.read("flows")
    [message] = rows(flows, "flow_messages")
    assert {message["flow_id"]} == ids(flows, "flows")


def test_a_day_later_new_events_are_read_and_old_ones_are_not(account: Account) -> None:
    first = account.read("events")
    account.sandbox.clock.advance(1)
    second = account.read("events", first[-1].cursor)
    fresh = ids(second, "events") - ids(first, "events")
    assert len(fresh) == 4  # Anna left and ordered, Cleo's mail came and was opened
    assert len(ids(second, "events")) <= 5


def test_events_of_one_second_are_all_read(account: Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(events, "PAGE_SIZE", 1)
    at = NOW - timedelta(days=2)
    for number in range(9):
        account.post("events", event("anna@example.com", f"tie{number}", at))
    read = rows(account.read("events"), "events")
    assert (
        sum(row["attributes"]["datetime"] == f"{at:%Y-%m-%dT%H:%M:%S}+00:00" for row in read) >= 9
    )


def test_late_events_are_found(account: Account) -> None:
    first = account.read("events")
    hour_ago, week_ago = NOW - timedelta(hours=1), NOW - timedelta(days=6)
    account.post("events", event("anna@example.com", "late", hour_ago))
    account.post("events", event("anna@example.com", "later", week_ago))
    account.sandbox.clock.advance(1 / 24)
    second = account.read("events", first[-1].cursor)
    assert found(second) == {"late"}
    account.sandbox.clock.advance(7)
    assert found(account.read("events", second[-1].cursor)) == {"late", "later"}


def test_an_event_that_shows_late_is_not_lost(account: Account) -> None:
    account.configure(lag_seconds=6600)
    for number in range(20):
        account.post("events", event("anna@example.com", f"n{number}", NOW))
    seen: set[str] = set()
    cursor = None
    for _ in range(4):
        account.sandbox.clock.advance(1 / 24)
        batches = account.read("events", cursor)
        cursor, seen = batches[-1].cursor, seen | found(batches)
    assert seen == {f"n{number}" for number in range(20)}


def found(batches: list[Any]) -> set[str]:
    """Return the unique_ids of events that were written, not the shop's own."""
    names = {row["attributes"]["event_properties"]["$event_id"] for row in rows(batches, "events")}
    return {name for name in names if not name.isdigit()}


def test_a_suppression_and_a_merge_are_seen(account: Account) -> None:
    first = account.read("profiles")
    by_email = {row["attributes"]["email"]: row["id"] for row in rows(first, "profiles")}
    anna, hugo = by_email["anna@example.com"], by_email["hugo@icloud.com"]
    relation = {"profiles": {"data": [{"type": "profile", "id": hugo}]}}
    body = {"data": {"type": "profile-merge", "id": anna, "relationships": relation}}
    assert account.post("profile-merge", body).status_code == 201
    account.sandbox.clock.advance(1)
    second = account.read("profiles", first[-1].cursor)
    left = [row for row in rows(second, "profiles") if row["id"] == anna][-1]
    marketing = left["attributes"]["subscriptions"]["email"]["marketing"]
    assert (marketing["consent"], marketing["suppression"][0]["reason"]) == (
        "UNSUBSCRIBED",
        "UNSUBSCRIBE",
    )
    account.sandbox.clock.advance(7)
    [whole] = account.read("profiles", second[-1].cursor)
    assert whole.snapshot == {"profiles"} and hugo not in ids([whole], "profiles")


def test_who_left_a_list_is_found_by_a_whole_reading(account: Account) -> None:
    first = account.read("lists")
    joined = {row["attributes"]["joined_group_at"] for row in rows(first, "list_members")}
    assert joined == {"2025-01-01T08:00:00+00:00", "2026-03-01T08:00:00+00:00"}
    account.sandbox.clock.advance(8)
    [whole] = account.read("lists", first[-1].cursor)
    assert "list_members" in whole.snapshot
    assert len(ids(first, "list_members") - ids([whole], "list_members")) == 1


@pytest.mark.parametrize("page_size", [1, 2])
def test_a_stopped_backfill_goes_on_where_it_stood(
    account: Account, monkeypatch: Any, page_size: int
) -> None:
    monkeypatch.setattr(events, "PAGE_SIZE", page_size)
    monkeypatch.setattr("ecom_ai_os.platforms.klaviyo.stretches.PAGES_AT_ONCE", 1)
    monkeypatch.setattr("ecom_ai_os.platforms.klaviyo.stretches.BATCH_PAGES", 2)
    whole = ids(account.read("events"), "events")
    landed: set[str] = set()
    cursor, n_runs = None, 0
    while n_runs < 100:
        run = account.klaviyo.read("events", cursor, account.new_folder())
        metrics = next(run)
        batch = next(run, metrics)
        run.close()
        cursor, landed, n_runs = batch.cursor, landed | ids([batch], "events"), n_runs + 1
        if not cursor["open"]:
            break
    assert landed == whole and n_runs > 2


def test_a_cursor_that_goes_bad_costs_a_page(account: Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(events, "PAGE_SIZE", 1)
    whole = ids(account.read("events"), "events")
    account.sandbox.faults.arm(fault="invalid_cursor", next=2, where="events")
    assert ids(account.read("events"), "events") == whole
    assert account.sandbox.faults.n_played["invalid_cursor"] == 2


@pytest.mark.parametrize("fault", ["html_500", "html_502", "html_200", "cut", "malformed_json"])
def test_faults_of_any_server_are_outlasted(account: Account, fault: str) -> None:
    account.sandbox.faults.arm(fault=fault, next=2)
    assert len(ids(account.read("profiles"), "profiles")) == 3
    assert account.sandbox.faults.n_played[fault] == 2


def test_performance_is_of_each_message(account: Account) -> None:
    [campaign] = rows(account.read("campaign_values"), "campaign_values")
    assert campaign["statistics"] == {
        "recipients": 3,
        "delivered": 2,
        "bounced": 1,
        "opens": 3,
        "opens_unique": 2,
        "clicks": 1,
        "clicks_unique": 1,
        "unsubscribes": 0,
        "spam_complaints": 0,
        "conversions": 2,
        "conversion_uniques": 1,
        "conversion_value": 20.9,
    }
    flows = rows(account.read("flow_values"), "flow_values")
    assert [row["statistics"]["recipients"] for row in flows] == [1, 2]


def test_profiles_are_read_side_by_side(account: Account, monkeypatch: Any) -> None:
    monkeypatch.setattr(profiles, "WITH_CONSENT", profiles.WITH_CONSENT | {"page[size]": 1})
    assert len(ids(account.read("profiles"), "profiles")) == 3
