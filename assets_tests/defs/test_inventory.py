from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import dagster as dg
import polars as pl
import pytest

from assets_tests.defs import stocked_shop
from assets_tests.defs.stocked_shop import LAST_DAY, SKUS
from ecom_ai_os.defs import inventory
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables import inventory as tables
from ecom_ai_os.warehouse import Warehouse

PARTS = [
    inventory.demand_forecasts,
    inventory.stock_projections,
    inventory.velocity_changes,
    inventory.forecasts_beat_the_naive_baseline,
    inventory.no_projection_is_negative,
]


def run(warehouse: Warehouse, day: date = LAST_DAY) -> dg.ExecuteInProcessResult:
    resources = {"warehouse": warehouse, "clock": Clock(day=day.isoformat())}
    return dg.materialize(PARTS, resources=resources)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """The shop after its last day's run; tests read it."""
    warehouse = Warehouse(home=str(tmp_path_factory.mktemp("shop")))
    stocked_shop.fill(warehouse)
    result = run(warehouse)
    passed = {e.check_name: e.passed for e in result.get_asset_check_evaluations()}
    assert passed["no_projection_is_negative"]
    return warehouse


def test_every_sku_is_forecast_for_eight_weeks(shop: Warehouse) -> None:
    n, first, last, n_skus = shop.read(
        "select count(*), min(target_on), max(target_on), count(distinct sku) "
        "from inventory.demand_forecasts"
    ).row(0)
    assert (n, n_skus) == (56 * len(SKUS), len(SKUS))
    assert (first, last) == (LAST_DAY + timedelta(days=1), LAST_DAY + timedelta(days=56))


def test_what_runs_out_first_is_ordered_today(shop: Warehouse) -> None:
    row = shop.read("from inventory.stock_projections where sku = 'SKU-0'").row(0, named=True)
    assert timedelta(days=2) < row["projected_stockout_on"] - LAST_DAY < timedelta(days=7)
    assert row["reorder_by"] == LAST_DAY
    assert row["reorder_quantity"] > 150
    assert row["expected_lost_revenue"] > 0


def test_the_collapsed_sku_is_found_and_the_sold_out_one_is_not(shop: Warehouse) -> None:
    found = shop.read("select sku, kind from inventory.velocity_changes").rows()
    assert found == [("SKU-1", "drop")]


def test_the_back_test_is_written_beside_the_naive_rule(shop: Warehouse) -> None:
    rows = shop.read(
        "select measure, value, baseline, baseline_value from quality.backtests "
        "where model = 'inventory.demand'"
    )
    assert set(rows["measure"]) == {
        "wape_28d",
        "wape_28d_total",
        "pinball_28d",
        "coverage_p10_p90",
    }
    assert rows["baseline_value"].is_not_null().all()


def test_a_second_run_of_the_day_leaves_the_same_rows(shop: Warehouse) -> None:
    names = ("demand_forecasts", "stock_projections", "velocity_changes")
    before = [shop.read(f"from inventory.{name} order by all") for name in names]
    run(shop)
    after = [shop.read(f"from inventory.{name} order by all") for name in names]
    assert all(one.equals(two) for one, two in zip(before, after, strict=True))


def test_old_forecasts_go_and_those_of_a_first_of_the_month_stay(warehouse: Warehouse) -> None:
    days = [date(2026, 1, 1), date(2026, 1, 2), date(2026, 3, 30)]
    old = {"sku": "a", "target_on": LAST_DAY, "expected_units": 1.0, "method": ""}
    frame = pl.DataFrame([old | {"forecast_on": day, "p10": 0, "p50": 1, "p90": 2} for day in days])
    warehouse.replace(inventory.FORECASTS, frame)
    inventory._prune(warehouse, LAST_DAY)
    kept = warehouse.read("select forecast_on from inventory.demand_forecasts order by all")
    assert kept["forecast_on"].to_list() == [days[0], days[2]]


def test_an_empty_shop_materialises_empty_tables(warehouse: Warehouse) -> None:
    warehouse.ensure(
        stocked_shop.LINES,
        stocked_shop.ORDERS,
        stocked_shop.RETURNS,
        stocked_shop.PRODUCTS,
        stocked_shop.STOCK,
        stocked_shop.PURCHASES,
    )
    assert run(warehouse).success
    assert warehouse.read("from inventory.stock_projections").is_empty()


def test_a_day_still_going_on_is_not_taken_for_a_quiet_one(shop: Warehouse) -> None:
    today = Clock(day=date.today().isoformat())
    assert inventory._last_full_day(today) < today.as_of
    assert inventory._last_full_day(Clock(day=LAST_DAY.isoformat())) == LAST_DAY


def test_an_order_is_open_from_its_placing_until_all_of_it_came(warehouse: Warehouse) -> None:
    def order(n: int, status: str, placed: int, came: int | None = None, part: int = 0) -> dict:
        return dict.fromkeys(stocked_shop.PURCHASES.columns) | {
            "po_id": str(n),
            "sku": f"s{n}",
            "location": "main/Berlin",
            "ordered_at": datetime(2026, 3, placed, 12, tzinfo=UTC),
            "expected_at": datetime(2026, 3, 25, 12, tzinfo=UTC),
            "received_at": came and datetime(2026, 3, came, 12, tzinfo=UTC),
            "quantity": 10,
            "quantity_received": part,
            "status": status,
        }

    orders = [
        order(0, "ordered", 2),
        order(1, "partially_received", 2, part=4),
        order(2, "received", 2, came=20, part=10),
        order(3, "draft", 2),
        order(4, "cancelled", 2),
        order(5, "ordered", 12),
    ]
    warehouse.replace(stocked_shop.PURCHASES, pl.DataFrame(orders))
    levels = dict.fromkeys(stocked_shop.STOCK.columns) | {"sku": "s0", "location": "main/Berlin"}
    stock = [levels | {"observed_on": date(2026, 3, day)} for day in (10, 19)]
    warehouse.replace(stocked_shop.STOCK, pl.DataFrame(stock))

    def open_on(day: int) -> list[tuple[str, int]]:
        found = tables.read_purchases(warehouse, Clock(day=f"2026-03-{day:02}"))
        assert set(found["location"]) == {"main/Berlin"}
        return sorted(found.select("sku", "quantity").rows())

    assert open_on(10) == [("s0", 10), ("s1", 6), ("s2", 10)], "what came later was awaited then"
    assert open_on(19) == [("s0", 10), ("s1", 6), ("s5", 10)], "read on the 20th, with s2 in it"
    assert open_on(20) == [("s0", 10), ("s1", 6), ("s5", 10)]
