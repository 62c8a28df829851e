"""Demand: worked answers, what must never change a forecast, and honesty of the back-test."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecom_ai_os.science import candidates, demand, demand_backtest, panels, rolling, seasonality

AS_OF = date(2026, 6, 30)


def panel_of(units: np.ndarray, seen: np.ndarray | None = None) -> panels.Panel:
    seen = np.ones_like(units) if seen is None else seen
    skus = [f"sku-{i}" for i in range(len(units))]
    return panels.Panel(skus, AS_OF, np.zeros(len(units), dtype=np.int64), units, seen)


def poisson(n_skus: int, n_weeks: int, pace: float = 2.0, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).poisson(pace, (n_skus, 7 * n_weeks)).astype(float)


def sales_frame(rows: list[tuple[str, date, float]]) -> pl.DataFrame:
    return pl.DataFrame(
        rows, schema={"sku": pl.Utf8, "sold_on": pl.Date, "units": pl.Float64}, orient="row"
    )


def products(*skus: str) -> pl.DataFrame:
    schema = {"sku": pl.Utf8, "category": pl.Utf8}
    return pl.DataFrame([(sku, None) for sku in skus], schema=schema, orient="row")


def test_constant_sales_are_forecast_to_go_on():
    forecast = demand.forecast(panel_of(np.full((3, 7 * 90), 4.0)), days=28)
    assert forecast.mean == pytest.approx(np.full((3, 28), 4.0))
    assert forecast.velocity == pytest.approx([4.0] * 3)
    assert forecast.seasonal_factor == pytest.approx([1.0] * 3)


def test_a_week_of_its_own_shape_is_repeated():
    week = np.array([2.0, 2, 2, 2, 2, 8, 10])
    forecast = demand.forecast(panel_of(np.tile(week, (2, 60))), days=14)
    assert forecast.mean[0, :7] == pytest.approx(week, rel=1e-6)
    assert forecast.mean[0, 7:] == pytest.approx(week, rel=1e-6)


def test_days_without_stock_are_no_zeros():
    units, seen = np.full((2, 7 * 30), 5.0), np.ones((2, 7 * 30))
    units[0, -10:], seen[0, -10:] = 0, 0
    units[1, -10:] = 0
    forecast = demand.forecast(panel_of(units, seen), days=28)
    assert forecast.velocity == pytest.approx([5.0, 5 * 18 / 28])
    assert forecast.total(28)[1] < forecast.total(28)[0]


def test_last_years_peak_is_expected_again():
    rng = np.random.default_rng(1)
    season = np.where(np.arange(7 * 104) // 7 % 52 >= 48, 3.0, 1.0)
    units = rng.poisson(20 * season[: 7 * 100], (30, 7 * 100)).astype(float)
    forecast = demand.forecast(panel_of(units), days=28)
    assert forecast.seasonal_factor == pytest.approx(np.full(30, 3.0), rel=0.1)
    assert forecast.total(28).mean() == pytest.approx(28 * 60, rel=0.1)


def test_the_rule_is_last_years_weeks_times_clipped_growth():
    units = np.ones((1, 70))
    units[0, 18:22] = [3, 4, 5, 6]
    units[0, 57:70] = 10
    weeks = seasonality.Weeks(units, np.ones_like(units), np.zeros(1, dtype=np.int64))
    said = candidates.candidates(weeks, candidates.levels(weeks), 70, 4)
    rule = said[candidates.names(True).index(candidates.RULE)]
    assert rule == pytest.approx(np.array([[6.0, 8, 10, 12]]))


def test_no_sale_ever_is_no_demand_and_says_so():
    units = poisson(3, 40)
    units[1] = 0
    forecast = demand.forecast(panel_of(units))
    assert forecast.total(28)[1] == 0
    assert forecast.quantile(0.9, 28)[1] == 0
    assert forecast.method[1] == demand.NO_SALES


@pytest.mark.parametrize("n_weeks", [1, 2, 9, 14, 70])
def test_a_young_shop_gets_a_forecast(n_weeks: int):
    forecast = demand.forecast(panel_of(poisson(1, n_weeks, pace=3)), days=56)
    assert forecast.mean.shape == (1, 56)
    assert forecast.total(28)[0] == pytest.approx(28 * 3, rel=0.5)
    if n_weeks < 14:
        assert forecast.method[0].startswith("naive")


def test_an_empty_shop_is_no_error():
    panel = panels.build(sales_frame([]), products(), AS_OF)
    assert demand.forecast(panel).skus == []
    assert demand_backtest.backtest(panel, rolling.rehearse(panel)).is_empty()


@settings(max_examples=8, deadline=None)
@given(factor=st.floats(0.1, 50), seed=st.integers(0, 99))
def test_counting_in_dozens_changes_nothing(factor: float, seed: int):
    units = poisson(4, 90, seed=seed)
    plain, scaled = (demand.forecast(panel_of(u), days=28) for u in (units, factor * units))
    assert scaled.mean == pytest.approx(factor * plain.mean, rel=1e-6)


@settings(max_examples=10, deadline=None)
@given(later=st.integers(1, 400), units=st.integers(-5, 500))
def test_sales_after_as_of_change_nothing(later: int, units: int):
    days = [AS_OF - timedelta(days=d) for d in range(100)]
    known = [("a", day, 1.0 + day.day % 3) for day in days] + [("b", day, 2.0) for day in days[::3]]
    future = [("a", AS_OF + timedelta(days=later), float(units))]
    before = panels.build(sales_frame(known), products("a", "b"), AS_OF)
    after = panels.build(sales_frame(known + future), products("a", "b"), AS_OF)
    assert np.array_equal(before.units, after.units)
    assert np.array_equal(before.seen, after.seen)


def test_a_forecast_of_weeks_ago_does_not_know_the_weeks_since():
    calm = poisson(20, 100)
    wild = calm.copy()
    wild[:, -28:] *= 7
    one, other = (demand.forecast(panel_of(u), 28, weeks_ago=4) for u in (calm, wild))
    assert other.total(28) == pytest.approx(one.total(28), rel=1e-9)
    assert other.as_of == AS_OF - timedelta(weeks=4)


def test_more_returned_than_sold_counts_as_nothing_sold():
    rows = [("a", AS_OF, 2.0), ("a", AS_OF, -5.0), ("a", AS_OF - timedelta(days=1), 3.0)]
    rows += [("a", AS_OF - timedelta(days=d), 1.0) for d in range(2, 14)]
    panel = panels.build(sales_frame(rows), products("a"), AS_OF)
    assert panel.units[0, -2:].tolist() == [3.0, 0.0]


def test_a_stockless_day_is_unseen_unless_it_sells_on_back_order():
    days = [AS_OF - timedelta(days=d) for d in range(28)]
    rows = [(sku, day, 1.0) for sku in "ab" for day in days[10:]]
    rows += [("b", day, 1.0) for day in days[:10:2]]
    stock = pl.DataFrame(
        [(sku, day, 0.0) for sku in "ab" for day in days[:10]],
        schema={"sku": pl.Utf8, "observed_on": pl.Date, "available": pl.Float64},
        orient="row",
    )
    panel = panels.build(sales_frame(rows), products("a", "b"), AS_OF, stock)
    assert panel.seen[0, -9:].sum() == 0
    assert panel.seen[1, -9:].sum() == 9


def test_a_gap_that_chance_cannot_explain_was_a_stockout():
    days = [AS_OF - timedelta(days=d) for d in range(84)]
    fast = [("fast", day, 3.0) for i, day in enumerate(days) if not 30 <= i < 40]
    slow = [("slow", day, 1.0) for i, day in enumerate(days) if i % 11 == 0]
    panel = panels.build(sales_frame(fast + slow), products("fast", "slow"), AS_OF)
    assert (panel.seen[0] == 0).sum() == 10
    assert panel.seen[1, 7:].all()


def test_a_collapse_that_lasts_until_today_is_not_explained_away():
    days = [AS_OF - timedelta(days=d) for d in range(84)]
    rows = [("a", day, 3.0) for day in days[20:]] + [("b", day, 1.0) for day in days]
    panel = panels.build(sales_frame(rows), products("a", "b"), AS_OF)
    assert panel.seen[0, -20:].all()


def test_the_mixture_beats_the_naive_rules_where_levels_differ():
    """Steady slow sellers beside a shop that grows: no single rule fits both."""
    rng = np.random.default_rng(3)
    growth = np.linspace(0.5, 2, 7 * 104)
    units = np.vstack([rng.poisson(0.3, (40, 7 * 104)), rng.poisson(6 * growth, (40, 7 * 104))])
    panel = panel_of(units.astype(float))
    trial = rolling.rehearse(panel)
    rows = demand_backtest.backtest(panel, trial).rows_by_key("measure", named=True, unique=True)
    assert rows["wape_28d"]["is_better"]
    assert 0.7 < rows["coverage_p10_p90"]["value"] < 0.92
    assert rolling.judge(rolling.replay(trial)).chosen == rolling.MIXTURE


def test_where_the_mixture_is_worse_the_naive_rule_is_used_and_named():
    """A level that jumps every five weeks, of which only the newest weeks know."""
    jumps = np.random.default_rng(4).choice([100.0, 900.0], (2, 30))
    panel = panel_of(np.repeat(jumps, 35, axis=1) + poisson(2, 150))
    trial = rolling.rehearse(panel)
    verdict = rolling.judge(rolling.replay(trial))
    assert verdict.chosen == candidates.FLAT
    forecast = demand.forecast(panel, 28, trial)
    assert forecast.method == [f"naive: {candidates.FLAT}"] * 2
    assert forecast.total(28) == pytest.approx(panel.units[:, -28:].sum(axis=1))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_quantiles_are_ordered_and_never_negative(seed: int):
    rng = np.random.default_rng(seed)
    units = rng.negative_binomial(0.3, 0.2, (5, 7 * int(rng.integers(1, 80)))).astype(float)
    forecast = demand.forecast(panel_of(units), days=28)
    low, middle, high = (forecast.quantile(level, 28) for level in (0.1, 0.5, 0.9))
    assert (forecast.mean >= 0).all()
    assert (low >= 0).all() and (low <= middle).all() and (middle <= high).all()


@pytest.mark.shared
def test_on_real_weekly_retail_it_beats_last_year_times_growth(shared):
    frame = pl.read_csv(shared / "data" / "walmart7" / "walmart_sales_weekly.csv", null_values="NA")
    weekly = frame.pivot("Date", index="Dept", values="Weekly_Sales").drop("Dept").to_numpy()
    panel = panel_of(np.repeat(np.maximum(weekly, 0) / 7, 7, axis=1))
    verdict = rolling.judge(rolling.replay(rolling.rehearse(panel)))
    assert verdict.chosen == rolling.MIXTURE
    assert verdict.model < 0.96 * verdict.rule < verdict.flat
