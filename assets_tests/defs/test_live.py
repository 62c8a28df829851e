from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from assets_tests.defs import mailing_shop as shop
from assets_tests.defs.fake_platform import BOUNCED, LEFT, SUBSCRIBED, FakePlatform, KilledError
from assets_tests.defs.test_outbox import FIRST, YEAR_AGO, YESTERDAY, write
from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os import settings
from ecom_ai_os.channels import Channels, EmailChannel
from ecom_ai_os.defs import handover, outbox
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.live import Live
from ecom_ai_os.warehouse import Warehouse

CHANNEL = EmailChannel(events={"review_request": "Review asked for"})
DUPLICATE = ("duplicate", "the platform has it from an attempt before")
NEXT = YESTERDAY + timedelta(days=1)


@pytest.fixture
def filled(tmp_path: object) -> Warehouse:
    """A shop with a confirmation (c5, order o11) and a review request (c0, o6) due yesterday."""
    warehouse = OpenWarehouse(home=str(tmp_path))
    shop.fill(warehouse, FIRST, 21)
    shop.connect(warehouse, YEAR_AGO)
    write(warehouse, YESTERDAY)
    return warehouse


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform({shop.email(f"c{n}"): SUBSCRIBED for n in range(shop.N_CUSTOMERS)})


def deliver(
    warehouse: Warehouse, platform: FakePlatform, day: date = YESTERDAY
) -> dict[str, tuple[str, str]]:
    """Run the live channel for a day; return outcome and reason so far, by kind."""
    with shop.morning_after(day):
        run_now(warehouse, platform, day)
    return outcomes(warehouse)


def run_now(warehouse: Warehouse, platform: FakePlatform, day: date) -> str | None:
    """Run the live channel for a day, whatever our clock says; return the problem."""
    channel, clock = Live(warehouse, platform, CHANNEL), Clock(day=str(day))
    config = outbox.DeliveriesConfig()
    return outbox.deliver_pending(config, warehouse, clock, channel, "run")[1]


def outcomes(warehouse: Warehouse) -> dict[str, tuple[str, str]]:
    rows = warehouse.read(
        "select kind, outcome, reason from outbox.deliveries "
        "inner join outbox.messages using (message_id) where mode = 'live'"
    )
    return {kind: (outcome, reason) for kind, outcome, reason in rows.iter_rows()}


def test_a_message_goes_to_the_newest_address_with_what_it_holds(
    filled: Warehouse, platform: FakePlatform
) -> None:
    assert deliver(filled, platform) == {
        "shipping_confirmation": ("sent", "about an order, needs no consent"),
        "review_request": ("sent", "subscribed"),
    }
    review, confirmation = sorted(platform.accepted, key=lambda message: message.kind)
    assert (review.kind, review.email) == ("Review asked for", "New.c0@shop.test")
    assert confirmation.kind == "shipping_confirmation"
    assert confirmation.properties == {
        "customer_id": "c5",
        "order_id": "o11",
        "skus": ["mug", "tea"],
        "offered_skus": ["tray"],
    }
    ids = filled.read("select message_id, response_id from outbox.deliveries").rows()
    assert all(response == f"e-{message}" for message, response in ids)


def test_consent_is_what_the_platform_says_now(filled: Warehouse, platform: FakePlatform) -> None:
    platform.people |= {shop.email("c0"): LEFT, shop.email("c5"): BOUNCED}
    assert deliver(filled, platform) == {
        "shipping_confirmation": ("suppressed", "bounced"),
        "review_request": ("suppressed", "unsubscribed"),
    }
    assert platform.accepted == []


def test_no_address_is_written_down(filled: Warehouse, platform: FakePlatform) -> None:
    platform.fault = "lost"
    deliver(filled, platform)
    platform.fault = "none"
    deliver(filled, platform, NEXT)
    for table in ("messages", "deliveries", "attempts"):
        assert "@shop.test" not in str(filled.read(f"from outbox.{table}").rows())


