"""The client asks as fast as Klaviyo allows, and no faster."""

from __future__ import annotations

import time

import pytest

from assets_tests.platforms.klaviyo.conftest import Account, connection
from assets_tests.platforms.stopped_clock import stopped_clock
from ecom_ai_os.platforms.klaviyo import limits as ours
from ecom_ai_os.platforms.klaviyo.client import Client
from ecom_ai_os.sandbox.klaviyo import limits as theirs
from ecom_ai_os.sandbox.klaviyo.auth import API_KEY
from ecom_ai_os.sandbox.klaviyo.resources import LISTED
from ecom_ai_os.sandbox.klaviyo.writes import WRITES


@pytest.mark.parametrize(("path", "n", "steady"), [("accounts", 61, 15), ("metrics", 301, 150)])
def test_nine_tenths_of_the_rate_are_used_and_nothing_is_refused(
    account: Account, monkeypatch: pytest.MonkeyPatch, path: str, n: int, steady: int
) -> None:
    clock = stopped_clock(monkeypatch)
    monkeypatch.setattr(theirs, "time", clock)
    monkeypatch.setattr(ours, "BURST_SECONDS", 1.0)
    monkeypatch.setattr(ours, "STEADY_SECONDS", 60.0)
    account.configure(window_scale=1)
    client = Client(connection(account.url, api_key=API_KEY))
    # The vendor's windows begin when they like.
    clock.now = 23.4
    for _ in range(n):
        client.page(path)
    assert account.count("throttled") == 0
    assert account.count("requests") == n
    assert (n - 1) / (clock.now - 23.4) >= 0.9 * steady / 60


def test_a_refusal_is_waited_out(account: Account) -> None:
    account.sandbox.faults.arm(fault="throttled", next=1)
    began = time.monotonic()
    Client(connection(account.url, api_key=API_KEY)).page("accounts")
    assert account.count("requests") == 2
    assert time.monotonic() - began >= 1.0


def test_both_sides_know_the_same_limits() -> None:
    tiers = {("GET", path): of.tier for path, of in LISTED.items()}
    tiers |= {asked: tier for asked, (tier, *_) in WRITES.items()}
    for (method, path), tier in tiers.items():
        ours_is = ours.TIERS.get(f"{method} {path.replace('{id}', '*')}", ours.XS)
        assert ours_is[0] <= tier.burst and ours_is[1] <= tier.steady
