"""A small shop as the marts show it: sales, stock, deliveries and returns, some with a story."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl

from ecom_ai_os.warehouse import Column, Table, Warehouse

LAST_DAY = date(2026, 3, 31)
N_DAYS = 7 * 60
#: 0 sells fast and is nearly gone; 1 collapsed ten days ago; 2 comes back often; 3 is sold out
SKUS = [f"SKU-{i}" for i in range(12)]


def table(name: str, key: tuple[str, ...], **columns: str) -> Table:
    return Table(name, "row", key, {n: Column(t, f"{n} of it") for n, t in columns.items()})


LINES = table(
    "marts.fct_order_lines",
    ("line_id",),
    line_id="varchar",
    order_id="varchar",
    sku="varchar",
    quantity="integer",
    ordered_at="timestamptz",
    is_sale="boolean",
)
ORDERS = table(
    "marts.fct_orders",
    ("order_id",),
    order_id="varchar",
    delivered_at="timestamptz",
    first_fulfilled_at="timestamptz",
)
RETURNS = table(
    "marts.fct_returns",
    ("return_id",),
    return_id="varchar",
    line_id="varchar",
    returned_at="timestamptz",
)
PRODUCTS = table(
    "marts.dim_products",
    ("sku",),
    sku="varchar",
    title="varchar",
    category="varchar",
    price="decimal(18,2)",
    lead_time_days="integer",
    is_active="boolean",
    is_gift_card="boolean",
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
    incoming="integer",
)
PURCHASES = table(
    "marts.fct_purchase_orders",
    ("po_id",),
    po_id="varchar",
    sku="varchar",
    location="varchar",
    ordered_at="timestamptz",
    expected_at="timestamptz",
    received_at="timestamptz",
    quantity="integer",
    quantity_received="integer",
    status="varchar",
)


def fill(warehouse: Warehouse) -> None:
    """Write the marts of the shop into the warehouse."""
    sold = _sales()
    warehouse.replace(LINES, sold)
    warehouse.replace(ORDERS, _deliveries(sold))
    warehouse.replace(RETURNS, _returns(sold))
    warehouse.replace(PRODUCTS, _products())
    warehouse.replace(STOCK, _stock())
    warehouse.ensure(PURCHASES)


def _noon(day: int) -> datetime:
    noon = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 12, tzinfo=UTC)
    return noon - timedelta(days=N_DAYS - 1 - day)


def _sales() -> pl.DataFrame:
    rng = np.random.default_rng(11)
    pace = np.linspace(6, 1, len(SKUS))[:, None] * np.ones(N_DAYS)
    pace[1, -10:] = 0.2
    units = rng.poisson(pace)
    skus, days = np.nonzero(units)
    return pl.DataFrame(
        {
            "line_id": [f"line-{i}" for i in range(len(skus))],
            "order_id": [f"order-{i}" for i in range(len(skus))],
            "sku": [SKUS[i] for i in skus],
            "quantity": units[skus, days],
            "ordered_at": [_noon(int(day)) for day in days],
            "is_sale": True,
        }
    )


def _deliveries(sold: pl.DataFrame) -> pl.DataFrame:
    shipped = pl.col("ordered_at") + pl.duration(days=1)
    return sold.select(
        "order_id", first_fulfilled_at=shipped, delivered_at=shipped + pl.duration(days=2)
    )


def _returns(sold: pl.DataFrame) -> pl.DataFrame:
    is_fault = (pl.col("sku") == "SKU-2") & (pl.col("ordered_at") > _noon(N_DAYS - 50))
    often = pl.when(is_fault).then(2).otherwise(20)
    return sold.filter(pl.int_range(pl.len()) % often == 0).select(
        "line_id",
        return_id=pl.lit("return-") + pl.col("line_id"),
        returned_at=pl.col("ordered_at") + pl.duration(days=9),
    )


def _products() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "sku": SKUS,
            "title": [f"Mug {i}" for i in range(len(SKUS))],
            "category": ["red", "blue"] * (len(SKUS) // 2),
            "price": [10.0] * len(SKUS),
            "lead_time_days": [10] * len(SKUS),
            "is_active": True,
            "is_gift_card": False,
        }
    )


def _stock() -> pl.DataFrame:
    held = [25, 400, 400, 0] + [400] * (len(SKUS) - 4)
    return pl.DataFrame(
        {
            "sku": SKUS,
            "location": "Berlin",
            "observed_on": LAST_DAY,
            "on_hand": held,
            "committed": 0,
            "available": held,
            "incoming": 0,
        }
    )
