"""Stock: dates and quantities worked by hand on demand without spread."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecom_ai_os.science import outlook, stock
from ecom_ai_os.science.demand import Forecast
from ecom_ai_os.science.shares import location_shares
from ecom_ai_os.science.spread import NOMINAL, Spread

AS_OF = date(2026, 3, 1)
POLICY = outlook.Policy(service_level=0.95, review_days=7, cover_days=28, lead_time_days=14)


def steady(*paces: float, dispersion: float = 0.0, days: int = 60) -> Forecast:
    """A forecast of the same units every day; at dispersion 0 it is Poisson."""
    pace = np.array(paces)
    spread = Spread(np.full(len(pace), dispersion), np.zeros(len(pace)), NOMINAL)
    skus = [f"s{i}" for i in range(len(pace))]
    mean = np.repeat(pace[:, None], days, axis=1)
    return Forecast(skus, AS_OF, mean, spread, pace, pace, np.ones_like(pace), ["test"] * len(pace))


def levels(*rows: tuple[str, str, float, float]) -> pl.DataFrame:
    """Rows of sku, location, available, share."""
    frame = pl.DataFrame(rows, schema=["sku", "location", "available", "share"], orient="row")
    return frame.with_columns(on_hand=pl.col("available") + 1)


def awaited(*rows: tuple[str, str, date | None, float]) -> pl.DataFrame:
    """What stock levels call incoming: sku, location, seen_on, units."""
    schema = {"sku": pl.Utf8, "location": pl.Utf8, "seen_on": pl.Date, "units": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def orders(*rows: tuple[str, date | None, float], to: str | None = None) -> pl.DataFrame:
    """Open purchase orders of one location, or of none."""
    schema = {"sku": pl.Utf8, "expected_on": pl.Date, "quantity": pl.Float64}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    return frame.with_columns(location=pl.lit(to, pl.Utf8))


def catalogue(*skus: str, lead: int | None = None) -> pl.DataFrame:
    schema = {"sku": pl.Utf8, "price": pl.Float64, "lead_time_days": pl.Int64}
    return pl.DataFrame([(sku, 20.0, lead) for sku in skus], schema=schema, orient="row")


def project(
    forecast: Forecast,
    held: pl.DataFrame,
    coming: pl.DataFrame,
    incoming: pl.DataFrame | None = None,
    lead: int | None = None,
):
    known = awaited() if incoming is None else incoming
    products = catalogue(*forecast.skus, lead=lead)
    seen = outlook.outlook(forecast, held, known, coming, products, POLICY)
    return stock.project(seen, POLICY).to_dicts()


def test_a_hundred_units_at_ten_a_day_last_ten_days():
    (row,) = project(steady(10), levels(("s0", "a", 100, 1.0)), orders())
    assert row["projected_stockout_on"] == AS_OF + timedelta(days=10)
    assert row["stockout_on_p10"] == AS_OF + timedelta(days=9)
    assert row["velocity_per_day"] == 10
    assert row["demand_28d_p50"] == 280
    assert row["expected_lost_units"] == pytest.approx(180, rel=0.01)
    assert row["expected_lost_revenue"] == pytest.approx(3600, rel=0.01)


def test_what_is_ordered_fills_up_to_lead_time_review_and_cover():
    """P95 of Poisson(210) over 14 + 7 days is 234; 28 days of 10 beyond; 100 are there."""
    (row,) = project(steady(10), levels(("s0", "a", 100, 1.0)), orders())
    assert row["reorder_quantity"] == 234 + 280 - 100
    assert row["reorder_by"] == AS_OF


def test_an_order_is_due_when_what_remains_would_not_outlast_its_delivery():
    (row,) = project(steady(1), levels(("s0", "a", 40, 1.0)), orders())
    lasts = 31  # P95 of Poisson(31) is 40
    assert row["reorder_by"] == AS_OF + timedelta(days=lasts - 14)
    assert row["reorder_quantity"] == 0


def test_goods_on_the_way_postpone_the_stockout():
    held = levels(("s0", "a", 50, 1.0))
    in_time = orders(("s0", AS_OF + timedelta(days=3), 100))
    late = orders(("s0", AS_OF + timedelta(days=9), 100))
    (row,) = project(steady(10), held, in_time)
    assert row["projected_stockout_on"] == AS_OF + timedelta(days=15)
    assert row["next_restock_on"] == AS_OF + timedelta(days=3)
    (row,) = project(steady(10), held, late)
    assert row["projected_stockout_on"] == AS_OF + timedelta(days=5)
    assert row["incoming"] == 100


def test_incoming_without_a_date_is_assumed_after_the_lead_time_and_said():
    incoming = awaited(("s0", "a", None, 30))
    (row,) = project(steady(1), levels(("s0", "a", 5, 1.0)), orders(), incoming, lead=20)
    assert row["next_restock_on"] == AS_OF + timedelta(days=20)
    assert "assumed after lead time" in row["method"]


def test_incoming_is_assumed_a_lead_time_after_it_was_first_seen():
    def restock(days: int) -> date:
        incoming = awaited(("s0", "a", AS_OF - timedelta(days=days), 30))
        held = levels(("s0", "a", 5, 1.0))
        return project(steady(1), held, orders(), incoming, lead=20)[0]["next_restock_on"]

    assert restock(15) == AS_OF + timedelta(days=5)
    assert restock(25) == AS_OF + timedelta(days=7)


def test_an_overdue_order_is_expected_by_the_next_review():
    coming = orders(("s0", AS_OF - timedelta(days=30), 10))
    (row,) = project(steady(1), levels(("s0", "a", 5, 1.0)), coming)
    assert row["next_restock_on"] == AS_OF + timedelta(days=7)


def test_nothing_left_is_out_today_and_nothing_wanted_is_never_out():
    first, second = project(
        steady(2, 0), levels(("s0", "a", 0, 1.0), ("s1", "a", 3, 1.0)), orders()
    )
    assert first["projected_stockout_on"] == first["reorder_by"] == AS_OF
    assert second["projected_stockout_on"] is second["reorder_by"] is None
    assert second["reorder_quantity"] == second["expected_lost_units"] == 0


def test_demand_is_split_over_locations():
    near, far = project(
        steady(10), levels(("s0", "a", 80, 0.8), ("s0", "b", 80, 0.2)), orders(("s0", None, 10))
    )
    assert near["velocity_per_day"] == 8
    assert near["projected_stockout_on"] == AS_OF + timedelta(days=10)
    assert far["projected_stockout_on"] == AS_OF + timedelta(days=41)
    assert (near["incoming"], far["incoming"]) == (8, 2)


def test_shares_follow_the_falls_of_stock():
    days = [AS_OF - timedelta(days=d) for d in (2, 1, 0)]
    held = {"a": (50, 40, 60), "b": (40, 40, 20)}
    frame = pl.DataFrame(
        [
            ("s", place, day, n)
            for place, ns in held.items()
            for day, n in zip(days, ns, strict=True)
        ],
        schema=["sku", "location", "observed_on", "on_hand"],
        orient="row",
    )
    share = dict(location_shares(frame).select("location", "share").iter_rows())
    assert share["a"] == pytest.approx((10 + 7.5) / 40)
    assert share["a"] + share["b"] == pytest.approx(1)


def test_an_empty_sku_is_shared_evenly():
    frame = pl.DataFrame(
        {"sku": ["s"] * 2, "location": ["a", "b"], "observed_on": [AS_OF] * 2, "on_hand": [0, -2]}
    )
    assert location_shares(frame)["share"].to_list() == [0.5, 0.5]


@settings(max_examples=60, deadline=None)
@given(
    pace=st.floats(0, 30),
    available=st.integers(-20, 300),
    coming=st.integers(0, 200),
    due=st.integers(-10, 90),
    dispersion=st.floats(0, 2),
)
def test_no_projection_is_negative_and_dates_are_in_order(pace, available, coming, due, dispersion):
    purchase = orders(("s0", AS_OF + timedelta(days=due), coming))
    held = levels(("s0", "a", available, 1.0))
    (row,) = project(steady(pace, dispersion=dispersion), held, purchase)
    amounts = ("reorder_quantity", "expected_lost_revenue", "demand_28d_p10", "incoming")
    assert all(row[name] >= 0 for name in amounts)
    assert row["demand_28d_p10"] <= row["demand_28d_p50"] <= row["demand_28d_p90"]
    if row["projected_stockout_on"]:
        assert AS_OF <= row["stockout_on_p10"] <= row["projected_stockout_on"]
    assert row["reorder_by"] is None or row["reorder_by"] >= AS_OF


def test_no_stock_at_all_is_no_row():
    assert project(steady(1), levels().cast({"sku": pl.Utf8, "location": pl.Utf8}), orders()) == []


def test_curves_follow_the_stock_down_to_nothing():
    seen = outlook.outlook(
        steady(10), levels(("s0", "a", 35, 1.0)), awaited(), orders(), catalogue("s0"), POLICY
    )
    curve = outlook.curves(seen, np.array([0]))
    assert curve["stock"].to_list()[:5] == [25, 15, 5, 0, 0]
    assert (curve["stock_low"] <= curve["stock"]).all()
