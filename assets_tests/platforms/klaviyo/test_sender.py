"""Messages reach Klaviyo once, whatever happens on the way; consent is read and never changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from assets_tests.platforms.klaviyo.conftest import Account, rows
from assets_tests.sandbox.conftest import NOW
from ecom_ai_os.platforms.activation import Activating, Consent, Outgoing, RefusedError
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.klaviyo.client import Client

MESSAGE = Outgoing("m1", "review_request", "Anna@example.com", NOW, {"order_number": "1003"})
VIP = replace(MESSAGE, message_id="m2", profile={"segment": "vip"}, joins="VIP")


def profile(account: Account, email: str) -> Any:
    people = rows(account.read("profiles"), "profiles")
    return next(row for row in people if row["attributes"]["email"] == email)


def events(account: Account) -> list[Any]:
    return [
        row["attributes"]["event_properties"]
        for row in account.get(
            "events", filter=f"greater-or-equal(datetime,{NOW:%Y-%m-%dT%H:%M:%SZ})"
        )
    ]


def members(account: Account, name: str) -> list[str]:
    found = [row["id"] for row in account.get("lists", filter=f'any(name,["{name}"])')]
    assert len(found) <= 1
    return [row["id"] for each in found for row in account.get(f"lists/{each}/profiles")]


def test_only_a_yes_that_nothing_suppresses_is_consent(account: Account) -> None:
    assert isinstance(account.klaviyo, Activating)
    emails = ["Anna@Example.com", "cleo@example.com", "hugo@icloud.com", "nobody@example.com"]
    assert account.klaviyo.sender().consents(emails) == {
        "Anna@Example.com": Consent(True, False, "SUBSCRIBED"),
        "cleo@example.com": Consent(False, False, "NEVER_SUBSCRIBED"),
        "hugo@icloud.com": Consent(False, True, "SUBSCRIBED, HARD_BOUNCE"),
    }
    account.sandbox.clock.advance(1)
    assert account.klaviyo.sender().consents(["anna@example.com"]) == {
        "anna@example.com": Consent(False, False, "UNSUBSCRIBED, UNSUBSCRIBE")
    }


def test_an_address_it_refuses_to_look_for_hides_no_other(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = Client.walk

    def refusing(client: Client, path: str, **params: Any) -> Any:
        if "odd" in params["filter"]:
            raise HttpError("a.klaviyo.com/api/profiles refused the request (HTTP 400)", status=400)
        return walk(client, path, **params)

    monkeypatch.setattr(Client, "walk", refusing)
    people = ["anna@example.com", "odd@", "cleo@example.com"]
    sender = account.klaviyo.sender()
    assert set(sender.consents(people)) == {people[0], people[2]}
    with pytest.raises(HttpError, match="HTTP 400"):
        sender.consents(["odd@", "odd@one", "odd@two"])


def test_a_message_is_an_event_with_our_id(account: Account) -> None:
    sender = account.klaviyo.sender()
    assert sender.sent(MESSAGE) is None
    assert sender.send(MESSAGE) == "m1"
    [properties] = events(account)
    assert properties == {"order_number": "1003", "ai_os_message_id": "m1", "$event_id": "m1"}
    assert sender.sent(MESSAGE) is not None
    assert sender.sent(replace(MESSAGE, message_id="m3")) is None
    assert sender.sent(replace(MESSAGE, email="nobody@example.com")) is None


def test_a_message_handed_over_twice_is_taken_once(account: Account) -> None:
    sender = account.klaviyo.sender()
    assert sender.send(VIP) == sender.send(VIP) == "m2"
    assert (account.count("events_taken"), account.count("events_ignored")) == (1, 1)


def test_a_lost_answer_does_not_send_twice(account: Account) -> None:
    sender = account.klaviyo.sender()
    account.sandbox.faults.arm(fault="accepted_unsaid", next=3)
    sender.send(VIP)
    assert account.count("events_taken") == 1
    assert len(members(account, "VIP")) == 1


def test_what_shows_late_is_sent_again_and_taken_once(account: Account) -> None:
    account.configure(lag_seconds=6600)
    account.klaviyo.sender().send(MESSAGE)
    second = account.klaviyo.sender()
    assert second.sent(MESSAGE) is None
    second.send(MESSAGE)
    assert account.count("events_taken") == 1
    account.sandbox.clock.set(NOW + timedelta(hours=2))
    assert second.sent(MESSAGE) is not None


def test_properties_and_lists_follow_and_consent_stays(account: Account) -> None:
    before = profile(account, "anna@example.com")["attributes"]
    sender = account.klaviyo.sender()
    sender.send(VIP)
    after = profile(account, "anna@example.com")
    assert after["attributes"]["properties"] == {"ai_os_segment": "vip"}
    assert after["attributes"]["subscriptions"] == before["subscriptions"]
    assert members(account, "VIP") == [after["id"]]
    sender.send(replace(VIP, message_id="m4", joins=None, leaves="VIP"))
    assert members(account, "VIP") == []
    sender.send(replace(VIP, message_id="m5", joins=None, leaves="No such list"))
    assert members(account, "No such list") == []


def test_those_who_join_at_once_join_one_list(account: Account) -> None:
    sender = account.klaviyo.sender()
    people = [replace(VIP, message_id=f"p{n}", email=f"p{n}@example.com") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(sender.send, people))
    assert len(members(account, "VIP")) == 4


def test_a_new_address_becomes_a_profile_without_consent(account: Account) -> None:
    account.klaviyo.sender().send(replace(MESSAGE, email="new@example.com"))
    consents = account.klaviyo.sender().consents(["new@example.com"])
    assert consents["new@example.com"] == Consent(False, False, "NEVER_SUBSCRIBED")


def test_what_is_refused_for_good_is_said_without_the_address(account: Account) -> None:
    with pytest.raises(RefusedError, match="not a valid email") as refused:
        account.klaviyo.sender().send(replace(MESSAGE, email="nonsense@"))
    assert "nonsense" not in str(refused.value)
    account.configure(scopes=["events:read"])
    with pytest.raises(Exception, match="events:write") as forbidden:
        account.klaviyo.sender().send(MESSAGE)
    assert not isinstance(forbidden.value, RefusedError)
