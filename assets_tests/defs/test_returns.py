from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from assets_tests.defs import returning_shop
from assets_tests.defs.returning_shop import AS_OF, FAULTY, RETURNER
from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os.defs import returns
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.finders.returns import flagged_return_rate
from ecom_ai_os.defs.tables.returns import RATES
from ecom_ai_os.defs.tables.segments import CUSTOMER_SEGMENTS
from ecom_ai_os.warehouse import Warehouse

PARTS = (
    returns.return_insights,
    returns.product_return_rates,
    returns.customer_return_flags,
    returns.every_return_has_a_reason,
    returns.rates_beat_the_category,
    returns.every_flag_says_why,
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = OpenWarehouse(home=str(tmp_path_factory.mktemp("filled")))
    returning_shop.fill(warehouse)
    return warehouse.close().parent


@pytest.fixture
def shop(filled: Path, tmp_path: Path) -> Warehouse:
    return Warehouse(home=str(shutil.copytree(filled, tmp_path / "shop")))


@pytest.fixture(scope="module")
def ran(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bool]]:
    """The shop after the day's run, and its checks."""
    home = shutil.copytree(filled, tmp_path_factory.mktemp("ran") / "shop")
    warehouse = OpenWarehouse(home=str(home))
    checks = run(warehouse)
    return warehouse.close().parent, checks


@pytest.fixture
def measured(ran: tuple[Path, dict[str, bool]], tmp_path: Path) -> Warehouse:
    return Warehouse(home=str(shutil.copytree(ran[0], tmp_path / "measured")))


def run(warehouse: Warehouse, day: date = AS_OF) -> dict[str, bool]:
    resources = {"warehouse": warehouse, "clock": Clock(day=day.isoformat())}
    result = dg.materialize(PARTS, resources=resources)
    return {e.check_name: e.passed for e in result.get_asset_check_evaluations()}


def rates(warehouse: Warehouse, day: date = AS_OF) -> pl.DataFrame:
    return warehouse.read(
        "from returns.product_return_rates where measured_on = $day order by sku", day=day
    )


def test_every_table_fills_and_every_check_passes(
    measured: Warehouse, ran: tuple[Path, dict[str, bool]]
) -> None:
    assert ran[1] == dict.fromkeys(
        ("every_return_has_a_reason", "rates_beat_the_category", "every_flag_says_why"), True
    )
    reasons = measured.read("select distinct reason from returns.return_insights order by 1")
    assert set(reasons["reason"]) >= {"quality", "sizing", "damaged", "changed_mind", "other"}
    assert rates(measured).height == 16


def test_the_faulty_product_is_flagged_with_its_reasons(measured: Warehouse) -> None:
    (row,) = rates(measured).filter("is_flagged").to_dicts()
    assert row["sku"] == FAULTY
    assert row["top_reasons"][0]["reason"] == "quality"
    assert row["interval_low"] > 1.5 * row["category_return_rate"]
    assert row["n_returned"] >= sum(reason["n_returned"] for reason in row["top_reasons"])
    assert row["segments_returning_most"] is None


def test_buying_is_told_of_the_flagged_product(shop: Warehouse, measured: Warehouse) -> None:
    assert flagged_return_rate(shop, AS_OF) is None
    found = flagged_return_rate(measured, AS_OF)
    assert found is not None
    (row,) = found.to_dicts()
    assert (row["subject_id"], row["team"]) == (FAULTY, "buying")
    assert row["title"].startswith("The pans-3 comes back in 3")
    assert row["title"].endswith("mostly quality")
    assert json.loads(row["evidence"])["top_reasons"][0]["reason"] == "quality"


@pytest.mark.parametrize(("n_flagged", "n_told"), [(7, 0), (8, 1)])
def test_a_rate_beside_the_bar_is_told_when_beyond_it_on_most_days(
    measured: Warehouse, n_flagged: int, n_told: int
) -> None:
    today = rates(measured).with_columns(is_flagged=pl.lit(False))
    days = [
        today.with_columns(
            measured_on=pl.lit(AS_OF - timedelta(days=ago)),
            is_flagged=(pl.col("sku") == FAULTY) & (1 <= ago <= n_flagged),
        )
        for ago in range(14)
    ]
    measured.replace(RATES, pl.concat(days))
    found = flagged_return_rate(measured, AS_OF)
    assert found is not None and len(found) == n_told


def test_segments_of_the_day_say_who_returns_most(shop: Warehouse) -> None:
    people = shop.read("select distinct customer_id from marts.fct_order_lines").with_columns(
        segmented_on=pl.lit(AS_OF - timedelta(days=1)),
        segment=pl.when(pl.col("customer_id") < "c0300")
        .then(pl.lit("vip"))
        .otherwise(pl.lit("new")),
    )
    empty = [pl.lit(None).alias(name) for name in CUSTOMER_SEGMENTS.columns]
    others = [column for column in empty if column.meta.output_name() not in people.columns]
    shop.replace(CUSTOMER_SEGMENTS, people.with_columns(others))
    run(shop)
    named = rates(shop).filter(sku=FAULTY)["segments_returning_most"].item().to_list()
    assert {segment["segment"] for segment in named} == {"vip", "new"}
    assert (
        sum(s["n_returned"] for s in named) == rates(shop).filter(sku=FAULTY)["n_returned"].item()
    )


def test_the_customer_who_keeps_little_is_named_and_only_they(measured: Warehouse) -> None:
    flags = measured.read("from returns.customer_return_flags")
    assert flags.filter("is_frequent_returner")["customer_id"].to_list() == [RETURNER]
    assert flags["n_returns"].min() == 1
    assert (flags["n_shop_faults"] <= flags["n_returns"]).all()
    assert flags["n_shop_faults"].sum() > 0


def test_a_past_day_sees_only_what_was_known_on_it(shop: Warehouse) -> None:
    day = AS_OF - timedelta(days=60)
    run(shop, day)
    replayed = [rates(shop, day), shop.read("from returns.return_insights order by return_id")]
    evening = returning_shop.evening_before(60)
    for name, column in (("fct_returns", "returned_at"), ("fct_orders", "first_fulfilled_at")):
        with shop.transaction() as con:
            con.execute(
                f"delete from marts.{name} where {column} >= $evening", {"evening": evening}
            )
    with shop.transaction() as con:
        con.execute(
            "update marts.fct_orders set delivered_at = null where delivered_at >= $evening",
            {"evening": evening},
        )
    run(shop, day)
    assert rates(shop, day).equals(replayed[0])
    assert shop.read("from returns.return_insights order by return_id").equals(replayed[1])


def test_a_second_run_of_the_day_leaves_the_same_rows(measured: Warehouse) -> None:
    once = rates(measured)
    run(measured)
    assert rates(measured).equals(once)
    assert measured.read("select count(*) as n from quality.backtests").item() == 3


def test_a_shop_without_returns_has_empty_tables(warehouse: Warehouse) -> None:
    warehouse.ensure(*returning_shop.EVERY)
    checks = run(warehouse)
    assert checks["every_return_has_a_reason"] and checks["every_flag_says_why"]
    assert rates(warehouse).is_empty()
