"""The outbox: what customers are to be told, written once, and sent once."""

from datetime import UTC, datetime

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.handover import Channel, Limits, Rehearsal, deliver
from ecom_ai_os.defs.live import Live
from ecom_ai_os.defs.presentation import describe, preview
from ecom_ai_os.defs.tables import (
    lifetime_value,
    post_purchase,
    recommendations,
    segments,
)
from ecom_ai_os.defs.tables.deliveries import read_pending
from ecom_ai_os.defs.tables.guards import GUARDS, read_barred
from ecom_ai_os.defs.tables.outbox import ATTEMPTS, DELIVERIES, MESSAGES, read_due
from ecom_ai_os.defs.tables.readiness import WORKFLOWS
from ecom_ai_os.defs.tables.readings import read_unsure
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse

#: workflow → the SQL of what it wants customers, or the platform, to be told
INTENTS = {
    "lifetime_value": lifetime_value.INTENTS,
    "post_purchase": post_purchase.INTENTS,
    "recommendations": recommendations.INTENTS,
    "segments": segments.INTENTS,
}
READ_BY_INTENTS = (
    lifetime_value.SCORES,
    lifetime_value.VIP_MEMBERS,
    post_purchase.STEPS,
    recommendations.RECOMMENDED,
    recommendations.RELATED,
    segments.CUSTOMER_SEGMENTS,
)
READ_DAYS = threshold(
    "recommendations", "read_days", 7, "Days a SKU must last, for mails are read late"
)


class MessagesConfig(dg.Config):
    """What a message holds and who has none; ecom.toml [thresholds.outbox] overrides."""

    holdout_share: float = threshold(
        "outbox", "holdout_share", 0.1, "Share of customers not written to, by kind, to compare"
    )
    n_related: int = threshold(
        "outbox", "n_related", 3, "Related SKUs in a shipping confirmation, at most"
    )
    pause_days: int = threshold(
        "outbox", "pause_days", 180, "Days after a reactivation until there is another"
    )
    lost_risk: float = threshold(
        "outbox", "lost_risk", 0.85, "Churn risk from which it is too late for a reactivation"
    )
    read_days: int = READ_DAYS


class DeliveriesConfig(dg.Config):
    """How often a customer is written to; ecom.toml [thresholds.outbox] overrides."""

    most_messages: int = threshold(
        "outbox", "most_messages", 2, "Messages a customer and window, at most, confirmations apart"
    )
    window_days: int = threshold("outbox", "window_days", 7, "Days of that window")
    late_days: int = threshold(
        "outbox", "late_days", 2, "Days a written message may be late when a run failed"
    )
    most_attempts: int = threshold(
        "outbox", "most_attempts", 5, "Attempts to hand a message over before it is given up"
    )
    read_days: int = READ_DAYS

    def limits(self) -> Limits:
        return Limits(self.most_messages, self.window_days, self.late_days, self.most_attempts)


