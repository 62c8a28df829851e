from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from assets_tests.defs import stocked_shop
from assets_tests.defs.stocked_shop import LAST_DAY, table
from assets_tests.defs.test_inventory import PARTS
from ecom_ai_os.defs import alerts, finders
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.finders import Finder
from ecom_ai_os.defs.tables.inventory import PROJECTIONS
from ecom_ai_os.warehouse import Warehouse

#: the month before
BEFORE = (LAST_DAY.replace(day=1) - timedelta(days=1)).replace(day=1)
SCORES = table(
    "lifetime_value.scores",
    ("customer_id", "scored_on"),
    customer_id="varchar",
    scored_on="date",
    actual_ltv="decimal(18,2)",
    predicted_ltv_12m="decimal(18,2)",
    previous_predicted_ltv_12m="decimal(18,2)",
    currency="varchar",
    p_alive="double",
    is_declining="boolean",
)
SEGMENTS = table(
    "segments.customer_segments",
    ("customer_id", "segmented_on"),
    customer_id="varchar",
    segmented_on="date",
    segment="varchar",
    recency_days="integer",
    expected_repurchase_days="double",
    churn_risk="double",
)


def run(warehouse: Warehouse, *parts: object, day: date = LAST_DAY) -> pl.DataFrame:
    assets = [*parts, alerts.alerts, alerts.every_problem_names_a_team_and_its_evidence]
    resources = {"warehouse": warehouse, "clock": Clock(day=day.isoformat())}
    result = dg.materialize(assets, resources=resources)
    assert all(
        check.passed for check in result.get_asset_check_evaluations() if "team" in check.check_name
    )
    return warehouse.read("from alerts.alerts order by kind, subject_id")


@pytest.fixture
def shop(warehouse: Warehouse) -> Warehouse:
    stocked_shop.fill(warehouse)
    return warehouse


def customers(warehouse: Warehouse, n: int = 40) -> None:
    """Customer 0 is the best, expected to spend half of before and long silent."""
    spent = [1000.0 - 20 * i for i in range(n)]
    for month in (LAST_DAY.replace(day=1), BEFORE):
        warehouse.merge(SCORES, scores(month, spent))
    warehouse.replace(SEGMENTS, pl.concat(silence(LAST_DAY - timedelta(d), n) for d in range(3)))


def scores(month: date, spent: list[float]) -> pl.DataFrame:
    n = len(spent)
    return pl.DataFrame(
        {
            "customer_id": [f"c{i:02}" for i in range(n)],
            "scored_on": month,
            "actual_ltv": spent,
            "predicted_ltv_12m": [s / 2 for s in spent],
            "previous_predicted_ltv_12m": spent,
            "currency": "EUR",
            "p_alive": 0.4,
            "is_declining": [i < 2 or i == 30 for i in range(n)],
        }
    )


def silence(day: date, n: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "customer_id": [f"c{i:02}" for i in range(n)],
            "segmented_on": day,
            "segment": "slipping",
            "recency_days": [90] + [10] * (n - 1),
            "expected_repurchase_days": 30.0,
            "churn_risk": 0.6,
        }
    )


def test_each_planted_problem_is_one_alert_with_team_and_evidence(shop: Warehouse) -> None:
    customers(shop)
    found = run(shop, *PARTS)
    seen = found.select("kind", "subject_id", "severity", "team").rows()
    assert seen == [
        ("declining_customers", f"{BEFORE:%Y-%m}", "warning", "marketing"),
        ("out_of_stock", "SKU-3", "critical", "operations"),
        ("return_surge", "SKU-2", "critical", "buying"),
        ("slipping_customers", f"{LAST_DAY:%Y-%m}", "warning", "marketing"),
        ("stockout_projected", "SKU-0 @ Berlin", "critical", "operations"),
        ("velocity_drop", "SKU-1", "warning", "buying"),
    ]
    assert found["title"][1] == "Mug 3 is out of stock and nothing is on order"
    assert "before an order of today could arrive" in found["title"][4]
    assert json.loads(found["evidence"][5])["window_days"] in (7, 14)