def test_an_answer_that_was_lost_is_asked_for(filled: Warehouse, platform: FakePlatform) -> None:
    platform.fault = "lost"
    assert deliver(filled, platform) == {}
    assert not outbox.every_attempt_has_a_known_end(filled).passed  # type: ignore[operator]
    platform.fault = "none"
    assert set(deliver(filled, platform).values()) == {DUPLICATE}
    assert len(platform.accepted) == 2
    assert filled.read("select count(response_id) as n from outbox.deliveries").item() == 2
    assert outbox.every_attempt_has_a_known_end(filled).passed  # type: ignore[operator]


def test_a_run_killed_before_it_wrote_what_it_sent_sends_nothing_twice(
    filled: Warehouse, platform: FakePlatform
) -> None:
    platform.fault = "kill"
    with pytest.raises(KilledError):
        deliver(filled, platform)
    n_accepted = len(platform.accepted)
    assert outcomes(filled) == {} and n_accepted >= 1
    platform.fault = "none"
    ends = list(deliver(filled, platform).values())
    assert ends.count(DUPLICATE) == n_accepted
    assert sorted(m.kind for m in platform.accepted) == [
        "Review asked for",
        "shipping_confirmation",
    ]


def test_what_the_platform_could_not_take_goes_out_with_the_next_run(
    filled: Warehouse, platform: FakePlatform
) -> None:
    platform.fault = "down"
    assert deliver(filled, platform) == {}
    waiting = filled.read("select n, problem from outbox.attempts").rows()
    assert waiting == [(1, "mail.test/events refused the request (HTTP 503)")] * 2
    platform.fault = "none"
    assert {outcome for outcome, _ in deliver(filled, platform).values()} == {"sent"}
    assert len(platform.accepted) == 2


def test_it_is_given_up_after_some_attempts(filled: Warehouse, platform: FakePlatform) -> None:
    platform.fault = "down"
    for _ in range(5):
        assert deliver(filled, platform) == {}
    assert set(deliver(filled, platform).values()) == {("failed", "given up after 5 attempts")}
    assert filled.read("select max(n) as n from outbox.attempts").item() == 5


def test_a_refusal_is_for_good(filled: Warehouse, platform: FakePlatform) -> None:
    platform.fault = "refuse"
    assert set(deliver(filled, platform).values()) == {("failed", "the profile is being deleted")}
    platform.fault = "none"
    deliver(filled, platform)
    assert platform.accepted == []


def test_a_platform_that_does_not_answer_delays_but_forgets_nothing(
    filled: Warehouse, platform: FakePlatform
) -> None:
    platform.fault = "lost"
    deliver(filled, platform)
    platform.fault = "deaf"
    for day in (YESTERDAY, NEXT, NEXT + timedelta(days=1)):
        assert deliver(filled, platform, day) == {}
    outcome = deliver(filled, platform, NEXT + timedelta(days=2))
    assert {end for end, _ in outcome.values()} == {"failed"}
    assert all("whether it was sent before is not known" in why for _, why in outcome.values())


@pytest.mark.parametrize("n_at_once", [1, 100])
def test_one_that_is_stuck_stands_alone(
    filled: Warehouse, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch, n_at_once: int
) -> None:
    """Its answer cannot be read, then it cannot be asked for: the other goes out, it waits."""
    monkeypatch.setattr(Live, "n_at_once", n_at_once)
    waiting = filled.read(
        "select message_id, kind from outbox.messages order by due_at, message_id"
    )
    platform.stuck = {waiting["message_id"][0]}
    assert set(deliver(filled, platform)) == {waiting["kind"][1]}
    problems = "select problem from outbox.attempts where problem is not null"
    assert filled.read(problems).item() == "the answer cannot be read (KeyError)"
    with filled.transaction() as con:
        con.execute("delete from outbox.deliveries")
    assert deliver(filled, platform) == {waiting["kind"][1]: DUPLICATE}
    says = (
        "whether it was sent before is not known: mail.test/events refused the request (HTTP 500)"
    )
    assert filled.read(problems).item() == says
    platform.stuck = set()
    assert set(deliver(filled, platform).values()) == {DUPLICATE}
    assert len(platform.accepted) == 2


