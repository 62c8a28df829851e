"""Lift: what each kind of message brought, beside the customers who were held out."""

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe
from ecom_ai_os.defs.tables.outbox import DELIVERIES, MESSAGES
from ecom_ai_os.science import lift
from ecom_ai_os.science.outbox import HELD_OUT
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Column, Table, Warehouse

LIFT = Table(
    "outbox.lift",
    grain="automation × month",
    key=("workflow", "kind", "month_on"),
    columns={
        "workflow": Column("varchar", "Workflow whose messages they were"),
        "kind": Column("varchar", "Kind of message"),
        "month_on": Column("date", "First day of the month in which they were due"),
        "n_treated": Column("bigint", "Customers who were to be written to"),
        "n_sent": Column("bigint", "Those of them who were: others met the cap or a failure"),
        "n_holdout": Column("bigint", "Customers held out, who could have been written to"),
        "revenue_per_treated": Column(
            "decimal(18,2)", "Mean net revenue of the treated in window_days from the due date"
        ),
        "revenue_per_holdout": Column("decimal(18,2)", "The same of those held out"),
        "lift": Column("decimal(18,2)", "The difference: what a message brought by customer"),
        "interval_low": Column("decimal(18,2)", "In 1 of 40 cases the true lift is less"),
        "interval_high": Column("decimal(18,2)", "In 1 of 40 cases the true lift is more"),
        "currency": Column("varchar", "Reporting currency of the money columns (ISO 4217)"),
        "window_days": Column("integer", "Days from the due date whose orders count"),
        "measured_on": Column("date", "Last day whose data counts"),
    },
)
AUTOMATION = ["workflow", "kind", "month_on"]

# A customer counts once in a month, from the first message of the kind.
CUSTOMERS = """
    with assigned as (
        select
            messages.workflow, messages.kind, messages.customer_id, messages.is_holdout,
            date_trunc('month', timezone($zone, messages.due_at))::date as month_on,
            min(messages.due_at) as due_at,
            bool_or(deliveries.outcome in ('sent', 'duplicate')) as is_sent
        from outbox.messages as messages
        inner join outbox.deliveries as deliveries using (message_id)
        where deliveries.mode = 'live' and (
            messages.is_holdout and deliveries.reason = $held_out
            or not messages.is_holdout and deliveries.outcome != 'suppressed'
        )
        group by all
    ),

    measurable as (
        select *
        from assigned
        where last_day(month_on) + $window_days::integer <= $day
        window automation as (partition by workflow, kind, month_on)
        qualify bool_or(is_holdout) over automation and bool_or(is_sent) over automation
    )

    select
        measurable.* exclude (due_at),
        coalesce(sum(orders.net_revenue), 0)::double as revenue
    from measurable
    left join marts.fct_orders as orders
        on measurable.customer_id = orders.customer_id and orders.is_sale
        and orders.ordered_at >= measurable.due_at
        and orders.ordered_at < measurable.due_at + to_days($window_days::integer)
    group by all
"""


class LiftConfig(dg.Config):
    """How long a message is given to bring something; [thresholds.outbox] overrides."""

    window_days: int = threshold(
        "outbox", "lift_days", 28, "Days from the due date whose orders count for the lift"
    )


@dg.asset(
    key=LIFT.asset_key,
    group_name="outbox",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=[DELIVERIES.asset_key, dg.AssetKey(["marts", "fct_orders"])],
    pool="warehouse",
)
def outbox_lift(
    config: LiftConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """What messages brought: net revenue by customer, written to against held out.

    **Method.** Intention to treat, on messages of live channels: the treated are all who were to
    be written to, also those who met the cap or a failure, for the held-out were drawn before
    that; nobody counts who had no consent at the time. 95 % interval; see `science.lift`.

    **Caveats.** A month appears when the window of its last message is over. Revenue of refunds
    known by now is taken off. How small a lift this shop can see: `readiness.workflows`.
    """
    rows = measure_lift(config, warehouse, clock)
    return dg.MaterializeResult(metadata=describe(LIFT, rows))


def measure_lift(config: LiftConfig, warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Measure all months whose window is over, write them and return them."""
    warehouse.ensure(MESSAGES, DELIVERIES)
    customers = warehouse.read(
        CUSTOMERS,
        zone=settings.current().business.timezone,
        day=clock.as_of,
        window_days=config.window_days,
        held_out=HELD_OUT,
    )
    sent = customers.group_by(AUTOMATION).agg(n_sent=pl.col("is_sent").sum())
    rows = (
        lift.measure(customers, AUTOMATION)
        .join(sent, on=AUTOMATION, maintain_order="left")
        .with_columns(
            currency=pl.lit(settings.current().business.currency),
            window_days=pl.lit(config.window_days),
            measured_on=pl.lit(clock.as_of),
        )
    )
    warehouse.replace(LIFT, rows)
    return rows
