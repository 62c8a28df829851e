"""Whether the shop's own sentiment model may be used: its newest rated reviews are the judge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecom_ai_os.science import backtest, languages, sentiment_learning
from ecom_ai_os.science.review_reading import Reader
from ecom_ai_os.science.sentiment import LABELS

#: share of the rated texts, the newest, that are held out
HELD_OUT = 0.2
#: the newest rated texts that are enough to learn from four fifths of them
ENOUGH_TEXTS = int(sentiment_learning.MAX_TEXTS / (1 - HELD_OUT))
#: held-out texts, and texts of each class to learn from, below which luck decides
MIN_HELD_OUT, MIN_CLASS = 40, 15
MAJORITY = "always the commonest class"


@dataclass(frozen=True)
class Tested:
    """The measures (`backtest.MEASURES`) and whether the shop's own model is the better one."""

    measures: pl.DataFrame
    is_own_better: bool


def rehearse(rated: pl.DataFrame, shipped: Reader, min_texts: int) -> Tested:
    """Foresee the stars of the newest fifth of the rated texts.

    `rated`: text, language (as the platform says), rating, oldest first. The own model is learned
    from the other four fifths, where they hold `min_texts` and enough of each class; it is better
    when both its macro-F1 over three classes and its AUC of negative are.
    """
    n_held_out = int(len(rated) * HELD_OUT)
    if n_held_out < MIN_HELD_OUT:
        return Tested(pl.DataFrame(schema=backtest.MEASURES), False)
    past, held_out = rated.head(-n_held_out), rated.tail(n_held_out)
    held_out = held_out.with_columns(languages.detect(held_out["text"], held_out["language"]))
    truth = sentiment_learning.classes(held_out["rating"])
    of_shipped = judge(shipped, held_out, truth)
    of_own = None
    if can_learn(past, min_texts):
        own = Reader("own", sentiment_learning.learn_from(past), is_own=True)
        of_own = judge(own, held_out, truth)
    is_own_better = of_own is not None and all(np.greater(of_own, of_shipped))
    used = of_own if of_own and is_own_better else of_shipped
    rows = [("macro_f1", used[0], MAJORITY, majority_f1(truth))]
    rows += [("negative_auc", used[1], MAJORITY, 0.5)]
    if of_own:
        rows += [("own_macro_f1", of_own[0], shipped.name, of_shipped[0])]
        rows += [("own_negative_auc", of_own[1], shipped.name, of_shipped[1])]
    return Tested(_measures(rows, held_out), is_own_better)


def can_learn(rated: pl.DataFrame, min_texts: int) -> bool:
    """Whether there are `min_texts` rated texts and some of each class among them."""
    counts = np.bincount(sentiment_learning.classes(rated["rating"]), minlength=len(LABELS))
    return len(rated) >= min_texts and bool(counts.min() >= MIN_CLASS)


def judge(reader: Reader, rated: pl.DataFrame, truth: NDArray[np.int64]) -> tuple[float, float]:
    """Return macro-F1 over the three classes and the AUC of negative, from the texts alone.

    A text the model cannot read counts as mixed.
    """
    scores = reader.score(rated["text"], rated["language"])
    known = scores.with_columns(
        pl.col("negative", "positive").fill_null(0.0), pl.col("mixed").fill_null(1.0)
    ).to_numpy()
    feeling = known[:, LABELS.index("negative")] - known[:, LABELS.index("positive")]
    return backtest.macro_f1(truth, known.argmax(axis=1)), backtest.auc(truth == 0, feeling)


def majority_f1(truth: NDArray[np.int64]) -> float:
    """Return the macro-F1 of always saying the commonest class."""
    return backtest.macro_f1(truth, np.full_like(truth, np.bincount(truth).argmax()))


def _measures(rows: list[tuple[str, float, str, float]], held_out: pl.DataFrame) -> pl.DataFrame:
    names = ["measure", "value", "baseline", "baseline_value"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        n=pl.lit(len(held_out), pl.Int64),
        is_better=pl.col("value") > pl.col("baseline_value"),
        detail=pl.lit("stars of the newest rated reviews, foreseen from their text alone"),
    )
