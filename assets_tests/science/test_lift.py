from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats

from ecom_ai_os.science import lift

N_TREATED, N_HOLDOUT, N_EXPERIMENTS = 1800, 200, 400


def customers(treated: list[float], holdout: list[float]) -> pl.DataFrame:
    revenue = [*treated, *holdout]
    is_holdout = [False] * len(treated) + [True] * len(holdout)
    return pl.DataFrame(
        {"experiment": 0, "is_holdout": is_holdout, "revenue": revenue},
        schema_overrides={"revenue": pl.Float64},
    )


def test_a_small_experiment_worked_out_by_another_program() -> None:
    treated, holdout = [10.0, 20.0, 30.0], [0.0, 10.0]
    row = lift.measure(customers(treated, holdout), ["experiment"]).row(0, named=True)
    assert (row["n_treated"], row["n_holdout"]) == (3, 2)
    assert (row["revenue_per_treated"], row["revenue_per_holdout"], row["lift"]) == (20, 5, 15)
    expected = stats.ttest_ind(treated, holdout, equal_var=True).confidence_interval()
    assert (row["interval_low"], row["interval_high"]) == pytest.approx(tuple(expected))


@pytest.mark.parametrize("holdout", [[], [5.0]])
def test_too_few_customers_have_no_interval(holdout: list[float]) -> None:
    row = lift.measure(customers([1.0, 2.0], holdout), ["experiment"]).row(0, named=True)
    assert row["interval_low"] is None and row["interval_high"] is None


def test_where_nobody_bought_there_is_no_interval() -> None:
    row = lift.measure(customers([0.0] * 3, [0.0] * 3), ["experiment"]).row(0, named=True)
    assert row["lift"] == 0 and row["interval_low"] is None


@pytest.mark.parametrize("extra_rate", [0.0, 0.04])
def test_the_interval_covers_the_true_lift(extra_rate: float) -> None:
    """One in ten buys for 60 on average, and `extra_rate` more of those who are written to."""
    draws = np.random.default_rng(5)
    is_holdout = np.tile(np.arange(N_TREATED + N_HOLDOUT) >= N_TREATED, N_EXPERIMENTS)
    buys = draws.random(is_holdout.size) < np.where(is_holdout, 0.1, 0.1 + extra_rate)
    basket = draws.lognormal(np.log(60) - 0.18, 0.6, is_holdout.size)
    frame = pl.DataFrame(
        {
            "experiment": np.repeat(np.arange(N_EXPERIMENTS), N_TREATED + N_HOLDOUT),
            "is_holdout": is_holdout,
            "revenue": buys * basket,
        }
    )
    rows = lift.measure(frame, ["experiment"])
    truth = 60 * extra_rate
    covers = (rows["interval_low"] <= truth) & (rows["interval_high"] >= truth)
    assert 0.93 <= covers.mean() <= 0.99
    assert rows["lift"].mean() == pytest.approx(truth, abs=0.25)
