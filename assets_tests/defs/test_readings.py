"""Connections that cannot be read: who is told, and whom nobody writes to meanwhile."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from assets_tests.defs import mailing_shop as shop
from assets_tests.defs.mailing_shop import noon
from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os import settings
from ecom_ai_os.defs import outbox, post_purchase
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.finders.connections import silent_connections, unread_connections
from ecom_ai_os.defs.handover import Rehearsal
from ecom_ai_os.defs.tables import readings
from ecom_ai_os.defs.tables.alerts import FINDINGS
from ecom_ai_os.warehouse import Warehouse

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)


CONNECTIONS = {
    "main": {"platform": "shopify", "shop": "a.myshopify.com", "token": "t"},
    "klaviyo": {"platform": "klaviyo", "api_key": "pk"},
}


@pytest.fixture(autouse=True)
def connected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A settings file with two connections."""
    declared = settings.Settings.model_validate({"connections": CONNECTIONS})
    monkeypatch.setattr(settings, "current", lambda: declared)


def note(warehouse: Warehouse, at: datetime = NOON, **problems: str | None) -> None:
    """Note how `connection__stream` was read."""
    rows = [(*key.split("__"), at, problem) for key, problem in problems.items()]
    schema = {
        "connection": pl.String,
        "stream": pl.String,
        "read_at": pl.Datetime("us", "UTC"),
        "problem": pl.String,
    }
    readings.note(warehouse, pl.DataFrame(rows, schema=schema, orient="row"))


def test_what_fails_again_fails_since_the_first_time(warehouse: Warehouse) -> None:
    for n, problem in enumerate(["down", "still down", None, "down again"]):
        note(warehouse, NOON + timedelta(days=n), main__orders=problem)
        failing = readings.read_failing(warehouse)
        if problem is None:
            assert failing.is_empty()
        else:
            row = failing.row(0, named=True)
            first = NOON + timedelta(days=0 if n < 2 else 3)
            assert (row["problem"], row["failing_since"]) == (problem, first)


def test_a_connection_that_was_taken_out_is_not_missed(warehouse: Warehouse) -> None:
    note(warehouse, former__orders="down")
    assert readings.read_failing(warehouse).is_empty()


def test_the_data_team_is_told_of_each_connection_once(warehouse: Warehouse) -> None:
    note(
        warehouse,
        klaviyo__campaign_values="HTTP 429",
        main__orders="refused the access token (HTTP 401)",
        main__products="refused the access token (HTTP 401)",
        klaviyo__profiles=None,
    )
    found = unread_connections(warehouse, YESTERDAY)
    assert found is not None
    assert found.select("severity", "team", "subject_id", "title").rows() == [
        ("warning", "data", "klaviyo", "klaviyo could not be read: HTTP 429 (campaign_values)"),
        (
            "critical",
            "data",
            "main",
            "main could not be read, and those it knows are not written to meanwhile: "
            "refused the access token (HTTP 401) (orders, products)",
        ),
    ]
    evidence = json.loads(found["evidence"][1])
    assert [stream["stream"] for stream in evidence["streams"]] == ["orders", "products"]


def test_nobody_looks_at_connections_of_a_past_day(warehouse: Warehouse) -> None:
    note(warehouse, main__orders="down")
    assert unread_connections(warehouse, date(2025, 1, 1)) is None


SUNDAY = date(2026, 11, 22)


def sell(warehouse: Warehouse, connection: str, last: date, *a_day: int) -> None:
    """Have so many orders on every day of ten weeks up to the last, by weekday from Monday on."""
    days = pl.date_range(last - timedelta(days=69), last, eager=True)
    noons = [noon(day) for day in days for _ in range(a_day[day.weekday()])]
    orders = pl.DataFrame({"ordered_at": noons}).with_columns(
        order_id=pl.format("{}-{}", pl.lit(connection), pl.int_range(pl.len())),
        connection=pl.lit(connection),
        is_test=pl.lit(False),
        is_draft=pl.lit(False),
    )
    others = set(shop.ORDERS.columns) - set(orders.columns)
    warehouse.merge(shop.ORDERS, orders.with_columns(pl.lit(None).alias(name) for name in others))


