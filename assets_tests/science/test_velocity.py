"""Sharp changes of pace are found; chance, stockouts and quiet shops raise no alarm."""

from __future__ import annotations

from datetime import date

import numpy as np

from ecom_ai_os.science import panels, rolling, velocity

AS_OF = date(2026, 6, 30)


def found(units: np.ndarray, seen: np.ndarray | None = None) -> dict[str, str]:
    seen = np.ones_like(units) if seen is None else seen
    skus = [str(i) for i in range(len(units))]
    panel = panels.Panel(skus, AS_OF, np.zeros(len(units), dtype=np.int64), units, seen)
    changes = velocity.changes(panel, rolling.rehearse(panel))
    return dict(changes.select("sku", "kind").iter_rows())


def shop(seed: int = 0, n_skus: int = 60, n_days: int = 7 * 80) -> np.ndarray:
    rng = np.random.default_rng(seed)
    pace = rng.gamma(1.0, 3.0, (n_skus, 1)) * np.ones((1, n_days))
    pace[0] = 6
    return rng.poisson(pace).astype(float)


def test_a_collapse_is_found_within_ten_days():
    units = shop()
    units[0, -10:] = np.random.default_rng(1).poisson(0.6, 10)
    assert found(units) == {"0": "drop"}


def test_a_surge_is_found():
    units = shop()
    units[0, -7:] *= 4
    assert found(units) == {"0": "surge"}


def test_a_stockout_is_no_collapse():
    units, seen = shop(), np.ones((60, 7 * 80))
    units[0, -20:], seen[0, -20:] = 0, 0
    assert found(units, seen) == {}


def test_a_quiet_week_of_the_whole_shop_is_nobodys_collapse():
    units = shop()
    units[:, -7:] = np.floor(units[:, -7:] / 4)
    assert found(units) == {}


def test_chance_raises_no_alarm_on_forty_days_spread_over_two_years():
    units = shop(seed=5, n_skus=80, n_days=7 * 104)
    ends = range(7 * 24, 7 * 104, 14)
    assert [found(units[:, :end]) for end in ends] == [{}] * len(ends)


def test_one_sale_of_a_sleeping_sku_is_no_surge():
    units = shop()
    units[1, :-3], units[1, -3:] = 0, [0, 1, 0]
    assert found(units) == {}


def test_a_launch_is_no_surge():
    units, seen = shop(), np.ones((60, 7 * 80))
    units[1, :-10], seen[1, :-10] = 0, 0
    units[1, -10:] = 9
    assert found(units, seen) == {}


def test_a_young_or_empty_shop_has_no_changes():
    assert found(shop(n_days=7 * 6)) == {}
    assert found(np.zeros((0, 7 * 30))) == {}
