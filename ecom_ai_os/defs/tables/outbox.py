"""The outbox's tables: what is to be said to whom, and what became of it."""

from ecom_ai_os.warehouse import Column, Table

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
        "payload": Column("json", "What it holds: order and SKUs, no contact details"),
        "why": Column("varchar", "Why it is sent, in words"),
        "is_holdout": Column("boolean", "Not sent, to measure what sending brings"),
        "decided_on": Column("date", "Day whose facts it was decided on"),
        "run_id": Column("varchar", "Dagster run that decided it"),
        "created_at": Column("timestamptz", "When it was written"),
    },
)
