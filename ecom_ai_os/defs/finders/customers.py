"""Top customers whose value declines or who fall silent."""

from datetime import date

import polars as pl

from ecom_ai_os.defs.finders.looking import Finder, has_slice
from ecom_ai_os.warehouse import Warehouse

#: share of customers, best first by what they spent so far, whose loss is a problem of its own
TOP_SHARE = 0.05


def declining_customer(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Customers foreseen among the best last month whose foreseen value fell sharply since."""
    month = day.replace(day=1)
    if not has_slice(warehouse, "lifetime_value.scores", "scored_on", month):
        return None
    return warehouse.read(
        """
        select 'warning' as severity, 'marketing' as team, 'customer' as subject_type,
            customer_id as subject_id,
            'A top customer is expected to spend ' || round(predicted_ltv_12m)::bigint || ' '
            || currency || ' in 12 months, down from '
            || round(previous_predicted_ltv_12m)::bigint as title,
            to_json({
                predicted_ltv_12m: predicted_ltv_12m,
                previous_predicted_ltv_12m: previous_predicted_ltv_12m,
                actual_ltv: actual_ltv, p_alive: round(p_alive, 3)
            })::varchar as evidence
        from lifetime_value.scores
        where scored_on = $month and is_declining and previous_predicted_ltv_12m >= (
            select quantile_cont(previous_predicted_ltv_12m, 1 - $share)
            from lifetime_value.scores where scored_on = $month
        )
        """,
        month=month,
        share=TOP_SHARE,
    )


def slipping_customer(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Customers who spent most so far, silent for two to four of their own intervals."""
    month = day.replace(day=1)
    if not (
        has_slice(warehouse, "segments.customer_segments", "segmented_on", day)
        and has_slice(warehouse, "lifetime_value.scores", "scored_on", month)
    ):
        return None
    return warehouse.read(
        """
        select 'warning' as severity, 'marketing' as team, 'customer' as subject_type,
            customer_id as subject_id,
            'A top customer (' || round(actual_ltv)::bigint || ' ' || currency
            || ' so far) is silent for ' || recency_days || ' days, usually '
            || round(expected_repurchase_days)::bigint as title,
            to_json({
                recency_days: recency_days, expected_repurchase_days: expected_repurchase_days,
                churn_risk: round(churn_risk, 3), actual_ltv: actual_ltv, segment: segment
            })::varchar as evidence
        from segments.customer_segments
        inner join lifetime_value.scores using (customer_id)
        where segmented_on = $day and scored_on = $month
            and recency_days between 2 * expected_repurchase_days
            and 4 * expected_repurchase_days
            and actual_ltv >= (
                select quantile_cont(actual_ltv, 1 - $share)
                from lifetime_value.scores where scored_on = $month
            )
        """,
        day=day,
        month=month,
        share=TOP_SHARE,
    )


FINDERS = (
    Finder("lifetime_value", "declining_customer", declining_customer),
    Finder("segments", "slipping_customer", slipping_customer),
)
