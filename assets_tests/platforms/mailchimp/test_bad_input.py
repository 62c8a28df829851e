"""Whatever stands in the answers, every stream is read to its end and the good records land."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assets_tests.platforms.mailchimp.conftest import connection, records
from assets_tests.platforms.vendor_stub import Answer, Request, page, vendor
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.platforms.mailchimp import CONNECTOR, Mailchimp
from ecom_ai_os.warehouse import Warehouse

KEYS = {
    "lists": "lists",
    "members": "members",
    "merge-fields": "merge_fields",
    "segments": "segments",
    "abuse-reports": "abuse_reports",
    "campaigns": "campaigns",
    "automations": "automations",
    "emails": "emails",
    "reports": "reports",
    "sent-to": "sent_to",
    "email-activity": "emails",
    "unsubscribed": "unsubscribes",
}
FIELDS = (
    *("id", "list_id", "email_id", "status", "last_changed", "timestamp", "activity", "action"),
    *("campaign_id", "merge_id", "emails_sent", "opens", "clicks", "bounces", "unsubscribed"),
    *("opens_total", "last_open", "send_time", "unheard_of"),
)
WRONG = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 10**25),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", "x", "2026-13-45T00:00:00", "sent"]),
)
VALUES = st.recursive(
    WRONG,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(FIELDS), inner, max_size=3)
    ),
    max_leaves=4,
)
RECORDS = st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES), max_size=3)
OPEN = {"action": "open", "timestamp": "2026-11-02T10:00:00+00:00"}
GOOD = {
    "id": "g1",
    "campaign_id": "g1",
    "list_id": "l1",
    "email_id": "e1",
    "email_address": "good@example.com",
    "last_changed": "2026-11-01T10:00:00+00:00",
    "timestamp": "2026-11-02T10:00:00+00:00",
    "activity": [OPEN],
    "emails_sent": 1,
    "unsubscribed": 1,
    "opens": {"opens_total": 1},
}
CURSORS: dict[str, dict[str, Any]] = {
    "members": {
        "changed_since": "2026-11-23T05:55:00+00:00",
        "whole_at": "2026-11-22T05:55:00+00:00",
    },
    "reports": {"read_at": "2026-11-22T05:55:00+00:00", "seen": {"g1": {}}},
}


def answer(request: Request, rows: list[Any]) -> Answer:
    name = request.path.rpartition("/")[2]
    if name == "ping":
        return Answer({"health_status": "Everything's Chimpy!"})
    return Answer(json.dumps({KEYS[name]: rows, "total_items": len(rows)}).encode())


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(RECORDS)
def test_every_stream_is_read_to_its_end(tmp_path: Path, bad: list[dict[str, Any]]) -> None:
    rows = [GOOD, *bad, None, "text"]
    with vendor(lambda request: answer(request, rows)) as running:
        account = Mailchimp("mc", connection(running.url))
        for stream in account.streams:
            for cursor in (None, CURSORS.get(stream.name)):
                batches = list(account.read(stream.name, cursor, tmp_path))
                assert GOOD.items() <= records(batches, stream.tables[0].name)[0].items()
                for batch in batches:
                    json.dumps(batch.cursor)


def test_good_records_land_beside_bad_ones(tmp_path: Path, warehouse: Warehouse) -> None:
    bad = [
        {"status": "no id"},
        GOOD | {"id": "g2", "last_changed": "nonsense"},
        [1],
        GOOD | {"id": 10**25, "status": b"caf\xe9".decode("latin-1")},
        GOOD,
    ]
    warehouse.prepare({"mailchimp": CONNECTOR.streams})

    def respond(request: Request) -> Answer:
        return answer(request, [GOOD, *bad] if request.path.endswith("/members") else [GOOD])

    with vendor(respond) as running:
        account = Mailchimp("mc", connection(running.url))
        for batch in account.read("members", None, tmp_path):
            landed = warehouse.land("mc", "mailchimp", account.streams[1], batch)
    # Twice each: the archived are asked for by themselves.
    assert landed.quarantined == {"members": 6}
    ids = warehouse.read("select record_id from mailchimp.members order by 1").rows()
    assert ids == [("g1/1e+25",), ("g1/g1",)]
    reasons = warehouse.read("select distinct reason from quality.quarantine order by 1")["reason"]
    assert list(reasons) == [
        "$.last_changed is not a time",
        "no id at $.__id",
        "not a JSON object",
    ]


def test_events_without_a_name_are_kept_with_their_reason(
    tmp_path: Path, warehouse: Warehouse
) -> None:
    row = GOOD | {"activity": [OPEN, OPEN, {"action": "open"}, "text", None]}
    warehouse.prepare({"mailchimp": CONNECTOR.streams})
    with vendor(lambda request: answer(request, [row])) as running:
        account = Mailchimp("mc", connection(running.url))
        for batch in account.read("reports", None, tmp_path):
            warehouse.land("mc", "mailchimp", account.streams[4], batch)
    assert len(warehouse.read("from mailchimp.email_activity")) == 1
    reasons = warehouse.read(
        "select reason from quality.quarantine where entity = 'email_activity'"
    )
    assert sorted(reasons["reason"]) == [
        "no id at $.__id",
        "not a JSON object",
        "not a JSON object",
    ]


@pytest.mark.parametrize(
    "spoiled",
    [
        page("<html>Down for a moment</html>", 200),
        Answer(b'{"lists": [{"id": "l1", "na', headers={"Content-Type": "application/json"}),
        Answer([]),
        Answer({"lists": {"id": "l1"}, "total_items": 1}),
        Answer({"lists": [{"id": "l1"}] * 100, "total_items": None}),
    ],
)
def test_what_is_no_list_is_an_error_that_names_the_address(
    tmp_path: Path, spoiled: Answer
) -> None:
    with vendor(lambda request: spoiled) as running:
        account = Mailchimp("mc", connection(running.url))
        with pytest.raises(HttpError, match=r"127.0.0.1:\d+/3.0/lists ") as error:
            list(account.read("lists", None, tmp_path))
    assert "l1" not in str(error.value) and len(running.requests) == 6


def test_an_error_names_neither_key_nor_person(tmp_path: Path) -> None:
    problem = {
        "title": "Member Exists",
        "status": 400,
        "detail": "anna@example.com is already a list member",
        "errors": [{"field": "email_address", "message": "<anna@example.com> of key k"}],
    }
    name = "0123456789abcdef0123456789abcdef"
    with vendor(lambda request: Answer(problem, 400)) as running:
        account = Mailchimp("mc", connection(running.url, api_key="secret-key-us19"))
        with pytest.raises(HttpError) as error:
            account._client.ask("GET", f"lists/l1/members/{name}")
    said = str(error.value)
    assert "Member Exists" in said and "email_address" in said and "HTTP 400" in said
    assert not any(word in said for word in ("anna", "secret-key", name))
