"""The Mailchimp surface refuses, pages, filters and keeps what it is told as the vendor says."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from assets_tests.sandbox.conftest import Client
from ecom_ai_os.sandbox.mailchimp import routes
from ecom_ai_os.sandbox.mailchimp.auth import API_KEY
from ecom_ai_os.sandbox.mailchimp.routes import MailchimpSurface

LIST = "a6b5da1054"
MEMBERS = f"lists/{LIST}/members"
ANNA, CLEO = f"{MEMBERS}/anna@example.com", f"{MEMBERS}/cleo@example.com"


def ask(client: Client, path: str, method: str = "GET", **options: Any) -> requests.Response:
    options = {"auth": ("any", API_KEY), "timeout": 10} | options
    return requests.request(method, f"{client.url}/3.0/{path}", **options)


def names(client: Client, **params: Any) -> list[str]:
    rows = ask(client, MEMBERS, params=params).json()["members"]
    return [row["merge_fields"]["FNAME"] for row in rows]


@pytest.fixture(autouse=True)
def forgetful(client: Client) -> Iterator[MailchimpSurface]:
    """What one test tells the API the next one does not see."""
    (surface,) = (s for s in client.sandbox.others if isinstance(s, MailchimpSurface))
    yield surface
    surface.forget_edits()


@pytest.mark.parametrize(
    "options",
    [
        {"auth": None},
        {"auth": ("any", API_KEY.replace("us19", "us1"))},
        {"auth": ("any", "0" * 32 + "-us19")},
        {"auth": None, "headers": {"Authorization": "Basic %%%"}},
        {"headers": {"Host": "us1.api.mailchimp.com"}},
    ],
)
def test_who_asks_with_a_wrong_key_or_elsewhere_is_refused(client: Client, options: Any) -> None:
    answer = ask(client, "lists", **options)
    assert answer.status_code == 401 and answer.json()["title"] == "API Key Invalid"


def test_the_key_is_taken_as_a_bearer_token_too(client: Client) -> None:
    headers = {"Authorization": f"Bearer {API_KEY}", "Host": "us19.api.mailchimp.com"}
    assert ask(client, "ping", auth=None, headers=headers).status_code == 200


def test_lists_are_paged_sorted_and_bounded(client: Client) -> None:
    assert names(client, sort_field="last_changed", sort_dir="ASC") == ["Anna", "Cleo"]
    assert names(client, sort_field="last_changed", sort_dir="DESC", count=1) == ["Cleo"]
    assert names(client, sort_field="last_changed", sort_dir="ASC", offset=1) == ["Cleo"]
    changed = ask(client, ANNA).json()["last_changed"].replace("+00:00", "Z")
    assert names(client, since_last_changed=changed) == ["Cleo"], "exclusive"
    assert names(client, before_last_changed=changed) == []
    assert names(client, status="subscribed") == ["Anna"]


@pytest.mark.parametrize(
    "params, status, field",
    [
        ({"count": 1001}, 400, "count"),
        ({"offset": -1}, 400, "offset"),
        ({"status": "gone"}, 400, "status"),
        ({"sort_field": "email"}, 400, "sort_field"),
        ({"since_last_changed": "yesterday"}, 400, "since_last_changed"),
        ({"since_last_changed": "2026-01-01T00:00:00 00:00"}, 500, None),
    ],
)
def test_wrong_parameters_are_named(
    client: Client, params: Any, status: int, field: str | None
) -> None:
    answer = ask(client, MEMBERS, params=params)
    assert answer.status_code == status
    assert [error["field"] for error in answer.json().get("errors", [])] == [field] * bool(field)


def test_fields_are_chosen_and_left_out_by_dotted_paths(client: Client) -> None:
    params = {"fields": "members.id,members.merge_fields.FNAME,total_items"}
    body = ask(client, MEMBERS, params=params).json()
    assert set(body) == {"members", "total_items"}
    assert body["members"][0].keys() == {"id", "merge_fields"}
    assert body["members"][0]["merge_fields"].keys() == {"FNAME"}
    slim = ask(client, MEMBERS, params={"exclude_fields": "members._links,_links"}).json()
    assert "_links" not in slim and "_links" not in slim["members"][0]
    assert "email_address" in slim["members"][0]


def test_an_eleventh_connection_is_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    let_go = Event()
    ten = asyncio.Barrier(10)

    async def until_let_go(_: float) -> None:
        if await ten.wait() == 0:
            all_are_open.set()
        while not let_go.is_set():
            await asyncio.sleep(0.01)

    all_are_open = Event()
    with ThreadPoolExecutor(10) as pool:
        monkeypatch.setattr(routes, "asyncio", SimpleNamespace(sleep=until_let_go))
        answers = [pool.submit(ask, client, "ping") for _ in range(10)]
        assert all_are_open.wait(10)
        refused = ask(client, "ping")
        let_go.set()
    monkeypatch.undo()
    assert refused.status_code == 429 and "10 simultaneous" in refused.json()["detail"]
    assert {answer.result().status_code for answer in answers} == {200}
    assert ask(client, "ping").status_code == 200


def test_members_are_put_patched_archived_and_forgotten(client: Client) -> None:
    new = {"email_address": "Dora@example.com", "status_if_new": "transactional"}
    path = f"{MEMBERS}/dora@example.com"
    assert ask(client, path, "PATCH", json={"vip": True}).status_code == 404
    assert ask(client, path, "PUT", json={}).json()["errors"][0]["field"] == "email_address"
    assert ask(client, path, "PUT", json=new).json()["status"] == "transactional"
    assert ask(client, path, "PUT", json=new | {"vip": True}).json()["vip"] is True
    exists = ask(client, MEMBERS, "POST", json=new | {"status": "subscribed"})
    assert exists.json()["title"] == "Member Exists"
    assert ask(client, path, "DELETE").status_code == 204
    assert ask(client, path).json()["status"] == "archived"
    assert "Dora@example.com" not in str(ask(client, MEMBERS).json())
    assert ask(client, f"{path}/actions/delete-permanent", "POST").status_code == 204
    assert ask(client, path).status_code == 404
    forgotten = ask(client, path, "PUT", json=new)
    assert forgotten.json()["title"] == "Forgotten Email Not Subscribed"


def test_who_left_is_not_subscribed_again(client: Client) -> None:
    client.control("clock", now="2026-11-24T08:00:00Z")
    assert ask(client, ANNA).json()["status"] == "unsubscribed"
    again = ask(client, ANNA, "PATCH", json={"status": "subscribed"})
    assert again.status_code == 400 and again.json()["title"] == "Member In Compliance State"
    kept = ask(client, ANNA, "PUT", json={"merge_fields": {"AI_SEG": "vip", "NOPE": "x"}})
    assert kept.json()["status"] == "unsubscribed"
    assert kept.json()["merge_fields"]["AI_SEG"] == "vip"
    assert "NOPE" not in kept.json()["merge_fields"]


def test_tags_come_and_go_and_are_static_segments(client: Client) -> None:
    tags = [{"name": "vip", "status": "active"}, {"name": "gone", "status": "inactive"}]
    assert ask(client, f"{CLEO}/tags", "POST", json={"tags": tags}).status_code == 204
    assert [tag["name"] for tag in ask(client, f"{CLEO}/tags").json()["tags"]] == ["vip"]
    segments = ask(client, f"lists/{LIST}/segments").json()["segments"]
    assert {s["name"]: s["member_count"] for s in segments} == {"vip": 1, "gone": 0}
    off = [{"name": "vip", "status": "inactive"}]
    ask(client, f"{CLEO}/tags", "POST", json={"tags": off})
    assert ask(client, CLEO).json()["tags_count"] == 0
    assert ask(client, f"{CLEO}/tags", "POST", json={"tags": ["vip"]}).status_code == 400


@pytest.mark.parametrize(
    "event, status",
    [
        ({"name": "reorder_due", "properties": {"sku": "A"}}, 204),
        ({"name": "r"}, 400),
        ({"name": "n" * 31}, 400),
        ({"name": "reorder_due", "properties": {"n": 2}}, 400),
        ({"name": "reorder_due", "occurred_at": "soon"}, 400),
    ],
)
def test_events_are_checked_and_kept(client: Client, event: Any, status: int) -> None:
    assert ask(client, f"{CLEO}/events", "POST", json=event).status_code == status
    ask(client, f"{CLEO}/events", "POST", json=event)
    kept = ask(client, f"{CLEO}/events").json()
    assert kept["total_items"] == (2 if status == 204 else 0), "not deduplicated"


def test_journeys_start_for_members_only(client: Client) -> None:
    path = "customer-journeys/journeys/2451/steps/8801/actions/trigger"
    assert ask(client, path, "POST", json={"email_address": "cleo@example.com"}).ok
    assert ask(client, path, "POST", json={"email_address": "x@example.com"}).status_code == 404
    assert ask(client, path.replace("8801", "1"), "POST", json={}).status_code == 400


@pytest.mark.parametrize("path", ["nope", "lists/nope/members", "reports/nope/sent-to", "landing"])
def test_what_is_not_there_is_said_so(client: Client, path: str) -> None:
    answer = ask(client, path)
    assert answer.status_code == 404 and answer.json()["title"] == "Resource Not Found"


def test_a_body_that_is_no_object_is_refused(client: Client) -> None:
    assert ask(client, ANNA, "PATCH", data=b"[1]").status_code == 400
    assert ask(client, ANNA, "PATCH", data=b"{").status_code == 400
