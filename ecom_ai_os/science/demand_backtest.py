"""How good the demand forecast was on this shop's past, beside the better naive rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from ecom_ai_os.science import candidates as rivals
from ecom_ai_os.science import counts
from ecom_ai_os.science.backtest import coverage, wape
from ecom_ai_os.science.panels import Floats, Panel
from ecom_ai_os.science.rolling import Rehearsal, Trial, judge, replay
from ecom_ai_os.science.seasonality import YEAR_WEEKS, noise, to_weeks
from ecom_ai_os.science.spread import spread

LEVELS = (0.1, 0.5, 0.9)
COVERAGE, NOMINAL_COVERAGE = "coverage_p10_p90", 0.8
#: origins between those that fit the spread and those that test it, so that no four weeks overlap
GAP_ORIGINS = 2
MIN_ORIGINS = 6
SCHEMA = {
    "measure": pl.Utf8,
    "value": pl.Float64,
    "baseline": pl.Utf8,
    "baseline_value": pl.Float64,
    "n": pl.Int64,
    "is_better": pl.Boolean,
    "detail": pl.Utf8,
}


def backtest(panel: Panel, trial: Trial) -> pl.DataFrame:
    """Return one row by measure of the weighed forecast of four-week units.

    Columns: measure, value, baseline (the better naive rule), baseline_value, n (SKU × origin),
    is_better, detail. Errors by SKU and of the whole shop; pinball loss (mean of p10, p50, p90 in
    units) and coverage of p10–p90 on the last third of the origins, the spread fitted on the
    earlier ones. Empty without two months of forecasts to judge.
    """
    past = replay(trial)
    if len(past.origins) < MIN_ORIGINS:
        return pl.DataFrame(schema=SCHEMA)
    verdict = judge(past)
    name, _ = verdict.baseline
    naive = past.rule if name == rivals.RULE and past.rule is not None else past.flat
    model, baseline = (_scores(panel, past, f) for f in (past.model, naive))
    detail = f"{len(past.origins)} origins, two weeks apart; forecasts now use: {verdict.chosen}"
    return pl.DataFrame(
        [
            (
                m,
                model[m],
                name,
                baseline[m],
                past.model.size,
                _is_better(m, model, baseline),
                detail,
            )
            for m in model
        ],
        schema=SCHEMA,
        orient="row",
    )


def _is_better(measure: str, model: dict[str, float], baseline: dict[str, float]) -> bool:
    aim = NOMINAL_COVERAGE if measure == COVERAGE else 0.0
    return abs(model[measure] - aim) < abs(baseline[measure] - aim)


def _scores(panel: Panel, past: Rehearsal, predicted: Floats) -> dict[str, float]:
    by_sku = wape(past.actual, predicted)
    of_shop = wape(past.actual.sum(axis=1), predicted.sum(axis=1))
    return {"wape_28d": by_sku, "wape_28d_total": of_shop} | _range_scores(panel, past, predicted)


def _range_scores(panel: Panel, past: Rehearsal, predicted: Floats) -> dict[str, float]:
    cut = len(past.origins) * 2 // 3
    known = slice(0, max(cut - GAP_ORIGINS, 1))
    fitted = replace(
        past, origins=past.origins[known], model=predicted[known], actual=past.actual[known]
    )
    weeks = to_weeks(panel).before(past.origins[cut])
    ranges = spread(fitted, noise(weeks), weeks.units[:, -YEAR_WEEKS:].mean(axis=1))
    held = np.array([ranges.nominal(level) for level in LEVELS])[:, None, None]
    low, middle, high = counts.quantile(held, predicted[cut:], ranges.dispersion(28))
    actual = past.actual[cut:]
    losses = [_pinball(actual, q, p) for q, p in zip((low, middle, high), LEVELS, strict=True)]
    return {
        "pinball_28d": float(np.mean(losses)),
        COVERAGE: coverage(actual, low, high),
    }


def _pinball(actual: Floats, predicted: Floats, level: float) -> float:
    """Mean quantile loss (Koenker & Bassett, 1978), in units."""
    error = actual - predicted
    return float(np.mean(np.maximum(level * error, (level - 1) * error)))
