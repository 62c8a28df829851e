"""The tables the recommendations workflow writes, and what it reads of others."""

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.quality import TESTED_DAYS
from ecom_ai_os.science.recommending import Known
from ecom_ai_os.warehouse import Column, Table, Warehouse

MODEL = "recommendations.recommended_products"
READ = ("dim_products", "fct_order_lines", "fct_returns")
MARTS = [dg.AssetKey(["marts", mart]) for mart in READ]

RELATED = Table(
    "recommendations.related_products",
    grain="SKU × rank",
    key=("sku", "rank"),
    columns={
        "sku": Column("varchar", "SKU that is bought; marts.dim_products"),
        "rank": Column(
            "integer", "From 1: complements first, those it brings most of before others"
        ),
        "related_sku": Column("varchar", "SKU that goes with it; may be out of stock"),
        "kind": Column("varchar", "complementary (together beyond taste) or similar_customers"),
        "lift": Column("double", "n_together over expected_together"),
        "n_together": Column(
            "bigint",
            "complementary: lines of related_sku that day or within soon_days after; "
            "similar_customers: customers who ever bought both",
        ),
        "n_bought": Column("bigint", "Purchases of the SKU (similar_customers: customers)"),
        "expected_together": Column(
            "double", "The same, by what its customers buy at other times (or by independence)"
        ),
        "extra_rate": Column(
            "double", "Complements beyond expected by purchase of the SKU, shrunk"
        ),
        "chance": Column("double", "Probability of so many complements if they were unrelated"),
        "scored_on": Column("date", "Last day whose purchases count"),
    },
)

RECOMMENDED = Table(
    "recommendations.recommended_products",
    grain="customer × placement × rank",
    key=("customer_id", "placement", "rank"),
    columns={
        "customer_id": Column("varchar", "Person; marts.dim_customers"),
        "placement": Column("varchar", "email, post_purchase (who bought lately) or restock"),
        "rank": Column("integer", "Place from 1"),
        "sku": Column("varchar", "SKU recommended; marts.dim_products"),
        "kind": Column(
            "varchar", "restock, complementary, cross_category, similar_customers or popular"
        ),
        "score": Column(
            "double",
            "Within a kind, higher is better: restock: chance of buying in restock_days (0–1); "
            "complementary: extra lines by purchase; popular: customers in 90 days",
        ),
        "because": Column("varchar[]", "The customer's SKUs behind it; empty when popular"),
        "reason": Column("varchar", "Why, in words"),
        "method": Column("varchar", "How it was found, and why not better"),
        "n_known": Column("bigint", "Lines the customer had bought and sent back by then"),
        "scored_on": Column("date", "Last day whose purchases count"),
    },
)

#: Lines each customer has bought and sent back by the end of the day
HISTORY = """
    select customer_id, count(*) as n_known from (
        select customer_id from marts.fct_order_lines where is_sale and ordered_at < $until
        union all
        select customer_id from marts.fct_returns where returned_at < $until
    ) where customer_id is not null group by customer_id
"""


#: Whether the day is the customer's weekday, on which their recommendations are renewed and told
IS_WEEKDAY = "('0x' || left(md5(customer_id), 8))::bigint % 7 = isodow($day::date) - 1"

# What becomes a profile update; see `outbox.read_due`: on the customer's weekday, if changed since.
INTENTS = f"""
    with found as (
        select customer_id, list(sku order by rank, sku) as skus
        from recommendations.recommended_products
        where placement = 'email' and scored_on = $day
            and not list_contains($barred::varchar[], sku)
            and {IS_WEEKDAY}
        group by customer_id
    ),

    told as (
        select customer_id, arg_max(payload -> '$.offered_skus', decided_on) as skus
        from outbox.messages where kind = 'recommendations' group by customer_id
    )

    select
        'recommendations' as kind,
        customer_id,
        customer_id || ' @ ' || $day as subject_id,
        timezone($zone, $day::timestamp) as due_at,
        to_json({{customer_id: customer_id, offered_skus: found.skus}}) as payload,
        len(found.skus) || ' SKUs, their week has passed' as why
    from found
    inner join marts.dim_customers as customers using (customer_id)
    left join told using (customer_id)
    where customers.is_email_reachable
        and to_json(found.skus)::varchar is distinct from told.skus::varchar
"""


def read_known(warehouse: Warehouse, clock: Clock) -> Known:
    """Return the purchases, goods and returns up to the day; every good counts as offered."""
    zone = settings.current().business.timezone
    purchases = warehouse.read(
        """
        select distinct coalesce(customer_id, order_id) as customer_id, sku,
            timezone($zone, ordered_at)::date as bought_on
        from marts.fct_order_lines
        where is_sale and sku is not null and ordered_at < $until
        """,
        zone=zone,
        until=clock.until,
    )
    goods = warehouse.read(
        """
        select sku, product_id, category, is_consumable, true as is_offered
        from marts.dim_products where not is_gift_card
        """
    )
    returned = warehouse.read(
        """
        select distinct customer_id, sku, timezone($zone, returned_at)::date as returned_on
        from marts.fct_returns
        where customer_id is not null and sku is not null and returned_at < $until
        """,
        zone=zone,
        until=clock.until,
    )
    return Known(purchases, goods, returned, clock.as_of)


