from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from assets_tests.defs.stocked_shop import table
from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os.defs import lift
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.outbox import DELIVERIES, MESSAGES
from ecom_ai_os.science.outbox import HELD_OUT
from ecom_ai_os.warehouse import Warehouse

DUE = datetime(2026, 3, 10, 12, tzinfo=UTC)
OVER = date(2026, 4, 28)
SALES = table(
    "marts.fct_orders",
    ("order_id",),
    order_id="varchar",
    customer_id="varchar",
    ordered_at="timestamptz",
    net_revenue="decimal(18,2)",
    is_sale="boolean",
)
#: customer, outcome, is_holdout
CUSTOMERS = [
    ("t1", "sent", False),
    ("t2", "duplicate", False),
    ("t3", "capped", False),
    ("t4", "failed", False),
    ("no consent", "suppressed", False),
    ("h1", "held out", True),
    ("h2", "held out", True),
    ("no consent, held out", "suppressed", True),
]
ORDERED = [
    ("t1", DUE + timedelta(days=1), 40),
    ("t1", DUE + timedelta(days=27), 20),
    ("t1", DUE + timedelta(days=28), 1000),
    ("t1", DUE - timedelta(days=1), 1000),
    ("t3", DUE, 20),
    ("h1", DUE + timedelta(days=3), 10),
    ("no consent", DUE, 1000),
    ("no consent, held out", DUE, 1000),
]


def fill(warehouse: Warehouse, mode: str) -> None:
    messages = [
        dict.fromkeys(MESSAGES.columns) | message(customer, held) for customer, _, held in CUSTOMERS
    ]
    deliveries = [
        dict.fromkeys(DELIVERIES.columns)
        | {
            "message_id": f"review_request {customer}",
            "mode": mode,
            "outcome": "suppressed" if outcome == "held out" else outcome,
            "reason": HELD_OUT if outcome == "held out" else outcome,
        }
        for customer, outcome, _ in CUSTOMERS
    ]
    orders = [(str(n), *order, True) for n, order in enumerate(ORDERED)]
    warehouse.replace(MESSAGES, pl.DataFrame(messages))
    warehouse.replace(DELIVERIES, pl.DataFrame(deliveries))
    warehouse.replace(SALES, pl.DataFrame(orders, schema=list(SALES.columns), orient="row"))


def message(customer_id: str, is_holdout: bool) -> dict[str, Any]:
    return {
        "message_id": f"review_request {customer_id}",
        "workflow": "post_purchase",
        "kind": "review_request",
        "customer_id": customer_id,
        "due_at": DUE,
        "is_holdout": is_holdout,
    }


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return OpenWarehouse(home=str(tmp_path))


def measure(warehouse: Warehouse, day: date = OVER) -> pl.DataFrame:
    lift.measure_lift(lift.LiftConfig(), warehouse, Clock(day=str(day)))
    return warehouse.read("from outbox.lift")


def test_everyone_counts_as_assigned_with_the_orders_of_four_weeks(warehouse: Warehouse) -> None:
    fill(warehouse, "live")
    row = measure(warehouse).row(0, named=True)
    assert (row["n_treated"], row["n_sent"], row["n_holdout"]) == (4, 2, 2)
    assert (row["revenue_per_treated"], row["revenue_per_holdout"]) == (20, 5)
    assert row["lift"] == 15 and row["interval_low"] < 15 < row["interval_high"]
    assert (row["month_on"], row["currency"]) == (date(2026, 3, 1), "EUR")


def test_a_month_appears_when_the_window_of_its_last_day_is_over(warehouse: Warehouse) -> None:
    fill(warehouse, "live")
    assert measure(warehouse, OVER - timedelta(days=1)).is_empty()
    assert measure(warehouse).height == 1


def test_a_rehearsal_has_no_lift(warehouse: Warehouse) -> None:
    fill(warehouse, "dry_run")
    assert measure(warehouse).is_empty()
