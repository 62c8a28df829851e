from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import dagster as dg
import polars as pl

from ecom_ai_os.defs import readiness
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.warehouse import Frame, Warehouse

TODAY = date(2026, 6, 30)
NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def fill(warehouse: Warehouse, orders_a_day: list[int], n_skus: int, n_reviews: int = 0) -> None:
    """Orders of each day up to TODAY, oldest first, by 1,000 customers who may be written to."""
    days = [day for day, n in enumerate(reversed(orders_a_day)) for _ in range(n)]
    ordered = pl.Series(
        [NOON - timedelta(days=day) for day in days], dtype=pl.Datetime("us", "UTC")
    )
    frames = {
        "fct_orders": pl.DataFrame({"ordered_at": ordered}).with_columns(
            customer_id=pl.format("c{}", pl.int_range(pl.len()) % 1000), is_sale=pl.lit(True)
        ),
        "fct_reviews": pl.DataFrame({"reviewed_at": [NOON] * n_reviews or [None]}).cast(
            pl.Datetime("us", "UTC")
        ),
        "dim_products": pl.DataFrame({"sku": [str(n) for n in range(n_skus)]}).with_columns(
            is_active=True, is_gift_card=False, created_at=NOON - timedelta(days=500)
        ),
        "dim_customers": pl.DataFrame({"customer_id": [f"c{n}" for n in range(1000)]}).with_columns(
            is_email_subscribed=True, created_at=NOON - timedelta(days=500)
        ),
    }
    with warehouse.transaction() as con:
        con.execute("create schema marts")
        for name, frame in frames.items():
            con.register("frame", Frame(frame))
            con.execute(f"create table marts.{name} as from frame")


def run(warehouse: Warehouse) -> pl.DataFrame:
    result = dg.materialize(
        [readiness.readiness_workflows, readiness.every_workflow_is_judged],
        resources={"warehouse": warehouse, "clock": Clock(day=TODAY.isoformat())},
    )
    assert all(check.passed for check in result.get_asset_check_evaluations())
    return warehouse.read("from readiness.workflows")


def row(rows: pl.DataFrame, workflow: str, measure: str = "orders_per_month") -> dict[str, object]:
    return rows.filter(workflow=workflow, measure=measure).row(0, named=True)


def test_a_busy_shop_is_ready_for_everything(warehouse: Warehouse) -> None:
    fill(warehouse, [20] * 300, n_skus=80, n_reviews=9)
    rows = run(warehouse)
    assert rows["is_ready"].all()
    segments = row(rows, "segments")
    assert "609 orders a month, 200 are needed: ready" in str(segments["says"])
    assert 0 < float(str(segments["smallest_lift"])) < 1
    assert row(rows, "inventory")["smallest_lift"] is None


def test_a_growing_shop_is_told_when(warehouse: Warehouse) -> None:
    fill(warehouse, [round(0.5 + day / 100) for day in range(360)], n_skus=30)
    rows = run(warehouse)
    personal = row(rows, "lifetime_value")
    assert not personal["is_ready"]
    assert "at the present growth it will be in" in str(personal["says"])
    assert date(2026, 8, 1) < date.fromisoformat(str(personal["reached_on"])) < date(2027, 6, 1)
    assert row(rows, "inventory")["is_ready"]
    skus = row(rows, "inventory", "active_skus")
    assert skus["says"] == "30 active SKUs, 50 are needed: not ready; 20 more would do."


def test_a_shop_that_stands_still_is_told_so(warehouse: Warehouse) -> None:
    fill(warehouse, [1] * 360, n_skus=60)
    says = row(run(warehouse), "recommendations")["says"]
    assert "30 orders a month, 200 are needed: not ready, and not at the present rate" in str(says)


def test_a_shop_without_anything_is_judged_too(warehouse: Warehouse) -> None:
    fill(warehouse, [0], n_skus=0)
    rows = run(warehouse)
    assert rows.height == 11 and not rows["is_ready"].any()
    assert rows["reached_on"].null_count() == 11
