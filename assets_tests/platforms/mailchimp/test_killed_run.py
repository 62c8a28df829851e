"""The outbox beside Mailchimp: killed between acceptance and record, it sends nothing twice."""

from __future__ import annotations

import pytest

from assets_tests.defs import killed_run
from assets_tests.platforms.mailchimp.conftest import Running, member
from ecom_ai_os.sandbox.mailchimp.auth import API_KEY

STAYS, LEFT = "Person1@example.com", "person2@example.com"
DUPLICATE = ("duplicate", "the platform has it from an attempt before")


def events(running: Running, email: str) -> list[str]:
    found = running.ask("GET", f"{member(email.lower())}/events").json()["events"]
    return sorted(event["properties"]["message_id"] for event in found)


def test_a_killed_run_is_finished_by_the_next(
    running: Running, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = str(tmp_path_factory.mktemp("shop"))
    warehouse = killed_run.prepare(home, [STAYS, LEFT, "nobody@example.com"])
    settings = {"platform": "mailchimp", "base_url": running.url, "api_key": API_KEY}
    killed_run.die(warehouse, "mailchimp", settings)
    n_taken = len(events(running, STAYS)) + len(events(running, LEFT))
    assert n_taken >= 1
    assert warehouse.read("from outbox.deliveries").is_empty()

    outcomes = killed_run.deliver(warehouse, running.connect().sender())
    ends = {(customer, kind): (end, why) for customer, kind, end, why in outcomes}
    assert list(ends.values()).count(DUPLICATE) == n_taken
    assert ends["c2", "review_request"][0] == "suppressed"
    assert ends["c3", "review_request"][0] == ends["c3", "vip_joined"][0] == "suppressed"
    assert events(running, STAYS) == ["review_request-c1", "vip_joined-c1"]
    assert events(running, LEFT) == ["vip_joined-c2"]
    tags = running.ask("GET", member(STAYS.lower())).json()["tags"]
    assert [tag["name"] for tag in tags] == ["VIP"]
