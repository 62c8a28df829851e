"""Conservation laws of the simulated business, over several seeds: nothing from nothing."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from ecom_ai_os.sandbox.business import generate

TODAY = date(2026, 11, 23)

Connection = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module", params=[1, 2, 3])
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    path = tmp_path_factory.mktemp("shop") / "business.duckdb"
    generate(path, n_orders=1_000, seed=request.param, today=TODAY)
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        yield connection


# Each query finds the rows that break the sentence.
LAWS = {
    "an order's subtotal is its lines less their discounts": """
        select order_id from orders join order_lines using (order_id) group by all
        having any_value(subtotal) <> sum(quantity * unit_price - order_lines.discount)
            or any_value(orders.discount) <> sum(order_lines.discount)""",
    "an order's total is subtotal and shipping, and tax only where it is not included": """
        select order_id from orders
        where total <> subtotal + shipping + if(is_tax_included, 0, tax)""",
    "an order's tax is that of its lines and of shipping": """
        select order_id from orders join order_lines using (order_id) group by all
        having any_value(orders.tax) <> sum(order_lines.tax) + any_value(shipping_tax)""",
    "no line is discounted below nothing, and none is empty": """
        select line_id from order_lines
        where discount < 0 or discount > quantity * unit_price or quantity < 1""",
    "every order has lines and every line an order": """
        select order_id from orders full join order_lines using (order_id)
        where line_id is null or number is null""",
    "a code is used within its days, and never without a discount": """
        select order_id from orders left join discounts using (discount_id)
        where (orders.discount_code is null) <> (discount = 0)
            or created_at < starts_at or created_at >= ends_at or code <> discount_code""",
    "refunds of an order never exceed what was paid": """
        select order_id from refunds join orders using (order_id) group by all
        having sum(amount) > any_value(total) or min(amount) <= 0""",
    "a refund is its lines, shipping and adjustment": """
        with lines as (
            select refund_id, sum(subtotal) as subtotal, sum(tax) as tax
            from refund_lines group by all
        )
        select refund_id from refunds join orders using (order_id) left join lines using (refund_id)
        where amount <> coalesce(lines.subtotal, 0) + shipping_amount + adjustment
            + if(is_tax_included, 0, coalesce(lines.tax, 0) + refunds.shipping_tax)""",
    "no more is returned or refunded of a line than was bought": """
        select line_id from order_lines
        left join return_lines using (line_id) left join refund_lines using (line_id)
        where return_lines.quantity > order_lines.quantity
            or refund_lines.quantity > order_lines.quantity""",
    "a refund lists what its return brings back": """
        select line_id
        from (from return_lines join returns using (return_id) where declined_at is null) as r
        full join (
            from refund_lines join refunds using (refund_id) where return_id is not null
        ) as f using (line_id)
        where r.quantity is distinct from f.quantity""",
    "a declined return is neither approved, closed nor refunded": """
        select return_id from returns left join refunds using (return_id)
        where declined_at is not null
            and (approved_at is not null or closed_at is not null or refund_id is not null)""",
    "a cancelled order is refunded whole and never shipped": """
        select order_id from orders
        left join refunds using (order_id) left join fulfillments using (order_id)
        where cancelled_at is not null
            and (amount is distinct from total or fulfillment_id is not null)""",
    "stock never falls below nothing": """
        select variant_id from stock_levels
        where available < 0 or committed < 0 or incoming < 0 or on_hand <> available + committed""",
    "no more is sold than is wanted": """
        select variant_id from daily_demand_truth where sales > demand or sales < 0""",
    "sales are the lines of orders that are no test": """
        with sold as (
            select variant_id, created_at::date as "on", sum(quantity) as quantity
            from order_lines join orders using (order_id) where not is_test group by all
        )
        select variant_id from daily_demand_truth left join sold using (variant_id, "on")
        where sales <> coalesce(quantity, 0)""",
    "nothing is sold before its launch or after its withdrawal": """
        select line_id from order_lines join orders using (order_id)
        join variants using (variant_id) join products using (product_id)
        where orders.created_at < products.created_at or orders.created_at >= deleted_at""",
    "an order follows its account, its shipping the order, its delivery the shipping": """
        select order_id from orders left join customers using (customer_id)
        left join fulfillments using (order_id)
        where orders.created_at < customers.created_at or cancelled_at <= orders.created_at
            or fulfillments.created_at <= orders.created_at
            or in_transit_at <= fulfillments.created_at or delivered_at <= in_transit_at
            or estimated_delivery_at <= in_transit_at""",
    "a return follows the delivery, a decision the request, the money the decision": """
        select return_id from returns left join fulfillments using (order_id)
        left join refunds using (return_id)
        where delivered_at is null or requested_at <= delivered_at
            or coalesce(approved_at, declined_at) <= requested_at or closed_at <= approved_at
            or processed_at <> closed_at""",
    "a recovered checkout precedes its order, of the same customer": """
        select checkout_id from abandoned_checkouts as c
        join orders as o on o.order_id = c.recovered_order_id
        where c.created_at >= o.created_at or c.completed_at <> o.created_at
            or c.customer_id <> o.customer_id""",
    "nothing is bought after the customer has gone": """
        select order_id from orders join customer_truth using (person_id)
        where created_at >= died_at + interval 1 day or created_at < born_at - interval 1 day""",
    "guests leave an e-mail": "select order_id from orders where email is null",
    "goods are ordered before they come": """
        select po_number from replenishments
        where received_at <= ordered_at or expected_at <= ordered_at or quantity < 1""",
}  # fmt: skip


@pytest.mark.parametrize("law", LAWS)
def test_law(shop: Connection, law: str) -> None:
    assert shop.sql(LAWS[law]).fetchall() == []


MOVED = """
    with restocked as (
        select line_id, refund_lines.quantity, coalesce(cancelled_at, processed_at) as moved_at
        from refund_lines join refunds using (refund_id) join orders using (order_id)
        where restock_type in ('CANCEL', 'RETURN')
    ), served as (
        select *, if(country_code in ('DE', 'AT'), 71000000001, 71000000002) as location_id
        from order_lines join orders using (order_id) where not is_test
    ), moves as (
        select variant_id, location_id, quantity, received_at as moved_at from replenishments
        union all select variant_id, location_id, quantity, corrected_at from stock_corrections
        union all select variant_id, location_id, -quantity, created_at from served
        union all select variant_id, location_id, restocked.quantity, moved_at
        from restocked join served using (line_id)
    )
    select variant_id, location_id, sum(quantity) as available
    from moves join variants using (variant_id)
    where is_tracked and moved_at < $now group by all
