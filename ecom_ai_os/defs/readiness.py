"""Readiness: whether the shop is large enough for each workflow, and when it will be."""

from typing import Any

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe
from ecom_ai_os.defs.tables.readiness import WORKFLOWS
from ecom_ai_os.science import readiness
from ecom_ai_os.science.readiness import Pace
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse

PERSONAL = ("recommendations", "segments", "lifetime_value", "post_purchase")
ASSORTMENT = ("inventory", "reviews", "returns")
ORDERS, SKUS, REVIEWS = "orders_per_month", "active_skus", "reviews_per_month"
NAMES = {ORDERS: "orders a month", SKUS: "active SKUs", REVIEWS: "reviews a month"}


class ReadinessConfig(dg.Config):
    """Gates; ecom.toml [thresholds.readiness] overrides the defaults."""

    personal_orders: int = threshold(
        "readiness", "personal_orders", 200, "Orders a month that personal workflows need"
    )
    assortment_orders: int = threshold(
        "readiness", "assortment_orders", 50, "Orders a month that inventory, reviews, returns need"
    )
    assortment_skus: int = threshold(
        "readiness", "assortment_skus", 50, "Active SKUs that they need"
    )
    reviews: int = threshold(
        "readiness", "reviews", 1, "Reviews a month without which there is nothing to read"
    )
    holdout_share: float = threshold(
        "readiness", "holdout_share", 0.1, "Share of customers left out to measure the lift"
    )

    def gates(self) -> list[tuple[str, str, float]]:
        """Workflow, measure and what is needed."""
        return [
            *((workflow, ORDERS, self.personal_orders) for workflow in PERSONAL),
            *((workflow, ORDERS, self.assortment_orders) for workflow in ASSORTMENT),
            *((workflow, SKUS, self.assortment_skus) for workflow in ASSORTMENT),
            ("reviews", REVIEWS, self.reviews),
        ]


@dg.asset(
    key=WORKFLOWS.asset_key,
    group_name="readiness",
    kinds={"python", "duckdb"},
    owners=["team:operations"],
    deps=[
        dg.AssetKey(["marts", mart])
        for mart in ("fct_orders", "fct_reviews", "dim_products", "dim_customers")
    ],
    pool="warehouse",
)
def readiness_workflows(
    config: ReadinessConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """Whether the shop is large enough for each workflow, when it will be, and why so.

    **Method.** Sales and reviews of the last 90 days as a month's worth; growth by a Poisson
    regression of up to 24 months, believed when chance explains it in under 1 of 10 shops.
    `smallest_lift` is what a test of two proportions (5 %, power 80 %) sees between customers
    written to and those held out, in 30 days.

    **Caveats.** Under a year of history a season looks like growth. How many SKUs are on sale is
    the merchant's choice, so no day is foretold for it.
    """
    paces = _read_paces(warehouse, clock)
    lift = readiness.smallest_lift(*_read_audience(warehouse, clock), config.holdout_share)
    rows = pl.DataFrame(
        [
            _judge(gate, paces[gate[1]], clock, lift if gate[0] in PERSONAL else None, config)
            for gate in config.gates()
        ],
        infer_schema_length=None,
    )
    warehouse.replace(WORKFLOWS, rows)
    waiting = rows.filter(~pl.col("is_ready"))["workflow"].unique().sort()
    return dg.MaterializeResult(
        metadata=describe(WORKFLOWS, rows) | {"not_ready": ", ".join(waiting) or "none"}
    )


def _judge(
    gate: tuple[str, str, float],
    pace: Pace,
    clock: Clock,
    lift: float | None,
    config: ReadinessConfig,
) -> dict[str, Any]:
    workflow, measure, needed = gate
    reached = pace.reaches(needed, clock.as_of)
    is_ready = pace.per_month >= needed
    says = f"{pace.per_month:,.0f} {NAMES[measure]}, {needed:,.0f} are needed: "
    if is_ready:
        says += "ready"
    elif measure == SKUS:
        says += f"not ready; {needed - pace.per_month:,.0f} more would do"
    elif reached:
        says += f"not ready; at the present growth it will be in {reached:%B %Y}"
    else:
        says += "not ready, and not at the present rate"
    if lift is not None:
        says += f"; leaving out {config.holdout_share:.0%} shows lifts of {lift:.0%} and more"
    return {
        "workflow": workflow,
        "measure": measure,
        "observed": pace.per_month,
        "needed": needed,
        "is_ready": is_ready,
        "growth_rate": pace.monthly_rate,
        "reached_on": reached,
        "smallest_lift": lift,
        "says": f"{says}.",
        "measured_on": clock.as_of,
    }


def _read_paces(warehouse: Warehouse, clock: Clock) -> dict[str, Pace]:
    """The pace of sales and reviews; of SKUs on sale, their number."""
    known = {"zone": settings.current().business.timezone, "until": clock.until}
    sales = warehouse.read(
        """
        select timezone($zone, ordered_at)::date as day from marts.fct_orders
        where is_sale and ordered_at < $until
        """,
        **known,
    )
    reviews = warehouse.read(
        """
        select timezone($zone, reviewed_at)::date as day from marts.fct_reviews
        where reviewed_at < $until
        """,
        **known,
    )
    n_skus = warehouse.read(
        """
        select count(*) as n from marts.dim_products
        where is_active and not is_gift_card and coalesce(created_at < $until, true)
        """,
        until=clock.until,
    ).item()
    return {
        ORDERS: readiness.pace(sales["day"], clock.as_of),
        REVIEWS: readiness.pace(reviews["day"], clock.as_of),
        SKUS: Pace(n_skus, None),
    }


def _read_audience(warehouse: Warehouse, clock: Clock) -> tuple[int, float]:
    """Customers who can be written to, and the share of them who ordered in the last 30 days."""
    found = warehouse.read(
        """
        with buyers as (
            select distinct customer_id from marts.fct_orders
            where is_sale and ordered_at < $until and ordered_at >= $until - interval 30 day
        )

        select count(*) as n, count(buyers.customer_id) / greatest(count(*), 1) as rate
        from marts.dim_customers as customers
        left join buyers on customers.customer_id = buyers.customer_id
        where customers.is_email_subscribed and coalesce(customers.created_at < $until, true)
        """,
        until=clock.until,
    ).row(0)
    return int(found[0]), float(found[1])


@dg.asset_check(asset=WORKFLOWS.asset_key)
def every_workflow_is_judged(warehouse: Warehouse) -> dg.AssetCheckResult:
    """All seven workflows stand there, each with a sentence that says why."""
    found = warehouse.read("select workflow from readiness.workflows where says is not null")
    missing = sorted({*PERSONAL, *ASSORTMENT} - set(found["workflow"]))
    return dg.AssetCheckResult(passed=not missing, metadata={"missing": missing})
