"""Top customers whose value declines or who fall silent: one list a month, not an alert each."""

from datetime import date, timedelta

import polars as pl

from ecom_ai_os.defs.finders.looking import Finder, has_slice
from ecom_ai_os.warehouse import Warehouse

#: share of customers, best first, whose loss is worth a person's time
TOP_SHARE = 0.05
#: customers named in the evidence, those with most to lose first
MOST_NAMED = 20


def declining_customers(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Customers foreseen among the best whose foreseen value fell sharply in the month before."""
    month = (day.replace(day=1) - timedelta(days=1)).replace(day=1)
    if not has_slice(warehouse, "lifetime_value.scores", "scored_on", month):
        return None
    return warehouse.read(
        """
        with declining as (
            select *, previous_predicted_ltv_12m - predicted_ltv_12m as loss
            from lifetime_value.scores
            where scored_on = $month and is_declining and previous_predicted_ltv_12m >= (
                select quantile_cont(previous_predicted_ltv_12m, 1 - $share)
                from lifetime_value.scores where scored_on = $month
            )
        )

        select 'warning' as severity, 'marketing' as team, 'month' as subject_type,
            strftime($month, '%Y-%m') as subject_id,
            'Top customers whose value fell in ' || strftime($month, '%B') || ': ' || count(*)
            || ', expected to spend ' || round(sum(loss))::bigint || ' ' || any_value(currency)
            || ' less in 12 months' as title,
            to_json({
                n_customers: count(*), loss: sum(loss),
                customers: list({
                    customer_id: customer_id, predicted_ltv_12m: predicted_ltv_12m,
                    previous_predicted_ltv_12m: previous_predicted_ltv_12m,
                    actual_ltv: actual_ltv, p_alive: round(p_alive, 3)
                } order by loss desc, customer_id)[:$most]
            })::varchar as evidence
        from declining having count(*) > 0
        """,
        month=month,
        share=TOP_SHARE,
        most=MOST_NAMED,
    )


def slipping_customers(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Customers who spent most so far, silent for two to four of their own intervals."""
    month = day.replace(day=1)
    if not (
        has_slice(warehouse, "segments.customer_segments", "segmented_on", day)
        and has_slice(warehouse, "lifetime_value.scores", "scored_on", month)
    ):
        return None
    return warehouse.read(
        """
        with slipping as (
            select *
            from segments.customer_segments
            inner join lifetime_value.scores using (customer_id)
            where segmented_on = $day and scored_on = $month
                and recency_days between 2 * expected_repurchase_days
                and 4 * expected_repurchase_days
                and actual_ltv >= (
                    select quantile_cont(actual_ltv, 1 - $share)
                    from lifetime_value.scores where scored_on = $month
                )
        )

        select 'warning' as severity, 'marketing' as team, 'month' as subject_type,
            strftime($month, '%Y-%m') as subject_id,
            'Top customers silent for twice their usual time or more: ' || count(*)
            || ', who spent ' || round(sum(actual_ltv))::bigint || ' ' || any_value(currency)
            || ' so far' as title,
            to_json({
                n_customers: count(*), actual_ltv: sum(actual_ltv),
                customers: list({
                    customer_id: customer_id, recency_days: recency_days,
                    expected_repurchase_days: expected_repurchase_days,
                    churn_risk: round(churn_risk, 3), actual_ltv: actual_ltv, segment: segment
                } order by actual_ltv desc, customer_id)[:$most]
            })::varchar as evidence
        from slipping having count(*) > 0
        """,
        day=day,
        month=month,
        share=TOP_SHARE,
        most=MOST_NAMED,
    )


FINDERS = (
    Finder("lifetime_value", "declining_customers", declining_customers),
    Finder("segments", "slipping_customers", slipping_customers),
)
