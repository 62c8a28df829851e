"""After the purchase: what each order's customer is still to be written, and when."""

from datetime import UTC, datetime

import dagster as dg
import polars as pl

from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.presentation import describe, preview
from ecom_ai_os.defs.tables import moved_steps
from ecom_ai_os.defs.tables import post_purchase as tables
from ecom_ai_os.defs.tables.built_with import is_built_with, remember
from ecom_ai_os.defs.tables.guards import read_barred
from ecom_ai_os.defs.tables.post_purchase import STEPS
from ecom_ai_os.science import post_purchase
from ecom_ai_os.settings import threshold
from ecom_ai_os.warehouse import Warehouse

READ = (
    "dim_products",
    "fct_email_engagement",
    "fct_order_lines",
    "fct_orders",
    "fct_refunds",
    "fct_returns",
    "fct_stock_levels",
)


class PostPurchaseConfig(dg.Config):
    """When each step is due; ecom.toml [thresholds.post_purchase] overrides the defaults."""

    review_hours: int = threshold(
        "post_purchase", "review_hours", 48, "Hours after the delivery until a review is asked for"
    )
    reminder_days: int = threshold(
        "post_purchase",
        "reminder_days",
        30,
        "Days after the delivery until a reminder, where the customer's own interval is not known",
    )
    welfare_days: int = threshold(
        "post_purchase", "welfare_days", 7, "Days of silence after the expected delivery"
    )
    read_days: int = threshold(
        "recommendations", "read_days", 7, "Days a SKU must last, for mails are read late"
    )

    def waits(self) -> post_purchase.Waits:
        return post_purchase.Waits(self.review_hours, self.reminder_days, self.welfare_days)


@dg.asset(
    key=STEPS.asset_key,
    group_name="post_purchase",
    kinds={"python", "duckdb"},
    owners=["team:marketing"],
    deps=[
        *(dg.AssetKey(["marts", mart]) for mart in READ),
        dg.AssetKey(["inventory", "stock_projections"]),
        dg.AssetKey(["alerts", "alerts"]),
        dg.AssetKey(["returns", "product_return_rates"]),
    ],
    pool="warehouse",
)
def post_purchase_steps(
    config: PostPurchaseConfig, warehouse: Warehouse, clock: Clock
) -> dg.MaterializeResult[None]:
    """Every order's four messages: which is due today, which waits and why another is not sent.

    **Steps.** `shipping_confirmation` when the first parcel leaves; `review_request` 48 hours after
    the delivery (the expected one until a scan is known); `replenishment_reminder` 30 days after
    it for what is used up, or after the median of the customer's own intervals from their third
    purchase on; `welfare_check` only on evidence: a mail was delivered and neither opened nor
    clicked, no delivery scan, no later order.

    **Fairness.** Every order that arrived is asked for a review alike: nothing here knows what the
    customer is worth or feels, and sending something back changes nothing.

    **Slices.** None: a row stands as it was `decided_on` until its day comes, or until something
    of its customer changes.

    **Caveats.** Without an e-mail platform opens are unknown and no welfare check is made. A step
    whose day passed without a message is skipped for good.
    """
    rows = decide_steps(config, warehouse, clock)
    shown = rows.sort(pl.col("state") != "due", "due_at", descending=[False, True])
    counts = tables.read_counts(warehouse)
    return dg.MaterializeResult(
        metadata=describe(STEPS, shown)
        | {"dagster/row_count": int(counts["orders"].sum()), "decided_anew": rows.height}
        | {"states": preview(counts, counts.height)}
    )


def decide_steps(config: PostPurchaseConfig, warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Write the day's steps of every customer something happened to, and return them."""
    moment = datetime.now(UTC)
    buyers = _moved(config, warehouse, clock)
    barred = read_barred(warehouse, clock, config.read_days)
    rows = post_purchase.decide(
        tables.read_orders(warehouse, clock, buyers),
        tables.read_consumables(warehouse, clock, barred, buyers),
        tables.read_messaged(warehouse, clock),
        config.waits(),
        clock.as_of,
        tables.zone(),
    ).with_columns(decided_on=pl.lit(clock.as_of), decided_at=pl.lit(moment))
    if buyers is None:
        warehouse.replace(STEPS, rows)
    else:
        there = tables.read_steps_of(warehouse, buyers)
        warehouse.replace_members(STEPS, rows, pl.concat([rows["order_id"], there]).unique())
    remember(warehouse, STEPS.name, moved_steps.fingerprint(warehouse, clock.until, config.waits()))
    return rows


def _moved(config: PostPurchaseConfig, warehouse: Warehouse, clock: Clock) -> pl.Series | None:
    """Return whose steps are decided anew; None for everybody's."""
    known = moved_steps.read_known(warehouse)
    if known is None or known[0] > clock.as_of:
        return None
    day, moment = known
    built_with = moved_steps.fingerprint(warehouse, Clock(day=str(day)).until, config.waits())
    if not is_built_with(warehouse, STEPS.name, built_with):
        return None
    return moved_steps.read_moved(warehouse, clock, day, moment)


@dg.asset_check(asset=STEPS.asset_key)
def reviews_are_asked_of_every_delivered_order(warehouse: Warehouse) -> dg.AssetCheckResult:
    """Of orders due a review request today none is passed over: no review gating."""
    n_wrong = warehouse.read(
        """
        select count(*) as n from post_purchase.steps
        where step = 'review_request' and state = 'skipped'
            and why not in ('test order', 'cancelled', 'the customer is not known')
            and why not like 'was due on %'
        """
    ).item()
    return dg.AssetCheckResult(passed=n_wrong == 0, metadata={"n_wrong": n_wrong})
