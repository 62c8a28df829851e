"""The outbox's tables, and the SQL that fills them."""

from datetime import datetime, timedelta

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.ingest import raw_tables
from ecom_ai_os.warehouse import Column, Table, Warehouse

#: About an order the customer placed: no consent is needed, no cap and no holdout applies.
TRANSACTIONAL = ["shipping_confirmation"]

MESSAGES = Table(
    "outbox.messages",
    grain="one intended message",
    key=("message_id",),
    columns={
        "message_id": Column(
            "varchar", "Hash of workflow, kind, customer, subject and the day it is due"
        ),
        "workflow": Column("varchar", "Workflow that intends it"),
        "kind": Column("varchar", "What it is, such as review_request"),
        "customer_id": Column("varchar", "Person; marts.dim_customers"),
        "subject_id": Column("varchar", "What it is about: the order"),
        "channel": Column("varchar", "How it reaches the customer: email"),
        "due_at": Column("timestamptz", "When it is due"),
        "payload": Column("json", "What it holds: customer, order and SKUs, no contact details"),
        "why": Column("varchar", "Why it is sent, in words"),
        "is_holdout": Column("boolean", "Not sent, to measure what sending brings"),
        "decided_on": Column("date", "Day whose facts it was decided on"),
        "run_id": Column("varchar", "Dagster run that decided it"),
        "created_at": Column("timestamptz", "When it was written"),
    },
)

DELIVERIES = Table(
    "outbox.deliveries",
    grain="one attempt",
    key=("message_id", "attempted_at"),
    columns={
        "message_id": Column("varchar", "Message; outbox.messages. Once in each mode"),
        "attempted_at": Column("timestamptz", "When it was attempted"),
        "channel": Column("varchar", "How it reaches the customer: email"),
        "mode": Column("varchar", "dry_run: nothing leaves the house, `sent` means would be sent"),
        "outcome": Column("varchar", "sent, suppressed or capped"),
        "reason": Column("varchar", "Why, in words"),
        "response_id": Column("varchar", "What the platform calls it; null in a dry run"),
        "run_id": Column("varchar", "Dagster run that attempted it"),
    },
)

# A record read again unchanged keeps its loaded_at: the oldest is of the first connection.
CONNECTED = " union all ".join(
    f"select connection, min(loaded_at) as loaded_at from {platform}.{table.name} group by all"
    for platform, _, table in raw_tables()
)

DUE = f"""
    with connected as (
        select connection, timezone($zone, min(loaded_at))::date as connected_on
        from ({CONNECTED}) group by connection
    ),

    due as (
        select steps.*, timezone($zone, steps.due_at)::date as due_on
        from post_purchase.steps as steps
        inner join marts.fct_orders as orders using (order_id)
        inner join connected using (connection)
        where
            steps.state = 'due' and steps.decided_on = $day
            and timezone($zone, steps.due_at)::date >= greatest($day, connected_on)
            and (steps.step, steps.order_id) not in (
                select (kind, subject_id) from outbox.messages where workflow = 'post_purchase'
            )
    ),

    has as (
        select distinct lines.customer_id, products.product_id
        from marts.fct_order_lines as lines
        inner join marts.dim_products as products using (sku)
        where lines.is_sale and lines.ordered_at < $until and not products.is_consumable
            and lines.customer_id in (select customer_id from due)
    ),

    fitting as (
        select due.order_id, pairs.related_sku, min(pairs.rank) as rank
        from due
        inner join recommendations.related_products as pairs
            on list_contains(due.skus, pairs.sku) and not list_contains(due.skus, pairs.related_sku)
        inner join marts.dim_products as products on pairs.related_sku = products.sku
        where
            due.step = 'shipping_confirmation'
            and not list_contains($barred::varchar[], pairs.related_sku)
            and (due.customer_id, products.product_id) not in (
                select (customer_id, product_id) from has
            )
            and (due.customer_id, pairs.related_sku) not in (
                select (customer_id, sku) from marts.fct_returns
                where customer_id is not null and sku is not null
            )
        group by all
    ),

    related as (
        select order_id, list(related_sku order by rank, related_sku)[:$n_related] as related_skus
        from fitting group by order_id
    )

    select
        md5(concat_ws('|', 'post_purchase', step, customer_id, order_id, due_on)) as message_id,
        'post_purchase' as workflow,
        step as kind,
        customer_id,
        order_id as subject_id,
        'email' as channel,
        due_at,
        to_json({{
            customer_id: customer_id,
            order_id: order_id,
            skus: coalesce(skus, []),
            related_skus: case when step = 'shipping_confirmation' then coalesce(related_skus, [])
                else [] end
        }}) as payload,
        why,
        not list_contains($transactional::varchar[], step) and (
            '0x' || left(md5(concat_ws('|', 'holdout', 'post_purchase', step, customer_id)), 8)
        )::bigint < $holdout_share::double * 4294967296 as is_holdout,
        decided_on
    from due
    left join related using (order_id)
    order by message_id
"""


def read_due(
    warehouse: Warehouse, clock: Clock, barred: list[str], n_related: int, holdout_share: float
) -> pl.DataFrame:
    """Return the messages due on the day that are not in the outbox yet.

    The time fence: nothing for a past day, nothing due before the day, nothing due before its
    shop was connected.
    """
    warehouse.ensure(MESSAGES)
    due = warehouse.read(
        DUE,
        zone=settings.current().business.timezone,
        day=clock.as_of,
        until=clock.until,
        barred=barred,
        n_related=n_related,
        holdout_share=holdout_share,
        transactional=TRANSACTIONAL,
    )
    return due.clear() if is_past(clock) else due


def is_past(clock: Clock) -> bool:
    """Whether the day is older than yesterday: replayed, not lived."""
    today = datetime.now(settings.current().business.zone).date()
    return clock.as_of < today - timedelta(days=1)


def read_pending(warehouse: Warehouse, clock: Clock, mode: str, late_days: int) -> pl.DataFrame:
    """Return the due messages without an attempt in this mode; see `outbox.admit`."""
    warehouse.ensure(MESSAGES, DELIVERIES)
    pending = warehouse.read(
        """
        select
            messages.message_id, messages.customer_id, messages.channel, messages.due_at,
            list_contains($transactional::varchar[], messages.kind) as is_transactional,
            messages.is_holdout, customers.is_email_subscribed as is_subscribed,
            messages.due_at < $until - to_days($late_days + 1) as is_late
        from outbox.messages as messages
        left join marts.dim_customers as customers using (customer_id)
        where messages.due_at < $until and messages.message_id not in (
            select message_id from outbox.deliveries where mode = $mode
        )
        order by messages.message_id
        """,
        until=clock.until,
        mode=mode,
        late_days=late_days,
        transactional=TRANSACTIONAL,
    )
    return pending.clear() if is_past(clock) else pending


def read_recent(warehouse: Warehouse, clock: Clock, mode: str, window_days: int) -> pl.DataFrame:
    """Return customer_id, n_recent: messages under the cap sent in the days up to this one."""
    return warehouse.read(
        """
        select messages.customer_id, count(*) as n_recent
        from outbox.deliveries as deliveries
        inner join outbox.messages as messages using (message_id)
        where deliveries.mode = $mode and deliveries.outcome = 'sent'
            and messages.due_at >= $until - to_days($window_days)
            and not list_contains($transactional::varchar[], messages.kind)
        group by messages.customer_id
        """,
        until=clock.until,
        mode=mode,
        window_days=window_days,
        transactional=TRANSACTIONAL,
    )
