"""Messages handed over: what arrives, what is refused, and nothing twice after a kill."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from assets_tests.platforms.mailchimp.conftest import Running, member
from ecom_ai_os.platforms.activation import Activating, Outgoing, RefusedError
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.mailchimp.client import Client

ANNA, CLEO = "anna@example.com", "cleo@example.com"
MESSAGE = Outgoing(
    message_id="m-1",
    kind="review_request",
    email=ANNA,
    occurred_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
    properties={"order_number": "#1001", "skus": ["BEANS-250"], "n": 2, "nothing": None},
    profile={"segment": "vip", "value": 412.5, "not mapped": "stays here"},
    joins="ai-os:vip",
    leaves="ai-os:at-risk",
)
MAPPED = {"merge_fields": {"segment": "AI_SEG", "value": "AI_LTV"}}
JOURNEY = {"journeys": {"review_request": {"journey_id": 2451, "step_id": 8801}}}


def events(running: Running, email: str = ANNA) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = running.ask("GET", f"{member(email)}/events").json()["events"]
    return found


def triggers(running: Running) -> int:
    with running.sandbox.shop.reading() as cursor:
        return len(cursor.execute("from mailchimp.triggers").fetchall())


def test_everything_of_a_message_arrives_and_the_status_stays(running: Running) -> None:
    assert isinstance(running.connect(), Activating)
    running.ask(
        "POST",
        f"{member(ANNA)}/tags",
        json={"tags": [{"name": "ai-os:at-risk", "status": "active"}]},
    )
    before = running.ask("GET", member(ANNA)).json()
    assert running.connect(**MAPPED).sender().send(MESSAGE) == "m-1"
    after = running.ask("GET", member(ANNA)).json()
    assert after["status"] == before["status"] and after["timestamp_opt"] == before["timestamp_opt"]
    assert after["merge_fields"] == before["merge_fields"] | {"AI_SEG": "vip", "AI_LTV": 412.5}
    assert [tag["name"] for tag in after["tags"]] == ["ai-os:vip"]
    (event,) = events(running)
    assert event == {
        "name": "review_request",
        "occurred_at": "2026-11-23T12:00:00+00:00",
        "properties": {
            "order_number": "#1001",
            "skus": '["BEANS-250"]',
            "n": "2",
            "nothing": "",
            "message_id": "m-1",
        },
    }


def test_a_journey_is_started_once_and_the_event_starts_nothing_beside(running: Running) -> None:
    running.connect(**JOURNEY).sender().send(MESSAGE)
    assert triggers(running) == 1
    with running.sandbox.shop.reading() as cursor:
        (row,) = cursor.execute("select starts_automations from mailchimp.events").fetchall()
    assert row == (False,)


class KilledError(Exception):
    pass


@pytest.mark.parametrize("dies_at", ["events", "trigger"])
def test_after_a_kill_the_message_is_found_and_not_sent_again(
    running: Running, monkeypatch: pytest.MonkeyPatch, dies_at: str
) -> None:
    """The vendor has accepted, and the run dies before it can write that down."""
    ask = Client.ask

    def dying(client: Client, method: str, path: str, **options: Any) -> Any:
        reply = ask(client, method, path, **options)
        if method == "POST" and path.endswith(dies_at):
            raise KilledError
        return reply

    with monkeypatch.context() as patched:
        patched.setattr(Client, "ask", dying)
        with pytest.raises(KilledError):
            running.connect(**JOURNEY).sender().send(MESSAGE)
    sender = running.connect(**JOURNEY).sender()
    assert sender.sent(MESSAGE) == "m-1"
    assert sender.sent(replace(MESSAGE, message_id="m-2")) is None
    assert len(events(running)) == 1


def test_an_answer_that_is_lost_is_not_asked_for_again(running: Running) -> None:
    running.sandbox.faults.arm(fault="accepted_unsaid", next=1, where="/events")
    sender = running.connect().sender()
    with pytest.raises(HttpError):
        sender.send(MESSAGE)
    assert sender.sent(MESSAGE) == "m-1" and len(events(running)) == 1


@pytest.mark.parametrize("fault", ["throttled", "edge_refused"])
def test_a_refusal_by_the_gate_is_asked_again(running: Running, fault: str) -> None:
    running.sandbox.faults.arm(fault=fault, next=2, where="/events")
    running.connect().sender().send(MESSAGE)
    assert len(events(running)) == 1


def test_nobody_becomes_a_member_by_a_message(running: Running) -> None:
    stranger = replace(MESSAGE, email="stranger@example.com")
    with pytest.raises(RefusedError, match="no member") as refused:
        running.connect(**MAPPED).sender().send(stranger)
    assert "stranger" not in str(refused.value)
    assert running.ask("GET", member(stranger.email)).status_code == 404
    assert running.connect().sender().sent(stranger) is None


def test_what_the_vendor_finds_invalid_is_refused_without_the_address(running: Running) -> None:
    wrong = replace(MESSAGE, profile={"value": "much"})
    with pytest.raises(RefusedError, match=r"Invalid Resource.*merge_fields.AI_LTV") as refused:
        running.connect(**MAPPED).sender().send(wrong)
    assert "anna" not in str(refused.value) and member(ANNA)[-32:] not in str(refused.value)
    with pytest.raises(RefusedError, match="2 to 30 letters"):
        running.connect().sender().send(replace(MESSAGE, kind="k" * 31))


def test_a_journey_that_does_not_start_is_said_so(running: Running) -> None:
    unknown = {"journeys": {"review_request": {"journey_id": 1, "step_id": 1}}}
    with pytest.raises(RefusedError, match="may not have started"):
        running.connect(**unknown).sender().send(MESSAGE)


def test_consent_is_what_the_member_s_status_says(running: Running) -> None:
    running.ask("DELETE", member("person9@example.com"))
    emails = [ANNA, CLEO, "person1@example.com", "person2@example.com", "person50@example.com"]
    found = (
        running.connect()
        .sender()
        .consents([*emails, "person9@example.com", "stranger@example.com"])
    )
    assert {email: (each.may_email, each.is_suppressed) for email, each in found.items()} == {
        ANNA: (False, True),
        CLEO: (False, False),
        "person1@example.com": (True, False),
        "person2@example.com": (False, False),
        "person50@example.com": (False, True),
        "person9@example.com": (False, True),
    }
    assert found[ANNA].reason == "unsubscribed: N/A (Abuse)"
    assert found[CLEO].reason == "transactional"


def test_an_audience_that_is_not_there_is_said_so(running: Running) -> None:
    with pytest.raises(HttpError, match="audience 'nope' is not among the account's 1 audiences"):
        running.connect(audience="nope").sender().consents([ANNA])
