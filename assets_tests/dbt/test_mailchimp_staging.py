"""Mailchimp's records reach the staging contract: consent, counts, machine opens, broken fields."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.conftest import Read, land_days, reader

SENT_AT, OPENED_AT = "2026-08-02T08:00:00+00:00", "2026-08-02T09:00:00+00:00"
LATER = "2026-08-03T09:00:00+00:00"
ANNA, BEN = "aaaa", "bbbb"
VIEWS = ("customers", "campaigns", "email_events")


def member(email_id: str, status: str, **fields: Any) -> dict[str, Any]:
    return {
        "__id": f"list/{email_id}",
        "id": email_id,
        "email_address": f"{email_id}@example.com",
        "status": status,
        "unsubscribe_reason": "",
        "merge_fields": {"FNAME": " Anna ", "LNAME": "", "ADDRESS": {"country": "de"}, "PHONE": ""},
        "sms_phone_number": "+4915112345678",
        "sms_subscription_status": "nonsubscribed",
        "timestamp_signup": "2026-01-01T08:00:00+00:00",
        "timestamp_opt": "2026-01-02T08:00:00+00:00",
        "last_changed": "2026-07-01T08:00:00+00:00",
        "language": "de",
        "location": {"country_code": ""},
        "tags": [{"id": 1, "name": "vip"}, {"id": 2, "name": ""}],
        "list_id": "list",
    } | fields


def event(email_id: str, action: str, at: str, **fields: Any) -> dict[str, Any]:
    return {
        "__id": f"c1/{email_id}/{action}/{at}",
        "campaign_id": "c1",
        "list_id": "list",
        "email_id": email_id,
        "email_address": f"{email_id}@example.com",
        "action": action,
        "timestamp": at,
    } | fields


CAMPAIGN = {
    "id": "c1",
    "status": "sent",
    "emails_sent": 2,
    "send_time": SENT_AT,
    "settings": {"title": "Autumn", "subject_line": "New beans"},
}
REPORT = {
    "id": "c1",
    "type": "regular",
    "send_time": SENT_AT,
    "emails_sent": 2,
    "opens": {"unique_opens": 2, "proxy_excluded_unique_opens": 1},
    "clicks": {"unique_subscriber_clicks": 1},
    "ecommerce": {"total_revenue": 12.5, "currency_code": "eur"},
}
WELCOME = {
    "__id": "w1/e1",
    "id": "e1",
    "workflow_id": "w1",
    "status": "sending",
    "emails_sent": 1,
    "send_time": SENT_AT,
    "settings": {"title": "First", "subject_line": "Hello"},
}
RECIPIENT = {
    "__id": f"c1/{ANNA}",
    "campaign_id": "c1",
    "list_id": "list",
    "email_id": ANNA,
    "email_address": "aaaa@example.com",
    "status": "sent",
}
OPENED = event(ANNA, "open", OPENED_AT)
CLICKED = event(ANNA, "click", OPENED_AT, url="https://shop.example/beans")
COMPLAINT = {
    "__id": "list/9",
    "id": 9,
    "campaign_id": "c1",
    "list_id": "list",
    "email_id": "cccc",
    "email_address": "cccc@example.com",
    "date": OPENED_AT,
}
RAW: dict[str, list[dict[str, Any]]] = {
    "members": [
        member(ANNA, "subscribed"),
        member(BEN, "cleaned"),
        member("cccc", "unsubscribed"),
        member("dddd", "transactional", sms_subscription_status="subscribed"),
    ],
    "abuse_reports": [COMPLAINT],
    "campaigns": [CAMPAIGN],
    "automations": [{"id": "w1", "settings": {"title": "Welcome"}}],
    "automation_emails": [WELCOME],
    "reports": [REPORT, {"id": "e1", "type": "automation", "send_time": SENT_AT}],
    "sent_to": [
        RECIPIENT,
        RECIPIENT | {"__id": f"c1/{BEN}", "email_id": BEN, "status": "hard"},
        RECIPIENT | {"__id": f"e1/{ANNA}", "campaign_id": "e1"},
        RECIPIENT | {"__id": f"e1/{BEN}", "campaign_id": "e1", "email_id": BEN},
    ],
    "email_activity": [
        OPENED,
        event(ANNA, "open", "2026-08-02T08:01:00+00:00"),
        CLICKED,
        event(BEN, "click", "2026-08-02T08:01:00+00:00", url="https://shop.example/scan"),
        event(BEN, "bounce", SENT_AT, type="hard"),
        event(BEN, "click", LATER) | {"__id": "e1/b/click", "campaign_id": "e1"},
        event(BEN, "open", OPENED_AT) | {"__id": "e1/b/open", "campaign_id": "e1"},
    ],
    "activity_by_people": [OPENED, CLICKED, event(BEN, "bounce", SENT_AT, type="hard")],
    "unsubscribes": [
        {k: v for k, v in event(BEN, "x", OPENED_AT).items() if k != "action"}
        | {"__id": f"c1/{BEN}"}
    ],
}


def landed(con: duckdb.DuckDBPyConnection) -> None:
    for table, records in RAW.items():
        insert(con, table, "mc", [(r.get("__id") or r["id"], r) for r in records])


def insert(
    con: duckdb.DuckDBPyConnection, table: str, connection: str, rows: list[tuple[str, Any]]
) -> None:
    con.execute(
        f"insert into mailchimp.{table} select $connection, row ->> 0, null, null, row -> 1, "
        "false, now() from (select unnest($rows::json[]) as row)",
        {"connection": connection, "rows": json.dumps(rows)},
    )


@pytest.fixture(scope="module")
def path(shop_folder: Path) -> Path:
    return land_days(shop_folder, landed)


@pytest.fixture
def mail(path: Path) -> Iterator[Read]:
    yield from reader(path)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_consent_is_what_the_status_says_and_when(mail: Read) -> None:
    assert mail(
        "select email, is_email_subscribed, email_consent_at, is_email_suppressed, "
        "is_sms_subscribed from staging.stg_mailchimp__customers order by email"
    ) == [
        ("aaaa@example.com", True, at("2026-01-02T08:00:00+00:00"), False, None),
        ("bbbb@example.com", False, at("2026-07-01T08:00:00+00:00"), True, None),
        ("cccc@example.com", False, at("2026-07-01T08:00:00+00:00"), True, None),
        ("dddd@example.com", None, None, False, True),
    ]
    assert mail(
        "select account_id, first_name, last_name, phone, country, locale, tags "
        "from staging.stg_mailchimp__customers where email = 'aaaa@example.com'"
    ) == [("mc/list/aaaa", "Anna", None, "+4915112345678", "DE", "de", ["vip"])]


def test_campaigns_and_mails_of_automations_have_their_counts(mail: Read) -> None:
    assert mail(
        "select campaign_id, kind, flow_id, name, sent_at, n_recipients, n_opened, n_clicked, "
        "revenue::varchar, currency from staging.stg_mailchimp__campaigns order by 1"
    ) == [
        ("mc/c1", "campaign", None, "Autumn", at(SENT_AT), 2, 1, 1, "12.50", "EUR"),
        ("mc/e1", "flow", "mc/w1", "Welcome: First", None, 1, None, None, None, None),
    ]


def test_an_automation_s_mail_has_the_time_of_its_first_trace(mail: Read) -> None:
    """Ben opened his, nothing is known of Anna's."""
    assert mail(
        "select email_id, kind, occurred_at from (select *, split_part(message_id, '/', 3) as "
        "email_id from staging.stg_mailchimp__email_events) where campaign_id = 'mc/e1' "
        "and kind in ('sent', 'delivered') order by all"
    ) == [
        (ANNA, "delivered", None),
        (ANNA, "sent", None),
        (BEN, "delivered", at(OPENED_AT)),
        (BEN, "sent", at(OPENED_AT)),
    ]


