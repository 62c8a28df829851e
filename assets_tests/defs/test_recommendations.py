from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest

from assets_tests.defs.mailing_shop import LINES, STOCK
from assets_tests.defs.stocked_shop import table
from assets_tests.open_warehouse import OpenWarehouse
from assets_tests.science import test_recommending as shop
from ecom_ai_os.defs import recommendations
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.alerts import ALERTS
from ecom_ai_os.defs.tables.guards import read_barred
from ecom_ai_os.defs.tables.inventory import PROJECTIONS
from ecom_ai_os.defs.tables.returns import RATES
from ecom_ai_os.warehouse import Table, Warehouse

PRODUCTS = table(
    "marts.dim_products",
    ("sku",),
    sku="varchar",
    product_id="varchar",
    category="varchar",
    is_consumable="boolean",
    is_active="boolean",
    is_gift_card="boolean",
)
RETURNS = table(
    "marts.fct_returns",
    ("return_id",),
    return_id="varchar",
    customer_id="varchar",
    sku="varchar",
    returned_at="timestamptz",
)
CUSTOMERS = table(
    "marts.dim_customers",
    ("customer_id",),
    customer_id="varchar",
    created_at="timestamptz",
    first_order_at="timestamptz",
    is_email_subscribed="boolean",
)
NIGHT = datetime.combine(shop.TODAY + timedelta(days=1), time(), UTC)


def rows(table: Table, *given: dict[str, Any]) -> pl.DataFrame:
    """Rows of a table of which only some columns matter."""
    return pl.DataFrame([dict.fromkeys(table.columns) | row for row in given])


def fill(warehouse: Warehouse) -> None:
    """tea3 is unlisted, tea4 sold out, tea5 nearly, wine4 in one place; wine5 and 7 come back."""
    sold = shop.purchases().with_row_index("n")
    line = pl.format("line-{}", "n")
    warehouse.replace(
        LINES,
        sold.join(shop.goods(), on="sku").select(
            "sku",
            "product_id",
            line_id=line,
            order_id=line,
            customer_id=pl.when(pl.col("customer_id") != "once").then("customer_id"),
            ordered_at=pl.col("bought_on").cast(pl.Datetime("us", "UTC")) + pl.duration(hours=9),
            is_sale=True,
        ),
    )
    warehouse.replace(
        PRODUCTS,
        pl.concat([shop.goods(), shop.goods().head(1).with_columns(sku=pl.lit("card"))])
        .with_columns(is_active=pl.col("sku") != "tea3", is_gift_card=pl.col("sku") == "card")
        .drop("is_offered"),
    )
    customers = [
        {"customer_id": name} for name in shop.EVERYONE if name not in ("once", "stranger")
    ]
    stranger = {"customer_id": "stranger", "is_email_subscribed": True}
    late = {"customer_id": "late", "created_at": NIGHT, "is_email_subscribed": True}
    lost = {"customer_id": "lost", "is_email_subscribed": False}
    warehouse.replace(CUSTOMERS, rows(CUSTOMERS, late, stranger, lost, *customers))
    back = {"customer_id": "c001", "sku": "wine2", "returned_at": NIGHT - timedelta(days=9)}
    warehouse.replace(RETURNS, rows(RETURNS, {"return_id": "r", **back}))
    _fill_guards(warehouse)


def _fill_guards(warehouse: Warehouse) -> None:
    held = {"tea4": 0, "tea5": 5, "wine4": 5}
    level = {"location": "Berlin", "observed_on": shop.TODAY}
    warehouse.replace(
        STOCK, rows(STOCK, *({**level, "sku": sku, "available": n} for sku, n in held.items()))
    )
    soon = {"projected_on": shop.TODAY, "projected_stockout_on": shop.TODAY + timedelta(days=7)}
    warehouse.replace(
        PROJECTIONS,
        rows(
            PROJECTIONS,
            {"sku": "tea5", "location": "Berlin", **soon},
            {"sku": "wine4", "location": "Berlin", **soon},
            {"sku": "wine4", "location": "Paris", "projected_on": shop.TODAY},
        ),
    )
    measured = {"measured_on": shop.TODAY}
    warehouse.replace(
        RATES,
        rows(
            RATES,
            {"sku": "wine7", "is_flagged": True, **measured},
            {"sku": "wine6", "is_flagged": False, **measured},
        ),
    )
    surge = {"workflow": "returns", "kind": "return_surge", "subject_type": "sku"}
    seen = {"first_seen_at": NIGHT - timedelta(days=3)}
    warehouse.replace(
        ALERTS,
        rows(
            ALERTS,
            {"alert_id": "1", "subject_id": "wine5", **surge, **seen},
            {"alert_id": "2", "subject_id": "wine6", **surge, **seen, "resolved_at": NIGHT},
        ),
    )


