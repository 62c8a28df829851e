"""A live run that dies the moment the platform has accepted its first message; and the run after.

As a program (home, platform, settings as JSON): delivers what waits and dies with code 9.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from assets_tests.defs import mailing_shop as shop
from ecom_ai_os.channels import EmailChannel
from ecom_ai_os.defs import outbox
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.live import Live
from ecom_ai_os.defs.tables.outbox import MESSAGES
from ecom_ai_os.platforms import connector_type
from ecom_ai_os.platforms.activation import Outgoing, Sender
from ecom_ai_os.warehouse import Warehouse

YESTERDAY = datetime.now(UTC).date() - timedelta(days=1)
#: Before the platforms' simulated noon; by our clock it may be long ago.
DUE = datetime(2026, 11, 23, 8, tzinfo=UTC)
PATIENT = outbox.DeliveriesConfig(late_days=100_000)
PAYLOADS = {
    "review_request": {"order_id": "o1", "offered_skus": []},
    "vip_joined": {"profile": {"is_vip": True}, "joins": "vip"},
}
Outcomes = list[tuple[str, str, str, str]]


class Dying:
    """A sender that takes its process along as soon as a message is accepted."""

    def __init__(self, sender: Sender) -> None:
        self.consents, self.sent, self._send = sender.consents, sender.sent, sender.send

    def send(self, outgoing: Outgoing) -> str:
        self._send(outgoing)
        os._exit(9)


def prepare(home: str, emails: list[str]) -> Warehouse:
    """A shop whose customers have these addresses; each is due every message of PAYLOADS."""
    shutil.copy(shop.quiet(), home)
    warehouse = Warehouse(home=home)
    rows = []
    for n, email in enumerate(emails, 1):
        shop.give_address(warehouse, f"c{n}", email)
        rows += [message(kind, f"c{n}") for kind in PAYLOADS]
    warehouse.replace(MESSAGES, pl.DataFrame(rows))
    return warehouse


def message(kind: str, customer_id: str) -> dict[str, Any]:
    known = {
        "message_id": f"{kind}-{customer_id}",
        "workflow": "post_purchase",
        "kind": kind,
        "customer_id": customer_id,
        "channel": "email",
        "due_at": DUE,
        "payload": json.dumps({"customer_id": customer_id} | PAYLOADS[kind]),
        "is_holdout": False,
    }
    return dict.fromkeys(MESSAGES.columns) | known


def die(warehouse: Warehouse, platform: str, settings: dict[str, Any]) -> None:
    """Deliver in a process that is killed between acceptance and record."""
    arguments = [warehouse.home, platform, json.dumps(settings)]
    program = [sys.executable, "-m", "assets_tests.defs.killed_run", *arguments]
    assert subprocess.run(program, check=False, timeout=120).returncode == 9


def deliver(warehouse: Warehouse, sender: Sender) -> Outcomes:
    """Deliver what waits; return customer, kind, outcome and reason of everything so far."""
    channel = Live(warehouse, sender, EmailChannel())
    clock = Clock(day=str(YESTERDAY))
    outbox.deliver_pending(PATIENT, warehouse, clock, channel, "run")
    return warehouse.read(
        "select customer_id, kind, outcome, reason from outbox.deliveries "
        "inner join outbox.messages using (message_id) order by customer_id, kind"
    ).rows()


if __name__ == "__main__":
    home, platform, settings = sys.argv[1:]
    connector: Any = connector_type(platform)
    account = connector("mail", connector.Settings.model_validate(json.loads(settings)))
    deliver(Warehouse(home=home), Dying(account.sender()))
