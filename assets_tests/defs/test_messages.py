from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets_tests.defs import mailing_shop as shop
from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os.defs import outbox
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.lifetime_value import SCORES, VIP_MEMBERS
from ecom_ai_os.defs.tables.recommendations import RECOMMENDED
from ecom_ai_os.defs.tables.segments import CUSTOMER_SEGMENTS
from ecom_ai_os.warehouse import Table, Warehouse

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
MONTH = YESTERDAY.replace(day=1)
NEXT_WEEK = YESTERDAY + timedelta(days=7)
YEAR_AGO = YESTERDAY - timedelta(days=365)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    """A shop connected a year ago, with no order due."""
    warehouse = OpenWarehouse(home=str(tmp_path))
    shop.fill(warehouse, YEAR_AGO, 1)
    shop.connect(warehouse, YEAR_AGO)
    return warehouse


def put(warehouse: Warehouse, table: Table, *rows: dict[str, Any]) -> None:
    """Make the table hold just these rows, other columns empty."""
    frame = pl.DataFrame(
        [dict.fromkeys(table.columns) | row for row in rows], schema=list(table.columns)
    )
    warehouse.replace(table, frame)


def write(warehouse: Warehouse, day: date = YESTERDAY, **config: Any) -> list[tuple[str, str, Any]]:
    """Write the day's messages; return kind, customer and payload of all so far, oldest first."""
    outbox.write_messages(
        outbox.MessagesConfig(**{"holdout_share": 0.0} | config),
        warehouse,
        Clock(day=str(day)),
        "run",
    )
    rows = warehouse.read(
        "select kind, customer_id, payload from outbox.messages order by due_at, customer_id"
    )
    return [(kind, customer, json.loads(payload)) for kind, customer, payload in rows.iter_rows()]


def vip(customer_id: str, enrolled_on: date, left_on: date | None = None) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "enrolled_at": datetime(enrolled_on.year, enrolled_on.month, enrolled_on.day, tzinfo=UTC),
        "left_at": left_on and datetime(left_on.year, left_on.month, left_on.day, tzinfo=UTC),
        "reason": "so",
    }


def test_who_becomes_or_ceases_to_be_a_vip_this_month_is_told_once(warehouse: Warehouse) -> None:
    long_ago = MONTH - timedelta(days=200)
    put(
        warehouse,
        VIP_MEMBERS,
        vip("c1", MONTH),
        vip("c2", long_ago, left_on=MONTH),
        vip("c3", long_ago),
        vip("c4", long_ago - timedelta(days=99), left_on=long_ago),
    )
    joined, left = write(warehouse)
    assert joined == (
        "vip_joined",
        "c1",
        {
            "customer_id": "c1",
            "profile": {"is_vip": True, "vip_since": str(MONTH)},
            "joins": "vip",
        },
    )
    assert left == (
        "vip_left",
        "c2",
        {"customer_id": "c2", "profile": {"is_vip": False}, "leaves": "vip"},
    )
    assert write(warehouse) == [joined, left]
    assert write(warehouse, YESTERDAY + timedelta(days=1))[:2] == [joined, left]


def test_vips_of_before_the_shop_was_connected_are_not_told(warehouse: Warehouse) -> None:
    with warehouse.transaction() as con:
        con.execute("delete from shopify.orders")
    shop.connect(warehouse, YESTERDAY)
    put(warehouse, VIP_MEMBERS, vip("c1", MONTH - timedelta(days=40)))
    assert write(warehouse) == []


def score(customer_id: str, before: float, now: float) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "scored_on": MONTH,
        "predicted_ltv_12m": now,
        "previous_predicted_ltv_12m": before,
        "is_declining": now < 0.7 * before,
        "currency": "EUR",
    }


DECLINES = (score("c1", 100, 50), score("c2", 100, 95), score("c3", 10, 1), score("c4", 120, 40))


def test_a_valuable_customer_in_decline_is_to_be_won_back_while_there_is_time(
    warehouse: Warehouse,
) -> None:
    put(warehouse, SCORES, *DECLINES)
    put(
        warehouse,
        CUSTOMER_SEGMENTS,
        {"customer_id": "c1", "segmented_on": YESTERDAY, "churn_risk": 0.5},
        {"customer_id": "c4", "segmented_on": YESTERDAY, "churn_risk": 0.9},
    )
    told = [row[:2] for row in write(warehouse)]
    assert told == [("reactivation", "c1")], "c3 is worth little, c4 is lost"
    put(warehouse, CUSTOMER_SEGMENTS)
    told = [row[:2] for row in write(warehouse)]
    assert told == [("reactivation", "c1"), ("reactivation", "c4")]


