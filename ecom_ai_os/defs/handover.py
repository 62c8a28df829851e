"""Handing messages over: which are admitted now, and what became of each.

The loop is the same for a rehearsal and for a live platform (`live.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Protocol

import polars as pl

from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables import deliveries as tables
from ecom_ai_os.defs.tables.outbox import DELIVERIES
from ecom_ai_os.platforms.http import HttpError
from ecom_ai_os.science import outbox
from ecom_ai_os.warehouse import Warehouse

#: Messages in a row that the platform could not take until it is taken to be down: one of them may
#: be stuck for a reason of its own, and each costs half a minute of patience.
MOST_STUCK = 10
#: outcome null: it waits for the next run
OUTCOMES = pl.Schema(
    {
        "message_id": pl.String(),
        "outcome": pl.String(),
        "reason": pl.String(),
        "response_id": pl.String(),
    }
)


@dataclass(frozen=True)
class Limits:
    """How often a customer is written to, and how long a message may wait."""

    most_messages: int = 2
    window_days: int = 7
    late_days: int = 2
    most_attempts: int = 5


class Channel(Protocol):
    """Where messages go: rows of `tables.read_pending` in, the columns of OUTCOMES out."""

    mode: ClassVar[str]
    #: messages decided at once: of so many at most a killed run leaves the end unknown
    n_at_once: ClassVar[int]

    def settle(self, messages: pl.DataFrame, limits: Limits) -> pl.DataFrame:
        """Return what became of messages attempted before; those to be tried again are missing."""
        ...

    def consents(self, messages: pl.DataFrame) -> pl.DataFrame:
        """Return the columns of CONSENTS for their customers, as of now. May raise HttpError."""
        ...

    def hand_over(self, messages: pl.DataFrame, run_id: str) -> pl.DataFrame:
        """Hand the admitted messages over and return what became of them."""
        ...


@dataclass
class Rehearsal:
    """Nothing leaves the house; consent is what the shop last said."""

    warehouse: Warehouse
    mode: ClassVar[str] = "dry_run"
    n_at_once: ClassVar[int] = 1_000_000

    def settle(self, messages: pl.DataFrame, limits: Limits) -> pl.DataFrame:
        return OUTCOMES.to_frame()

    def consents(self, messages: pl.DataFrame) -> pl.DataFrame:
        return tables.read_subscribed(self.warehouse, messages["customer_id"].unique())

    def hand_over(self, messages: pl.DataFrame, run_id: str) -> pl.DataFrame:
        return messages.select(
            "message_id",
            outcome=pl.lit("sent"),
            reason=pl.lit(None, pl.String),
            response_id=pl.lit(None, pl.String),
        )


def deliver(
    pending: pl.DataFrame,
    channel: Channel,
    warehouse: Warehouse,
    clock: Clock,
    limits: Limits,
    run_id: str,
) -> tuple[pl.DataFrame, str | None]:
    """Decide on all pending messages and hand over those admitted.

    Returns the deliveries written, and the problem for which some wait for the next run: the
    platform did not answer, or could not take them. One that is stuck stands alone; after
    MOST_STUCK in a row the rest is left for the next run too.
    """
    written = [pl.DataFrame(schema=list(DELIVERIES.columns))]
    problem: str | None = None
    n_stuck = 0
    for messages in pending.iter_slices(channel.n_at_once):
        try:
            outcomes = _decide(messages, channel, warehouse, clock, limits, run_id)
        except HttpError as error:
            problem = str(error)
            break
        rows = _final(outcomes, messages, channel.mode, clock, run_id)
        warehouse.merge(DELIVERIES, rows)
        written.append(rows)
        waiting = outcomes.filter(pl.col("outcome").is_null())
        problem = next(iter(waiting["reason"]), problem)
        n_stuck = 0 if outcomes["response_id"].count() else n_stuck + len(waiting)
        if n_stuck >= MOST_STUCK:
            break
    return pl.concat(written, how="vertical_relaxed"), problem


def _final(
    outcomes: pl.DataFrame, messages: pl.DataFrame, mode: str, clock: Clock, run_id: str
) -> pl.DataFrame:
    """The outcomes that will not change any more, as rows of DELIVERIES."""
    return (
        outcomes.drop_nulls("outcome")
        .join(messages.select("message_id", "channel"), on="message_id")
        .with_columns(
            mode=pl.lit(mode),
            attempted_at=pl.lit(datetime.now(UTC)),
            delivered_on=pl.lit(clock.as_of),
            run_id=pl.lit(run_id),
        )
        .select(list(DELIVERIES.columns))
    )


def _decide(
    messages: pl.DataFrame,
    channel: Channel,
    warehouse: Warehouse,
    clock: Clock,
    limits: Limits,
    run_id: str,
) -> pl.DataFrame:
    """What becomes of each message, those handed over included. May raise HttpError."""
    settled = channel.settle(messages, limits)
    fresh = messages.join(settled, on="message_id", how="anti")
    known = fresh.join(channel.consents(fresh), on="customer_id", how="left", maintain_order="left")
    recent = tables.read_recent(warehouse, clock, limits.window_days, fresh["message_id"])
    decided = outbox.admit(known, recent, limits.most_messages)
    is_admitted = pl.col("outcome") == "sent"
    admitted = fresh.join(decided.filter(is_admitted), on="message_id", maintain_order="left")
    handed = channel.hand_over(admitted, run_id)
    why = decided.select("message_id", admitted_because="reason")
    return pl.concat(
        [
            settled,
            decided.filter(~is_admitted).with_columns(response_id=pl.lit(None, pl.String)),
            handed.join(why, on="message_id")
            .with_columns(reason=pl.coalesce("reason", "admitted_because"))
            .drop("admitted_because"),
        ]
    )