def read_related(warehouse: Warehouse, clock: Clock) -> pl.DataFrame:
    """Return the related SKUs of the week up to the day; no rows when they are older, or newer."""
    warehouse.ensure(RELATED)
    return warehouse.read(
        "from recommendations.related_products "
        "where scored_on between $day - $days::integer + 1 and $day",
        day=clock.as_of,
        days=TESTED_DAYS,
    )


def read_customers(warehouse: Warehouse, clock: Clock, reach_months: int) -> pl.Series:
    """Return everyone who can be reached, sorted: e-mail subscribers and the buyers of late.

    Who came after the day is left out, and so is who neither subscribed nor bought in the
    `reach_months` before its end: no message would go to them.
    """
    return warehouse.read(
        """
        with buyers as (
            select customer_id from marts.fct_order_lines
            where is_sale and ordered_at < $until
                and ordered_at >= $until - to_months($reach_months::integer)
        )

        select customer_id from marts.dim_customers
        where coalesce(least(created_at, first_order_at) < $until, true)
            and (is_email_subscribed or customer_id in (select customer_id from buyers))
        order by customer_id
        """,
        until=clock.until,
        reach_months=reach_months,
    )["customer_id"]


def read_due(
    warehouse: Warehouse, clock: Clock, customers: pl.Series, barred: pl.Series
) -> pl.DataFrame:
    """Return customer_id, n_known of those of `customers` whose rows are made anew, sorted.

    Due is who holds nothing that may be shown, bought or sent something back since their rows were
    made, or has their weekday, or missed it.
    """
    warehouse.ensure(RECOMMENDED)
    known = warehouse.read(
        f"""
        with history as ({HISTORY}),

        made as (
            select customer_id, any_value(n_known) as n_known,
                $day::date - any_value(scored_on) as age_days,
                bool_or(not list_contains($barred::varchar[], sku)) as has_any
            from recommendations.recommended_products group by customer_id
        )

        select customer_id, coalesce(history.n_known, 0) as n_known,
            coalesce(
                has_any and made.n_known = coalesce(history.n_known, 0)
                and (age_days = 0 or age_days between 1 and 6 and not {IS_WEEKDAY}),
                false
            ) as is_kept
        from history
        full join made using (customer_id)
        """,
        until=clock.until,
        day=clock.as_of,
        barred=barred,
    )
    everyone = customers.to_frame("customer_id").join(known, on="customer_id", how="left")
    due = everyone.filter(~pl.col("is_kept").fill_null(False))
    return due.select("customer_id", pl.col("n_known").fill_null(0)).sort("customer_id")


def take_out(warehouse: Warehouse, barred: pl.Series) -> None:
    """Delete the recommendations of barred SKUs and close up the ranks behind them."""
    with warehouse.transaction() as con:
        con.execute(
            "delete from recommendations.recommended_products where list_contains($barred, sku)",
            {"barred": barred.to_list()},
        )
        con.execute(
            """
            with torn as (
                select customer_id, placement from recommendations.recommended_products
                group by all having max(rank) > count(*)
            ),

            closed as (
                select rows.rowid as id, row_number() over places as place
                from recommendations.recommended_products as rows
                inner join torn using (customer_id, placement)
                window places as (partition by customer_id, placement order by rank)
                qualify place <> rank
            )

            update recommendations.recommended_products as rows
            set rank = closed.place from closed where rows.rowid = closed.id
            """
        )


def read_departed(warehouse: Warehouse, customers: pl.Series) -> pl.Series:
    """Return who has rows and is not among `customers` any more."""
    present = warehouse.read(
        "select distinct customer_id from recommendations.recommended_products"
    )["customer_id"]
    return present.filter(~present.is_in(customers.implode()))


def read_counts(warehouse: Warehouse) -> pl.DataFrame:
    """Return placement, kind, rows of all that is recommended."""
    return warehouse.read(
        """
        select placement, kind, count(*) as rows
        from recommendations.recommended_products group by all order by all
        """
    )


def count_unwanted(warehouse: Warehouse, clock: Clock, barred: pl.Series) -> int:
    """Count recommendations of barred SKUs, of durables the customer has and of what came back."""
    n_unwanted: int = warehouse.read(
        """
        with has as (
            select lines.customer_id, products.product_id
            from marts.fct_order_lines as lines
            inner join marts.dim_products as products using (sku)
            where lines.is_sale and lines.ordered_at < $until and not products.is_consumable
        )

        select count(*) as n
        from recommendations.recommended_products as rows
        inner join marts.dim_products as products using (sku)
        where list_contains($barred::varchar[], rows.sku)
            or not products.is_consumable and (rows.customer_id, products.product_id) in (
                select (customer_id, product_id) from has
            )
            or (rows.customer_id, rows.sku) in (
                select (customer_id, sku) from marts.fct_returns where returned_at < $until
            )
        """,
        until=clock.until,
        barred=barred,
    ).item()
    return n_unwanted