@pytest.mark.parametrize(
    ("a_day", "silent_days", "fewest"),
    [
        ((10, 10, 10, 10, 10, 10, 10), 0, None),
        ((10, 10, 10, 10, 10, 10, 10), 1, 10),
        ((9, 9, 9, 9, 9, 9, 9), 1, None),
        ((9, 9, 9, 9, 9, 9, 9), 2, 18),
        ((1, 1, 1, 1, 1, 1, 1), 9, None),
    ],
)
def test_a_shop_is_silent_when_days_that_always_brought_ten_orders_bring_none(
    warehouse: Warehouse, a_day: tuple[int, ...], silent_days: int, fewest: int | None
) -> None:
    sell(warehouse, "main", SUNDAY, *a_day)
    found = silent_connections(warehouse, SUNDAY + timedelta(days=silent_days))
    assert found is not None and len(found) == (fewest is not None)
    if fewest is not None:
        assert json.loads(found["evidence"].item())["fewest_before"] == fewest
        title = f"main brought no order after 22 November, where at least {fewest} came"
        assert found["title"].item().startswith(title)


def test_a_weekend_on_which_nobody_ever_buys_is_no_silence(warehouse: Warehouse) -> None:
    sell(warehouse, "main", SUNDAY - timedelta(days=2), 30, 30, 30, 30, 30, 0, 0)
    found = silent_connections(warehouse, SUNDAY)
    assert found is not None and found.is_empty()


def test_one_shop_that_sells_does_not_speak_for_another(warehouse: Warehouse) -> None:
    sell(warehouse, "main", SUNDAY, *[20] * 7)
    sell(warehouse, "klaviyo", SUNDAY - timedelta(days=1), *[20] * 7)
    found = silent_connections(warehouse, SUNDAY)
    assert found is not None and found["subject_id"].to_list() == ["klaviyo"]


@pytest.fixture
def filled(tmp_path: Path) -> Warehouse:
    """A shop whose customers c0, c1 and c2 are known to the e-mail platform, all to the shop."""
    warehouse = OpenWarehouse(home=str(tmp_path))
    shop.fill(warehouse, YESTERDAY - timedelta(days=12), 21)
    shop.connect(warehouse, YESTERDAY - timedelta(days=365))
    return warehouse


def write(warehouse: Warehouse, day: date = YESTERDAY) -> set[str]:
    """Write the day's messages; whom they are to."""
    clock = Clock(day=str(day))
    post_purchase.decide_steps(post_purchase.PostPurchaseConfig(), warehouse, clock)
    config = outbox.MessagesConfig(holdout_share=0.0)
    return set(outbox.write_messages(config, warehouse, clock, "run")["customer_id"])


def deliver(warehouse: Warehouse, day: date = YESTERDAY) -> int:
    rows, _ = outbox.deliver_pending(
        outbox.DeliveriesConfig(), warehouse, Clock(day=str(day)), Rehearsal(warehouse), "run"
    )
    return len(rows)


@pytest.mark.parametrize(
    ("problems", "written_to"),
    [
        ({}, {"c0", "c5"}),
        ({"klaviyo__events": "down"}, {"c5"}),
        ({"klaviyo__flows": "down"}, {"c0", "c5"}),
        ({"main__orders": "down"}, set()),
        ({"main__inventory": "down"}, {"c0", "c5"}),
    ],
)
def test_whom_an_unread_connection_knows_is_not_written_to(
    filled: Warehouse, problems: dict[str, str], written_to: set[str]
) -> None:
    note(filled, **problems)
    assert write(filled) == written_to


def test_once_it_was_read_the_same_day_is_made_up_for(filled: Warehouse) -> None:
    note(filled, main__orders="down")
    assert write(filled) == set()
    note(filled, main__orders=None)
    assert write(filled) == {"c0", "c5"}


def test_whom_a_silent_connection_knows_is_not_written_to(filled: Warehouse) -> None:
    finding = dict.fromkeys(FINDINGS.columns) | {
        "workflow": "quality",
        "kind": "silent_connection",
        "subject_type": "connection",
        "subject_id": "klaviyo",
        "found_on": YESTERDAY,
    }
    filled.replace(FINDINGS, pl.DataFrame([finding]))
    assert write(filled) == {"c5"}


def test_what_was_written_before_waits(filled: Warehouse) -> None:
    assert write(filled) == {"c0", "c5"}
    note(filled, klaviyo__events="down")
    assert deliver(filled) == 1
    note(filled, klaviyo__events=None)
    assert deliver(filled) == 1
