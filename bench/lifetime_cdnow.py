"""Lifetime value on real customers, beside common methods, and its speed at a million.

Needs the data sets that stand beside the project (../shared/data). The peers' rows are what the
usual libraries gave on the same split (39 weeks known, 39 foreseen; 39 and 13 for the grocer).
"""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path

import polars as pl

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT))

from assets_tests.science import shops  # noqa: E402
from ecom_ai_os.science import (  # noqa: E402
    churn,
    customer_value,
    lifetime,
    rfm,
    value_backtest,
)

SHARED = ROOT.parent / "shared"
MEASURES = ["mae", "total_bias", "gini", "spearman", "top_decile_share", "interval_coverage"]
PEERS = {
    "peer: BG/NBD + Gamma-Gamma": {
        "mae": 32.7,
        "total_bias": -0.17,
        "gini": 0.672,
        "top_decile_share": 0.516,
    },
    "peer: MBG/NBD + Gamma-Gamma": {"mae": 31.8, "total_bias": -0.22, "top_decile_share": 0.516},
    "peer: LightGBM, earlier windows": {
        "mae": 33.5,
        "total_bias": -0.04,
        "top_decile_share": 0.525,
    },
    "peer: past spend a week": {"total_bias": 0.46, "gini": 0.697},
}
GROCER_PEERS = {
    "peer: BG/NBD + Gamma-Gamma": {"spearman": 0.805, "total_bias": -0.03},
    "peer: past spend a week": {"spearman": 0.801},
}


def judge(orders: pl.DataFrame, known_days: int, window: int) -> dict[str, dict[str, float]]:
    """Ours, ours without the correction, and the rule of thumb, by measure."""
    on = orders["ordered_on"].min() + timedelta(days=known_days - 1)
    foreseen = value_backtest.foresee(orders, on, window)
    measures = value_backtest.measure(foreseen)
    by = customer_value.fit(orders, on, window).money_correction
    money = pl.col("predicted", "interval_low", "interval_high")
    bare = value_backtest.measure(foreseen.with_columns(money / by))
    return {
        f"ours, corrected by {by:.2f}": dict(measures.select("measure", "value").iter_rows()),
        "ours, uncorrected": dict(bare.select("measure", "value").iter_rows()),
        f"rule: {value_backtest.BASELINE}": dict(
            measures.select("measure", "baseline_value").iter_rows()
        ),
    }


def show(title: str, rows: dict[str, dict[str, float]]) -> None:
    print(f"\n{title}\n{'':42}" + "".join(f"{name:>18}" for name in MEASURES))
    for name, values in rows.items():
        figures = (values.get(measure) for measure in MEASURES)
        cells = (f"{value:18.3f}" if value is not None else f"{'':>18}" for value in figures)
        print(f"{name:42}" + "".join(cells))


def show_speed() -> None:
    orders = shops.simulate(1_000_000)
    last_day = orders["ordered_on"].max()
    customers = rfm.summarise(orders, last_day)
    steps = {
        "fit and expect (grouped)": lambda: customer_value.fit_uncorrected(customers).expect(
            customers, 365
        ),
        "score, intervals and tiers": lambda: lifetime.score(orders, last_day, trust_model=True),
        "back-test": lambda: value_backtest.measure(value_backtest.replay(orders, last_day)),
        "churn risk, rehearsed": lambda: churn.rehearse(orders, last_day),
    }
    print(f"\n1,000,000 customers, {orders.height:,} orders: seconds (seconds of processor)")
    for name, step in steps.items():
        began, used = time.perf_counter(), time.process_time()
        step()
        print(f"{name:34}{time.perf_counter() - began:8.1f} ({time.process_time() - used:.1f})")


def main() -> None:
    if SHARED.exists():
        show("CDNOW master, 39/39 weeks", judge(shops.cdnow(SHARED), 273, 273) | PEERS)
        grocer = shops.completejourney(SHARED)
        show("completejourney, 39/13 weeks", judge(grocer, 273, 91) | GROCER_PEERS)
        show("online_retail FR+DE, 26/26", judge(shops.online_retail(SHARED), 186, 186))
    else:
        print("no ../shared/data: only the speed is measured")
    show_speed()


if __name__ == "__main__":
    main()
