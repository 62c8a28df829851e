"""One silo's knowledge guards the others: what runs out or is under suspicion is not offered.

A customer's tea is due to be reminded of, another's order just left, all have recommendations.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets_tests.defs import mailing_shop as shop
from assets_tests.defs.fake_platform import SUBSCRIBED, FakePlatform
from assets_tests.defs.test_live import deliver
from assets_tests.defs.test_outbox import YESTERDAY, write
from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.alerts import ALERTS
from ecom_ai_os.defs.tables.guards import read_barred
from ecom_ai_os.defs.tables.inventory import PROJECTIONS
from ecom_ai_os.defs.tables.recommendations import RECOMMENDED
from ecom_ai_os.defs.tables.returns import RATES
from ecom_ai_os.warehouse import Table, Warehouse

ORDERED = YESTERDAY - timedelta(days=34)
CLOCK = Clock(day=str(YESTERDAY))


def put(warehouse: Warehouse, table: Table, **row: Any) -> None:
    warehouse.replace(table, pl.DataFrame([dict.fromkeys(table.columns) | row]))


def runs_out(warehouse: Warehouse, sku: str) -> None:
    soon = YESTERDAY + timedelta(days=3)
    put(
        warehouse,
        PROJECTIONS,
        sku=sku,
        location="Berlin",
        projected_on=YESTERDAY,
        projected_stockout_on=soon,
    )


def is_suspect(warehouse: Warehouse, sku: str) -> None:
    put(
        warehouse,
        ALERTS,
        alert_id="a",
        workflow="reviews",
        subject_type="sku",
        subject_id=sku,
        first_seen_at=CLOCK.until,
    )


def is_sent_back(warehouse: Warehouse, sku: str) -> None:
    put(warehouse, RATES, sku=sku, measured_on=YESTERDAY, is_flagged=True)


def is_sold_out(warehouse: Warehouse, sku: str) -> None:
    put(warehouse, shop.STOCK, sku=sku, location="Berlin", observed_on=YESTERDAY, available=0)


GUARDS = {
    "runs out before it is read": runs_out,
    "open quality alert": is_suspect,
    "flagged return rate": is_sent_back,
    "out of stock": is_sold_out,
}
Guard = Callable[[Warehouse, str], None]
each_guard = pytest.mark.parametrize(("barrier", "bar"), GUARDS.items(), ids=list(GUARDS))


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    warehouse = OpenWarehouse(home=str(tmp_path))
    shop.fill(warehouse, ORDERED, 34)
    shop.connect(warehouse, ORDERED)
    with warehouse.transaction() as con:
        for mart in ("fct_orders", "fct_order_lines"):
            con.execute(f"delete from marts.{mart} where customer_id = 'c0' and order_id != 'o0'")
    recommended = [
        dict.fromkeys(RECOMMENDED.columns)
        | {
            "customer_id": f"c{n}",
            "placement": "email",
            "rank": rank,
            "sku": sku,
            "scored_on": YESTERDAY,
        }
        for n in range(shop.N_PEOPLE)
        for rank, sku in enumerate(("tray", "tea"), 1)
    ]
    warehouse.replace(RECOMMENDED, pl.DataFrame(recommended))
    return warehouse


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform({shop.email(f"c{n}"): SUBSCRIBED for n in range(shop.N_PEOPLE)})


def offered(warehouse: Warehouse) -> dict[str, list[str]]:
    """The goods each kind of message offers."""
    rows = warehouse.read("select kind, payload from outbox.messages order by message_id")
    return {kind: json.loads(payload)["offered_skus"] for kind, payload in rows.iter_rows()}


def test_without_a_barrier_all_is_offered(warehouse: Warehouse) -> None:
    write(warehouse, YESTERDAY)
    assert offered(warehouse) == {
        "shipping_confirmation": ["tray"],
        "replenishment_reminder": ["tea"],
        "recommendations": ["tray", "tea"],
        "review_request": [],
    }


@each_guard
def test_barred_goods_are_in_no_message(warehouse: Warehouse, barrier: str, bar: Guard) -> None:
    bar(warehouse, "tray")
    barred = dict(read_barred(warehouse, CLOCK, 7).iter_rows())
    assert barred == {"tray": barrier, "gone": "unlisted"}
    write(warehouse, YESTERDAY)
    assert offered(warehouse)["shipping_confirmation"] == []
    assert offered(warehouse)["recommendations"] == ["tea"]


@each_guard
def test_nobody_is_reminded_of_barred_goods(warehouse: Warehouse, barrier: str, bar: Guard) -> None:
    bar(warehouse, "tea")
    write(warehouse, YESTERDAY)
    assert "replenishment_reminder" not in offered(warehouse)
    step = warehouse.read(
        "select state, why from post_purchase.steps "
        "where order_id = 'o0' and step = 'replenishment_reminder'"
    )
    assert step.row(0) == ("skipped", f"not offered now: {barrier}")


@each_guard
def test_goods_barred_between_writing_and_sending_are_taken_out(
    warehouse: Warehouse, platform: FakePlatform, barrier: str, bar: Guard
) -> None:
    write(warehouse, YESTERDAY)
    bar(warehouse, "tea")
    outcomes = deliver(warehouse, platform)
    refused = ("suppressed", "nothing it offers may be offered now")
    assert outcomes.pop("replenishment_reminder") == refused
    assert {outcome for outcome, _ in outcomes.values()} == {"sent"}
    (recommended,) = {tuple(m.profile["recommended_skus"]) for m in platform.accepted if m.profile}
    assert recommended == ("tray",)


def test_a_confirmation_goes_out_though_nothing_goes_with_it_any_more(
    warehouse: Warehouse, platform: FakePlatform
) -> None:
    write(warehouse, YESTERDAY)
    is_sold_out(warehouse, "tray")
    assert deliver(warehouse, platform)["shipping_confirmation"][0] == "sent"
    (sent,) = (m for m in platform.accepted if m.kind == "shipping_confirmation")
    assert sent.properties["offered_skus"] == []


def test_a_workflow_that_is_not_ready_writes_and_sends_nothing(
    warehouse: Warehouse, platform: FakePlatform
) -> None:
    shop.set_readiness(warehouse, is_ready=False)
    write(warehouse, YESTERDAY)
    reason = "not ready: 120 orders per month, 200 are needed"
    assert set(deliver(warehouse, platform).values()) == {("suppressed", reason)}
    assert platform.accepted == []
