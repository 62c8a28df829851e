"""Whose post-purchase steps may be others than those that stand there."""

import inspect
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import polars as pl

from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.post_purchase import STEPS, zone
from ecom_ai_os.science.post_purchase import Waits
from ecom_ai_os.warehouse import Warehouse

# Something of theirs came in or became visible since, a day has come, or an order is no longer
# there (or no longer theirs).
MOVED = """
    with changed as (
        select order_id, customer_id from marts.fct_orders
        where changed_at > $decided_at
            or greatest(ordered_at, cancelled_at, first_fulfilled_at, delivered_at) >= $known_until
            or order_id in (
                select order_id from marts.fct_refunds where refunded_at >= $known_until
                union
                select order_id from marts.fct_returns where returned_at >= $known_until
            )
        union all
        select null, customer_id from marts.fct_email_engagement
        where changed_at > $decided_at or occurred_at >= $known_until
    )

    select coalesce(customer_id, order_id) as buyer from changed
    union
    select coalesce(customer_id, order_id) from post_purchase.steps
    where due_at >= $known_from and due_at < $until
        or order_id in (select order_id from changed)
        or order_id not in (select order_id from marts.fct_orders)
"""


def fingerprint(warehouse: Warehouse, until: datetime, waits: Waits) -> str:
    """Return what every order's steps depend on beside its customer's records, as one word.

    Only goods sold by then count: new goods change no step.
    """
    facts = warehouse.read(
        """
        select
            exists (from marts.fct_email_engagement where occurred_at < $until) as has_mail,
            (
                select list(sku order by sku) from marts.dim_products
                where is_consumable and sku in (
                    select sku from marts.fct_order_lines where ordered_at < $until
                )
            ) as consumables
        """,
        until=until,
    )
    rules = Path(inspect.getfile(Waits)).read_text()
    return sha256(f"{facts.row(0)} {waits} {zone()} {rules}".encode()).hexdigest()


def read_known(warehouse: Warehouse) -> tuple[date, datetime] | None:
    """Return the day and the moment all that stands there is known until; None when nothing is."""
    warehouse.ensure(STEPS)
    day, moment = warehouse.read(
        "select max(decided_on), max(decided_at) from post_purchase.steps"
    ).row(0)
    return (day, moment) if moment else None


def read_moved(warehouse: Warehouse, clock: Clock, day: date, moment: datetime) -> pl.Series:
    """Return whose steps may be others than those known on a day before, at a moment.

    customer_id, or order_id where the customer is not known.
    """
    return warehouse.read(
        MOVED,
        until=clock.until,
        known_from=Clock(day=str(day - timedelta(days=1))).until,
        known_until=Clock(day=str(day)).until,
        decided_at=moment,
    )["buyer"]