"""
LEVELS = """
    select variant_id, location_id, arg_max(available, changed_at) as available,
        arg_max(committed, changed_at) as committed, arg_max(incoming, changed_at) as incoming
    from stock_levels where changed_at < $now group by all
"""


@pytest.mark.parametrize("now", [date(2025, 6, 1), TODAY, date(2027, 3, 1)])
def test_stock_is_what_came_less_what_went(shop: Connection, now: date) -> None:
    found = shop.execute(
        f"with moved as ({MOVED}), levels as ({LEVELS}) "
        "select * from levels full join moved using (variant_id, location_id) "
        "where levels.available is distinct from moved.available",
        {"now": now},
    )
    assert found.fetchall() == []


def test_committed_is_sold_but_neither_sent_nor_cancelled(shop: Connection) -> None:
    found = shop.execute(
        f"""
        with levels as ({LEVELS}), waiting as (
            select variant_id, sum(quantity) as quantity
            from order_lines join orders using (order_id) join variants using (variant_id)
            left join fulfillments using (order_id)
            where is_tracked and not is_test and orders.created_at < $now
                and coalesce(fulfillments.created_at, cancelled_at) >= $now
            group by all
        ), standing as (select variant_id, sum(committed) as committed from levels group by all)
        select * from standing left join waiting using (variant_id)
        where committed <> coalesce(quantity, 0)""",
        {"now": TODAY},
    )
    assert found.fetchall() == []


def test_incoming_is_ordered_but_not_received(shop: Connection) -> None:
    found = shop.execute(
        f"""
        with levels as ({LEVELS}), open as (
            select variant_id, location_id, sum(quantity) as quantity from replenishments
            where ordered_at < $now and received_at >= $now group by all
        )
        select * from levels left join open using (variant_id, location_id)
        where incoming <> coalesce(quantity, 0)""",
        {"now": TODAY},
    )
    assert found.fetchall() == []


IDS = {
    "locations": "location_id", "products": "product_id", "variants": "variant_id",
    "customers": "customer_id", "orders": "order_id", "order_lines": "line_id",
    "fulfillments": "fulfillment_id", "returns": "return_id", "return_lines": "return_line_id",
    "refunds": "refund_id", "refund_lines": "refund_line_id", "discounts": "discount_id",
    "abandoned_checkouts": "checkout_id", "abandoned_checkout_lines": "line_id",
    "customer_truth": "person_id", "incidents": "incident_id",
}  # fmt: skip


@pytest.mark.parametrize("table", IDS)
def test_ids_are_unique_and_present(shop: Connection, table: str) -> None:
    key = IDS[table]
    n, n_ids = shop.sql(f"select count(*), count(distinct {key}) from {table}").fetchone() or (0, 0)
    assert n == n_ids > 0


@pytest.mark.parametrize(
    ("table", "key", "moment"),
    [
        ("orders", "order_id", "created_at"),
        ("customers", "customer_id", "created_at"),
        ("returns", "return_id", "requested_at"),
        ("refunds", "refund_id", "processed_at"),
        ("abandoned_checkouts", "checkout_id", "created_at"),
    ],
)
def test_ids_grow_with_time(shop: Connection, table: str, key: str, moment: str) -> None:
    backwards = shop.sql(
        f"select * from {table} qualify {moment} < lag({moment}) over (order by {key})"
    )
    assert backwards.fetchall() == []
