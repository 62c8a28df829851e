"""The table that says which workflows the shop is large enough for."""

from ecom_ai_os.warehouse import Column, Table

WORKFLOWS = Table(
    "readiness.workflows",
    grain="workflow × measure",
    key=("workflow", "measure"),
    columns={
        "workflow": Column("varchar", "Workflow; it is ready when all of its measures are"),
        "measure": Column("varchar", "orders_per_month, active_skus or reviews_per_month"),
        "observed": Column("double", "Last 90 days as a month's worth; SKUs on sale now"),
        "needed": Column("double", "The least at which the workflow's numbers carry decisions"),
        "is_ready": Column("boolean", "Whether observed is at least needed"),
        "growth_rate": Column("double", "Change a month (0.05: 5 % more); null: no sure growth"),
        "reached_on": Column("date", "When the gate is reached at this growth; null: not"),
        "smallest_lift": Column(
            "double",
            "Least relative rise of the share of customers ordering in 30 days that this holdout "
            "shows in 8 of 10 trials; null: none, or nothing is sent",
        ),
        "says": Column("varchar", "The same in one sentence"),
        "measured_on": Column("date", "Last day whose data counts"),
    },
)
