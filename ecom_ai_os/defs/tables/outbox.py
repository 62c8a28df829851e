"""The outbox's tables, and which messages become due on a day."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.ingest import raw_tables
from ecom_ai_os.defs.tables.readings import read_unsure
from ecom_ai_os.warehouse import Column, Table, Warehouse

#: About an order the customer placed: no consent is needed, no cap and no holdout applies.
TRANSACTIONAL = ["shipping_confirmation"]
#: Change what the platform knows of a person and write to nobody: no cap and no holdout either.
PROFILE_UPDATES = ["vip_joined", "vip_left", "segment_changed", "recommendations"]
#: Say nothing when none of the goods they offer may be offered.
OFFERS = ["replenishment_reminder", "recommendations"]

MESSAGES = Table(
    "outbox.messages",
    grain="one intended message or profile update",
    key=("message_id",),
    columns={
        "message_id": Column("varchar", "Hash of workflow, kind, customer and subject"),
        "workflow": Column("varchar", "Workflow that intends it"),
        "kind": Column("varchar", "What it is, such as review_request"),
        "customer_id": Column("varchar", "Person; marts.dim_customers"),
        "subject_id": Column(
            "varchar", "What it is about: the order, or the customer @ a day. Once in each kind"
        ),
        "channel": Column("varchar", "How it reaches the customer: email"),
        "due_at": Column("timestamptz", "When it is due"),
        "payload": Column(
            "json",
            "What it holds, no contact details; `profile`: properties of the person to set; "
            "`joins`, `leaves`: an audience; `offered_skus`: what it offers",
        ),
        "why": Column("varchar", "Why it is sent, in words"),
        "is_holdout": Column("boolean", "Not sent, to measure what sending brings"),
        "decided_on": Column("date", "Day whose facts it was decided on"),
        "run_id": Column("varchar", "Dagster run that decided it"),
        "created_at": Column("timestamptz", "When it was written"),
    },
)

DELIVERIES = Table(
    "outbox.deliveries",
    grain="what became of one message",
    key=("message_id",),
    columns={
        "message_id": Column("varchar", "Message; outbox.messages"),
        "attempted_at": Column("timestamptz", "When it was decided or handed over"),
        "delivered_on": Column("date", "Day the run stood for, by which the cap counts"),
        "channel": Column("varchar", "How it reaches the customer: email"),
        "mode": Column(
            "varchar", "live; or dry_run: nothing leaves the house, `sent` means would be sent"
        ),
        "outcome": Column(
            "varchar",
            "sent, suppressed, capped, failed (for good) or duplicate (the platform has it from "
            "an attempt before, whose end was not known)",
        ),
        "reason": Column("varchar", "Why, in words"),
        "response_id": Column("varchar", "What the platform calls it; null when it has it not"),
        "run_id": Column("varchar", "Dagster run that attempted it"),
    },
)

ATTEMPTS = Table(
    "outbox.attempts",
    grain="one attempt to hand a message over, written before it is made",
    key=("message_id", "n"),
    columns={
        "message_id": Column("varchar", "Message; waits while outbox.deliveries has no row of it"),
        "n": Column("integer", "From 1: which attempt"),
        "started_at": Column("timestamptz", "When it began"),
        "problem": Column(
            "varchar", "What went wrong for now; null: nothing, or the run was killed meanwhile"
        ),
        "run_id": Column("varchar", "Dagster run that attempted it"),
    },
)

# A record read again unchanged keeps its loaded_at: the oldest is of the first connection.
CONNECTED = " union all ".join(
    f"select connection, min(loaded_at) as loaded_at from {platform}.{table.name} group by all"
    for platform, _, table in raw_tables()
)

#: Who is known to a connection that could not be read may have done what the warehouse has not.
IS_SURE = """
    customer_id not in (
        select customer_id from marts.dim_customer_accounts
        where list_contains($unsure::varchar[], connection)
    )
"""

DUE = f"""
    with connected as (
        select connection, timezone($zone, min(loaded_at))::date as connected_on
        from ({{connected}}) group by connection
    ),

    intents as ({{intents}})

    select
        md5(concat_ws('|', workflow, kind, customer_id, subject_id)) as message_id,
        workflow,
        kind,
        customer_id,
        subject_id,
        'email' as channel,
        due_at,
        payload,
        why,
        not list_contains($unmeasured::varchar[], kind) and (
            '0x' || left(md5(concat_ws('|', 'holdout', workflow, kind, customer_id)), 8)
        )::bigint < $holdout_share::double * 4294967296 as is_holdout,
        $day as decided_on
    from intents
    where
        timezone($zone, due_at)::date >= $day
        and {IS_SURE}
        and $day >= (select min(connected_on) from connected)
        and (workflow, kind, subject_id) not in (
            select (workflow, kind, subject_id) from outbox.messages
        )
    order by message_id
"""


def read_due(
    warehouse: Warehouse, clock: Clock, intents: Mapping[str, str], **params: Any
) -> pl.DataFrame:
    """Return the messages that become due on the day and are not in the outbox yet.

    `intents` is the SQL of each workflow: kind, customer_id, subject_id, due_at, payload, why. It
    may read `connected` (connection, connected_on). Nothing due before the day or before the shop
    was connected is among them, and nothing to whom a connection that could not be read knows.
    """
    each = (f"select '{workflow}' as workflow, * from ({sql})" for workflow, sql in intents.items())
    return warehouse.read(
        DUE.format(connected=CONNECTED, intents=" union all by name ".join(each)),
        zone=settings.current().business.timezone,
        day=clock.as_of,
        until=clock.until,
        unmeasured=TRANSACTIONAL + PROFILE_UPDATES,
        unsure=read_unsure(warehouse, clock),
        **params,
    )