def run(
    warehouse: Warehouse, day: date = shop.TODAY, config: dict[str, Any] | None = None
) -> dg.ExecuteInProcessResult:
    return dg.materialize(
        [
            recommendations.related_products,
            recommendations.recommended_products,
            recommendations.recommendations_beat_best_sellers,
            recommendations.nothing_barred_is_recommended,
            recommendations.every_recommendation_has_its_place_and_reason,
        ],
        resources={"warehouse": warehouse, "clock": Clock(day=str(day))},
        run_config=config,
    )


def checks(result: dg.ExecuteInProcessResult) -> dict[str, Any]:
    return {e.check_name: e.passed for e in result.get_asset_check_evaluations()}


@dataclass
class Scored:
    """A shop, its file before and after the day's run, and what that run said."""

    before: Path
    after: Path
    result: dg.ExecuteInProcessResult


@pytest.fixture(scope="module")
def shop_files(tmp_path_factory: pytest.TempPathFactory) -> Scored:
    home = tmp_path_factory.mktemp("recommended")
    warehouse = OpenWarehouse(home=str(home))
    fill(warehouse)
    before = shutil.copy(warehouse.close(), home / "before")
    warehouse = OpenWarehouse(home=str(home))
    result = run(warehouse)
    return Scored(before, warehouse.close(), result)


@pytest.fixture
def warehouse(tmp_path: Path) -> OpenWarehouse:
    return OpenWarehouse(home=str(tmp_path))


@pytest.fixture
def stocked(shop_files: Scored, warehouse: OpenWarehouse) -> OpenWarehouse:
    shutil.copy(shop_files.before, warehouse.path)
    return warehouse


@pytest.fixture
def recommended(shop_files: Scored, warehouse: OpenWarehouse) -> OpenWarehouse:
    """The shop after the day's run."""
    shutil.copy(shop_files.after, warehouse.path)
    return warehouse


def test_related_and_recommended_products_are_written_with_their_back_test(
    recommended: Warehouse, shop_files: Scored
) -> None:
    assert checks(shop_files.result) == {
        "recommendations_beat_best_sellers": False,
        "nothing_barred_is_recommended": True,
        "every_recommendation_has_its_place_and_reason": True,
    }
    pairs = recommended.read("select sku, related_sku, rank from recommendations.related_products")
    assert ("pot", "filter", 1) in pairs.rows()
    measures = recommended.read("select measure from quality.backtests order by all")["measure"]
    assert measures.to_list() == [
        "hit_rate_at_10",
        "recall_at_10",
        "recall_at_10_new",
        "repeats_found",
    ]
    days = recommended.read("select distinct scored_on from recommendations.recommended_products")
    assert days["scored_on"].to_list() == [shop.TODAY]


def test_pairs_are_sought_and_models_tested_once_a_week(stocked: Warehouse) -> None:
    def found() -> set[date]:
        rows = stocked.read(
            "select scored_on from recommendations.related_products union "
            "select max(scored_on) from quality.backtests"
        )
        return set(rows["scored_on"])

    first, week = shop.TODAY, timedelta(days=7)
    for day, standing in ((first, first), (first + week - timedelta(days=1), first)):
        assert run(stocked, day).success
        assert found() == {standing}
    other = {"ops": {"recommendations__related_products": {"config": {"min_together": 4}}}}
    assert run(stocked, first + timedelta(days=2), other).success
    assert found() == {first, first + timedelta(days=2)}
    assert run(stocked, first + week).success
    assert found() == {first + week}


def test_only_who_can_be_reached_is_recommended_to(stocked: Warehouse) -> None:
    """The stranger subscribed; the lost never did and never bought; late comes later."""
    reached = set(recommendations.tables.read_customers(stocked, Clock(day=str(shop.TODAY)), 24))
    assert reached == set(shop.EVERYONE) - {"once"}
    long_after = Clock(day=str(shop.TODAY + timedelta(days=1000)))
    reached = set(recommendations.tables.read_customers(stocked, long_after, 24))
    assert reached == {"stranger", "late"}


def test_what_other_workflows_know_bars_a_sku(recommended: Warehouse) -> None:
    shown = set(recommended.read("from recommendations.recommended_products")["sku"])
    assert not shown & {"card", "tea3", "tea4", "tea5", "wine5", "wine7"}
    assert shown >= {"tea6", "wine4", "wine6"}
    barred = read_barred(recommended, Clock(day=str(shop.TODAY)), 7)
    assert dict(barred.rows()) == {
        "card": "gift card",
        "tea3": "unlisted",
        "tea4": "out of stock",
        "tea5": "runs out before it is read",
        "wine5": "open quality alert",
        "wine7": "flagged return rate",
    }


