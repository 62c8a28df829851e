"""The marts of a small shop, against amounts worked out by hand (see story.py)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from assets_tests.dbt.conftest import Read


def test_order_money_is_net_of_discount_gift_cards_and_refunds(grown_shop: Read) -> None:
    [row] = grown_shop(
        "select gross_revenue, discount, tax, shipping, refunded, net_revenue, paid_back, n_units "
        "from marts.fct_orders where order_id = 'main/1'"
    )
    # 2 × 10 of A, 1 off, the gift card of 50 left out; 9.50 of goods, 1 tax, 3 shipping paid back
    assert row == (*map(Decimal, ("20", "1", "2", "5", "9.5", "9.5", "13.5")), 2)


def test_foreign_money_takes_the_rate_of_the_day(grown_shop: Read) -> None:
    rows = grown_shop(
        "select net_revenue, currency_native, currency from marts.fct_orders "
        "where order_id = 'main/2'"
    )
    assert rows == [(Decimal("80"), "USD", "EUR")]


def test_refund_counts_on_the_day_it_was_processed(grown_shop: Read) -> None:
    rows = grown_shop("select refunded_at, refunded, tax, shipping from marts.fct_refunds")
    processed = datetime(2026, 8, 20, 12, tzinfo=UTC)
    assert rows == [(processed, Decimal("9.5"), Decimal("1"), Decimal("3"))]


def test_orders_that_are_no_sales_are_kept_and_flagged(grown_shop: Read) -> None:
    rows = grown_shop(
        "select order_id, status, is_test, is_cancelled from marts.fct_orders "
        "where not is_sale order by order_id"
    )
    assert rows == [
        ("main/3", "paid", True, False),
        ("main/5", "cancelled", False, True),
        ("main/9", "paid", True, False),
    ]


def test_an_order_nothing_happened_to_goes_with_its_account_to_another_person(
    grown_shop: Read,
) -> None:
    rows = grown_shop(
        "select distinct customer_id from marts.fct_orders where order_id in ('main/1', 'main/9')"
    )
    assert len(rows) == 1


def test_order_without_exchange_rate_is_left_out_and_listed(grown_shop: Read) -> None:
    assert not grown_shop("select 1 from marts.fct_orders where order_id = 'main/4'")
    [(reason,)] = grown_shop(
        "select reason from quality.excluded_records where record_id = 'main/4'"
    )
    assert reason.startswith("no exchange rate for GBP on 2025-12-01")


def test_deleted_order_is_gone(grown_shop: Read) -> None:
    assert not grown_shop("select 1 from marts.fct_orders where order_id = 'main/7'")
    assert not grown_shop("select 1 from marts.fct_order_lines where order_id = 'main/7'")


def test_lines_keep_what_is_still_with_the_customer(grown_shop: Read) -> None:
    rows = grown_shop(
        "select sku, quantity, net_quantity, net_revenue from marts.fct_order_lines "
        "where order_id in ('main/1', 'main/6') order by line_id"
    )
    assert rows == [
        ("A", 2, 1, Decimal("9.5")),
        ("GIFT", 1, 1, Decimal("0")),
        (None, 1, 1, Decimal("7")),
    ]


def test_one_person_across_accounts_guests_and_shops(grown_shop: Read) -> None:
    people = grown_shop(
        "select list(account_id order by account_id) from intermediate.int_customer_accounts "
        "where platform = 'shopify' group by customer_id order by 1"
    )
    accounts = [[account.split("/guest/")[0] for account in person] for (person,) in people]
    # Ann with her guest order and Cat's account, which took her address; Bob in both shops
    assert accounts == [["main/1", "main/3", "main"], ["main/2", "second"]]


def test_customers_count_their_sales_only(grown_shop: Read) -> None:
    rows = grown_shop(
        "select n_orders, net_revenue, n_accounts "
        "from marts.dim_customers order by net_revenue desc"
    )
    # Ann 9.50 + 80; Bob 3 × 4 in the second shop, his test and cancelled orders left out; Eve
    assert rows == [
        (2, Decimal("89.5"), 5),
        (1, Decimal("12"), 3),
        (0, Decimal("0"), 2),
    ]


def test_no_address_or_number_reaches_the_marts(grown_shop: Read) -> None:
    names = grown_shop("select table_name from duckdb_tables() where schema_name = 'marts'")
    for (name,) in names:
        rows = grown_shop(f"select * from marts.{name}")
        assert not [row for row in rows if "@" in str(row) or "1234567" in str(row)], name


def test_till_order_without_contact_has_no_customer(grown_shop: Read) -> None:
    rows = grown_shop("select customer_id, source from marts.fct_orders where order_id = 'main/6'")
    assert rows == [(None, "pos")]


def test_one_variant_speaks_for_a_sku(grown_shop: Read) -> None:
    rows = grown_shop(
        "select sku, variant_id, is_consumable, unit_cost from marts.dim_products "
        "where variant_id like 'main/%' order by sku"
    )
    assert rows == [
        ("A", "main/11", True, Decimal("3")),
        ("B", "main/12", True, Decimal("4")),
        ("main/14", "main/14", True, None),
    ]
    [(reason,)] = grown_shop(
        "select reason from quality.excluded_records where record_id = 'main/13'"
    )
    assert reason.startswith("SKU A is also that of main/11")


def test_sku_that_only_orders_name_is_a_product(grown_shop: Read) -> None:
    rows = grown_shop("select price, is_active from marts.dim_products where sku = 'C'")
    assert rows == [(Decimal("4"), True)]


def test_returned_lines_come_from_cases_and_from_refunds(grown_shop: Read) -> None:
    rows = grown_shop(
        "select return_id, sku, quantity, amount, reason_native, reason_text "
        "from marts.fct_returns order by return_id"
    )
    # the case's 100 dollars at 0.8; the refund's goods with their tax
    assert rows == [
        ("main/1", "B", 1, Decimal("80"), "too-small", "Runs small"),
        ("refund/main/1/11", "A", 1, Decimal("10.5"), None, None),
    ]


def test_order_knows_its_delivery(grown_shop: Read) -> None:
    rows = grown_shop(
        "select first_fulfilled_at, expected_delivery_at, delivered_at from marts.fct_orders "
        "where order_id = 'main/1'"
    )
    shipped, expected = datetime(2026, 8, 3, 10, tzinfo=UTC), datetime(2026, 8, 5, tzinfo=UTC)
    assert rows == [(shipped, expected, datetime(2026, 8, 4, 12, tzinfo=UTC))]


def test_recovered_cart_finds_its_order(grown_shop: Read) -> None:
    rows = grown_shop("select value, recovered_order_id from marts.fct_abandoned_carts")
    assert rows == [(Decimal("76"), "main/1")]


def test_coupon_knows_what_it_gave(grown_shop: Read) -> None:
    rows = grown_shop("select kind, value, n_used, discount_given from marts.dim_coupons")
    assert rows == [("percentage", Decimal("0.1"), 1, Decimal("1"))]
