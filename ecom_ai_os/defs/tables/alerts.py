"""The tables of alerts: problems from first sight to their end, and what was seen each day."""

from ecom_ai_os.warehouse import Column, Table

PROBLEM = {
    "workflow": Column("varchar", "Workflow that found it"),
    "kind": Column("varchar", "Kind of problem, such as stockout_projected"),
    "severity": Column("varchar", "critical, warning or info, as last seen"),
    "team": Column("varchar", "Who should act: operations, buying, support, marketing or data"),
    "subject_type": Column("varchar", "What subject_id is: sku, sku_at_location, month, shop …"),
    "subject_id": Column("varchar", "The SKU, place, month or part of the shop it is about"),
    "title": Column("varchar", "The problem in one sentence, as last seen"),
    "evidence": Column("json", "The figures behind it, as last seen"),
}
SUBJECT = ("workflow", "kind", "subject_type", "subject_id")

ALERTS = Table(
    "alerts.alerts",
    grain="one problem, however often seen",
    key=("alert_id",),
    columns={"alert_id": Column("varchar", "Same for the same subject and first day")}
    | PROBLEM
    | {
        "first_seen_at": Column("timestamptz", "End of the day on which it was first seen"),
        "last_seen_at": Column("timestamptz", "End of the day on which it was last seen"),
        "resolved_at": Column("timestamptz", "End of the day it was found gone; null while open"),
        "routed_at": Column("timestamptz", "When its team was told; null until then"),
        "n_days_seen": Column("integer", "Days on which it was seen"),
    },
)

FINDINGS = Table(
    "alerts.findings",
    grain="problem × day on which it was seen",
    key=(*SUBJECT, "found_on"),
    columns=PROBLEM
    | {
        "found_on": Column("date", "Day it was seen"),
        "found_at": Column("timestamptz", "End of that day"),
    },
)

LOOKS = Table(
    "alerts.looks",
    grain="kind of problem × day on which somebody looked",
    key=("workflow", "kind", "looked_on"),
    columns={
        "workflow": Column("varchar", "Workflow that looked"),
        "kind": Column("varchar", "Kind of problem looked for"),
        "looked_on": Column("date", "Day that was looked at"),
        "looked_at": Column("timestamptz", "End of that day"),
        "n_found": Column("integer", "Problems found"),
    },
)
