"""The outbox beside Klaviyo: killed between acceptance and record, it sends nothing twice."""

from __future__ import annotations

from pathlib import Path

from assets_tests.defs import killed_run
from assets_tests.platforms.klaviyo.conftest import Account
from ecom_ai_os.sandbox.klaviyo.auth import API_KEY

DUPLICATE = ("duplicate", "the platform has it from an attempt before")
UPDATED = ("sent", "a profile update, no message")


def test_a_killed_run_is_finished_by_the_next(account: Account, tmp_path: Path) -> None:
    warehouse = killed_run.prepare(
        str(tmp_path), ["Anna@example.com", "cleo@example.com", "nobody@example.com"]
    )
    settings = {"platform": "klaviyo", "base_url": account.url, "api_key": API_KEY}
    killed_run.die(warehouse, "klaviyo", settings)
    n_taken = account.count("events_taken")
    assert n_taken >= 1
    assert warehouse.read("from outbox.deliveries").is_empty()

    outcomes = killed_run.deliver(warehouse, account.klaviyo.sender())
    ends = {(customer, kind): (end, why) for customer, kind, end, why in outcomes}
    assert list(ends.values()).count(DUPLICATE) == n_taken
    assert {end for end, _ in (ends["c1", "review_request"], ends["c1", "vip_joined"])} <= {
        "sent",
        "duplicate",
    }
    assert ends["c2", "review_request"][0] == "suppressed"
    assert ends["c2", "vip_joined"] in (UPDATED, DUPLICATE)
    assert ends["c3", "review_request"][0] == ends["c3", "vip_joined"][0] == "suppressed"
    assert (account.count("events_taken"), account.count("events_ignored")) == (3, 0)


def test_what_klaviyo_does_not_show_yet_is_sent_again_and_kept_once(
    account: Account, tmp_path: Path
) -> None:
    warehouse = killed_run.prepare(str(tmp_path), ["anna@example.com"])
    killed_run.deliver(warehouse, account.klaviyo.sender())
    with warehouse.transaction() as con:
        con.execute("delete from outbox.deliveries")
    account.configure(lag_seconds=7200)
    outcomes = killed_run.deliver(warehouse, account.klaviyo.sender())
    assert {end for _, _, end, _ in outcomes} <= {"sent", "duplicate"}
    assert account.count("events_taken") == 2