def test_there_is_a_pause_between_two_reactivations(warehouse: Warehouse) -> None:
    put(warehouse, SCORES, DECLINES[0])
    write(warehouse, pause_days=5)
    put(warehouse, SCORES, DECLINES[0] | {"scored_on": NEXT_WEEK.replace(day=1)})
    if NEXT_WEEK.month == YESTERDAY.month:
        assert len(write(warehouse, YESTERDAY + timedelta(days=4), pause_days=5)) == 1
    assert len(write(warehouse, NEXT_WEEK, pause_days=5)) == 2


def test_a_decline_that_began_before_the_shop_was_connected_is_not_told(
    warehouse: Warehouse,
) -> None:
    with warehouse.transaction() as con:
        con.execute("delete from shopify.orders")
    shop.connect(warehouse, YESTERDAY)
    put(warehouse, SCORES, DECLINES[0])
    assert bool(write(warehouse)) == (YESTERDAY == MONTH)


def segment(day: date, customer_id: str, now: str, before: str | None) -> dict[str, Any]:
    return {
        "customer_id": customer_id,
        "segmented_on": day,
        "segment": now,
        "previous_segment": before,
    }


def test_a_segment_is_told_when_it_changed_and_again_only_when_it_changes_again(
    warehouse: Warehouse,
) -> None:
    days = [YESTERDAY + timedelta(days=n) for n in range(-1, 4)]
    history = [
        segment(days[0], "c1", "new", None),
        segment(days[1], "c1", "loyal", "new"),
        segment(days[1], "c2", "loyal", "loyal"),
        segment(days[1], "c3", "new", None),
        segment(days[2], "c1", "loyal", "loyal"),
        segment(days[4], "c1", "vip", "loyal"),
    ]
    put(warehouse, CUSTOMER_SEGMENTS, *history)
    first = write(warehouse)
    assert first == [
        (
            "segment_changed",
            "c1",
            {"customer_id": "c1", "previous_segment": "new", "profile": {"segment": "loyal"}},
        ),
        (
            "segment_changed",
            "c3",
            {"customer_id": "c3", "previous_segment": None, "profile": {"segment": "new"}},
        ),
    ]
    assert write(warehouse, days[2]) == first
    (told,) = write(warehouse, days[4])[2:]
    assert told[2]["profile"] == {"segment": "vip"}


def test_the_first_day_with_segments_changes_nobody(warehouse: Warehouse) -> None:
    put(warehouse, CUSTOMER_SEGMENTS, segment(YESTERDAY, "c1", "new", None))
    assert write(warehouse) == []


def test_recommendations_are_told_once_a_week_and_only_when_changed(warehouse: Warehouse) -> None:
    def recommend(day: date, *skus: str) -> None:
        rows = [
            {
                "customer_id": f"c{n}",
                "placement": "email",
                "rank": rank,
                "sku": sku,
                "scored_on": day,
            }
            for n in range(shop.N_CUSTOMERS)
            for rank, sku in enumerate(skus, 1)
        ]
        put(warehouse, RECOMMENDED, *rows)

    for n in range(7):
        recommend(YESTERDAY + timedelta(days=n), "tea", "gone", "tray")
        told = write(warehouse, YESTERDAY + timedelta(days=n))
    assert sorted(customer for _, customer, _ in told) == ["c1", "c2", "c3", "c4", "c5"], (
        "c0 is not subscribed"
    )
    assert told[0][2]["offered_skus"] == ["tea", "tray"], "one is unlisted"
    first = told[0][1]
    day = warehouse.read("select min(decided_on) as day from outbox.messages").item()
    week_later = day + timedelta(days=7)
    recommend(week_later, "tea", "gone", "tray")
    assert write(warehouse, week_later) == told, "nothing changed"
    recommend(week_later, "mug")
    assert first in {customer for _, customer, _ in write(warehouse, week_later)[5:]}


def test_profile_updates_are_not_held_out_but_reactivations_are(warehouse: Warehouse) -> None:
    put(warehouse, SCORES, *(score(f"c{n}", 100, 50) for n in range(6)))
    put(warehouse, VIP_MEMBERS, *(vip(f"c{n}", MONTH) for n in range(6)))
    write(warehouse, holdout_share=0.5)
    rows = warehouse.read(
        "select kind, bool_and(is_holdout), bool_or(is_holdout) from outbox.messages group by kind"
    )
    assert {kind: (every, some) for kind, every, some in rows.iter_rows()} == {
        "vip_joined": (False, False),
        "reactivation": (False, True),
    }