def test_shared_complaints_bar_a_sku_unless_they_are_usual(stocked: Warehouse) -> None:
    said = {"workflow": "reviews", "kind": "defective_reviews", "subject_type": "sku"}
    said |= {"first_seen_at": NIGHT - timedelta(days=1)}
    many = rows(
        ALERTS,
        {"alert_id": "1", "subject_id": "tea6", "severity": "warning", **said},
        {"alert_id": "2", "subject_id": "wine4", "severity": "info", **said},
        {"alert_id": "3", "subject_id": "delivery", "severity": "critical", **said}
        | {"kind": "late_delivery_reviews", "subject_type": "shop"},
    )
    stocked.replace(ALERTS, many)
    barred = read_barred(stocked, Clock(day=str(shop.TODAY)), 7)
    barriers = dict(barred.rows())
    assert barriers["tea6"] == "open quality alert"
    assert "wine4" not in barriers and "wine5" not in barriers


def test_guests_and_later_customers_are_not_written_to(recommended: Warehouse) -> None:
    shown = recommended.read(
        "select distinct customer_id from recommendations.recommended_products"
    )
    assert set(shown["customer_id"]) == set(shop.EVERYONE) - {"once"}


def test_what_was_sent_back_is_not_recommended(recommended: Warehouse) -> None:
    mine = recommended.read(
        "select sku from recommendations.recommended_products where customer_id = 'c001'"
    )
    assert len(mine) and "wine2" not in set(mine["sku"])


def test_a_past_day_is_replayed_without_what_came_later(stocked: Warehouse) -> None:
    day = shop.TODAY - timedelta(days=25)
    run(stocked, day)
    assert stocked.read("from recommendations.related_products").filter(sku="pot").is_empty()
    barred = read_barred(stocked, Clock(day=str(day)), 7)
    assert set(barred["sku"]) == {"card", "tea3"}


def scored(warehouse: Warehouse) -> dict[str, date]:
    return dict(
        warehouse.read(
            "select distinct customer_id, scored_on from recommendations.recommended_products"
        ).iter_rows()
    )


def test_a_customers_rows_are_kept_for_a_week_unless_they_buy(recommended: Warehouse) -> None:
    line = {"line_id": "new", "order_id": "new", "customer_id": "c000", "sku": "wine1"}
    line |= {"ordered_at": NIGHT + timedelta(hours=9), "is_sale": True}
    recommended.merge(LINES, rows(LINES, line))
    tomorrow = shop.TODAY + timedelta(days=1)
    run(recommended, tomorrow)
    days = scored(recommended)
    assert days["c000"] == tomorrow
    assert shop.TODAY in days.values()
    run(recommended, shop.TODAY + timedelta(days=7))
    assert shop.TODAY not in scored(recommended).values()


def test_what_is_barred_is_taken_out_at_once_and_ranks_close_up(recommended: Warehouse) -> None:
    with recommended.transaction() as con:
        con.execute("update marts.dim_products set is_active = false where sku = 'wine4'")
    result = run(recommended)
    assert checks(result)["nothing_barred_is_recommended"]
    assert checks(result)["every_recommendation_has_its_place_and_reason"]
    assert "wine4" not in set(recommended.read("from recommendations.recommended_products")["sku"])


def test_who_cannot_be_reached_any_more_loses_their_rows(recommended: Warehouse) -> None:
    with recommended.transaction() as con:
        con.execute(
            "update marts.dim_customers set is_email_subscribed = false "
            "where customer_id = 'stranger'"
        )
    run(recommended)
    assert "stranger" not in scored(recommended)


def test_a_run_again_changes_nothing(recommended: Warehouse) -> None:
    before = recommended.read("from recommendations.recommended_products order by all")
    run(recommended)
    assert recommended.read("from recommendations.recommended_products order by all").equals(before)


def test_the_check_notices_what_should_not_be_there(recommended: Warehouse) -> None:
    with recommended.transaction() as con:
        con.execute(
            "update recommendations.recommended_products set sku = 'tea4' "
            "where customer_id = 'c000' and placement = 'email' and rank = 1"
        )
    barred = read_barred(recommended, Clock(day=str(shop.TODAY)), 7)
    clock = Clock(day=str(shop.TODAY))
    assert recommendations.tables.count_unwanted(recommended, clock, barred["sku"].to_list()) == 1


def test_an_empty_shop_has_empty_tables(warehouse: Warehouse) -> None:
    warehouse.ensure(LINES, PRODUCTS, RETURNS, CUSTOMERS, STOCK)
    result = run(warehouse)
    assert result.success
    assert warehouse.read("from recommendations.recommended_products").is_empty()
    assert checks(result)["nothing_barred_is_recommended"]
