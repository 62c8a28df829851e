"""Who belongs to a circle of the best, without being thrown in and out of it month by month.

Two bars instead of one (a Schmitt trigger): in over the high bar, when it is no accident; out only
after several months in a row under the low bar. Between the bars everyone stays what they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from ecom_ai_os.science.baskets import places

SPELLS = {
    "customer_id": pl.String,
    "enrolled_on": pl.Date,
    "left_on": pl.Date,
    "place": pl.Float64,
    "is_sure": pl.Boolean,
}


@dataclass(frozen=True)
class Bars:
    """Shares of all customers, best first: to join, to stay; months under `stay` that end it."""

    join: float = 0.05
    stay: float = 0.10
    patience: int = 3


def follow(ranked: pl.DataFrame, bars: Bars) -> pl.DataFrame:
    """Everyone's last membership after the months given, in whatever order the rows come.

    A customer joins in a month they are above the `join` bar, if `is_sure` or if they were there
    the month before too. A customer without a row in a month counts as under both bars.

    Args:
        ranked: customer_id, month (its first day), place (share of customers who are better),
            is_sure; customers who were never above the `join` bar may be left out.

    Returns:
        The columns of SPELLS, by customer_id: months of joining and leaving (null: still in), place
        and is_sure in the month of joining.
    """
    customers, months = (ranked[name].unique().sort() for name in ("customer_id", "month"))
    place = np.ones((len(months), len(customers)))
    sure = np.zeros(place.shape, dtype=np.bool_)
    at = (places(ranked["month"], months), places(ranked["customer_id"], customers))
    place[at], sure[at] = ranked["place"].to_numpy(), ranked["is_sure"].to_numpy()
    joined, left = _walk(place, sure, bars)
    ever = np.flatnonzero(joined >= 0)
    spells = {
        "customer_id": customers.gather(ever),
        "enrolled_on": months.gather(joined[ever]),
        "left_on": months.gather(pl.Series(left[ever]).replace(-1, None)),
        "place": place[joined[ever], ever],
        "is_sure": sure[joined[ever], ever],
    }
    return pl.DataFrame(spells, schema=SPELLS)


def _walk(
    place: NDArray[np.float64], sure: NDArray[np.bool_], bars: Bars
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Months (by number, −1: none) of the last joining and of leaving it, by customer."""
    n = place.shape[1]
    joined, left = np.full(n, -1), np.full(n, -1)
    is_member, was_above, n_under = np.zeros(n, bool), np.zeros(n, bool), np.zeros(n, int)
    for month, now in enumerate(place):
        above = now < bars.join
        n_under = np.where(now < bars.stay, 0, n_under + 1)
        leaves = is_member & (n_under >= bars.patience)
        joins = ~is_member & above & (sure[month] | was_above)
        left = np.where(leaves, month, np.where(joins, -1, left))
        joined = np.where(joins, month, joined)
        is_member, was_above = (is_member | joins) & ~leaves, above
    return joined, left
