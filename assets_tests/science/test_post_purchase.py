from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecom_ai_os.science import post_purchase
from ecom_ai_os.science.post_purchase import Waits

SHIPPED = datetime(2026, 3, 2, 10, tzinfo=UTC)
EXPECTED = datetime(2026, 3, 5, 18, tzinfo=UTC)
ORDER: dict[str, Any] = {
    "order_id": "o",
    "customer_id": "c",
    "is_test": False,
    "is_cancelled": False,
    "is_refunded": False,
    "is_returned": False,
    "fulfilled_at": SHIPPED,
    "expected_at": EXPECTED,
    "delivered_at": None,
    "has_later_order": False,
    "mail": "no platform",
    "skus": ["mug", "tea"],
}
TEA: dict[str, Any] = {
    "order_id": "o",
    "sku": "tea",
    "median_days": None,
    "n_gaps": 0,
    "is_over": False,
    "barrier": None,
}
MOMENT = pl.Datetime("us", "UTC")
TYPES = {"fulfilled_at": MOMENT, "expected_at": MOMENT, "delivered_at": MOMENT}
GOODS = {"median_days": pl.Float64, "barrier": pl.String}


def decide(
    as_of: date,
    goods: list[dict[str, Any]] | None = None,
    messaged: tuple[str, ...] = (),
    **facts: Any,
) -> dict[str, dict[str, Any]]:
    """The steps of one order by name."""
    orders = pl.DataFrame([ORDER | facts], schema_overrides=TYPES | {"customer_id": pl.String})
    bought = [TEA] if goods is None else [TEA | good for good in goods]
    consumables = pl.DataFrame(bought or [TEA], schema_overrides=GOODS).head(len(bought))
    sent = pl.DataFrame(
        {"order_id": ["o"] * len(messaged), "step": list(messaged)},
        schema={"order_id": pl.String, "step": pl.String},
    )
    rows = post_purchase.decide(orders, consumables, sent, Waits(), as_of, "Europe/Berlin")
    assert rows.schema == post_purchase.STEPS
    return {row["step"]: row for row in rows.to_dicts()}


def state(step: dict[str, Any]) -> tuple[str, str]:
    return step["state"], step["why"]


def test_the_confirmation_is_due_on_the_day_of_shipping_only() -> None:
    unshipped = decide(date(2026, 3, 1), fulfilled_at=None, expected_at=None)
    assert state(unshipped["shipping_confirmation"]) == ("waiting", "not shipped yet")
    due = decide(SHIPPED.date())["shipping_confirmation"]
    assert state(due) == ("due", "shipped on 2026-03-02") and due["due_at"] == SHIPPED
    late = decide(date(2026, 3, 3))["shipping_confirmation"]
    assert state(late) == (
        "skipped",
        "was due on 2026-03-02 and had no message; nothing is sent late",
    )


def test_a_review_is_asked_for_48_hours_after_the_delivery() -> None:
    review = decide(date(2026, 3, 7))["review_request"]
    assert review["due_at"] == EXPECTED + timedelta(hours=48)
    assert state(review) == ("due", "48 hours after the expected delivery on 2026-03-05")
    early = decide(date(2026, 3, 5), delivered_at=EXPECTED - timedelta(days=2))["review_request"]
    assert state(early) == ("due", "48 hours after the delivery on 2026-03-03")


def test_days_are_the_shop_s() -> None:
    night = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    assert decide(date(2026, 3, 3), fulfilled_at=night)["shipping_confirmation"]["state"] == "due"


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"is_cancelled": True}, "cancelled"),
        ({"is_test": True}, "test order"),
        ({"customer_id": None}, "the customer is not known"),
    ],
)
def test_what_is_no_order_of_a_customer_has_no_messages(facts: dict[str, Any], why: str) -> None:
    assert {state(step) for step in decide(SHIPPED.date(), **facts).values()} == {("skipped", why)}


@given(st.booleans(), st.booleans(), st.booleans(), st.sampled_from(["opened", "not opened"]))
def test_reviews_are_asked_for_whatever_came_of_the_order(
    is_refunded: bool, is_returned: bool, has_later_order: bool, mail: str
) -> None:
    step = decide(
        date(2026, 3, 7),
        is_refunded=is_refunded,
        is_returned=is_returned,
        has_later_order=has_later_order,
        mail=mail,
    )["review_request"]
    assert step["state"] == "due"


def test_a_reminder_comes_after_30_days_or_their_own_interval() -> None:
    reminder = decide(date(2026, 4, 4))["replenishment_reminder"]
    assert state(reminder) == ("due", "30 days after the expected delivery on 2026-03-05")
    assert reminder["skus"] == ["tea"]
    own = decide(
        date(2026, 3, 25), [{"median_days": 20.0, "n_gaps": 2}, {"sku": "oil", "n_gaps": 1}]
    )["replenishment_reminder"]
    assert (own["state"], own["skus"]) == ("due", ["tea"])
    assert "about 20 days" in own["why"]


@pytest.mark.parametrize(
    ("goods", "why"),
    [
        ([], "holds nothing that is used up"),
        ([{"is_over": True}], "what is used up was bought again or sent back since"),
        ([{"barrier": "out of stock"}], "not offered now: out of stock"),
    ],
)
def test_nobody_is_reminded_of_what_they_have_or_cannot_have(
    goods: list[dict[str, Any]], why: str
) -> None:
    step = decide(date(2026, 4, 4), goods)["replenishment_reminder"]
    assert state(step) == ("skipped", why)


def test_what_was_sent_back_is_not_reminded_of() -> None:
    steps = decide(date(2026, 3, 12), is_returned=True, mail="not opened")
    assert state(steps["replenishment_reminder"]) == ("skipped", "something was sent back")
    assert state(steps["welfare_check"]) == ("skipped", "something was sent back")


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({}, "no e-mail platform"),
        ({"mail": "not written"}, "no mail was delivered"),
        ({"mail": "machine"}, "mail program opens by itself"),
        ({"mail": "opened"}, "opened or clicked"),
        ({"mail": "not opened", "has_later_order": True}, "ordered again"),
        ({"mail": "not opened", "delivered_at": EXPECTED}, "delivered on 2026-03-05"),
    ],
)
def test_a_welfare_check_needs_evidence(facts: dict[str, Any], says: str) -> None:
    step = decide(date(2026, 3, 12), **facts)["welfare_check"]
    assert step["state"] == "skipped" and says in step["why"]


def test_silence_on_all_sides_is_evidence() -> None:
    assert decide(date(2026, 3, 11), mail="not opened")["welfare_check"]["state"] == "waiting"
    assert decide(date(2026, 3, 12), mail="not opened")["welfare_check"]["state"] == "due"


def test_what_has_its_message_stays_messaged() -> None:
    step = decide(date(2026, 5, 1), messaged=("review_request",))["review_request"]
    assert state(step) == ("messaged", "48 hours after the expected delivery on 2026-03-05")
