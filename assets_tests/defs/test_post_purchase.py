from __future__ import annotations

import tempfile
from datetime import date, timedelta

import dagster as dg
import polars as pl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assets_tests.defs import mailing_shop as shop
from ecom_ai_os.defs import post_purchase
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.post_purchase import STEPS
from ecom_ai_os.warehouse import Warehouse

FIRST = date(2026, 1, 1)


def run(warehouse: Warehouse, day: date) -> pl.DataFrame:
    result = dg.materialize(
        [
            post_purchase.post_purchase_steps,
            post_purchase.reviews_are_asked_of_every_delivered_order,
        ],
        resources={"warehouse": warehouse, "clock": Clock(day=str(day))},
    )
    assert all(check.passed for check in result.get_asset_check_evaluations())
    return warehouse.read("from post_purchase.steps order by order_id, step").drop("decided_at")


def states(rows: pl.DataFrame, order: int) -> dict[str, str]:
    return dict(rows.filter(order_id=f"o{order}").select("step", "state").rows())


@pytest.fixture
def filled(warehouse: Warehouse) -> Warehouse:
    shop.fill(warehouse, FIRST, 60)
    return warehouse


def test_every_order_has_its_four_steps(filled: Warehouse) -> None:
    rows = run(filled, FIRST + timedelta(days=40))
    assert rows.height == 4 * 41
    assert states(rows, 39)["shipping_confirmation"] == "due"
    assert states(rows, 34)["review_request"] == "due"
    assert states(rows, 6)["replenishment_reminder"] == "skipped"  # bought again six days later
    assert states(rows, 36)["replenishment_reminder"] == "waiting"
    assert set(rows.filter(step="welfare_check", state="skipped")["why"]) >= {
        "opens are unknown: no e-mail platform is connected"
    }


def test_a_past_day_knows_nothing_of_what_came_later(filled: Warehouse) -> None:
    day = FIRST + timedelta(days=20)
    replayed = run(filled, day)
    until = str(day + timedelta(days=1))
    with filled.transaction() as con:
        con.execute(f"delete from marts.fct_orders where ordered_at >= '{until}'")
        for name in ("first_fulfilled_at", "delivered_at"):
            con.execute(f"update marts.fct_orders set {name} = null where {name} >= '{until}'")
    assert run(filled, day).equals(replayed)


def test_reviews_are_asked_of_those_who_sent_back_or_were_refunded(filled: Warehouse) -> None:
    day = FIRST + timedelta(days=40)
    came_back = {"order_id": ["o34"], "returned_at": [shop.noon(day)], "sku": ["mug"]}
    filled.replace(
        shop.RETURNS, pl.DataFrame(came_back).with_columns(return_id=pl.lit("r"), customer_id=None)
    )
    paid = {"order_id": ["o34"], "refunded_at": [shop.noon(day)], "refunded": [20.0]}
    filled.replace(shop.REFUNDS, pl.DataFrame(paid).with_columns(refund_id=pl.lit("r")))
    mine = states(run(filled, day), 34)
    assert mine["review_request"] == "due"
    assert mine["replenishment_reminder"] == "skipped"


def test_silence_leads_to_a_welfare_check(filled: Warehouse) -> None:
    day = FIRST + timedelta(days=59 + 1 + 4 + 7)
    with filled.transaction() as con:
        con.execute("update marts.fct_orders set delivered_at = null where order_id = 'o59'")
    mail = {"event_id": ["e"], "customer_id": ["c5"], "kind": ["delivered"]}
    at = shop.noon(FIRST + timedelta(days=61))
    filled.replace(
        shop.EVENTS,
        pl.DataFrame(mail).with_columns(is_machine_open=False, occurred_at=at, changed_at=at),
    )
    assert states(run(filled, day), 59)["welfare_check"] == "due"


def test_a_reminder_of_what_is_sold_out_is_not_sent(filled: Warehouse) -> None:
    day = FIRST + timedelta(days=59 + 1 + 3 + 6)  # each buys every six days
    assert states(run(filled, day), 59)["replenishment_reminder"] == "due"
    level = {"sku": ["tea"], "location": ["Berlin"], "observed_on": [day], "available": [0]}
    filled.replace(shop.STOCK, pl.DataFrame(level).with_columns(on_hand=0, committed=0))
    mine = run(filled, day).filter(order_id="o59", step="replenishment_reminder")
    assert mine["why"].to_list() == ["not offered now: out of stock"]


