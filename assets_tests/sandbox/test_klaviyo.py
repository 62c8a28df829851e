"""The sandbox's Klaviyo refuses, pages, filters and limits as the vendor does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from assets_tests.platforms.klaviyo.conftest import (
    HEADERS,
    Account,
    account,
    event,
    mailed_business,
    server,
    small_business,
)
from assets_tests.sandbox.conftest import NOW

__all__ = ["account", "mailed_business", "server", "small_business"]


def fault(answer: requests.Response) -> tuple[int, str, str]:
    """Return status, code and detail of the one error of an answer."""
    assert answer.headers["content-type"] == "application/vnd.api+json"
    [error] = answer.json()["errors"]
    assert error["status"] == answer.status_code
    assert error.keys() == {"id", "status", "code", "title", "detail", "source", "links", "meta"}
    return answer.status_code, error["code"], error["detail"]


def emails(records: list[Any]) -> list[str]:
    return [record["attributes"]["email"] for record in records]


def following(answer: requests.Response) -> dict[str, str]:
    link = answer.json()["links"]["next"]
    return {name: values[0] for name, values in parse_qs(urlsplit(link).query).items()}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Authorization": ""}, (401, "not_authenticated")),
        ({"Authorization": "Bearer x"}, (401, "not_authenticated")),
        ({"Authorization": "Klaviyo-API-Key pk_no"}, (401, "authentication_failed")),
        ({"revision": "2024-10-15"}, (400, "invalid")),
        ({"revision": "yesterday"}, (400, "invalid")),
    ],
)
def test_who_asks_and_in_which_revision(
    account: Account, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    url = f"{account.url}/api/profiles"
    answer = requests.get(url, headers=HEADERS | headers, timeout=10)
    assert fault(answer)[:2] == expected


def test_a_request_without_a_revision_is_refused(account: Account) -> None:
    headers = {"Authorization": HEADERS["Authorization"]}
    assert fault(requests.get(f"{account.url}/api/lists", headers=headers, timeout=10))[0] == 400


def test_scopes_are_of_each_endpoint(account: Account) -> None:
    account.configure(scopes=["lists:read"])
    assert account.ask("lists").status_code == 200
    status, code, detail = fault(account.ask("events"))
    assert (status, code) == (403, "permission_denied") and "events:read" in detail


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("profiles", {"page[size]": 101}),
        ("events", {"page[size]": 1001}),
        ("lists", {"page[size]": 11}),
        ("metrics", {"page[size]": 10}),
        ("profiles", {"page[cursor]": "nonsense"}),
        ("profiles", {"sort": "name"}),
        ("profiles", {"filter": "greater-or-equal(updated,2026-01-01T00:00:00Z)"}),
        ("profiles", {"filter": "equals(first_name,'Anna')"}),
        ("profiles", {"filter": "equals(email,'a@b.c'"}),
        ("profiles", {"filter": "greater-than(updated,soon)"}),
        ("profiles", {"fields[profile]": "email,shoe_size"}),
        ("profiles", {"additional-fields[profile]": "secrets"}),
        ("profiles", {"include": "lists"}),
        ("profiles", {"page_size": 10}),
        ("lists", {"filter": "less-than(updated,2026-01-01T00:00:00Z)"}),
        ("campaigns", {}),
        ("campaigns", {"filter": "equals(status,'Sent')"}),
    ],
)
def test_what_a_list_does_not_allow_is_refused(
    account: Account, path: str, params: dict[str, str | int]
) -> None:
    assert fault(account.ask(path, **params))[:2] == (400, "invalid")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('equals(email,"ANNA@example.com")', ["anna@example.com"]),
        ('any(email,["hugo@icloud.com","cleo@example.com"])', ["cleo", "hugo"]),
        ("greater-than(created,2026-03-01T08:00:00Z)", ["cleo"]),
        ("greater-than(created,2026-03-01T07:59:59Z)", ["cleo", "hugo"]),
        ("less-than(created,2026-03-01T08:00:00Z)", ["anna"]),
        ("or(equals(email,'cleo@example.com'),less-than(created,2025-06-01T00:00:00Z))", 2),
        ("not(equals(email,'cleo@example.com')),greater-than(created,2025-06-01T00:00:00Z)", 1),
        ('equals(subscriptions.email.marketing.suppression.reason,"HARD_BOUNCE")', ["hugo"]),
        ("greater-or-equal(subscriptions.email.marketing.suppression.timestamp,2026-11-10)", 1),
    ],
)
def test_filters_find(account: Account, text: str, found: list[str] | int) -> None:
    names = sorted(emails(account.get("profiles", filter=text)))
    if isinstance(found, int):
        assert len(names) == found
    else:
        assert [name.partition("@")[0] for name in names] == [f.partition("@")[0] for f in found]


def test_pages_follow_each_other_in_both_directions(account: Account) -> None:
    for sort in ("created", "-created"):
        read, params = [], {"sort": sort, "page[size]": "1", "fields[profile]": "email"}
        while params:
            answer = account.ask("profiles", **params)
            read += emails(answer.json()["data"])
            assert all(r["attributes"].keys() == {"email"} for r in answer.json()["data"])
            params = following(answer) if answer.json()["links"]["next"] else {}
        expected = ["anna@example.com", "hugo@icloud.com", "cleo@example.com"]
        assert read == (expected if sort == "created" else expected[::-1])


def test_what_is_additional_is_given_when_asked_for(account: Account) -> None:
    [plain, *_] = account.get("profiles")
    assert "subscriptions" not in plain["attributes"]
    asked = {"additional-fields[profile]": "subscriptions"}
    [whole, *_] = account.get("profiles", **asked)
    assert whole["attributes"]["subscriptions"]["email"]["marketing"]["consent"]


def test_one_record_is_got_by_its_id(account: Account) -> None:
    [one, *_] = account.get("events", **{"page[size]": 1})
    single = account.ask(f"events/{one['id']}", include="metric").json()
    assert single["data"] == one
    assert single["included"][0]["id"] == one["relationships"]["metric"]["data"]["id"]
    for nobody in ("events/0000000Z", "events/w000000", "profiles/x", "lists/o'hara"):
        assert fault(account.ask(nobody))[:2] == (404, "not_found")


def test_limits_count_by_endpoint_and_say_what_is_left(account: Account) -> None:
    account.configure(window_scale=10)  # a second lasts ten
    first = account.ask("flows")
    assert (first.headers["RateLimit-Limit"], first.headers["RateLimit-Remaining"]) == ("60", "59")
    answers = [account.ask("flows") for _ in range(3)]
    refused = answers[-1]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert fault(refused)[1] == "throttled"
    assert 1 <= int(refused.headers["Retry-After"]) <= 10
    assert "RateLimit-Limit" not in refused.headers
    assert account.ask("lists").status_code == 200


def test_an_event_is_kept_once_by_profile_metric_and_unique_id(account: Account) -> None:
    same = event("anna@example.com", "u1", NOW)
    for body in (same, same, event("anna@example.com", "u2", NOW)):
        answer = account.post("events", body)
        assert (answer.status_code, answer.content) == (202, b"")
    account.post("events", event("anna@example.com", "u1", NOW, "Another"))
    assert (account.count("events_taken"), account.count("events_ignored")) == (3, 1)


def test_an_event_shows_within_the_lag(account: Account) -> None:
    account.configure(lag_seconds=3600)
    account.post("events", event("anna@example.com", "u1", NOW - timedelta(days=1)))
    found = {"filter": f"equals(metric_id,'{metric(account, 'Clicked Email')}')"}
    assert len(account.get("events", **found)) == 1
    account.sandbox.clock.advance(1 / 24)
    assert len(account.get("events", **found)) == 2


def metric(account: Account, name: str) -> str:
    return next(row["id"] for row in account.get("metrics") if row["attributes"]["name"] == name)


def test_openings_by_programs_carry_the_property_unless_switched_off(account: Account) -> None:
    asked = {"filter": f"equals(metric_id,'{metric(account, 'Opened Email')}')"}

    def seen() -> list[Any]:
        found = [row["attributes"]["event_properties"] for row in account.get("events", **asked)]
        return [each.get("machine_open") for each in found]

    assert sorted(seen()) == [False, False, False, False, True, True]
    account.configure(machine_open=False)
    assert set(seen()) == {None}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"metric": None}, "/data/attributes/metric"),
        ({"properties": []}, "/data/attributes/properties"),
        ({"time": "soon"}, "/data/attributes/time"),
        ({"time": "1989-12-31T00:00:00Z"}, "/data/attributes/time"),
        ({"profile": {"data": {"type": "profile"}}}, "/data/attributes/profile/data"),
        (
            {"profile": {"data": {"type": "profile", "attributes": {"email": "no"}}}},
            "/data/attributes/profile/data/attributes/email",
        ),
        (
            {"profile": {"data": {"type": "profile", "attributes": {"phone_number": "123"}}}},
            "/data/attributes/profile/data/attributes/phone_number",
        ),
    ],
)
def test_a_wrong_event_is_pointed_at(account: Account, change: Any, pointer: str) -> None:
    body = event("anna@example.com", "u1", NOW)
    body["data"]["attributes"] |= change
    answer = account.post("events", body)
    assert fault(answer)[0] == 400
    assert answer.json()["errors"][0]["source"]["pointer"] == pointer


def importing(**attributes: Any) -> Any:
    return {"data": {"type": "profile", "attributes": attributes}}


def test_profiles_are_made_once_and_changed_by_what_is_given(account: Account) -> None:
    made = account.post("profile-import", importing(email="New@example.com", first_name="N"))
    assert made.status_code == 201
    asked = importing(email="new@example.com", properties={"a": 1, "b": 2})
    changed = account.post("profile-import", asked)
    assert changed.status_code == 200
    cleared = account.post(
        "profile-import", importing(email="new@example.com", properties={"a": None})
    )
    attributes = cleared.json()["data"]["attributes"]
    assert (attributes["first_name"], attributes["properties"]) == ("N", {"b": 2})
    status, code, _ = fault(account.post("profiles", importing(email="anna@example.com")))
    assert (status, code) == (409, "duplicate_profile")
    consent = importing(email="anna@example.com", subscriptions={"email": {}})
    assert fault(account.post("profile-import", consent))[0] == 400


def test_a_merged_profile_leaves_its_events_behind_and_an_erased_one_does_not(
    account: Account,
) -> None:
    people = {row["attributes"]["email"]: row["id"] for row in account.get("profiles")}
    anna, cleo = people["anna@example.com"], people["cleo@example.com"]

    def n_events(who: str) -> int:
        return len(account.get("events", filter=f'equals(profile_id,"{who}")'))

    n_both = n_events(anna) + n_events(cleo)
    relation = {"profiles": {"data": [{"type": "profile", "id": cleo}]}}
    body = {"data": {"type": "profile-merge", "id": anna, "relationships": relation}}
    assert account.post("profile-merge", body).status_code == 201
    assert n_events(anna) == n_both
    assert account.ask(f"profiles/{cleo}").status_code == 404
    who = {"profile": importing(email="anna@example.com")}
    erase = {"data": {"type": "data-privacy-deletion-job", "attributes": who}}
    assert account.post("data-privacy-deletion-jobs", erase).status_code == 202
    assert n_events(anna) == 0


def test_reports_refuse_what_they_cannot_tell(account: Account) -> None:
    good = {
        "statistics": ["recipients"],
        "timeframe": {"key": "last_30_days"},
        "conversion_metric_id": metric(account, "Placed Order"),
    }
    wrong: list[Any] = [
        {"statistics": ["luck"]},
        {"conversion_metric_id": "none"},
        {"group_by": ["send_channel"]},
        {"timeframe": {"start": "2024-01-01T00:00:00", "end": "2026-01-01T00:00:00"}},
        {"timeframe": {"key": "for ever"}},
    ]
    account.configure(window_scale=0)
    for change in ({}, *wrong):
        attributes = good | change
        body = {"data": {"type": "campaign-values-report", "attributes": attributes}}
        answer = account.post("campaign-values-reports", body)
        assert answer.status_code == (400 if change else 200), answer.text
