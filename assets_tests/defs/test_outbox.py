from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from assets_tests.defs import mailing_shop as shop
from assets_tests.defs.fake_platform import SUBSCRIBED, FakePlatform
from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os.channels import EmailChannel
from ecom_ai_os.defs import outbox, post_purchase
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.handover import Rehearsal
from ecom_ai_os.defs.live import Live
from ecom_ai_os.warehouse import Warehouse

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
FIRST = YESTERDAY - timedelta(days=12)
YEAR_AGO = YESTERDAY - timedelta(days=365)


def run(warehouse: Warehouse, day: date, holdout_share: float = 0.0) -> None:
    """The day's steps, messages and deliveries."""
    write(warehouse, day, holdout_share)
    deliver(warehouse, day)


def write(warehouse: Warehouse, day: date, holdout_share: float = 0.0) -> None:
    clock = Clock(day=str(day))
    post_purchase.decide_steps(post_purchase.PostPurchaseConfig(), warehouse, clock)
    outbox.write_messages(
        outbox.MessagesConfig(holdout_share=holdout_share), warehouse, clock, "run"
    )


def deliver(warehouse: Warehouse, day: date) -> None:
    outbox.deliver_pending(
        outbox.DeliveriesConfig(), warehouse, Clock(day=str(day)), Rehearsal(warehouse), "run"
    )


def assert_sound(warehouse: Warehouse) -> None:
    for check in (
        outbox.no_message_is_of_the_past_or_doubled,
        outbox.every_attempt_has_a_known_end,
    ):
        assert check(warehouse).passed  # type: ignore[operator]


def messages(warehouse: Warehouse) -> pl.DataFrame:
    return warehouse.read("from outbox.messages order by kind, subject_id")


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return OpenWarehouse(home=str(tmp_path))


@pytest.fixture
def filled(warehouse: Warehouse) -> Warehouse:
    """A shop connected long ago, whose orders go on for a week after today."""
    shop.fill(warehouse, FIRST, 21)
    shop.connect(warehouse, YEAR_AGO)
    return warehouse


def test_due_steps_become_messages_without_contact_details(filled: Warehouse) -> None:
    run(filled, YESTERDAY)
    rows = messages(filled)
    assert dict(rows.select("kind", "subject_id").rows()) == {
        "review_request": "o6",
        "shipping_confirmation": "o11",
    }
    payload = json.loads(rows.filter(kind="shipping_confirmation")["payload"].item())
    assert payload == {
        "customer_id": "c5",
        "order_id": "o11",
        "skus": ["mug", "tea"],
        "offered_skus": ["tray"],
    }


def test_the_step_says_that_it_has_its_message(filled: Warehouse) -> None:
    run(filled, YESTERDAY)
    run(filled, YESTERDAY + timedelta(days=1))
    states = filled.read(
        "select state from post_purchase.steps where order_id = 'o11' order by step"
    )
    assert states["state"].to_list()[-2] == "messaged"


def test_a_backfill_of_twelve_months_sends_nothing(warehouse: Warehouse) -> None:
    """Day by day, live; every 60 days the steps are decided anew, with some that are due."""
    shop.fill(warehouse, YEAR_AGO, 365)
    shop.connect(warehouse, YEAR_AGO)
    everyone = {shop.email(f"c{n}"): SUBSCRIBED for n in range(shop.N_CUSTOMERS)}
    platform = FakePlatform(everyone)
    for n in range(364):
        day = YEAR_AGO + timedelta(days=n)
        if n % 60 == 30:
            run(warehouse, day)
            steps = warehouse.read("from post_purchase.steps where state = 'due'")
            assert len(steps) > 0
        clock = Clock(day=str(day))
        outbox.write_messages(outbox.MessagesConfig(), warehouse, clock, "run")
        live = Live(warehouse, platform, EmailChannel())
        outbox.deliver_pending(outbox.DeliveriesConfig(), warehouse, clock, live, "run")
    assert messages(warehouse).is_empty()
    assert warehouse.read("from outbox.deliveries").is_empty()
    assert platform.accepted == []
    assert_sound(warehouse)


def test_the_first_run_on_an_old_shop_sends_nothing(warehouse: Warehouse) -> None:
    shop.fill(warehouse, FIRST, 21)
    run(warehouse, YESTERDAY)
    assert messages(warehouse).is_empty(), "a shop that was never connected"
    shop.connect(warehouse, YESTERDAY + timedelta(days=1))
    run(warehouse, YESTERDAY)
    assert messages(warehouse).is_empty(), "due the day before it was connected"
    run(warehouse, YESTERDAY + timedelta(days=1))
    assert messages(warehouse).height == 2


DAYS = st.integers(min_value=-3, max_value=6).map(lambda n: YESTERDAY + timedelta(days=n))


@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.lists(DAYS, min_size=2, max_size=4))
def test_no_order_of_runs_doubles_a_message(days: list[date]) -> None:
    with TemporaryDirectory() as folder:
        warehouse = OpenWarehouse(home=folder)
        shop.fill(warehouse, FIRST, 21)
        shop.connect(warehouse, YEAR_AGO)
        seen = pl.DataFrame()
        for day in [*days, days[0]]:
            run(warehouse, day)
            now = messages(warehouse)
            assert seen.is_empty() or seen.join(now, on="message_id", how="anti").is_empty()
            seen = now
        assert seen.height == 2 * len({day for day in days if day >= YESTERDAY})
        n_deliveries = warehouse.read("select count(*) as n from outbox.deliveries").item()
        assert n_deliveries == seen.height
        assert_sound(warehouse)


def test_a_rerun_changes_no_row(filled: Warehouse) -> None:
    run(filled, YESTERDAY)
    before = messages(filled), filled.read("from outbox.deliveries order by message_id")
    run(filled, YESTERDAY)
    assert messages(filled).equals(before[0])
    assert filled.read("from outbox.deliveries order by message_id").equals(before[1])


def test_outcomes_follow_consent_and_holdout(filled: Warehouse) -> None:
    for n in range(6):
        run(filled, YESTERDAY + timedelta(days=n), holdout_share=0.5)
    rows = filled.read(
        """
        select kind, customer_id, is_holdout, outcome, mode from outbox.messages
        inner join outbox.deliveries using (message_id)
        """
    )
    assert set(rows["mode"]) == {"dry_run"}
    confirmations = rows.filter(kind="shipping_confirmation")
    assert set(confirmations["outcome"]) == {"sent"} and not confirmations["is_holdout"].any()
    reviews = rows.filter(kind="review_request")
    assert reviews.filter(customer_id="c0")["outcome"].to_list() == ["suppressed"]
    assert 0 < reviews["is_holdout"].sum() < len(reviews)
    held = rows.filter("is_holdout")
    assert set(held["outcome"]) == {"suppressed"}


def test_a_message_of_a_failed_run_is_still_delivered_but_not_for_ever(filled: Warehouse) -> None:
    run(filled, YESTERDAY)
    with filled.transaction() as con:
        con.execute("delete from outbox.deliveries")
        con.execute(
            "update outbox.messages set due_at = due_at - interval 5 days "
            "where kind = 'review_request'"
        )
    deliver(filled, YESTERDAY + timedelta(1))
    reasons = dict(
        filled.read(
            "select kind, reason from outbox.deliveries "
            "inner join outbox.messages using (message_id)"
        ).rows()
    )
    assert reasons["review_request"] == "too late"
    assert reasons["shipping_confirmation"] == "about an order, needs no consent"
