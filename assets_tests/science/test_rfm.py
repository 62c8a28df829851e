from __future__ import annotations

from datetime import timedelta

from assets_tests.science import shops
from ecom_ai_os.science import rfm

ORDERS = shops.orders(["a", "a", "a", "b", "c"], [0, 0, 10, 5, 90], [10, 20, 30, -4, 7])
DAY_20 = shops.FIRST_DAY + timedelta(days=20)


def test_orders_of_one_day_are_one_purchase():
    first = rfm.summarise(ORDERS, DAY_20).row(0, named=True)
    assert (first["n_purchases"], first["n_repeat"]) == (2, 1)
    assert (first["recency_days"], first["age_days"]) == (10, 20)
    assert (first["spend"], first["mean_value"]) == (60, 30)


def test_refunds_may_leave_less_than_nothing_but_no_negative_value():
    b = rfm.summarise(ORDERS, DAY_20).row(1, named=True)
    assert (b["spend"], b["mean_value"]) == (-4, 0)


def test_later_orders_and_customers_are_not_seen():
    assert rfm.summarise(ORDERS, DAY_20)["customer_id"].to_list() == ["a", "b"]
    assert rfm.summarise(ORDERS.clear(), DAY_20).is_empty()


def test_spend_between_leaves_out_its_first_day():
    came = rfm.spend_between(ORDERS, shops.FIRST_DAY, shops.FIRST_DAY + timedelta(days=10))
    assert came.sort("customer_id").rows() == [("a", 30.0, 1), ("b", -4.0, 1)]
