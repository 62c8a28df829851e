"""The outbox's live channel through Mailchimp: a kill between its acceptance and our record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from assets_tests.defs import mailing_shop as shop
from assets_tests.defs.test_live import outcomes
from assets_tests.defs.test_outbox import FIRST, YEAR_AGO, YESTERDAY, write
from assets_tests.open_warehouse import OpenWarehouse
from assets_tests.platforms.mailchimp.conftest import Running, member
from ecom_ai_os.channels import EmailChannel
from ecom_ai_os.defs import outbox
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.live import Live
from ecom_ai_os.platforms.mailchimp.client import Client
from ecom_ai_os.warehouse import Warehouse

ASKED, CONFIRMED = "new.c0@shop.test", shop.email("c5").lower()


class KilledError(BaseException):
    """The run is dead: nothing after it happens."""


@pytest.fixture
def filled(tmp_path: Path) -> Warehouse:
    """A shop with a confirmation (c5) and a review request (c0) due yesterday."""
    warehouse = OpenWarehouse(home=str(tmp_path / "home"))
    shop.fill(warehouse, FIRST, 21)
    shop.connect(warehouse, YEAR_AGO)
    write(warehouse, YESTERDAY)
    return warehouse


def deliver(warehouse: Warehouse, running: Running) -> dict[str, tuple[str, str]]:
    channel = Live(warehouse, running.connect().sender(), EmailChannel())
    config, day = outbox.DeliveriesConfig(), Clock(day=str(YESTERDAY))
    outbox.deliver_pending(config, warehouse, day, channel, "run")
    return outcomes(warehouse)


def n_events(running: Running, email: str) -> int:
    n: int = running.ask("GET", f"{member(email)}/events").json()["total_items"]
    return n


def test_messages_go_out_once_though_the_run_is_killed(
    filled: Warehouse, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    for email in (ASKED, CONFIRMED):
        body = {"email_address": email, "status_if_new": "subscribed"}
        assert running.ask("PUT", member(email), json=body).ok
    ask = Client.ask

    def dying(client: Client, method: str, path: str, **options: Any) -> Any:
        reply = ask(client, method, path, **options)
        if path.endswith("/events"):
            raise KilledError
        return reply

    with monkeypatch.context() as patched:
        patched.setattr(Client, "ask", dying)
        with pytest.raises(KilledError):
            deliver(filled, running)
    assert outcomes(filled) == {} and n_events(running, ASKED) + n_events(running, CONFIRMED) > 0
    deliver(filled, running)
    assert {kind: outcome for kind, (outcome, _) in outcomes(filled).items()} == {
        "review_request": "duplicate",
        "shipping_confirmation": "duplicate",
    }
    assert (n_events(running, ASKED), n_events(running, CONFIRMED)) == (1, 1)


def test_consent_is_asked_of_the_audience(filled: Warehouse, running: Running) -> None:
    """About an order one who never subscribed may be written to; one the audience lacks cannot."""
    body = {"email_address": CONFIRMED, "status_if_new": "transactional"}
    running.ask("PUT", member(CONFIRMED), json=body)
    found = deliver(filled, running)
    assert found["shipping_confirmation"][0] == "sent"
    assert found["review_request"][0] == "suppressed"
    assert n_events(running, CONFIRMED) == 1
