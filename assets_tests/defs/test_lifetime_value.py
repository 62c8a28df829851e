from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
import polars as pl
import pytest

from assets_tests.science import shops
from ecom_ai_os.defs import lifetime_value
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.lifetime_value import SCORES
from ecom_ai_os.warehouse import Column, Table, Warehouse

ORDERS = Table(
    "marts.fct_orders",
    grain="order",
    key=("order_id",),
    columns={
        "order_id": Column("varchar", "Order"),
        "customer_id": Column("varchar", "Person"),
        "ordered_at": Column("timestamptz", "When"),
        "gross_revenue": Column("decimal(18,2)", "Money"),
        "discount": Column("decimal(18,2)", "Money off"),
        "is_sale": Column("boolean", "Counts"),
    },
)
REFUNDS = Table(
    "marts.fct_refunds",
    grain="refund",
    key=("refund_id",),
    columns={
        "refund_id": Column("varchar", "Refund"),
        "order_id": Column("varchar", "Its order"),
        "refunded_at": Column("timestamptz", "When"),
        "refunded": Column("decimal(18,2)", "Money given back"),
    },
)
LAST_DAY = shops.FIRST_DAY + timedelta(days=500)


def fill(warehouse: Warehouse, sales: pl.DataFrame) -> None:
    warehouse.replace(
        ORDERS,
        sales.select(
            "customer_id",
            gross_revenue="net_revenue",
            discount=pl.lit(0),
            order_id=pl.int_range(pl.len()).cast(pl.String),
            ordered_at=pl.col("ordered_on").cast(pl.Datetime).dt.replace_time_zone("UTC"),
            is_sale=pl.lit(True),
        ),
    )
    warehouse.ensure(REFUNDS)


def run(warehouse: Warehouse, day: object = LAST_DAY) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [
            lifetime_value.lifetime_value_scores,
            lifetime_value.predictions_beat_the_naive_baseline,
            lifetime_value.every_customer_with_a_sale_is_scored,
        ],
        resources={"warehouse": warehouse, "clock": Clock(day=str(day))},
    )


