from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from assets_tests.defs import reviewed_shop
from assets_tests.defs.reviewed_shop import FAULTY, LAST_DAY
from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os.defs import alerts, reviews
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.finders.reviews import FINDERS
from ecom_ai_os.warehouse import Warehouse

PARTS = (
    reviews.sentiment_model,
    reviews.review_insights,
    reviews.product_health_weekly,
    reviews.sentiment_beats_the_majority,
    reviews.every_review_is_read_once,
    reviews.every_issue_is_said_in_the_review,
    reviews.health_counts_every_review,
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    warehouse = OpenWarehouse(home=str(tmp_path_factory.mktemp("filled")))
    reviewed_shop.fill(warehouse)
    run(warehouse)
    return warehouse.close().parent


@pytest.fixture
def shop(filled: Path, tmp_path: Path) -> Warehouse:
    return Warehouse(home=str(shutil.copytree(filled, tmp_path / "shop")))


def run(warehouse: Warehouse, day: date = LAST_DAY) -> dg.ExecuteInProcessResult:
    resources = {"warehouse": warehouse, "clock": Clock(day=day.isoformat())}
    return dg.materialize(PARTS, resources=resources)


def n_read(result: dg.ExecuteInProcessResult) -> int:
    (event,) = result.asset_materializations_for_node("reviews__review_insights")
    return int(event.metadata["n_read"].value)


def change(warehouse: Warehouse, sql: str) -> None:
    with warehouse.transaction() as con:
        con.execute(sql)


def insights(warehouse: Warehouse) -> pl.DataFrame:
    return warehouse.read("from reviews.review_insights order by review_id")


def test_every_table_fills_and_every_check_passes(shop: Warehouse) -> None:
    result = run(shop)
    assert all(check.passed for check in result.get_asset_check_evaluations())
    kettle = insights(shop).filter(pl.col("review_id") >= "r9")
    assert kettle["sentiment_label"].to_list() == ["negative"] * 3
    assert kettle["language"].to_list() == ["en", "de", "fr"]
    (issue,) = kettle["issues"].to_list()[1]
    assert issue == {"issue": "defective", "sentence": "Nach einer Woche kaputt"}


def test_the_own_model_is_used_when_it_is_better_and_the_rows_say_so(shop: Warehouse) -> None:
    measures = shop.read("from quality.backtests where model = 'reviews.sentiment'")
    assert set(measures["measure"]) == {
        "macro_f1", "negative_auc", "own_macro_f1", "own_negative_auc"
    }  # fmt: skip
    is_used, n = shop.read("select distinct is_used, n_texts from reviews.sentiment_model").row(0)
    expected = f"{n} own stars before 2026-03-01" if is_used else "shipped model"
    assert set(insights(shop)["classified_by"]) == {f"{expected} and stars"}


def test_too_few_stars_leave_the_shipped_model(warehouse: Warehouse) -> None:
    reviewed_shop.fill(warehouse)
    change(warehouse, "delete from marts.fct_reviews where review_id < 'r00380'")
    run(warehouse)
    assert set(insights(warehouse)["classified_by"]) == {"shipped model and stars"}
    assert warehouse.read("from reviews.sentiment_model").is_empty()


def test_only_new_and_edited_reviews_are_read_again(shop: Warehouse) -> None:
    before = insights(shop)
    assert n_read(run(shop)) == 0
    assert insights(shop).equals(before)
    change(shop, "update marts.fct_reviews set body = 'Broke at once' where review_id = 'r00004'")
    assert n_read(run(shop)) == 1
    edited = insights(shop).filter(review_id="r00004")
    assert edited["issues"].to_list()[0][0]["issue"] == "defective"


def test_a_sku_found_later_is_taken_over_without_reading_again(shop: Warehouse) -> None:
    change(shop, "update marts.fct_reviews set sku = 'mugs-9' where review_id = 'r00004'")
    assert n_read(run(shop)) == 0
    assert insights(shop).filter(review_id="r00004")["sku"].item() == "mugs-9"


def test_one_review_makes_neither_0_nor_100(shop: Warehouse) -> None:
    health = shop.read("from reviews.product_health_weekly where week_on = '2026-03-30'")
    assert health["health"].is_between(20, 95).all()
    worst = health.sort("health").row(0, named=True)
    assert worst["sku"] == FAULTY
    assert worst["top_issues"][0] == {"issue": "defective", "n_reviews": 3}
    assert worst["change_vs_4_weeks"] < -5


def test_the_page_of_the_week_shows_the_problem_with_its_words(shop: Warehouse) -> None:
    change(
        shop,
        "update marts.fct_reviews set body = 'Kaputt <script>alert(1)</script>' "
        "where review_id = 'r90002'",
    )
    run(shop)
    page = Path(shop.home) / "reports" / "reviews-2026-W14.html"
    text = page.read_text()
    assert "The kettles-3" in text and "defective" in text
    assert "<script>" not in text and "&lt;script&gt;" in text


def test_a_past_day_sees_only_what_was_written_by_then(shop: Warehouse) -> None:
    day = LAST_DAY - timedelta(days=40)
    run(shop, day)
    replayed = [insights(shop), shop.read("from reviews.product_health_weekly order by all")]
    change(shop, f"delete from marts.fct_reviews where reviewed_at::date > '{day}'")
    change(shop, "drop table reviews.review_insights")
    change(shop, "drop table reviews.sentiment_model")
    run(shop, day)
    assert insights(shop).equals(replayed[0])
    assert shop.read("from reviews.product_health_weekly order by all").equals(replayed[1])


def test_a_shop_without_reviews_has_empty_tables(warehouse: Warehouse) -> None:
    warehouse.ensure(reviewed_shop.REVIEWS, reviewed_shop.PRODUCTS)
    result = run(warehouse)
    passed = {c.check_name: c.passed for c in result.get_asset_check_evaluations()}
    assert passed.pop("sentiment_beats_the_majority") is False
    assert all(passed.values())
    assert insights(warehouse).is_empty()


def look(warehouse: Warehouse, kind: str, day: date = LAST_DAY) -> list[dict]:
    (finder,) = [finder for finder in FINDERS if finder.kind == kind]
    found = finder.find(warehouse, day)
    assert found is not None
    return found.to_dicts()


def test_three_negative_reviews_of_one_fault_are_told_to_buying(shop: Warehouse) -> None:
    (found,) = look(shop, "defective_reviews")
    assert (found["subject_id"], found["team"]) == (FAULTY, "buying")
    assert found["severity"] == "critical"
    assert found["title"].startswith("The kettles-3: 3 negative reviews in 7 days")
    evidence = json.loads(found["evidence"])
    assert evidence["quotes"][0] == "Il ne fonctionne plus, je suis déçu"
    assert 0 < evidence["expected"] < 0.3 and evidence["chance"] < 0.001


def test_a_workflow_that_has_not_run_is_not_looked_at(warehouse: Warehouse) -> None:
    assert FINDERS[0].find(warehouse, LAST_DAY) is None


def test_late_parcels_are_the_shops_whatever_was_bought(shop: Warehouse) -> None:
    late = [
        reviewed_shop.review(95_000 + i, sku, LAST_DAY, 1, "en", "The parcel arrived far too late")
        for i, sku in enumerate(["mugs-1", "mugs-2", "kettles-1", None])
    ]
    shop.merge(reviewed_shop.REVIEWS, pl.DataFrame(late))
    run(shop)
    (found,) = look(shop, "late_delivery_reviews")
    assert (found["subject_type"], found["subject_id"]) == ("shop", "delivery")
    assert found["team"] == "operations"
    health = shop.read(
        "select health from reviews.product_health_weekly "
        "where week_on = '2026-03-30' and sku = 'mugs-1'"
    ).item()
    assert health > 60


def test_day_by_day_an_episode_is_one_alert(shop: Warehouse) -> None:
    """Reviews of days 12 to 9 before the last: three from the 21st, gone with the 27th's look."""
    moved = "update reviews.review_insights set reviewed_at = reviewed_at - interval 9 day"
    change(shop, f"{moved} where review_id >= 'r9'")
    (finder,) = [finder for finder in FINDERS if finder.kind == "defective_reviews"]
    for days in range(13, -1, -1):
        clock = Clock(day=str(LAST_DAY - timedelta(days=days)))
        change(shop, f"update reviews.review_insights set scored_on = '{clock.as_of}'")
        alerts._record({finder: alerts._look(finder, shop, clock)}, shop, clock)
    (row,) = alerts._rebuild(shop, quiet_looks=2).to_dicts()
    assert row["subject_id"] == FAULTY
    assert row["first_seen_at"] == Clock(day="2026-03-21").until
    assert row["last_seen_at"] == Clock(day="2026-03-25").until
    assert row["resolved_at"] == Clock(day="2026-03-27").until
    assert row["n_days_seen"] == 5
