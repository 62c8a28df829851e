"""Whatever happens, in whatever order: nothing goes out twice, is forgotten or breaks the cap."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections import Counter
from datetime import timedelta
from typing import Any

import polars as pl
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from assets_tests.defs import mailing_shop as shop
from assets_tests.defs.fake_platform import BOUNCED, LEFT, SUBSCRIBED, FakePlatform, KilledError
from assets_tests.defs.test_outbox import YESTERDAY
from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os.channels import EmailChannel
from ecom_ai_os.defs import outbox
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.live import Live
from ecom_ai_os.defs.tables.outbox import MESSAGES

KINDS = ("review_request", "replenishment_reminder", "shipping_confirmation", "segment_changed")
MARKETING = KINDS[:2]
FAULTS = st.sampled_from(["none", "down", "deaf", "lost", "refuse", "kill"])
CUSTOMERS = st.sampled_from(["c0", "c1"])


class OneByOne(Live):
    n_at_once = 1


class Outbox(RuleBasedStateMachine):
    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        shutil.copy(shop.quiet(), self.folder.name)
        self.warehouse = OpenWarehouse(home=self.folder.name)
        self.platform = FakePlatform(
            {shop.email(f"c{n}"): SUBSCRIBED for n in range(shop.N_CUSTOMERS)}
        )
        self.day = YESTERDAY
        self.n_written = 0

    @rule(
        kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=4),
        customer_id=CUSTOMERS,
        fault=FAULTS,
    )
    def become_due(self, kinds: list[str], customer_id: str, fault: str) -> None:
        """Messages become due on the day, and it is run, well or badly."""
        rows = [self._message(kind, customer_id) for kind in kinds]
        self.warehouse.merge(MESSAGES, pl.DataFrame(rows))
        self.run(fault)

    def _message(self, kind: str, customer_id: str) -> dict[str, Any]:
        self.n_written += 1
        known = {
            "message_id": f"m{self.n_written}",
            "workflow": "post_purchase",
            "kind": kind,
            "customer_id": customer_id,
            "subject_id": f"o{self.n_written}",
            "channel": "email",
            "due_at": shop.noon(self.day),
            "payload": '{"offered_skus": ["tea"]}',
            "is_holdout": False,
            "decided_on": self.day,
        }
        return dict.fromkeys(MESSAGES.columns) | known

    @rule(fault=FAULTS, kind=st.sampled_from([Live, OneByOne]))
    def run(self, fault: str, kind: type[Live] = Live) -> None:
        self.platform.fault = fault
        channel = kind(self.warehouse, self.platform, EmailChannel())
        clock = Clock(day=str(self.day))
        with contextlib.suppress(KilledError), shop.morning_after(self.day):
            outbox.deliver_pending(outbox.DeliveriesConfig(), self.warehouse, clock, channel, "run")

    @rule()
    def run_for_the_day_that_goes_on(self) -> None:
        """Sends nothing, though messages were left open or are due on it."""
        before = list(self.platform.accepted)
        channel = Live(self.warehouse, self.platform, EmailChannel())
        tomorrow = Clock(day=str(self.day + timedelta(days=1)))
        config = outbox.DeliveriesConfig()
        with shop.morning_after(self.day):
            _, problem = outbox.deliver_pending(config, self.warehouse, tomorrow, channel, "run")
        assert problem and self.platform.accepted == before

    @precondition(lambda self: self.n_written)
    @rule()
    def become_stuck(self) -> None:
        """Of the newest message nothing can be learned any more, sent or not."""
        self.platform.stuck = {f"m{self.n_written}"}

    @rule(customer_id=CUSTOMERS, consent=st.sampled_from([SUBSCRIBED, LEFT, BOUNCED, None]))
    def change_consent(self, customer_id: str, consent: Any) -> None:
        self.platform.people.pop(shop.email(customer_id), None)
        if consent:
            self.platform.people[shop.email(customer_id)] = consent

    @precondition(lambda self: self.day < YESTERDAY + timedelta(days=12))
    @rule(n=st.integers(1, 4))
    def wait(self, n: int) -> None:
        self.day += timedelta(days=n)

    @invariant()
    def nothing_goes_out_twice(self) -> None:
        ids = Counter(message.message_id for message in self.platform.accepted)
        assert not ids or max(ids.values()) == 1

    @invariant()
    def no_cap_is_broken(self) -> None:
        sent = self.warehouse.read(
            """
            select customer_id, delivered_on from outbox.deliveries
            inner join outbox.messages using (message_id)
            where outcome in ('sent', 'duplicate') and list_contains($kinds::varchar[], kind)
            """,
            kinds=MARKETING,
        )
        for customer_id, day in sent.iter_rows():
            week = pl.col("delivered_on").is_between(day, day + timedelta(days=6))
            assert sent.filter(week, customer_id=customer_id).height <= 2

    def teardown(self) -> None:
        """A good run leaves nothing open, and says of all that was accepted that it was."""
        self.platform.stuck = set()
        self.run("none")
        ends = self.warehouse.read("select message_id, outcome from outbox.deliveries")
        assert sorted(ends["message_id"]) == sorted(f"m{n + 1}" for n in range(self.n_written))
        accepted = {message.message_id for message in self.platform.accepted}
        said = set(ends.filter(pl.col("outcome").is_in(["sent", "duplicate"]))["message_id"])
        assert said <= accepted
        unclear = set(ends.filter(outcome="failed")["message_id"])
        assert accepted <= said | unclear
        self.folder.cleanup()


Outbox.TestCase.settings = settings(
    max_examples=10,
    stateful_step_count=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
TestOutbox = Outbox.TestCase