def test_a_platform_that_takes_nothing_is_left_alone(
    filled: Warehouse, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Live, "n_at_once", 1)
    monkeypatch.setattr(handover, "MOST_STUCK", 1)
    platform.fault = "down"
    assert run_now(filled, platform, YESTERDAY) == "mail.test/events refused the request (HTTP 503)"
    assert filled.read("from outbox.attempts").height == 1


def test_what_was_rehearsed_is_never_sent(filled: Warehouse, platform: FakePlatform) -> None:
    from assets_tests.defs.test_outbox import deliver as rehearse

    rehearse(filled, YESTERDAY)
    assert deliver(filled, platform) == {}
    assert platform.accepted == [] and platform.asked == []


def test_nothing_of_a_past_day_is_sent(filled: Warehouse, platform: FakePlatform) -> None:
    assert deliver(filled, platform, YESTERDAY - timedelta(days=1)) == {}
    assert platform.accepted == []


def in_new_york(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the e-mail channel live in a shop whose day ends at 5 o'clock UTC."""
    mail = {"platform": "klaviyo", "api_key": "pk_x"}
    live = settings.Settings(
        business=settings.Business(timezone="America/New_York"),
        connections={"mail": mail},
        channels=Channels(email=EmailChannel(connection="mail", mode="live")),
    )
    monkeypatch.setattr(settings, "current", lambda: live)


def test_nothing_of_a_day_that_goes_on_is_sent(
    filled: Warehouse, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_new_york(monkeypatch)
    end = datetime(NEXT.year, NEXT.month, NEXT.day, 5, tzinfo=UTC)
    with time_machine.travel(end - timedelta(seconds=5), tick=False):
        problem = run_now(filled, platform, YESTERDAY)
    assert problem == f"{YESTERDAY} is not over: nothing of it is sent before its end, {end}"
    assert platform.accepted == [] and outcomes(filled) == {}
    with time_machine.travel(end, tick=False):
        assert run_now(filled, platform, YESTERDAY) is None
    assert len(platform.accepted) == 2


def test_nothing_is_decided_for_a_day_that_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_new_york(monkeypatch)
    warehouse = OpenWarehouse(home=str(tmp_path))
    shop.fill(warehouse, FIRST, 21)
    shop.connect(warehouse, YEAR_AGO)
    end = datetime(NEXT.year, NEXT.month, NEXT.day, 5, tzinfo=UTC)
    for now, n_written in ((end - timedelta(seconds=5), 0), (end, 2)):
        with time_machine.travel(now, tick=False):
            write(warehouse, YESTERDAY)
        assert warehouse.read("from outbox.messages").height == n_written


def test_profile_updates_carry_properties_and_audiences(
    filled: Warehouse, platform: FakePlatform
) -> None:
    with filled.transaction() as con:
        con.execute("delete from outbox.messages")
        for kind, payload in (
            ("vip_joined", '{"profile": {"is_vip": true}, "joins": "vip"}'),
            ("vip_left", '{"profile": {"is_vip": false}, "leaves": "vip"}'),
            ("recommendations", '{"offered_skus": ["tray", "gone"]}'),
        ):
            con.execute(
                "insert into outbox.messages (message_id, workflow, kind, customer_id, subject_id, "
                "channel, due_at, payload, is_holdout) "
                "values ($1, 'lifetime_value', $1, 'c1', $1, 'email', $2, $3, false)",
                [kind, shop.noon(YESTERDAY), payload],
            )
    deliver(filled, platform)
    by_kind = {message.kind: message for message in platform.accepted}
    assert (by_kind["vip_joined"].joins, by_kind["vip_joined"].profile) == ("VIP", {"is_vip": True})
    assert (by_kind["vip_left"].leaves, by_kind["vip_left"].profile) == ("VIP", {"is_vip": False})
    assert by_kind["recommendations"].profile == {"recommended_skus": ["tray"]}, "one is unlisted"
    assert not any("profile" in message.properties for message in platform.accepted)
