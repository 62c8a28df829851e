"""The tables the returns workflow writes, and the marts as it reads them."""

from datetime import timedelta

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.segments import CUSTOMER_SEGMENTS
from ecom_ai_os.warehouse import Column, Table, Warehouse

#: days beyond the history that maturity and the back-test look at
BEYOND_DAYS = 200

INSIGHTS = Table(
    "returns.return_insights",
    grain="returned line",
    key=("return_id",),
    columns={
        "return_id": Column("varchar", "The returned line; marts.fct_returns"),
        "order_id": Column("varchar", "Order; marts.fct_orders"),
        "line_id": Column("varchar", "Order line; marts.fct_order_lines"),
        "sku": Column("varchar", "SKU; marts.dim_products"),
        "customer_id": Column("varchar", "Person; marts.dim_customers"),
        "returned_at": Column("timestamptz", "When the customer asked for it"),
        "reason": Column(
            "varchar",
            "sizing, quality (made badly), damaged (on the way), wrong_item, not_as_described, "
            "changed_mind, late or other",
        ),
        "confidence": Column(
            "double", "How sure the reason is (0–1): code and words, one of them, or in dispute"
        ),
        "evidence": Column("varchar", "The customer's sentence that says so, else the shop's code"),
        "reason_native": Column("varchar", "The platform's code"),
    },
)

RATES = Table(
    "returns.product_return_rates",
    grain="SKU × day",
    key=("sku", "measured_on"),
    sliced_by="measured_on",
    columns={
        "sku": Column("varchar", "SKU; marts.dim_products"),
        "measured_on": Column("date", "Day it was measured as of"),
        "category": Column("varchar", "Category it is compared with; empty when unknown"),
        "n_sold": Column("bigint", "Order lines delivered long enough ago to know their returns"),
        "n_returned": Column("bigint", "Those of them that came back, in part or whole"),
        "n_buyers": Column("bigint", "Customers who bought it; each has one voice in return_rate"),
        "raw_return_rate": Column("double", "n_returned over n_sold (0–1)"),
        "return_rate": Column("double", "Rate of its buyers, drawn to the category's (0–1)"),
        "recent_return_rate": Column("double", "The same of the last eight weeks of these (0–1)"),
        "category_return_rate": Column("double", "Rate of the others in the category (0–1)"),
        "excess": Column("double", "return_rate less category_return_rate"),
        "interval_low": Column("double", "In 1 of 20 cases the true rate is less than this"),
        "interval_high": Column("double", "In 1 of 20 cases the true rate is more than this"),
        "p_excess": Column(
            "double", "Probability of a rate beyond the factor times the category's"
        ),
        "is_flagged": Column("boolean", "Comes back clearly more often than its category"),
        "top_reasons": Column(
            "struct(reason varchar, n_returned bigint)[]", "Commonest reasons, three at most"
        ),
        "segments_returning_most": Column(
            "struct(segment varchar, n_sold bigint, n_returned bigint)[]",
            "Customer segments with the highest rates, three at most",
        ),
        "expected_rate": Column("double", "Chance that the next delivery comes back (0–1)"),
        "method": Column("varchar", "How expected_rate was found: what foretold best"),
        "maturity_days": Column("integer", "Days after which 95 of 100 returns are known"),
    },
)

FLAGS = Table(
    "returns.customer_return_flags",
    grain="customer × day",
    key=("customer_id", "measured_on"),
    sliced_by="measured_on",
    columns={
        "customer_id": Column("varchar", "Person with a return; marts.dim_customers"),
        "measured_on": Column("date", "Day it was measured as of"),
        "n_orders": Column("bigint", "Orders delivered long enough ago to know their returns"),
        "n_sold": Column("bigint", "Order lines in them"),
        "n_returns": Column("bigint", "Lines of them that came back"),
        "n_shop_faults": Column(
            "bigint", "Those that came back damaged, faulty, wrong, late or not as described"
        ),
        "return_rate": Column("double", "n_returns over n_sold (0–1)"),
        "expected_rate": Column("double", "The rate to be expected of what they bought (0–1)"),
        "chance": Column("double", "Chance that such a customer sends back as much or more"),
        "is_frequent_returner": Column("boolean", "Advice to talk to them, never to refuse them"),
        "reason": Column("varchar", "The figures in words"),
    },
)

RETURNS = """
    select
        return_id, order_id, line_id, sku, customer_id, returned_at, reason_native, reason_text
    from marts.fct_returns
    where returned_at < $until
"""

# What was not delivered on the day counts from when it was sent, as it did on that day.
LINES = """
    with back as (
        select line_id, min(returned_at) as returned_at
        from marts.fct_returns
        where returned_at < $until
        group by line_id
    )

    select
        lines.line_id,
        lines.order_id,
        lines.sku,
        lines.customer_id,
        products.category,
        timezone(
            $zone,
            coalesce(
                if(orders.delivered_at < $until, orders.delivered_at, null),
                orders.first_fulfilled_at
            )
        )::date as delivered_on,
        timezone($zone, back.returned_at)::date as returned_on
    from marts.fct_order_lines as lines
    inner join marts.fct_orders as orders on lines.order_id = orders.order_id
    inner join marts.dim_products as products on lines.sku = products.sku
    left join back on lines.line_id = back.line_id
    where
        lines.is_sale and not products.is_gift_card
        and delivered_on between $first_day and $as_of
"""

SEGMENTS = """
    select customer_id, segment
    from segments.customer_segments
    where segmented_on = (
        select max(segmented_on) from segments.customer_segments where segmented_on <= $as_of
    )
"""


def read_returns(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Every return known on the day: ids, returned_at, reason_native, reason_text."""
    return warehouse.read(RETURNS, until=clock.until)


def read_lines(warehouse: Warehouse, clock: Clock, history_days: int) -> pl.DataFrame:
    """Delivered lines: line_id, order_id, sku, customer_id, category, delivered_on, returned_on."""
    return warehouse.read(
        LINES,
        zone=settings.current().business.timezone,
        until=clock.until,
        as_of=clock.as_of,
        first_day=clock.as_of - timedelta(days=history_days + BEYOND_DAYS),
    )


def read_reasons(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """The reason of each returned line's first return: line_id, reason."""
    return warehouse.read(
        """
        select line_id, arg_min(reason, returned_at) as reason
        from returns.return_insights
        where returned_at < $until
        group by line_id
        """,
        until=clock.until,
    )


def read_segments(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """The newest segment of each customer known on the day; no rows before there are any."""
    warehouse.ensure(CUSTOMER_SEGMENTS)
    return warehouse.read(SEGMENTS, as_of=clock.as_of)
