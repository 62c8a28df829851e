"""A shop whose orders are shipped next day and arrive three days later: whom it writes to, when."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

import polars as pl
import time_machine

from assets_tests.defs.stocked_shop import table
from assets_tests.open_warehouse import OpenWarehouse
from ecom_ai_os.defs.ingest import STREAMS
from ecom_ai_os.defs.outbox import INTENTS
from ecom_ai_os.defs.tables.outbox import ATTEMPTS, DELIVERIES, MESSAGES
from ecom_ai_os.defs.tables.readiness import WORKFLOWS
from ecom_ai_os.defs.tables.recommendations import RELATED
from ecom_ai_os.warehouse import Warehouse

#: Those who buy, and everyone known: enough to have a customer of each weekday.
N_CUSTOMERS, N_PEOPLE = 6, 42

ORDERS = table(
    "marts.fct_orders",
    ("order_id",),
    order_id="varchar",
    connection="varchar",
    customer_id="varchar",
    ordered_at="timestamptz",
    cancelled_at="timestamptz",
    is_cancelled="boolean",
    is_test="boolean",
    is_draft="boolean",
    gross_revenue="decimal(18,2)",
    discount="decimal(18,2)",
    first_fulfilled_at="timestamptz",
    expected_delivery_at="timestamptz",
    delivered_at="timestamptz",
    changed_at="timestamptz",
)
LINES = table(
    "marts.fct_order_lines",
    ("line_id",),
    line_id="varchar",
    order_id="varchar",
    customer_id="varchar",
    sku="varchar",
    product_id="varchar",
    ordered_at="timestamptz",
    is_sale="boolean",
)
REFUNDS = table(
    "marts.fct_refunds",
    ("refund_id",),
    refund_id="varchar",
    order_id="varchar",
    refunded_at="timestamptz",
    refunded="decimal(18,2)",
)
RETURNS = table(
    "marts.fct_returns",
    ("return_id",),
    return_id="varchar",
    order_id="varchar",
    customer_id="varchar",
    sku="varchar",
    returned_at="timestamptz",
)
PRODUCTS = table(
    "marts.dim_products",
    ("sku",),
    sku="varchar",
    product_id="varchar",
    is_consumable="boolean",
    is_active="boolean",
    is_gift_card="boolean",
)
CUSTOMERS = table(
    "marts.dim_customers",
    ("customer_id",),
    customer_id="varchar",
    email_hash="varchar",
    is_email_subscribed="boolean",
    is_email_reachable="boolean",
)
ACCOUNTS = table(
    "intermediate.int_accounts",
    ("account_id",),
    account_id="varchar",
    email="varchar",
    created_at="timestamptz",
)
CUSTOMER_ACCOUNTS = table(
    "intermediate.int_customer_accounts",
    ("account_id",),
    account_id="varchar",
    customer_id="varchar",
)
KNOWN_ACCOUNTS = table(
    "marts.dim_customer_accounts",
    ("account_id",),
    account_id="varchar",
    customer_id="varchar",
    connection="varchar",
)
CONTACT_POINTS = table(
    "intermediate.int_contact_points",
    ("kind", "value"),
    kind="varchar",
    value="varchar",
    normal_form="varchar",
)
EVENTS = table(
    "marts.fct_email_engagement",
    ("event_id",),
    event_id="varchar",
    customer_id="varchar",
    kind="varchar",
    is_machine_open="boolean",
    occurred_at="timestamptz",
    changed_at="timestamptz",
)
STOCK = table(
    "marts.fct_stock_levels",
    ("sku", "location", "observed_on"),
    sku="varchar",
    location="varchar",
    observed_on="date",
    on_hand="integer",
    committed="integer",
    available="integer",
)


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def morning_after(day: date) -> time_machine.travel:
    """Let our clock stand at the time of the day's run: the next morning."""
    return time_machine.travel(noon(day) + timedelta(hours=18))


def fill(warehouse: Warehouse, first: date, n_days: int) -> None:
    """One order a day from `first` on, of each customer in turn: a mug and tea."""
    Path(warehouse.home).mkdir(parents=True, exist_ok=True)
    shutil.copy(_filled(first, n_days), warehouse.path)


@cache
def _filled(first: date, n_days: int) -> Path:
    """The file of such a shop; to be copied."""
    warehouse = OpenWarehouse(home=tempfile.mkdtemp(dir=os.environ["ECOM_HOME"]))
    warehouse.prepare(STREAMS)
    orders = _orders(first, n_days)
    warehouse.replace(ORDERS, orders)
    warehouse.replace(LINES, _lines(orders))
    warehouse.replace(PRODUCTS, _products())
    _fill_people(warehouse)
    warehouse.replace(WORKFLOWS, _readiness(is_ready=True))
    related = [("mug", 1, "tray"), ("mug", 2, "gone"), ("mug", 3, "tea")]
    pairs = pl.DataFrame(related, schema=["sku", "rank", "related_sku"], orient="row")
    others = {name: None for name in RELATED.columns if name not in pairs.columns}
    warehouse.replace(RELATED, pairs.with_columns(**others))
    warehouse.ensure(REFUNDS, RETURNS, EVENTS, STOCK)
    return warehouse.close()


def email(customer_id: str) -> str:
    """The customer's newest address, as typed."""
    return f"New.{customer_id}@shop.test"


