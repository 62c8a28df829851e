"""The tables the lifetime value workflow writes, and the months as VIPs are chosen by them."""

from datetime import date

import polars as pl

from ecom_ai_os.warehouse import Column, Table, Warehouse

MODEL = "lifetime_value.scores"

SCORES = Table(
    "lifetime_value.scores",
    grain="customer × month",
    key=("customer_id", "scored_on"),
    sliced_by="scored_on",
    columns={
        "customer_id": Column("varchar", "Person; marts.dim_customers"),
        "scored_on": Column("date", "First day of the month the score stands for"),
        "known_until_on": Column("date", "Last day whose orders the score knows"),
        "actual_ltv": Column("decimal(18,2)", "Net revenue of all sales so far"),
        "predicted_ltv_12m": Column("decimal(18,2)", "Expected net revenue of the next 365 days"),
        "interval_low": Column("decimal(18,2)", "In 1 of 10 cases it will be less than this"),
        "interval_high": Column("decimal(18,2)", "In 1 of 10 cases it will be more than this"),
        "currency": Column("varchar", "Reporting currency of the money columns (ISO 4217)"),
        "p_alive": Column("double", "Chance that they are still a customer (0–1), by rhythm alone"),
        "expected_orders_12m": Column("double", "Expected days with an order, next 365 days"),
        "tier": Column(
            "varchar", "vip, high, mid or low, by share of customers, best predicted first"
        ),
        "previous_predicted_ltv_12m": Column("decimal(18,2)", "predicted_ltv_12m of last month"),
        "is_declining": Column("boolean", "The prediction fell by more than the threshold"),
        "cohort": Column("date", "Month of the first order"),
        "method": Column("varchar", "How it was predicted, and why so"),
    },
)

VIP_MEMBERS = Table(
    "lifetime_value.vip_members",
    grain="customer",
    key=("customer_id",),
    columns={
        "customer_id": Column("varchar", "Person who is or was a VIP; marts.dim_customers"),
        "enrolled_at": Column("timestamptz", "When they last became one: a month's first moment"),
        "left_at": Column("timestamptz", "When they ceased to be one; null while they are"),
        "reason": Column("varchar", "Why they joined, or why they left"),
    },
)


# What becomes a message; reads `connected`, see `outbox.read_due`. What began before the shop was
# connected is told to nobody. A decline is told once in `pause_days`, while there is somebody to
# win back: value fell from above the median, and they are not lost yet.
INTENTS = """
    with today as (
        select
            date_trunc('month', $day)::date as month_on,
            timezone($zone, $day::timestamp) as due_at,
            (select min(connected_on) from connected) as first_on
    ),

    vips as (
        select *, timezone($zone, enrolled_at)::date as joined_on,
            timezone($zone, left_at)::date as left_on
        from lifetime_value.vip_members
    ),

    scored as (
        select * from lifetime_value.scores where scored_on = (select month_on from today)
    ),

    declining as (
        select *
        from scored
        where is_declining
            and previous_predicted_ltv_12m
            >= (select median(previous_predicted_ltv_12m) from scored)
    )

    select
        'vip_joined' as kind,
        customer_id,
        customer_id || ' @ ' || joined_on as subject_id,
        due_at,
        to_json({
            customer_id: customer_id,
            profile: {is_vip: true, vip_since: joined_on}, joins: 'vip'
        }) as payload,
        reason as why
    from vips, today
    where left_on is null and joined_on >= month_on and joined_on >= first_on

    union all
    select
        'vip_left',
        customer_id,
        customer_id || ' @ ' || left_on,
        due_at,
        to_json({customer_id: customer_id, profile: {is_vip: false}, leaves: 'vip'}),
        reason
    from vips, today
    where left_on >= month_on and left_on >= first_on

    union all
    select
        'reactivation',
        customer_id,
        customer_id || ' @ ' || $day,
        due_at,
        to_json({
            customer_id: customer_id,
            predicted_ltv_12m: predicted_ltv_12m,
            previous_predicted_ltv_12m: previous_predicted_ltv_12m
        }),
        'expected to spend ' || round(predicted_ltv_12m)::bigint || ' ' || declining.currency
        || ' in 12 months, down from ' || round(previous_predicted_ltv_12m)::bigint
    from declining, today
    where
        scored_on >= first_on
        and customer_id not in (
            select customer_id from segments.customer_segments
            where segmented_on = $day and churn_risk >= $lost_risk::double
        )
        and customer_id not in (
            select customer_id from outbox.messages
            where kind = 'reactivation'
                and decided_on > $day - $pause_days::integer and decided_on < $day
        )
"""


def read_ranked(warehouse: Warehouse, month: date, join_share: float) -> pl.DataFrame:
    """Return customer_id, month, place, is_sure of whoever was ever on top before `month`.

    place: share of customers with a better prediction. is_sure: even what they will spend at least
    (interval_low) is more than the median customer is expected to.
    """
    warehouse.ensure(SCORES)
    return warehouse.read(
        """
        with ranked as (
            select
                customer_id,
                scored_on as month,
                (row_number() over best_first - 1) / count(*) over (partition by scored_on)
                    as place,
                coalesce(
                    interval_low > median(predicted_ltv_12m) over (partition by scored_on), false
                ) as is_sure
            from lifetime_value.scores
            where scored_on < $month
            window best_first as (
                partition by scored_on
                order by predicted_ltv_12m desc, actual_ltv desc, customer_id
            )
        )

        from ranked
        where customer_id in (select customer_id from ranked where place < $join_share)
        """,
        month=month,
        join_share=join_share,
    )