def checks(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    return {e.check_name: e.passed for e in result.get_asset_check_evaluations()}


@pytest.fixture
def shop(warehouse: Warehouse) -> Warehouse:
    fill(warehouse, shops.simulate(800, n_days=501))
    return warehouse


def test_a_refund_counts_from_the_day_it_was_processed(warehouse: Warehouse) -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    warehouse.replace(
        ORDERS,
        pl.DataFrame([("1", "a", day, 100, 20, True)], schema=list(ORDERS.columns), orient="row"),
    )
    refund = ("r", "1", day + timedelta(days=9), 30)
    warehouse.replace(REFUNDS, pl.DataFrame([refund], schema=list(REFUNDS.columns), orient="row"))
    for as_of, worth in (("2026-03-09", 80), ("2026-03-10", 50)):
        sales = lifetime_value._read_sales(warehouse, Clock(day=as_of))
        assert [float(value) for value in sales["net_revenue"]] == [worth]


def test_scores_this_month_and_the_one_before(shop: Warehouse) -> None:
    result = run(shop)
    months = shop.read(
        "select scored_on, known_until_on, count(*) n, count(previous_predicted_ltv_12m) n_before "
        "from lifetime_value.scores group by all order by all"
    )
    assert [str(day) for day in months["scored_on"]] == ["2025-04-01", "2025-05-01"]
    assert [str(day) for day in months["known_until_on"]] == ["2025-04-30", "2025-05-15"]
    assert months["n"][0] == months["n_before"][1] > 0
    assert checks(result) == {
        "predictions_beat_the_naive_baseline": True,
        "every_customer_with_a_sale_is_scored": True,
    }


def test_a_second_run_of_the_month_leaves_the_same_rows(shop: Warehouse) -> None:
    run(shop)
    once = shop.read("from lifetime_value.scores order by all")
    run(shop)
    assert shop.read("from lifetime_value.scores order by all").equals(once)
    assert shop.read("select count(*) n from quality.backtests")["n"][0] == 2 * 8


def test_next_month_compares_with_what_was_recorded(shop: Warehouse) -> None:
    run(shop, LAST_DAY - timedelta(days=40))
    recorded = shop.read("select max(known_until_on) d from lifetime_value.scores")["d"][0]
    run(shop, LAST_DAY - timedelta(days=10))
    known = shop.read("select distinct scored_on, known_until_on from lifetime_value.scores")
    assert recorded in known["known_until_on"].to_list()
    assert known.height == 3


def test_orders_that_are_no_sales_and_strangers_are_left_out(warehouse: Warehouse) -> None:
    sales = shops.orders(["a", "b"], [0, 1], [10, 20])
    fill(warehouse, sales)
    with warehouse.transaction() as con:
        con.execute("update marts.fct_orders set is_sale = false where customer_id = 'b'")
        con.execute("insert into marts.fct_orders values ('x', null, now(), 5, 0, true)")
    assert checks(run(warehouse))["every_customer_with_a_sale_is_scored"]
    scored = warehouse.read("select distinct customer_id from lifetime_value.scores")
    assert scored["customer_id"].to_list() == ["a"]


def test_a_shop_without_orders_has_empty_scores(warehouse: Warehouse) -> None:
    fill(warehouse, shops.orders([], [], []))
    result = run(warehouse)
    assert result.success
    assert not checks(result)["predictions_beat_the_naive_baseline"]
    assert warehouse.read("from lifetime_value.scores").is_empty()


def predicted(warehouse: Warehouse, month: date, star: float, low: float | None = None) -> None:
    """A month's scores of 39 customers worth 0 to 38, and of one star."""
    rows = pl.DataFrame({"value": [float(n) for n in range(39)]}).select(
        pl.format("c{}", pl.int_range(pl.len())).alias("customer_id"),
        predicted_ltv_12m="value",
        interval_low=pl.lit(None, pl.Float64),
    )
    best = pl.DataFrame([("star", star, low)], schema=rows.schema, orient="row")
    empty = {name: pl.lit(None) for name in SCORES.columns.keys() - set(rows.columns)}
    frame = pl.concat([rows, best]).with_columns(**empty).with_columns(scored_on=pl.lit(month))
    warehouse.replace_slice(SCORES, frame, scored_on=month)


def enrol(warehouse: Warehouse, day: date) -> dict[str, tuple[Any, ...]]:
    """Return enrolled_at, left_at, reason by customer."""
    result = dg.materialize(
        [lifetime_value.vip_members, lifetime_value.nobody_is_a_vip_for_a_moment],
        resources={"warehouse": warehouse, "clock": Clock(day=day.isoformat())},
    )
    assert checks(result) == {"nobody_is_a_vip_for_a_moment": True}
    rows = warehouse.read("from lifetime_value.vip_members order by customer_id").rows()
    return {row[0]: row[1:] for row in rows}


def test_a_vip_joins_when_the_month_is_over_and_leaves_after_three(warehouse: Warehouse) -> None:
    worths = (100.0, 0.5, 0.5, 0.5)
    for n, worth in enumerate(worths):
        predicted(warehouse, date(2026, n + 1, 1), worth, low=worth / 2)
    assert enrol(warehouse, date(2026, 1, 31)) == {}
    first = enrol(warehouse, date(2026, 2, 1))["star"]
    assert first[:2] == (datetime(2026, 2, 1, tzinfo=UTC), None)
    assert first[2] == "among the best 1 % by predicted value, surely"
    assert enrol(warehouse, date(2026, 4, 30))["star"] == first
    left = enrol(warehouse, date(2026, 5, 1))["star"]
    assert left[1] == datetime(2026, 5, 1, tzinfo=UTC)
    assert left[2] == "outside the best 10% for 3 months in a row"
    assert enrol(warehouse, date(2026, 2, 20))["star"] == first, "a past day is replayed"


def test_enrolling_again_changes_nothing(warehouse: Warehouse) -> None:
    for n in range(3):
        predicted(warehouse, date(2026, n + 1, 1), 100.0)
    once = enrol(warehouse, date(2026, 4, 10))
    assert enrol(warehouse, date(2026, 4, 28)) == once
    assert once.keys() == {"star", "c38"}
    assert once["star"][0] == datetime(2026, 3, 1, tzinfo=UTC), "unsure: the second month counts"
