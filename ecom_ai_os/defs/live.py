"""The live channel: messages go to an e-mail platform, each at most once.

Before the platform is called, the attempt is written down (`outbox.attempts`). Where a run was
killed before it wrote what became of it, or the answer was lost, the platform is asked whether it
has the message before it is sent again. No network work is done while the warehouse is open, and
addresses live in memory alone.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar

import orjson
import polars as pl

from ecom_ai_os.channels import EmailChannel
from ecom_ai_os.defs.handover import OUTCOMES, Limits
from ecom_ai_os.defs.tables import deliveries as tables
from ecom_ai_os.defs.tables.outbox import ATTEMPTS
from ecom_ai_os.platforms.activation import Outgoing, RefusedError, Sender
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.warehouse import Warehouse

#: Messages handed over side by side; Mailchimp allows ten connections, Klaviyo's clients pace.
N_SENDERS = 4
CONSENTS = pl.Schema(
    {
        "customer_id": pl.String(),
        "may_email": pl.Boolean(),
        "is_suppressed": pl.Boolean(),
        "consent": pl.String(),
    }
)
#: outcome, reason, response_id
End = tuple[str | None, str | None, str | None]


@dataclass
class Live:
    """Hands messages over to an e-mail platform."""

    warehouse: Warehouse
    sender: Sender
    channel: EmailChannel
    mode: ClassVar[str] = "live"
    n_at_once: ClassVar[int] = 100

    def settle(self, messages: pl.DataFrame, limits: Limits) -> pl.DataFrame:
        tried = messages.filter(pl.col("n_attempts") > 0)

        def ask(row: dict[str, Any], outgoing: Outgoing) -> End | None:
            try:
                response_id = self.sender.sent(outgoing)
            except Exception as error:
                end = "failed" if row["is_late"] else None
                return end, f"whether it was sent before is not known: {_said(error)}", None
            if response_id is not None:
                return "duplicate", "the platform has it from an attempt before", response_id
            if row["n_attempts"] >= limits.most_attempts:
                return "failed", f"given up after {row['n_attempts']} attempts", None
            return None

        outcomes = self._outcomes(tried, ask)
        self._remember(outcomes)
        return outcomes

    def consents(self, messages: pl.DataFrame) -> pl.DataFrame:
        emails = tables.read_addresses(self.warehouse, messages["customer_id"].unique())
        known = self.sender.consents(sorted(set(emails.values()))) if emails else {}
        rows = [
            (customer_id, consent.may_email, consent.is_suppressed, consent.reason)
            for customer_id, email in emails.items()
            if (consent := known.get(email))
        ]
        return pl.DataFrame(rows, schema=CONSENTS, orient="row")

    def hand_over(self, messages: pl.DataFrame, run_id: str) -> pl.DataFrame:
        attempts = messages.select(
            "message_id",
            n=pl.col("n_attempts") + 1,
            started_at=pl.lit(datetime.now(UTC)),
            problem=pl.lit(None, pl.String),
            run_id=pl.lit(run_id),
        )
        self.warehouse.merge(ATTEMPTS, attempts)

        def send(_: dict[str, Any], outgoing: Outgoing) -> End:
            try:
                return "sent", None, self.sender.send(outgoing)
            except RefusedError as error:
                return "failed", str(error), None
            except Exception as error:
                return None, _said(error), None

        outcomes = self._outcomes(messages, send)
        self._remember(outcomes)
        return outcomes

    def _remember(self, outcomes: pl.DataFrame) -> None:
        """Write down at the last attempt of each message that waits why it is not settled."""
        waiting = outcomes.filter(pl.col("outcome").is_null())
        if waiting.is_empty():
            return
        attempts = self.warehouse.read(
            """
            select * exclude (problem) from outbox.attempts
            where list_contains($waiting::varchar[], message_id)
            qualify row_number() over (partition by message_id order by n desc) = 1
            """,
            waiting=waiting["message_id"],
        )
        problems = waiting.select("message_id", problem="reason")
        self.warehouse.merge(ATTEMPTS, attempts.join(problems, on="message_id"))

    def _outcomes(
        self,
        messages: pl.DataFrame,
        call: Callable[[dict[str, Any], Outgoing], End | None],
    ) -> pl.DataFrame:
        """Call the platform for each message with an address, a few side by side."""
        if messages.is_empty():
            return OUTCOMES.to_frame()
        emails = tables.read_addresses(self.warehouse, messages["customer_id"].unique())
        rows = [row for row in messages.iter_rows(named=True) if row["customer_id"] in emails]
        with ThreadPoolExecutor(N_SENDERS) as pool:
            ends = pool.map(lambda row: call(row, self._outgoing(row, emails)), rows)
            found = [(row["message_id"], *end) for row, end in zip(rows, ends, strict=True) if end]
        return pl.DataFrame(found, schema=OUTCOMES, orient="row")

    def _outgoing(self, row: dict[str, Any], emails: dict[str, str]) -> Outgoing:
        payload = orjson.loads(row["payload"])
        profile = payload.pop("profile", {})
        joins, leaves = payload.pop("joins", None), payload.pop("leaves", None)
        if row["offered_skus"] is not None:
            payload["offered_skus"] = row["offered_skus"]
        if row["kind"] == "recommendations":
            profile = profile | {"recommended_skus": row["offered_skus"]}
        return Outgoing(
            message_id=row["message_id"],
            kind=self.channel.event(row["kind"]),
            email=emails[row["customer_id"]],
            occurred_at=row["due_at"],
            properties=payload,
            profile=profile,
            joins=self.channel.audience(joins),
            leaves=self.channel.audience(leaves),
        )


def _said(error: Exception) -> str:
    """Say what went wrong with one message: an answer no client foresaw must not stop the others.

    Only HttpError's words are known to hold no address.
    """
    is_shown = isinstance(error, HttpError)
    return str(error) if is_shown else f"the answer cannot be read ({type(error).__name__})"
