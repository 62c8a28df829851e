"""A Klaviyo account reaches the marts: profiles, mail and who opened it, campaigns and flows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from assets_tests.dbt.conftest import ON_TABLES, Read, dbt, land_days, reader
from assets_tests.dbt.raw_shop import land, land_broken

Record = dict[str, Any]


def record(kind: str, record_id: str, **attributes: Any) -> Record:
    return {"type": kind, "id": record_id, "attributes": attributes}


def event(event_id: str, metric: str, who: str, message: str, at: str, **properties: Any) -> Record:
    return record(
        "event",
        event_id,
        datetime=f"2026-08-{at}+00:00",
        event_properties={"$message": message} | properties,
    ) | {
        "relationships": {
            "profile": {"data": {"type": "profile", "id": who}},
            "metric": {"data": {"type": "metric", "id": metric}},
        }
    }


def profile(who: str, email: str, consent: str, *reasons: str) -> Record:
    marketing = {
        "consent": consent,
        "consent_timestamp": "2026-01-02T00:00:00+00:00",
        "suppression": [{"reason": reason} for reason in reasons],
    }
    return record(
        "profile",
        who,
        email=email,
        first_name="Anna",
        created="2026-01-01T00:00:00+00:00",
        location={"country": "Germany"},
        subscriptions={"email": {"marketing": marketing}},
    )


METRICS = {
    "R": "Received Email",
    "O": "Opened Email",
    "C": "Clicked Email",
    "B": "Bounced Email",
    "U": "Unsubscribed",
    "S": "Marked Email as Spam",
    "P": "Placed Order",
}
PROFILES = [
    profile("anna", "Anna@Example.com", "SUBSCRIBED"),
    profile("ben", "ben@example.com", "UNSUBSCRIBED", "UNSUBSCRIBE"),
    profile("cleo", "cleo@example.com", "NEVER_SUBSCRIBED", "HARD_BOUNCE"),
]
EVENTS = [
    event("e1", "R", "anna", "M1", "01T08:00:00"),
    event("e2", "O", "anna", "M1", "01T08:01:00", machine_open=True),
    event("e3", "O", "anna", "M1", "01T09:00:00", machine_open=False, **{"Client Name": "Apple"}),
    event("e4", "C", "anna", "M1", "01T09:01:00", URL="https://shop/x", **{"Bot Click": False}),
    event("e5", "C", "ben", "M1", "01T08:00:09", URL="https://shop/x", **{"Bot Click": True}),
    event("e6", "O", "ben", "M1", "01T10:00:00", **{"Client Name": "Apple Mail"}),
    event("e7", "O", "ben", "FM", "02T10:00:00", **{"$flow": "F", "Client Name": "Gmail"}),
    event("e8", "B", "cleo", "M1", "01T08:00:03", **{"Bounce Type": "Hard"}),
    event("e9", "U", "ben", "M1", "03T08:00:00"),
    event("e10", "S", "ben", "M1", "03T08:00:01"),
    event("e11", "P", "anna", "", "03T08:00:00"),
]
CAMPAIGN = record(
    "campaign",
    "K",
    name="August news",
    status="Sent",
    scheduled_at="2026-08-01T08:00:00+00:00",
    send_time="2026-08-01T08:00:00+00:00",
)
MESSAGE = record(
    "campaign-message", "M1", definition={"channel": "email", "content": {"subject": "News"}}
) | {"__parentId": "K"}
FLOW = record("flow", "F", name="Welcome", status="live")
FLOW_MESSAGE = record(
    "flow-message", "FM", channel="email", definition={"name": "Hello", "subject_line": "Hi"}
) | {"__parentId": "F"}


def values(kind: str, year: str, n: int, revenue: float) -> Record:
    of = {"campaign_id": "K"} if kind == "campaign" else {"flow_id": "F", "flow_message_id": "FM"}
    statistics = {"recipients": n, "opens_unique": 2.0, "clicks_unique": 1.0}
    return {
        "id": f"{kind}/{year}",
        "groupings": of,
        "statistics": statistics | {"conversion_value": revenue},
    }


TABLES: dict[str, list[Record]] = {
    "metrics": [record("metric", key, name=name) for key, name in METRICS.items()],
    "profiles": PROFILES,
    "events": EVENTS,
    "campaigns": [CAMPAIGN],
    "campaign_messages": [MESSAGE],
    "campaign_values": [values("campaign", "2026", 3, 20.9)],
    "flows": [FLOW],
    "flow_messages": [FLOW_MESSAGE],
    "flow_values": [values("flow", "2025", 2, 1.0), values("flow", "2026", 3, 2.5)],
    "lists": [record("list", "L", name="Newsletter")],
    "list_members": [{"id": "L/anna", "profile_id": "anna", "__parentId": "L"}],
    "segments": [record("segment", "S", name="Engaged")],
    "segment_members": [{"id": "S/anna", "profile_id": "anna", "__parentId": "S"}],
}


def opened(con: duckdb.DuckDBPyConnection) -> None:
    for table, records in TABLES.items():
        land(con, f"klaviyo.{table}", *records, connection="kl")


@pytest.fixture(scope="module")
def path(shop_folder: Path) -> Path:
    path = land_days(shop_folder, opened)
    dbt(shop_folder, "build", *ON_TABLES)
    return path


@pytest.fixture
def kl(path: Path) -> Iterator[Read]:
    yield from reader(path)


def test_only_a_yes_is_a_subscription_and_only_failure_a_suppression(kl: Read) -> None:
    assert kl(
        "select email, is_email_subscribed, is_email_suppressed, country, tags "
        "from staging.stg_klaviyo__customers order by email"
    ) == [
        ("Anna@Example.com", True, False, "DE", ["Engaged", "Newsletter"]),
        ("ben@example.com", False, False, "DE", []),
        ("cleo@example.com", None, True, "DE", []),
    ]


def test_openings_by_programs_are_told_from_those_by_people(kl: Read) -> None:
    assert kl(
        "select event_id, kind, is_machine_open, url from marts.fct_email_engagement "
        "order by length(event_id), event_id"
    ) == [
        ("kl/e1", "delivered", None, None),
        ("kl/e2", "opened", True, None),
        ("kl/e3", "opened", False, None),
        ("kl/e4", "clicked", None, "https://shop/x"),
        ("kl/e5", "opened", True, None),
        ("kl/e6", "opened", True, None),
        ("kl/e7", "opened", False, None),
        ("kl/e8", "bounced", None, None),
        ("kl/e9", "unsubscribed", None, None),
        ("kl/e10", "complained", None, None),
    ]


def test_mail_belongs_to_its_campaign_or_flow_and_to_a_person(kl: Read) -> None:
    assert kl(
        "select distinct campaign_id, flow_id, message_id, customer_id is not null "
        "from marts.fct_email_engagement where event_id in ('kl/e1', 'kl/e4', 'kl/e7') order by 1"
    ) == [("kl/FM", "kl/F", "kl/FM/ben", True), ("kl/K", None, "kl/M1/anna", True)]


def test_campaigns_and_messages_of_flows_have_their_performance(kl: Read) -> None:
    assert kl(
        "select campaign_id, kind, flow_id, name, status, n_recipients, n_opened, "
        "n_opened_by_people, n_clicked, revenue from marts.dim_campaigns order by 1"
    ) == [
        ("kl/FM", "flow", "kl/F", "Hello", "live", 5, 4, 1, 2, Decimal("3.50")),
        ("kl/K", "campaign", None, "August news", "sent", 3, 2, 1, 1, Decimal("20.90")),
    ]
    assert kl("select subject, channel from staging.stg_klaviyo__campaigns order by 1") == [
        ("Hi", "email"),
        ("News", "email"),
    ]


WRONG = (None, "", "x", [], {}, -1, 1.5, 10**25, True, [None], [[1]])


def spoiled(value: Any) -> Iterator[Any]:
    """The record with each field at any depth missing or wrong in many ways."""
    if isinstance(value, dict):
        for name, inner in value.items():
            for wrong in (*WRONG, *spoiled(inner)):
                yield value | {name: wrong}
            yield {key: kept for key, kept in value.items() if key != name}
    if isinstance(value, list) and value:
        for wrong in spoiled(value[0]):
            yield [wrong, *value[1:]]


def test_no_broken_field_stops_a_run(path: Path, tmp_path: Path) -> None:
    copy = shutil.copy(path, tmp_path)
    with duckdb.connect(str(copy)) as con:
        con.execute("set timezone = 'UTC'")
        for table, records in TABLES.items():
            land_broken(con, f"klaviyo.{table}", spoiled(records[0]), parent_id="K")
        for view in ("customers", "campaigns", "email_events"):
            con.execute(f"select count(columns(*)) from staging.stg_klaviyo__{view}").fetchall()
        n_profiles = len(list(spoiled(PROFILES[0])))
        assert con.execute(
            "select count(*) from staging.stg_klaviyo__customers where connection = 'bad'"
        ).fetchall() == [(n_profiles,)]
