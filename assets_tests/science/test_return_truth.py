"""What the simulated business planted is found in its deliveries, and little else is."""

from __future__ import annotations

import json
from datetime import date

import duckdb
import polars as pl
import pytest

from assets_tests.simulated_business import simulated_business
from ecom_ai_os.science import frequent_returners, maturity, return_rates
from ecom_ai_os.science.frequent_returners import ReturnerRule

AS_OF = date(2027, 3, 20)
LINES = """
    with back as (
        select line_id, min(requested_at)::date as returned_on
        from return_lines join returns using (return_id)
        where declined_at is null group by all
    )
    select
        order_id::varchar as order_id, person_id::varchar as customer_id, sku,
        category_name as category, coalesce(delivered_at, fulfillments.created_at)::date
            as delivered_on, returned_on
    from order_lines
    join orders using (order_id)
    join fulfillments using (order_id)
    join variants using (variant_id)
    join products using (product_id)
    left join back using (line_id)
    where not is_gift_card and not is_test
"""


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, dict[str, list[dict]]]:
    """Delivered lines, and what was planted, by kind."""
    path = simulated_business(tmp_path_factory)
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        lines = pl.DataFrame(connection.sql(LINES))
        rows = connection.sql("select kind, detail from incidents").fetchall()
    planted: dict[str, list[dict]] = {}
    for kind, detail in rows:
        planted.setdefault(kind, []).append(json.loads(detail))
    return lines, planted


def test_faulty_and_misdescribed_products_are_flagged_and_hardly_another(shop: tuple) -> None:
    lines, planted = shop
    long, recent = (return_rates.rates(maturity.matured(lines, AS_OF, days)) for days in (180, 56))
    flagged = set(return_rates.flagged_lately(long, recent).filter("is_flagged")["sku"])
    faults = planted["product_fault"] + planted["misdescribed_product"]
    skus = {fault["sku"] for fault in faults}
    assert skus <= flagged
    assert len(flagged - skus) <= 1


def test_serial_returners_are_flagged_and_hardly_another_customer(shop: tuple) -> None:
    lines, planted = shop
    matured = maturity.matured(lines, AS_OF, 365)
    found = frequent_returners.find(matured, return_rates.rates(matured), ReturnerRule())
    serial = {str(person["person_id"]) for person in planted["serial_returner"]}
    flagged = set(found.filter("is_frequent_returner")["customer_id"])
    assert serial <= flagged
    assert len(flagged - serial) <= 1


def test_the_shop_knows_its_own_delays(shop: tuple) -> None:
    """1.5 days and an exponential of 5.5: 95 of 100 are asked for within 18 days."""
    assert maturity.maturity_days(shop[0], AS_OF) == pytest.approx(18, abs=2)