def test_a_trace_that_comes_later_is_seen_by_what_follows(path: Path, tmp_path: Path) -> None:
    copy = shutil.copy(path, tmp_path)
    loaded = (
        "select max(loaded_at) from staging.stg_mailchimp__email_events "
        "where campaign_id = 'mc/e1' and kind = 'sent'"
    )
    with duckdb.connect(str(copy)) as con:
        ((before,),) = con.execute(loaded).fetchall()
        opened = event(ANNA, "open", LATER) | {"__id": "e1/a/open", "campaign_id": "e1"}
        insert(con, "email_activity", "mc", [("e1/a/open", opened)])
        ((after,),) = con.execute(loaded).fetchall()
    assert after > before


def test_opens_by_programs_are_marked_and_clicks_by_scanners_left_out(mail: Read) -> None:
    events = mail(
        "select kind, email[:1], is_machine_open, occurred_at is null, count(*)::integer "
        "from staging.stg_mailchimp__email_events "
        "where not is_deleted and campaign_id = 'mc/c1' group by all order by all"
    )
    assert events == [
        ("bounced", "b", None, False, 1),
        ("clicked", "a", None, False, 1),
        ("complained", "c", None, False, 1),
        ("delivered", "a", None, False, 1),
        ("opened", "a", False, False, 1),
        ("opened", "a", True, False, 1),
        ("sent", "a", None, False, 2),
        ("unsubscribed", "b", None, False, 1),
    ]
    assert mail(
        "select account_id, campaign_id, flow_id, message_id, occurred_at "
        "from staging.stg_mailchimp__email_events where kind = 'opened' and not is_machine_open "
        "and campaign_id = 'mc/c1'"
    ) == [("mc/list/aaaa", "mc/c1", None, "mc/c1/aaaa", at(OPENED_AT))]
    assert mail(
        "select count(*) - count(distinct event_id) from staging.stg_mailchimp__email_events"
    ) == [(0,)]


WRONG = (None, "", "x", "0000-00-00T00:00:00", [], {}, -1, 1.5, 10**25, 1e300, True, [None], [[1]])


def spoiled(record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The record with each field, and each field inside it, missing or wrong in many ways."""
    for field, value in record.items():
        for wrong in WRONG:
            yield record | {field: wrong}
        if isinstance(value, dict):
            for inner in spoiled(value):
                yield record | {field: inner}
        yield {name: kept for name, kept in record.items() if name != field}


def test_no_broken_field_stops_a_run(path: Path, tmp_path: Path) -> None:
    copy = shutil.copy(path, tmp_path)
    with duckdb.connect(str(copy)) as con:
        con.execute("set timezone = 'UTC'")
        for table, (record, *_) in RAW.items():
            insert(con, table, "bad", [(str(n), row) for n, row in enumerate(spoiled(record))])
        for view in VIEWS:
            con.execute(f"select count(columns(*)) from staging.stg_mailchimp__{view}").fetchall()
        assert con.execute(
            "select count(*) from staging.stg_mailchimp__customers where connection = 'bad'"
        ).fetchall() == [(len(list(spoiled(RAW["members"][0]))),)]
