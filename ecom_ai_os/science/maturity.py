"""When a delivery's return is known: deliveries old enough that what comes back has come back."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from ecom_ai_os.science.panels import Floats

#: deliveries younger than this do not yet show how late returns come
HORIZON_DAYS = 90
#: share of the returns that must have come
KNOWN_SHARE = 0.95
#: returns below which the shop's own delays say too little
MIN_RETURNS = 30
#: a fortnight to decide (the European right of withdrawal) and one to send it back and register it
DEFAULT_DAYS = 28


def known(lines: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return `lines` as they looked at the end of `as_of`.

    `lines`: delivered_on, returned_on (null: not returned) and any other columns. Later deliveries
    go, later returns have not happened; what came back before it is known to have arrived came
    back on that day.
    """
    returned_on = pl.max_horizontal("returned_on", "delivered_on")
    is_known = pl.col("returned_on") <= as_of
    return lines.filter(pl.col("delivered_on") <= as_of).with_columns(
        returned_on=pl.when(is_known).then(returned_on)
    )


def maturity_days(lines: pl.DataFrame, as_of: date) -> int:
    """Return the days after delivery by which 95 of 100 returns have been asked for.

    28 days where the shop's own delays say too little; see `shares_by_age`.
    """
    return int(np.argmax(shares_by_age(lines, as_of) >= KNOWN_SHARE))


def shares_by_age(lines: pl.DataFrame, as_of: date) -> Floats:
    """Return the share of all returns that has been asked for 0, 1, 2 … 90 days after delivery.

    Learned from deliveries 90 days old or older, whose returns are all in (younger ones show only
    the quick returns). Where they had fewer than 30 returns, 95 % are taken to come within 28 days,
    as many on each.
    """
    age = (pl.lit(as_of) - pl.col("delivered_on")).dt.total_days()
    delay = (pl.col("returned_on") - pl.col("delivered_on")).dt.total_days()
    delays = (
        known(lines, as_of)
        .filter(age >= HORIZON_DAYS)
        .select(delay=delay)
        .filter(pl.col("delay") <= HORIZON_DAYS)["delay"]
    )
    ages = np.arange(HORIZON_DAYS + 1)
    if len(delays) < MIN_RETURNS:
        return np.minimum(KNOWN_SHARE * ages / DEFAULT_DAYS, 1.0)
    return np.searchsorted(np.sort(delays.to_numpy()), ages, side="right") / len(delays)


def matured(lines: pl.DataFrame, as_of: date, history_days: int) -> pl.DataFrame:
    """Return the lines delivered in `history_days` whose returns are known, with is_returned."""
    age = (pl.lit(as_of) - pl.col("delivered_on")).dt.total_days()
    oldest = maturity_days(lines, as_of)
    return (
        known(lines, as_of)
        .filter(age.is_between(oldest, oldest + history_days - 1))
        .with_columns(is_returned=pl.col("returned_on").is_not_null())
    )
