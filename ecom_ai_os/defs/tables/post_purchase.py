"""The table of the post-purchase workflow, and the facts it reads."""

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.outbox import MESSAGES
from ecom_ai_os.warehouse import Column, Table, Warehouse

STEPS = Table(
    "post_purchase.steps",
    grain="order × step",
    key=("order_id", "step"),
    columns={
        "order_id": Column("varchar", "Order; marts.fct_orders"),
        "customer_id": Column("varchar", "Person; marts.dim_customers. Null when not known"),
        "step": Column(
            "varchar",
            "shipping_confirmation, review_request, replenishment_reminder or welfare_check",
        ),
        "due_at": Column("timestamptz", "When its message is due; null while not known"),
        "state": Column("varchar", "waiting, due (on the day decided_on), skipped or messaged"),
        "why": Column("varchar", "Why it is in that state, in words"),
        "skus": Column("varchar[]", "SKUs it is about; of a reminder those offered that day"),
        "decided_on": Column("date", "Day whose evening this was true of"),
        "decided_at": Column("timestamptz", "When it was decided: with what was known by then"),
    },
)

# Placed and not taken back, as was known at the end of the day.
PLACED = """
    placed as (
        select *, coalesce(cancelled_at < $until, is_cancelled) as was_cancelled
        from marts.fct_orders
        where not is_draft and ordered_at < $until and (
            $buyers::varchar[] is null
            or coalesce(customer_id, order_id) in (select unnest($buyers::varchar[]))
        )
    )
"""

ORDERS = f"""
    with {PLACED},

    refunds as (
        select order_id, sum(refunded) as refunded
        from marts.fct_refunds where refunded_at < $until group by order_id
    ),

    contents as (
        select order_id, list(distinct sku order by sku) as skus
        from marts.fct_order_lines
        where sku is not null and order_id in (select order_id from placed) group by order_id
    ),

    mails as (
        select
            placed.order_id,
            bool_or(kind = 'clicked' or kind = 'opened' and not coalesce(is_machine_open, false))
                as is_opened,
            bool_or(kind = 'opened') as is_machine,
            bool_or(kind = 'delivered') as is_delivered
        from placed
        inner join marts.fct_email_engagement as events
            on placed.customer_id = events.customer_id
            and events.occurred_at >= placed.first_fulfilled_at and events.occurred_at < $until
        group by placed.order_id
    )

    select
        order_id,
        customer_id,
        is_test,
        was_cancelled as is_cancelled,
        coalesce(refunds.refunded > 0 and refunds.refunded >= gross_revenue - discount, false)
            as is_refunded,
        order_id in (select order_id from marts.fct_returns where returned_at < $until)
            as is_returned,
        case when first_fulfilled_at < $until then first_fulfilled_at end as fulfilled_at,
        case when first_fulfilled_at < $until then expected_delivery_at end as expected_at,
        case when delivered_at < $until then delivered_at end as delivered_at,
        customer_id is not null and coalesce(
            ordered_at < max(ordered_at) filter (not is_test and not was_cancelled)
                over (partition by customer_id),
            false
        ) as has_later_order,
        case
            when not exists (select 1 from marts.fct_email_engagement where occurred_at < $until)
                then 'no platform'
            when mails.is_opened then 'opened'
            when mails.is_machine then 'machine'
            when mails.is_delivered then 'not opened'
            else 'not written'
        end as mail,
        contents.skus
    from placed
    left join refunds using (order_id)
    left join contents using (order_id)
    left join mails using (order_id)
"""

CONSUMABLES = f"""
    with {PLACED},

    bought as (
        select distinct placed.customer_id, placed.order_id, lines.sku, placed.ordered_at
        from placed
        inner join marts.fct_order_lines as lines using (order_id)
        inner join marts.dim_products as products on lines.sku = products.sku
        where products.is_consumable and placed.customer_id is not null
            and not placed.is_test and not placed.was_cancelled
    ),

    gaps as (
        select
            *,
            nullif(date_diff('day', lag(ordered_at) over purchases, ordered_at), 0) as gap_days,
            lead(ordered_at) over purchases is not null as is_bought_again
        from bought
        window purchases as (partition by customer_id, sku order by ordered_at)
    )

    select
        order_id,
        sku,
        median(gap_days) over so_far as median_days,
        count(gap_days) over so_far as n_gaps,
        is_bought_again or (order_id, sku) in (
            select (order_id, sku) from marts.fct_returns where returned_at < $until
        ) as is_over
    from gaps
    window so_far as (
        partition by customer_id, sku order by ordered_at
        rows between unbounded preceding and current row
    )
"""


# What becomes a message; reads `connected`, see `outbox.read_due`.
INTENTS = """
    with due as (
        select steps.*
        from post_purchase.steps as steps
        inner join marts.fct_orders as orders using (order_id)
        inner join connected using (connection)
        where steps.state = 'due' and steps.decided_on = $day
            and timezone($zone, steps.due_at)::date >= connected_on
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
        step as kind,
        customer_id,
        order_id as subject_id,
        due_at,
        to_json({
            customer_id: customer_id,
            order_id: order_id,
            skus: coalesce(skus, []),
            offered_skus: case step
                when 'shipping_confirmation' then coalesce(related_skus, [])
                when 'replenishment_reminder' then coalesce(skus, [])
                else []
            end
        }) as payload,
        why
    from due
    left join related using (order_id)
"""


def read_steps_of(warehouse: Warehouse, buyers: pl.Series) -> pl.Series:
    """Return the orders of `buyers` that have steps."""
    return warehouse.read(
        """
        select distinct order_id from post_purchase.steps
        where coalesce(customer_id, order_id) in (select unnest($buyers::varchar[]))
        """,
        buyers=buyers,
    )["order_id"]


def read_counts(warehouse: Warehouse) -> pl.DataFrame:
    """Return step, state, orders of all there is."""
    return warehouse.read(
        "select step, state, count(*) as orders from post_purchase.steps "
        "group by all order by step, state"
    )


def read_orders(warehouse: Warehouse, clock: Clock, buyers: pl.Series | None) -> pl.DataFrame:
    """Return what was known of orders at the end of the day; see `post_purchase.decide`.

    Of all, or of those whose customer (or order, where there is none) is among `buyers`.
    """
    return warehouse.read(ORDERS, until=clock.until, buyers=buyers)


def read_consumables(
    warehouse: Warehouse, clock: Clock, barred: pl.DataFrame, buyers: pl.Series | None
) -> pl.DataFrame:
    """Return what is used up of these orders, and how long it lasts this customer."""
    bought = warehouse.read(CONSUMABLES, until=clock.until, buyers=buyers)
    return bought.join(barred.select("sku", "barrier"), on="sku", how="left")


def read_messaged(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Return order_id, step of what already has its message."""
    warehouse.ensure(MESSAGES)
    return warehouse.read(
        """
        select distinct subject_id as order_id, kind as step from outbox.messages
        where workflow = 'post_purchase' and due_at < $until
        """,
        until=clock.until,
    )


def zone() -> str:
    """The shop's timezone, whose days steps are due on."""
    return settings.current().business.timezone