@pytest.mark.parametrize(
    ("out_in", "restock_in", "lost", "n_told"),
    [(14, 21, 7, 1), (14, 21, 6, 0), (4, 7, 3, 0), (4, 8, 4, 1), (4, 3, 4, 1)],
)
def test_goods_on_order_that_come_late_are_told_early_where_it_matters(
    warehouse: Warehouse, out_in: int, restock_in: int, lost: float, n_told: int
) -> None:
    stocked_shop.fill(warehouse)
    row = dict.fromkeys(PROJECTIONS.columns) | {
        "sku": "SKU-0",
        "location": "Berlin",
        "projected_on": LAST_DAY,
        "available": 14.0,
        "incoming": 40.0,
        "lead_time_days": 5,
        "expected_demand_28d": 28.0,
        "expected_lost_units": lost,
        "projected_stockout_on": LAST_DAY + timedelta(days=out_in),
        "next_restock_on": LAST_DAY + timedelta(days=restock_in),
    }
    warehouse.replace(PROJECTIONS, pl.DataFrame([row]))
    found = finders.inventory.stockout_projected(warehouse, LAST_DAY)
    assert found is not None and len(found) == n_told
    if restock_in == 21 and n_told:
        assert found["severity"].item() == "warning"
        assert found["title"].item().endswith("before the goods on order arrive")


def test_customers_to_worry_about_are_one_alert_a_month(shop: Warehouse) -> None:
    customers(shop)
    for n in (2, 1, 0):
        clock = Clock(day=str(LAST_DAY - timedelta(days=n)))
        looks = {finder: alerts._look(finder, shop, clock) for finder in finders.customers.FINDERS}
        alerts._record(looks, shop, clock)
    found = alerts._rebuild(shop, quiet_looks=2).sort("kind")
    assert found["n_days_seen"].to_list() == [3, 3]
    falling, silent = (json.loads(text) for text in found["evidence"])
    assert [c["customer_id"] for c in falling["customers"]] == ["c00", "c01"], "the top of 40"
    assert falling["n_customers"] == 2 and falling["loss"] == 990
    assert [c["customer_id"] for c in silent["customers"]] == ["c00"]
    assert found["title"][0] == (
        f"Top customers whose value fell in {BEFORE:%B}: 2, "
        "expected to spend 990 EUR less in 12 months"
    )


def test_a_workflow_that_has_not_run_is_not_looked_at(shop: Warehouse) -> None:
    found = run(shop)
    assert found["kind"].to_list() == ["return_surge"]
    assert shop.read("select kind from alerts.looks").rows() == [("return_surge",)]


def test_an_alert_once_routed_stays_routed(shop: Warehouse) -> None:
    run(shop)
    sent = shop.read("select * replace (now() as routed_at) from alerts.alerts")
    shop.replace(alerts.ALERTS, sent)
    assert run(shop)["routed_at"].to_list() == sent["routed_at"].to_list()


def test_days_run_in_any_order_and_twice_give_the_same_alerts(tmp_path: Path) -> None:
    in_order = replay(tmp_path, [0, 1, 2, 3])
    assert replay(tmp_path, [2, 0, 3, 1, 1, 0]).equals(in_order)


def test_a_problem_seen_daily_is_one_row_until_it_is_gone(tmp_path: Path) -> None:
    rows = replay(tmp_path, [0, 1, 2, 3]).sort("subject_id", "first_seen_at")
    ends = {(row["subject_id"], row["n_days_seen"]): row["resolved_at"] for row in rows.to_dicts()}
    gone = Clock(day=str(LAST_DAY + timedelta(days=2))).until
    assert ends == {("a", 2): gone, ("b", 2): gone, ("b", 1): None, ("c", 1): None}


def replay(folder: Path, days: list[int]) -> pl.DataFrame:
    """Feed findings of four days, in the order of `days`, as if a workflow had found them."""
    problems = {0: ["a", "b"], 1: ["a", "b"], 2: [], 3: ["b", "c"]}
    warehouse = Warehouse(home=str(folder / "-".join(map(str, days))))
    for d in days:
        clock = Clock(day=str(LAST_DAY + timedelta(days=d)))
        finder = Finder("inventory", "out_of_stock", lambda _w, _d, d=d: found(problems[d]))
        alerts._record({finder: alerts._look(finder, warehouse, clock)}, warehouse, clock)
    warehouse.replace(alerts.ALERTS, alerts._rebuild(warehouse, quiet_looks=1))
    return warehouse.read("from alerts.alerts order by alert_id")


def found(skus: list[str]) -> pl.DataFrame:
    columns = ("severity", "team", "subject_type", "subject_id", "title", "evidence")
    rows = [("warning", "operations", "sku", sku, f"{sku} is gone", "{}") for sku in skus]
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.Utf8), orient="row")
