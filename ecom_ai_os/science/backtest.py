"""Measures for judging a prediction against what then happened.

Every function takes two arrays of equal length, one row per customer, SKU or day, and returns one
number. Not here: fitting, splitting history or deciding which model to use.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

TINY = 1e-9  # a sum this small is nothing, rounded

# Of a model beside its naive baseline, as `quality.backtests` keeps them.
MEASURES = {
    "measure": pl.String,
    "value": pl.Float64,
    "baseline": pl.String,
    "baseline_value": pl.Float64,
    "n": pl.Int64,
    "is_better": pl.Boolean,
    "detail": pl.String,
}


def mae(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Mean absolute error, in the unit of `actual`."""
    return float(np.mean(np.abs(_floats(predicted) - _floats(actual))))


def wape(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Summed absolute error over the summed actual; 0 is perfect, `nan` when nothing happened."""
    errors = np.abs(_floats(predicted) - _floats(actual))
    return _ratio(float(errors.sum()), float(np.abs(_floats(actual)).sum()))


def bias(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Predicted total over actual total, minus one: 0.1 promises a tenth too much."""
    return _ratio(float(_floats(predicted).sum()), float(_floats(actual).sum())) - 1


def rmse(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Root of the mean squared error, in the unit of `actual`; smallest for a true mean."""
    return float(np.sqrt(np.mean((_floats(predicted) - _floats(actual)) ** 2)))


def gini(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Normalised Gini: how well the prediction ranks the actual; 1 perfect, 0 by chance.

    Area between the cumulative share of `actual` (best predicted first) and the diagonal, over
    the same area for a perfect ranking. Tied predictions share their actuals equally, so the
    order of the rows never matters.
    """
    truth = _floats(actual)
    return _ratio(_concentration(truth, _floats(predicted)), _concentration(truth, truth))


def spearman(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Spearman's rank correlation, ties at their mean rank; `nan` when either is constant."""
    from scipy.stats import rankdata

    a, p = (
        rankdata(values) - (len(values) + 1) / 2 for values in (_floats(actual), _floats(predicted))
    )
    return _ratio(float(a @ p), float(np.sqrt((a @ a) * (p @ p))))


def top_decile_share(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Share of the actual total held by the tenth of rows predicted highest (0–1)."""
    truth = _floats(actual)
    best = np.argsort(-_floats(predicted), kind="stable")[: max(1, len(truth) // 10)]
    return _ratio(float(truth[best].sum()), float(truth.sum()))


def coverage(actual: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Share of rows whose actual lies within [low, high] (0–1)."""
    truth = _floats(actual)
    return float(np.mean((truth >= _floats(low)) & (truth <= _floats(high))))


def brier(happened: ArrayLike, probability: ArrayLike) -> float:
    """Mean squared distance of a probability from 0 or 1; 0.25 is a coin's."""
    return float(np.mean((_floats(probability) - _floats(happened)) ** 2))


def auc(happened: ArrayLike, score: ArrayLike) -> float:
    """Chance that a row where it happened scored above one where it did not; ties count half."""
    from scipy.stats import rankdata

    truth = _floats(happened) > 0
    n_yes, n_no = int(truth.sum()), int((~truth).sum())
    ranks = rankdata(_floats(score))
    return _ratio(float(ranks[truth].sum()) - n_yes * (n_yes + 1) / 2, n_yes * n_no)


def macro_f1(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Mean F1 over the classes that occur: every class weighs alike; 1 is perfect."""
    truth, guess = np.asarray(actual), np.asarray(predicted)
    return float(
        np.mean(
            [
                2 * ((truth == c) & (guess == c)).sum() / ((truth == c).sum() + (guess == c).sum())
                for c in np.unique(truth)
            ]
        )
    )


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _ratio(part: float, whole: float) -> float:
    return part / whole if abs(whole) > TINY else float("nan")


def _concentration(truth: Floats, score: Floats) -> float:
    _, tie = np.unique(-score, return_inverse=True)
    shared = (np.bincount(tie, truth) / np.bincount(tie))[np.sort(tie)]
    return float(np.mean(np.cumsum(shared)) - truth.sum() * (len(truth) + 1) / (2 * len(truth)))
