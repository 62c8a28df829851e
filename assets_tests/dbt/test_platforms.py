"""What the platforms say together of the shop of story.py, see story_platforms.py."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from hashlib import sha256

from assets_tests.dbt.conftest import Read

ANN, BOB = (sha256(account.encode()).hexdigest()[:16] for account in ("main/1", "main/2"))
EVE = sha256(b"klaviyo/eve").hexdigest()[:16]


def test_profiles_join_the_persons_of_the_shops(grown_shop: Read) -> None:
    rows = grown_shop(
        "select account_id, customer_id, named_by, joined_by from marts.dim_customer_accounts "
        "where platform = 'mailchimp' order by 1"
    )
    assert rows == [
        ("mailchimp/list/a", ANN, "main/1", "email"),
        ("mailchimp/list/b", BOB, "main/2", "email"),
        ("mailchimp/list/e", EVE, "klaviyo/eve", "email"),
    ]


def test_the_hash_of_a_key_tells_which_accounts_it_joined(grown_shop: Read) -> None:
    address = sha256(b"ann@x.de").hexdigest()  # her guests are named by it too
    rows = grown_shop(
        "select account_id from marts.dim_customer_accounts "
        f"where joining_email_hash = '{address}' order by 1"
    )
    assert [account for (account,) in rows] == [
        "mailchimp/list/a",
        "main/1",
        "main/3",
        f"main/guest/{address[:16]}",
        f"trustpilot/guest/{address[:16]}",
    ]


def test_the_latest_word_counts_and_a_bounced_address_is_out_of_reach(grown_shop: Read) -> None:
    rows = grown_shop(
        "select customer_id, is_email_subscribed, is_email_reachable, platforms, n_orders "
        "from marts.dim_customers"
    )
    assert set(map(str, rows)) == {
        str(row)
        for row in (
            (ANN, False, False, ["mailchimp", "shopify", "trustpilot"], 2),
            (BOB, False, False, ["mailchimp", "shopify"], 1),
            (EVE, True, False, ["klaviyo", "mailchimp"], 0),
        )
    }


def test_a_mail_programs_opening_is_told_from_a_persons(grown_shop: Read) -> None:
    rows = grown_shop(
        "select customer_id, is_machine_open from marts.fct_email_engagement "
        "where kind = 'opened' order by 2"
    )
    assert rows == [(EVE, False), (ANN, True)]
    rows = grown_shop(
        "select name, n_recipients, n_opened, n_opened_by_people, n_clicked, revenue "
        "from marts.dim_campaigns"
    )
    assert rows == [("Autumn", 2, 1, 1, 0, None)]


def test_reviews_are_tied_to_products_and_persons_by_evidence(grown_shop: Read) -> None:
    rows = grown_shop(
        "select review_id, subject, sku, matched_by, order_id, customer_id "
        "from marts.fct_reviews order by 1"
    )
    assert rows == [
        ("trustpilot/p1", "product", "A", "sku", None, ANN),
        # the name is that of three SKUs, and one of them was in the order
        ("trustpilot/p2", "product", "A", "product_name", "main/1", ANN),
        ("trustpilot/p3", "product", None, None, None, None),
        ("trustpilot/s1", "shop", None, None, "main/2", ANN),
    ]


def test_where_cin7_counts_a_sku_the_shops_count_is_left_out(grown_shop: Read) -> None:
    rows = grown_shop(
        "select sku, location, platform, observed_on, on_hand, incoming from marts.fct_stock_levels"
    )
    assert rows == [("A", "cin7/Main", "cin7", date(2026, 8, 20), 4, 20)]


def test_cost_and_supplier_are_cin7s_and_the_lead_time_is_measured(grown_shop: Read) -> None:
    rows = grown_shop(
        "select title, unit_cost, supplier, lead_time_days, measured_lead_time_days "
        "from marts.dim_products where sku = 'A'"
    )
    assert rows == [("Thing 1", Decimal("3"), "Huila", 8, 8)]


def test_purchase_orders_are_open_until_all_of_it_is_there(grown_shop: Read) -> None:
    rows = grown_shop(
        "select po_id, location, quantity, quantity_received, quantity_open, unit_cost, "
        "received_at::date, status from marts.fct_purchase_orders order by 1"
    )
    # 2.50 dollars at 0.8
    two = Decimal("2")
    assert rows == [
        ("cin7/p1", "cin7/Main", 10, 10, 0, two, date(2026, 7, 9), "received"),
        ("cin7/p2", "cin7/Main", 20, 0, 20, two, None, "ordered"),
    ]
