"""The outbox: what customers are to be told, written once, and sent once."""

from datetime import UTC, datetime

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe, preview
from ecom_ai_os.defs.tables import outbox as tables
from ecom_ai_os.defs.tables.outbox import DELIVERIES, MESSAGES
from ecom_ai_os.defs.tables.post_purchase import STEPS
from ecom_ai_os.defs.tables.recommendations import RELATED, read_barred
from ecom_ai_os.science import outbox
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse

#: No e-mail platform can be written to yet: every attempt is a rehearsal.
MODE = "dry_run"


class MessagesConfig(dg.Config):
    """What a message holds and who has none; ecom.toml [thresholds.outbox] overrides."""

    holdout_share: float = threshold(
        "outbox", "holdout_share", 0.1, "Share of customers not written to, by kind, to compare"
    )
    n_related: int = threshold(
        "outbox", "n_related", 3, "Related SKUs in a shipping confirmation, at most"
    )
    read_days: int = threshold(
        "recommendations", "read_days", 7, "Days a SKU must last, for mails are read late"
    )


class DeliveriesConfig(dg.Config):
    """How often a customer is written to; ecom.toml [thresholds.outbox] overrides."""

    most_messages: int = threshold(
        "outbox", "most_messages", 2, "Messages a customer and window, at most, confirmations apart"
    )
    window_days: int = threshold("outbox", "window_days", 7, "Days of that window")
    late_days: int = threshold(
        "outbox", "late_days", 2, "Days a written message may be late when a run failed"
    )


@dg.asset(
    key=MESSAGES.asset_key,
    group_name="outbox",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=[
        STEPS.asset_key,
        RELATED.asset_key,
        *(
            dg.AssetKey(["marts", mart])
            for mart in (
                "dim_products",
                "fct_order_lines",
                "fct_orders",
                "fct_returns",
                "fct_stock_levels",
            )
        ),
        dg.AssetKey(["inventory", "stock_projections"]),
        dg.AssetKey(["alerts", "alerts"]),
        dg.AssetKey(["returns", "product_return_rates"]),
    ],
    pool="warehouse",
)
def outbox_messages(
    context: dg.AssetExecutionContext, config: MessagesConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """Every message that is to be sent, one row each, decided once and never changed.

    **Method.** Rows are added for the steps due on the day, and only those: a step has one message
    however often a day is run. A shipping confirmation brings what goes with the order, guarded as
    recommendations are. One customer in ten has no messages of a kind but confirmations
    (`is_holdout`), the same ones always.

    **Time fence.** Nothing is written for a past day, nor for what was due before the day or
    before the shop was connected: the first run on an old shop writes nothing.
    """
    barred = read_barred(warehouse, clock, config.read_days)["sku"].to_list()
    rows = tables.read_due(warehouse, clock, barred, config.n_related, config.holdout_share)
    rows = rows.with_columns(run_id=pl.lit(context.run_id), created_at=pl.lit(datetime.now(UTC)))
    warehouse.merge(MESSAGES, rows)
    return dg.MaterializeResult(metadata=describe(MESSAGES, rows))


@dg.asset(
    key=DELIVERIES.asset_key,
    group_name="outbox",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=[MESSAGES.asset_key, dg.AssetKey(["marts", "dim_customers"])],
    pool="warehouse",
)
def outbox_deliveries(
    context: dg.AssetExecutionContext, config: DeliveriesConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """What became of every due message: one attempt each, refusals with their reasons.

    **Method.** Consent as the shop last knew it (a shipping confirmation needs none), then the
    holdout, then the cap: two messages a customer in seven days, confirmations not counted.

    **Caveats.** A dry run: nothing leaves the house, and `sent` means would be sent.
    """
    pending = tables.read_pending(warehouse, clock, MODE, config.late_days)
    recent = tables.read_recent(warehouse, clock, MODE, config.window_days)
    rows = (
        outbox.admit(pending, recent, config.most_messages)
        .join(pending.select("message_id", "channel"), on="message_id")
        .with_columns(
            mode=pl.lit(MODE),
            attempted_at=pl.lit(datetime.now(UTC)),
            response_id=pl.lit(None, pl.String),
            run_id=pl.lit(context.run_id),
        )
    )
    warehouse.merge(DELIVERIES, rows)
    counts = rows.group_by("outcome", "reason").len("messages").sort("outcome", "reason")
    return dg.MaterializeResult(
        metadata=describe(DELIVERIES, rows) | {"outcomes": preview(counts, counts.height)}
    )


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
def every_message_is_attempted_once(warehouse: Warehouse) -> dg.AssetCheckResult:
    """No message has two attempts in one mode."""
    n_wrong = warehouse.read(
        "select count(*) - count(distinct (message_id, mode)) as n from outbox.deliveries"
    ).item()
    return dg.AssetCheckResult(passed=n_wrong == 0, metadata={"n_wrong": n_wrong})
