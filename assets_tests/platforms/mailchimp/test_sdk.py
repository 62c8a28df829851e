"""The vendor's own client (PyPI: mailchimp-marketing), unmodified, works against the sandbox."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from assets_tests.platforms.mailchimp.conftest import AUTUMN, LIST, Running
from ecom_ai_os.sandbox.mailchimp.auth import API_KEY, DATA_CENTRE

sdk: Any = pytest.importorskip("mailchimp_marketing", reason="needs the extra `sdks`")

PERSON = "person3@example.com"
HASH = hashlib.md5(PERSON.encode()).hexdigest()


@pytest.fixture
def client(running: Running) -> Any:
    client = sdk.Client()
    client.set_config({"api_key": API_KEY, "server": DATA_CENTRE})
    client.api_client.host = f"{running.url}/3.0"
    return client


def test_it_reads_what_ours_reads(client: Any) -> None:
    assert client.ping.get() == {"health_status": "Everything's Chimpy!"}
    assert [row["id"] for row in client.lists.get_all_lists()["lists"]] == [LIST]
    members = client.lists.get_list_members_info(
        LIST, count=1000, fields=["members.id", "total_items"], since_last_changed="2025-06-01"
    )
    assert members["total_items"] == len(members["members"]) == 252
    assert set(members["members"][0]) == {"id"}
    assert client.reports.get_campaign_report(AUTUMN)["emails_sent"] == 250
    page = client.reports.get_campaign_recipients(AUTUMN, count=2, offset=249)
    assert len(page["sent_to"]) == 1 and page["total_items"] == 250
    activity = client.reports.get_email_activity_for_campaign(AUTUMN, count=1000)
    assert len(activity["emails"]) == 250
    assert len(client.automations.list()["automations"]) == 1


def test_it_writes_what_ours_writes(client: Any) -> None:
    client.lists.update_list_member(LIST, HASH, {"merge_fields": {"AI_SEG": "vip"}})
    tags = {"tags": [{"name": "ai-os:vip", "status": "active"}]}
    client.lists.update_list_member_tags(LIST, HASH, tags)
    client.lists.create_list_member_event(
        LIST, HASH, {"name": "reorder_due", "properties": {"message_id": "m-1"}}
    )
    client.customerJourneys.trigger(2451, 8801, {"email_address": PERSON})
    member = client.lists.get_list_member(LIST, HASH)
    assert (member["status"], member["merge_fields"]["AI_SEG"]) == ("subscribed", "vip")
    assert [tag["name"] for tag in client.lists.get_list_member_tags(LIST, HASH)["tags"]] == [
        "ai-os:vip"
    ]
    (event,) = client.lists.get_list_member_events(LIST, HASH)["events"]
    assert event["properties"] == {"message_id": "m-1"}


def test_it_understands_refusals(client: Any) -> None:
    new = {"email_address": PERSON, "status": "subscribed"}
    with pytest.raises(sdk.api_client.ApiClientError) as refused:
        client.lists.add_list_member(LIST, new)
    assert refused.value.status_code == 400 and "Member Exists" in refused.value.text
