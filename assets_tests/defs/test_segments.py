from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from assets_tests.science import shops
from ecom_ai_os.defs import lifetime_value, segments
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.warehouse import Column, Table, Warehouse

LAST_DAY = shops.FIRST_DAY + timedelta(days=500)
MARTS = """
    create schema marts;
    create table marts.fct_orders (
        order_id varchar, customer_id varchar, ordered_at timestamptz, net_revenue decimal(18, 2),
        is_sale boolean, gross_revenue decimal(18, 2), discount decimal(18, 2)
    );
    create table marts.fct_refunds (
        order_id varchar, refunded_at timestamptz, refunded decimal(18, 2)
    );
    create table marts.fct_order_lines (
        line_id varchar, order_id varchar, customer_id varchar, sku varchar,
        ordered_at timestamptz, net_quantity integer, is_sale boolean
    );
    create table marts.dim_products (sku varchar, category varchar);
    create table marts.dim_customers (customer_id varchar, created_at timestamptz);
    create table marts.fct_email_engagement (
        customer_id varchar, kind varchar, is_machine_open boolean, occurred_at timestamptz
    );
"""
FILLED = """
    insert into marts.fct_orders
        select row_number() over (), customer_id, ordered_on, net_revenue, true,
            net_revenue, 0 from sales;
    insert into marts.dim_products values ('T', 'Tea'), ('C', 'Cups');
    insert into marts.fct_order_lines
        select
            order_id, order_id, customer_id, if(hash(customer_id) % 3 = 0, 'C', 'T'), ordered_at,
            1, true
        from marts.fct_orders;
    insert into marts.dim_customers select customer_id, min(ordered_at) from marts.fct_orders
        group by all;
    insert into marts.dim_customers values ('shopper', '2024-02-01'), ('later', '2025-12-24');
"""


SALES = Table(
    "main.sales",
    grain="sale",
    key=("n",),
    columns={
        "n": Column("bigint", "Number"),
        "customer_id": Column("varchar", "Person"),
        "ordered_on": Column("date", "Day"),
        "net_revenue": Column("double", "Money"),
    },
)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a warehouse with marts and lifetime values."""
    warehouse = Warehouse(home=str(tmp_path_factory.mktemp("scored")))
    warehouse.replace(SALES, shops.simulate(300, n_days=501).with_row_index("n"))
    with warehouse.transaction() as con:
        con.execute(MARTS + FILLED)
    materialize(warehouse, LAST_DAY, lifetime_value.lifetime_value_scores)
    return Path(warehouse.home)


@pytest.fixture
def shop(scored: Path, tmp_path: Path) -> Warehouse:
    return Warehouse(home=str(shutil.copytree(scored, tmp_path / "shop")))


def materialize(
    warehouse: Warehouse, day: object, *definitions: Any, **config: Any
) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        definitions,
        resources={"warehouse": warehouse, "clock": Clock(day=str(day))},
        run_config={"ops": {name: {"config": value} for name, value in config.items()}},
    )


def run(warehouse: Warehouse, day: object = LAST_DAY, **config: Any) -> dict[str, bool]:
    result = materialize(
        warehouse,
        day,
        segments.customer_segments,
        segments.every_customer_is_in_exactly_one_segment,
        segments.churn_risk_beats_recency,
        **({"segments__customer_segments": config} if config else {}),
    )
    return {e.check_name: e.passed for e in result.get_asset_check_evaluations()}


def slice_of(warehouse: Warehouse, day: object = LAST_DAY) -> pl.DataFrame:
    return warehouse.read(
        "from segments.customer_segments where segmented_on = $day order by customer_id", day=day
    )


def test_everyone_known_on_the_day_has_one_segment_with_its_signals(shop: Warehouse) -> None:
    checks = run(shop)
    frame = slice_of(shop)
    assert checks == {
        "every_customer_is_in_exactly_one_segment": True,
        "churn_risk_beats_recency": True,
    }
    assert frame.height == 301
    assert frame.filter(customer_id="shopper")["segment"].item() == "window_shopper"
    assert {"vip", "lapsed", "one_time"} <= set(frame["segment"])
    buyers = frame.filter(pl.col("n_orders") > 0)
    assert buyers["churn_risk"].is_between(0, 1).all()
    assert set(buyers["ltv_tier"]) == {"vip", "high", "mid", "low"}
    assert set(buyers["category_affinity"]) == {"Tea", "Cups"}
    assert frame["engagement"].unique().to_list() == ["unknown"]
    assert frame["reasons"].list.len().min() >= 1


def test_a_second_run_of_the_day_leaves_the_same_rows(shop: Warehouse) -> None:
    run(shop)
    once = slice_of(shop)
    run(shop)
    assert slice_of(shop).equals(once)


def test_the_segment_of_the_day_before_is_kept(shop: Warehouse) -> None:
    before = LAST_DAY - timedelta(days=1)
    run(shop, before)
    run(shop)
    both = slice_of(shop).join(slice_of(shop, before), on="customer_id", suffix="_before")
    assert (both["previous_segment"] == both["segment_before"]).all()
    assert slice_of(shop, before)["previous_segment"].null_count() == both.height


def test_old_days_go_but_for_the_ends_of_months(shop: Warehouse) -> None:
    run(shop)
    end_of_month = (LAST_DAY - timedelta(days=60)).replace(day=1) - timedelta(days=1)
    before = end_of_month - timedelta(days=1)
    oldest = LAST_DAY - timedelta(days=30)
    with shop.transaction() as con:
        for day in (end_of_month, before, oldest, oldest - timedelta(days=1)):
            con.execute(
                "insert into segments.customer_segments select * replace ($old as segmented_on) "
                "from segments.customer_segments where segmented_on = $day",
                {"old": day, "day": LAST_DAY},
            )
    measured = shop.read("select count(*) as n from quality.backtests").item()
    run(shop, keep_days=30)
    days = shop.read("select distinct segmented_on from segments.customer_segments order by all")
    assert days["segmented_on"].to_list() == [end_of_month, oldest, LAST_DAY]
    assert slice_of(shop, end_of_month).height == slice_of(shop).height
    assert shop.read("select count(*) as n from quality.backtests").item() == measured


def test_engagement_is_taken_from_mails_people_opened(shop: Warehouse) -> None:
    with shop.transaction() as con:
        con.execute(
            "insert into marts.fct_email_engagement values "
            "('c00001', 'clicked', false, '2025-05-10'), ('c00002', 'opened', true, '2025-05-10')"
        )
    run(shop)
    levels = dict(slice_of(shop).select("customer_id", "engagement").iter_rows())
    assert [levels[f"c0000{i}"] for i in (1, 2, 3)] == ["high", "low", "none"]


def test_a_shop_can_write_its_own_rules(shop: Warehouse) -> None:
    run(shop, rules=[{"segment": "all", "when": "true", "messaging": "Hello"}])
    assert slice_of(shop)["segment"].unique().to_list() == ["all"]


def test_a_shop_without_customers_has_empty_segments(warehouse: Warehouse) -> None:
    with warehouse.transaction() as con:
        con.execute(MARTS)
    materialize(warehouse, LAST_DAY, lifetime_value.lifetime_value_scores)
    assert run(warehouse)["every_customer_is_in_exactly_one_segment"]
    assert slice_of(warehouse).is_empty()
