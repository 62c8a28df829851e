"""A small shop as the marts show it, in which a pan is faulty and one customer keeps little."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import numpy as np
import polars as pl

from assets_tests.science import deliveries
from assets_tests.science.deliveries import AS_OF
from ecom_ai_os.warehouse import Column, Table, Warehouse

RATES = {f"{category}-{i}": 0.06 for category in ("mugs", "pans") for i in range(8)}
FAULTY, RETURNER = "pans-3", "c0007"
NOTES = ["The handle broke off.", "Fällt zu klein aus", None, "Arrivé fendu", "No me gusta"]


def table(name: str, key: str, **columns: str) -> Table:
    return Table(name, "row", (key,), {n: Column(t, f"{n} of it") for n, t in columns.items()})


LINES = table(
    "marts.fct_order_lines",
    "line_id",
    line_id="varchar",
    order_id="varchar",
    sku="varchar",
    customer_id="varchar",
    is_sale="boolean",
)
ORDERS = table(
    "marts.fct_orders",
    "order_id",
    order_id="varchar",
    delivered_at="timestamptz",
    first_fulfilled_at="timestamptz",
)
RETURNS = table(
    "marts.fct_returns",
    "return_id",
    return_id="varchar",
    order_id="varchar",
    line_id="varchar",
    sku="varchar",
    customer_id="varchar",
    returned_at="timestamptz",
    reason_native="varchar",
    reason_text="varchar",
)
PRODUCTS = table(
    "marts.dim_products",
    "sku",
    sku="varchar",
    title="varchar",
    category="varchar",
    is_gift_card="boolean",
)
EVERY = (LINES, ORDERS, RETURNS, PRODUCTS)


def fill(warehouse: Warehouse) -> None:
    """Write the marts of the shop into the warehouse."""
    lines = _lines()
    warehouse.replace(LINES, lines.with_columns(is_sale=True))
    warehouse.replace(
        ORDERS,
        lines.select(
            "order_id",
            delivered_at=_noon("delivered_on"),
            first_fulfilled_at=_noon("delivered_on") - timedelta(days=2),
        ),
    )
    warehouse.replace(RETURNS, _returns(lines))
    skus = [*RATES]
    products = {"sku": skus, "title": [f"The {sku}" for sku in skus], "is_gift_card": False}
    category = pl.col("sku").str.split("-").list.first()
    warehouse.replace(PRODUCTS, pl.DataFrame(products).with_columns(category=category))


def _lines() -> pl.DataFrame:
    """The shop's lines; 25 of them are the returner's, who sends three of four back."""
    row = pl.int_range(pl.len())
    is_theirs, is_kept = row < 25, row % 4 == 0
    soon = pl.col("delivered_on") + timedelta(days=3)
    sent_back = pl.when(is_theirs & ~is_kept).then(soon).otherwise("returned_on")
    return deliveries.shop(RATES | {FAULTY: 0.3}, n=6000).with_columns(
        customer_id=pl.when(is_theirs).then(pl.lit(RETURNER)).otherwise("customer_id"),
        returned_on=sent_back,
    )


def _returns(lines: pl.DataFrame) -> pl.DataFrame:
    back = lines.filter(pl.col("returned_on").is_not_null())
    code = pl.when(pl.col("sku") == FAULTY).then(pl.lit("defective")).otherwise(pl.lit("unknown"))
    notes = pl.Series(NOTES).gather(np.arange(len(back)) % len(NOTES))
    return back.with_columns(
        return_id=pl.lit("return-") + pl.col("line_id"),
        returned_at=_noon("returned_on"),
        reason_native=code,
        reason_text=notes,
    )


def _noon(day: str) -> pl.Expr:
    return pl.col(day).cast(pl.Datetime("us")).dt.offset_by("12h").dt.replace_time_zone("UTC")


def evening_before(days: int) -> datetime:
    """The end of the day `days` before the shop's last."""
    return datetime.combine(AS_OF - timedelta(days=days - 1), time(), tzinfo=UTC)