def give_address(warehouse: Warehouse, customer_id: str, address: str) -> None:
    """Let the customer have another newest address."""
    with warehouse.transaction() as con:
        con.execute(
            "update marts.dim_customers set email_hash = sha256(lower($2)) where customer_id = $1",
            [customer_id, address],
        )
        con.execute(
            "update intermediate.int_accounts set email = $2 where account_id = $1 || '-new'",
            [customer_id, address],
        )
        con.execute(
            "insert into intermediate.int_contact_points (kind, value, normal_form) "
            "values ('email', $1, lower($1))",
            [address],
        )


def set_readiness(warehouse: Warehouse, is_ready: bool) -> None:
    warehouse.replace(WORKFLOWS, _readiness(is_ready))


def _readiness(is_ready: bool) -> pl.DataFrame:
    rows = pl.DataFrame({"workflow": sorted(INTENTS)}).with_columns(
        measure=pl.lit("orders_per_month"),
        observed=pl.lit(300.0 if is_ready else 120.0),
        needed=pl.lit(200.0),
        is_ready=pl.lit(is_ready),
    )
    return rows.with_columns(
        pl.lit(None).alias(c) for c in set(WORKFLOWS.columns) - set(rows.columns)
    )


def _fill_people(warehouse: Warehouse) -> None:
    """Each customer has an account of old and a newer one, whose address is theirs now."""
    names = [f"c{n}" for n in range(N_PEOPLE)]
    now = {name: email(name) for name in names}
    hashes = [sha256(address.lower().encode()).hexdigest() for address in now.values()]
    warehouse.replace(
        CUSTOMERS,
        pl.DataFrame(
            {
                "customer_id": names,
                "email_hash": hashes,
                "is_email_subscribed": [name != "c0" for name in names],
                "is_email_reachable": [name != "c0" for name in names],
            }
        ),
    )
    accounts = [
        *((f"{name}-old", name, f"old.{name}@shop.test", noon(date(2020, 1, 1))) for name in names),
        *((f"{name}-new", name, now[name], noon(date(2021, 1, 1))) for name in names),
    ]
    frame = pl.DataFrame(
        accounts, schema=["account_id", "customer_id", "email", "created_at"], orient="row"
    )
    warehouse.replace(ACCOUNTS, frame)
    warehouse.replace(CUSTOMER_ACCOUNTS, frame)
    # The first three are known to the e-mail platform as well.
    is_mailed = pl.col("account_id").is_in([f"c{n}-new" for n in range(3)])
    connection = pl.when(is_mailed).then(pl.lit("klaviyo")).otherwise(pl.lit("main"))
    warehouse.replace(KNOWN_ACCOUNTS, frame.with_columns(connection=connection))
    points = frame.select(
        kind=pl.lit("email"), value="email", normal_form=pl.col("email").str.to_lowercase()
    )
    warehouse.replace(CONTACT_POINTS, points)


@cache
def quiet() -> Path:
    """The file of a shop with people and one order, whose outbox is empty; to be copied."""
    warehouse = OpenWarehouse(home=tempfile.mkdtemp(dir=os.environ["ECOM_HOME"]))
    fill(warehouse, date(2026, 1, 1), 1)
    warehouse.ensure(ATTEMPTS, DELIVERIES, MESSAGES)
    return warehouse.close()


def connect(warehouse: Warehouse, day: date) -> None:
    """Let the shop have been connected on the day."""
    with warehouse.transaction() as con:
        con.execute(
            "insert into shopify.orders (connection, record_id, loaded_at) "
            "values ('main', '1', $1)",
            [noon(day)],
        )


def _orders(first: date, n_days: int) -> pl.DataFrame:
    days = [noon(first + timedelta(days=n)) for n in range(n_days)]
    ordered = pl.Series(days, dtype=pl.Datetime("us", "UTC"))
    shipped = pl.col("ordered_at") + pl.duration(days=1)
    return pl.DataFrame({"ordered_at": ordered}).with_columns(
        order_id=pl.format("o{}", pl.int_range(pl.len())),
        connection=pl.lit("main"),
        customer_id=pl.format("c{}", pl.int_range(pl.len()) % N_CUSTOMERS),
        cancelled_at=pl.lit(None, pl.Datetime("us", "UTC")),
        is_cancelled=False,
        is_test=False,
        is_draft=False,
        gross_revenue=20.0,
        discount=0.0,
        first_fulfilled_at=shipped,
        expected_delivery_at=shipped + pl.duration(days=4),
        delivered_at=shipped + pl.duration(days=3),
        changed_at=datetime.now(UTC),
    )


def _lines(orders: pl.DataFrame) -> pl.DataFrame:
    goods = pl.DataFrame({"sku": ["mug", "tea"], "product_id": ["p-mug", "p-tea"]})
    return (
        orders.select("order_id", "customer_id", "ordered_at")
        .join(goods, how="cross")
        .with_columns(line_id=pl.format("{}-{}", "order_id", "sku"), is_sale=True)
    )


def _products() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sku": ["mug", "tea", "tray", "gone"],
            "product_id": ["p-mug", "p-tea", "p-tray", "p-gone"],
            "is_consumable": [False, True, False, False],
            "is_active": [True, True, True, False],
            "is_gift_card": False,
        }
    )
