"""Which of many suspicions to believe, so that only a stated share of them is wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def discoveries(chance: ArrayLike, false_share: float) -> NDArray[np.bool_]:
    """Choose rows by their tail probabilities: Benjamini & Hochberg 1995, step-up.

    Of the chosen, a share of at most `false_share` is expected to be chance alone.
    """
    p = np.asarray(chance, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    good = np.flatnonzero(p[order] <= false_share * np.arange(1, len(p) + 1) / max(len(p), 1))
    chosen = np.zeros(len(p), dtype=np.bool_)
    chosen[order[: good[-1] + 1 if len(good) else 0]] = True
    return chosen