@dg.asset(
    key=MESSAGES.asset_key,
    group_name="outbox",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=[
        *(table.asset_key for table in READ_BY_INTENTS),
        *(
            dg.AssetKey(["marts", mart])
            for mart in (
                "dim_customer_accounts",
                "dim_customers",
                "fct_order_lines",
                "fct_orders",
                "fct_returns",
            )
        ),
        *GUARDS,
    ],
    pool="warehouse",
)
def outbox_messages(
    context: dg.AssetExecutionContext, config: MessagesConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """Every message that is to be sent, one row each, decided once and never changed.

    **Messages.** The post-purchase steps due on the day (a shipping confirmation brings what goes
    with the order, guarded as recommendations are); `reactivation` when a customer's foreseen
    value fell from above the median and they are not lost yet, once in half a year. One customer
    in ten has none of a kind but confirmations (`is_holdout`), the same ones always.

    **Profile updates.** `vip_joined`, `vip_left` (with the audience), `segment_changed`, and
    `recommendations` once a week and only when changed: they write to nobody, so neither cap nor
    holdout applies. One that is refused is not repeated until the next change.

    **What is not known.** While a connection cannot be read for what people did, or brings no order
    on days that always had some, nothing is written to those it knows: they may have ordered, sent
    back or opened since. Only a run on the same day makes up for it.

    **Time fence.** Nothing is written for a past day, nor for what was due, or began, before the
    day or before the shop was connected: the first run on an old shop writes nothing. Nor, where
    the channel is live, for a day that is not over yet.
    """
    problem = too_early(clock, settings.current().channels.email.mode) or _unsure(warehouse, clock)
    rows = write_messages(config, warehouse, clock, context.run_id)
    return dg.MaterializeResult(metadata=describe(MESSAGES, rows) | {"problem": problem or "none"})


def too_early(clock: Clock, mode: str) -> str | None:
    """Say why nothing may be written or handed over for the day yet; None when it may.

    What is known of a day that goes on is half the truth, and its messages would go out early. A
    rehearsal may run ahead, as a simulated shop does.
    """
    if mode != "live" or clock.is_over:
        return None
    return f"{clock.as_of} is not over: nothing of it is sent before its end, {clock.until}"


def _unsure(warehouse: Warehouse, clock: Clock) -> str | None:
    if connections := ", ".join(read_unsure(warehouse, clock)):
        return f"nobody known to {connections} is written to: what it told is not up to date"
    return None


def write_messages(
    config: MessagesConfig, warehouse: Warehouse, clock: Clock, run_id: str
) -> pl.DataFrame:
    """Write the messages that become due on the day, unless it is past, and return them."""
    warehouse.ensure(MESSAGES)
    if clock.is_past or too_early(clock, settings.current().channels.email.mode):
        return pl.DataFrame(schema=list(MESSAGES.columns))
    warehouse.ensure(*READ_BY_INTENTS)
    barred = read_barred(warehouse, clock, config.read_days)
    rows = read_due(
        warehouse,
        clock,
        INTENTS,
        barred=barred["sku"],
        n_related=config.n_related,
        holdout_share=config.holdout_share,
        pause_days=config.pause_days,
        lost_risk=config.lost_risk,
    ).with_columns(run_id=pl.lit(run_id), created_at=pl.lit(datetime.now(UTC)))
    warehouse.merge(MESSAGES, rows)
    return rows


@dg.asset(
    key=DELIVERIES.asset_key,
    group_name="outbox",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=[
        MESSAGES.asset_key,
        WORKFLOWS.asset_key,
        dg.AssetKey(["marts", "dim_customer_accounts"]),
        dg.AssetKey(["marts", "dim_customers"]),
        *GUARDS,
    ],
    pool="warehouse",
)
def outbox_deliveries(
    context: dg.AssetExecutionContext, config: DeliveriesConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """What became of every due message: sent, or refused with its reason.

    **Method.** The address must not be suppressed; marketing needs consent (a shipping
    confirmation and a profile update do not); its workflow must be ready; what it offers must not
    be barred at this moment (barred goods are left out, a message without any is not sent); then
    the holdout; then the cap: two messages a customer in seven days, confirmations and profile
    updates not counted.

    **Live** (ecom.toml `[channels.email]`): consent is asked of the platform just before, every
    attempt is written down before it is made (`outbox.attempts`), and where its end is not known
    the platform is asked whether it has the message before it is sent again. What the platform
    could not take for now waits for the next run, five attempts and two days at most. Of a day
    that is not over yet nothing goes out.

    **Dry run** (the default): nothing leaves the house, `sent` means would be sent, and consent is
    what the shop last said. What was rehearsed is never sent live afterwards.
    """
    rows, problem = deliver_pending(
        config, warehouse, clock, configured_channel(warehouse), context.run_id
    )
    if problem:
        context.log.error(f"messages wait for the next run: {problem}")
    counts = rows.group_by("outcome", "reason").len("messages").sort("outcome", "reason")
    return dg.MaterializeResult(
        metadata=describe(DELIVERIES, rows)
        | {"outcomes": preview(counts, counts.height), "problem": problem or "none"}
    )


def configured_channel(warehouse: Warehouse) -> Channel:
    """Return the way out that ecom.toml sets."""
    current = settings.current()
    sender = current.sender()
    if sender is None:
        return Rehearsal(warehouse)
    return Live(warehouse, sender, current.channels.email)


def deliver_pending(
    config: DeliveriesConfig, warehouse: Warehouse, clock: Clock, channel: Channel, run_id: str
) -> tuple[pl.DataFrame, str | None]:
    """Deliver what is due, unless the day is past or too early; see `handover.deliver`."""
    warehouse.ensure(MESSAGES, DELIVERIES, ATTEMPTS)
    problem = too_early(clock, channel.mode)
    if clock.is_past or problem:
        return pl.DataFrame(schema=list(DELIVERIES.columns)), problem
    barred = read_barred(warehouse, clock, config.read_days)["sku"]
    is_live = channel.mode == "live"
    pending = read_pending(warehouse, clock, is_live, config.late_days, barred)
    return deliver(pending, channel, warehouse, clock, config.limits(), run_id)


@dg.asset_check(asset=MESSAGES.asset_key)
def no_message_is_of_the_past_or_doubled(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Every message was due on the day it was decided for or later, and written by the next day."""
    n_wrong = warehouse.read(
        """
        select
            count(*) filter (
                timezone($zone, due_at)::date < decided_on
                or timezone($zone, created_at)::date > decided_on + 1
            ) + count(*) - count(distinct (workflow, kind, subject_id)) as n
        from outbox.messages
        """,
        zone=settings.current().business.timezone,
    ).item()
    return dg.AssetCheckResult(passed=n_wrong == 0, metadata={"n_wrong": n_wrong})


@dg.asset_check(asset=DELIVERIES.asset_key)
def every_attempt_has_a_known_end(warehouse: Warehouse) -> dg.AssetCheckResult:
    """No message attempted live still waits for a run that could finish it."""
    warehouse.ensure(ATTEMPTS)
    waiting = warehouse.read(
        """
        select count(distinct message_id) as n, arg_max(problem, started_at) as problem
        from outbox.attempts
        where message_id not in (select message_id from outbox.deliveries)
        """
    ).row(0, named=True)
    return dg.AssetCheckResult(
        passed=waiting["n"] == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"n_waiting": waiting["n"], "last_problem": waiting["problem"] or "none"},
    )
