"""The table the segments workflow writes, and what it tells the e-mail platform."""

from ecom_ai_os.warehouse import Column, Table

CHURN_MODEL = "segments.churn_risk"

CUSTOMER_SEGMENTS = Table(
    "segments.customer_segments",
    grain="customer × day",
    key=("customer_id", "segmented_on"),
    sliced_by="segmented_on",
    columns={
        "customer_id": Column("varchar", "Person; marts.dim_customers"),
        "segmented_on": Column(
            "date", "Day whose evening this was true of; of those over 400 days old, ends of months"
        ),
        "segment": Column("varchar", "The one segment: the first rule that held"),
        "messaging": Column("varchar", "Tone and offer for this segment"),
        "n_orders": Column("bigint", "Sales so far"),
        "recency_days": Column("bigint", "Days since the last sale; null without one"),
        "expected_repurchase_days": Column(
            "double", "Days after which half of such customers, if they stay, have bought again"
        ),
        "churn_risk": Column("double", "Chance of having left for good (0–1)"),
        "churn_method": Column("varchar", "How churn_risk was found"),
        "ltv_tier": Column("varchar", "vip, high, mid, low of lifetime_value.scores, or none"),
        "value_rank": Column("double", "Share of customers who spent as much or more (0–1)"),
        "category_affinity": Column("varchar", "Category they buy from most, lately above all"),
        "affinity_share": Column(
            "double", "Its share of their purchases, drawn to the shop's mix (0–1)"
        ),
        "engagement": Column(
            "varchar",
            "With e-mail in 90 days: high, medium, low, left, none (not written), unknown",
        ),
        "previous_segment": Column("varchar", "Segment on the last day before this one"),
        "reasons": Column("varchar[]", "The signals in words"),
    },
)

# What becomes a profile update; see `outbox.read_due`. Compared with what the platform was last
# told, so that a failed run loses no change. On the first day of all nobody has changed.
INTENTS = """
    with told as (
        select customer_id, arg_max(payload ->> '$.profile.segment', decided_on) as segment
        from outbox.messages where kind = 'segment_changed' group by customer_id
    )

    select
        'segment_changed' as kind,
        customer_id,
        customer_id || ' @ ' || $day as subject_id,
        timezone($zone, $day::timestamp) as due_at,
        to_json({
            customer_id: customer_id,
            previous_segment: coalesce(told.segment, today.previous_segment),
            profile: {segment: today.segment}
        }) as payload,
        coalesce(coalesce(told.segment, today.previous_segment) || ' is now ', 'new: ')
        || today.segment as why
    from segments.customer_segments as today
    left join told using (customer_id)
    where today.segmented_on = $day
        and today.segment is distinct from coalesce(told.segment, today.previous_segment)
        and exists (from segments.customer_segments where segmented_on < $day)
"""