def test_a_review_is_asked_for_of_goods_that_are_not_offered(filled: Warehouse) -> None:
    day = FIRST + timedelta(days=40)
    with filled.transaction() as con:
        con.execute("update marts.dim_products set is_active = false")
    asked = run(filled, day).filter(order_id="o34", step="review_request")
    assert asked.select("state", "skus").row(0) == ("due", ["mug", "tea"])


def test_a_shop_without_orders_has_no_steps(warehouse: Warehouse) -> None:
    shop.fill(warehouse, FIRST, 0)
    assert run(warehouse, FIRST).is_empty()


N_ORDERS, BEGINS = 30, 20
#: What may happen to order $order and its customer on a day before $now
HAPPENS = {
    "a scan comes in late": "update marts.fct_orders set delivered_at = $now - interval 3 day, "
    "changed_at = now() where order_id = $order",
    "it is cancelled": "update marts.fct_orders set cancelled_at = $now, is_cancelled = true, "
    "changed_at = now() where order_id = $order",
    "it turns out to be another's": "update marts.fct_orders set customer_id = 'c0', "
    "changed_at = now() where order_id = $order",
    "it is deleted": "delete from marts.fct_orders where order_id = $order",
    "it is sent back": "insert into marts.fct_returns (return_id, order_id, sku, returned_at) "
    "values ($order || now(), $order, 'tea', $now)",
    "a mail is opened": "insert into marts.fct_email_engagement (event_id, customer_id, kind, "
    "occurred_at, changed_at) select $order || now(), customer_id, 'opened', "
    "$now - interval 2 day, now() from marts.fct_orders where order_id = $order",
    "mugs are used up": "update marts.dim_products set is_consumable = true where sku = 'mug'",
}


@settings(max_examples=2, deadline=None, phases=[Phase.generate])
@given(
    st.lists(
        st.lists(
            st.tuples(st.sampled_from(list(HAPPENS)), st.integers(0, N_ORDERS - 1)), min_size=4
        ),
        min_size=3,
        max_size=3,
    )
)
def test_deciding_anew_what_moved_is_as_good_as_deciding_all(
    days: list[list[tuple[str, int]]],
) -> None:
    with tempfile.TemporaryDirectory() as home:
        warehouse = Warehouse(home=home)
        shop.fill(warehouse, FIRST, N_ORDERS)
        config = post_purchase.PostPurchaseConfig()
        for n, events in enumerate([[], *days]):
            day = FIRST + timedelta(days=BEGINS + 2 * n)
            with warehouse.transaction() as con:
                for what, order in events:
                    facts = {"order": f"o{order}", "now": shop.noon(day)}
                    asked = {
                        name: fact for name, fact in facts.items() if f"${name}" in HAPPENS[what]
                    }
                    con.execute(HAPPENS[what], asked)
            post_purchase.decide_steps(config, warehouse, Clock(day=str(day)))
            kept = warehouse.read("from post_purchase.steps")
            warehouse.replace(STEPS, kept.clear())
            post_purchase.decide_steps(config, warehouse, Clock(day=str(day)))
            assert said(kept).equals(said(warehouse.read("from post_purchase.steps")))
            warehouse.replace(STEPS, kept)


def said(rows: pl.DataFrame) -> pl.DataFrame:
    """Without when it was decided; what a reminder offers holds on its day alone."""
    is_due = pl.col("state") == "due"
    return (
        rows.drop("decided_on", "decided_at")
        .with_columns(skus=pl.when(is_due).then("skus"))
        .sort("order_id", "step")
    )


def test_a_day_later_only_those_are_decided_anew_whom_something_happened_to(
    filled: Warehouse,
) -> None:
    day = FIRST + timedelta(days=59 + 1 + 3 + 30)  # nothing is to come of any order
    run(filled, day)
    with filled.transaction() as con:
        con.execute("update marts.fct_orders set changed_at = now() where order_id = 'o7'")
    rows = run(filled, day + timedelta(days=1))
    anew = rows.filter(pl.col("decided_on") > day)
    assert set(anew["customer_id"]) == {"c1"}
    assert rows.height == 4 * 60
