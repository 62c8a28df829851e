"""Who is about to run out of what: the customer's own interval per consumable.

A customer's gaps between purchases of a SKU are measured in units of the SKU's typical interval,
which is drawn to its category's, and that to the shop's, while few gaps are known. In these units
one model of rhythm holds for all (`rhythm`): gaps are Gamma(p) with a pace of each customer's own,
drawn to the typical one, and after every purchase some stop. So one purchase already has an
expected next one, and ten have mostly their own.

Not here: quantities (two packs at once are taken to last as long as one).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from ecom_ai_os.science import rhythm
from ecom_ai_os.science.rhythm import Rhythm

#: gaps of the category (of the shop) that count beside a SKU's (a category's) own
PRIOR_GAPS = 10
#: pairs the rhythm is fitted on; more change the parameters by less than a percent
MOST_FITTED = 10_000
FEWEST_GAPS = 30
PAIR = ["customer_id", "sku"]
SCHEMA = {
    "customer_id": pl.String,
    "sku": pl.String,
    "n_bought": pl.Int64,
    "since_days": pl.Int64,
    "interval_days": pl.Float64,
    "chance": pl.Float64,
    "frequency_chance": pl.Float64,
}


@dataclass(frozen=True)
class Habits:
    """What every customer's purchases of every consumable say, and the rhythm that fits them all.

    pairs: customer_id, sku, n_bought, since_days, known_days, unit_days (the SKU's typical
    interval); n, total, since as in Rhythm, in units. rhythm: None with fewer than 30 gaps.
    """

    pairs: pl.DataFrame
    rhythm: Rhythm | None

    def foresee(self, horizon_days: int) -> pl.DataFrame:
        """Chance that a customer buys a consumable again within the horizon, a row a pair bought.

        Returns the columns of SCHEMA. interval_days: expected (median) days from one purchase to
        the next; chance: by the rhythm; frequency_chance: by the naive rule "as often as so far",
        the same purchases at chance times. No rows without a rhythm.
        """
        if self.rhythm is None:
            return pl.DataFrame(schema=SCHEMA)
        pairs = self.pairs
        n, total, since = (pairs[c].to_numpy().astype(float) for c in ("n", "total", "since"))
        unit = pairs["unit_days"].to_numpy()
        quiet = self.rhythm.p_silent(n, total, since, horizon_days / unit)
        rate = pairs["n_bought"].to_numpy() / (pairs["known_days"].to_numpy() + horizon_days)
        return pairs.with_columns(
            interval_days=pl.Series(self.rhythm.expected_days(n, total) * unit),
            chance=pl.Series(1 - quiet),
            frequency_chance=pl.Series(1 - np.exp(-rate * horizon_days)),
        ).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def learn(purchases: pl.DataFrame, as_of: date) -> Habits:
    """Learn the habits of who bought consumables by `as_of`; nothing later is looked at.

    `purchases`: customer_id, sku, category (null: none), bought_on; consumables only.
    """
    gaps = _gaps(purchases, as_of)
    pairs = _pairs(gaps, as_of)
    is_enough = gaps["gap_days"].count() >= FEWEST_GAPS
    return Habits(pairs, _fit(pairs, gaps) if is_enough else None)


def _gaps(purchases: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """One row a purchase day of a pair; gap_days since the one before, null for the first."""
    rows = purchases.filter(pl.col("bought_on") <= as_of).sort(*PAIR, "bought_on")
    is_own = pl.all_horizontal(pl.col(name) == pl.col(name).shift() for name in PAIR)
    gap = pl.when(is_own).then(pl.col("bought_on").diff().dt.total_days())
    days = rows.with_columns(gap_days=gap).filter(pl.col("gap_days").fill_null(1) > 0)
    return days.join(_units(days), on="sku")


def _units(days: pl.DataFrame) -> pl.DataFrame:
    """sku, unit_days: its typical interval, the geometric mean of gaps, drawn to the category's."""
    logs = days.with_columns(pl.col("category").fill_null(""), log=pl.col("gap_days").log())
    shop = logs["log"].mean()
    n, total = pl.col("log").count(), pl.col("log").sum()
    by_category = logs.group_by("category").agg(
        usual=(total + PRIOR_GAPS * pl.lit(shop)) / (n + PRIOR_GAPS)
    )
    drawn = (total + PRIOR_GAPS * pl.col("usual").first()) / (n + PRIOR_GAPS)
    return logs.join(by_category, on="category").group_by("sku").agg(unit_days=drawn.exp())


def _pairs(gaps: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """One row a pair: gaps so far (n), their sum and the silence since, in units of the SKU."""
    since = (pl.lit(as_of) - pl.col("bought_on").max()).dt.total_days()
    pairs = gaps.group_by(PAIR).agg(
        n_bought=pl.len(),
        n=pl.col("gap_days").count(),
        total_days=pl.col("gap_days").sum(),
        since_days=since,
        unit_days=pl.col("unit_days").first(),
    )
    return pairs.sort(PAIR).with_columns(
        total=pl.col("total_days") / pl.col("unit_days"),
        since=pl.col("since_days") / pl.col("unit_days"),
        known_days=pl.col("total_days") + pl.col("since_days"),
    )


def _fit(pairs: pl.DataFrame, gaps: pl.DataFrame) -> Rhythm:
    """The rhythm of a regular sample of pairs."""
    sample = pairs.gather_every(-(-len(pairs) // MOST_FITTED))
    logs = gaps.join(sample.select(PAIR), on=PAIR).select(
        (pl.col("gap_days") / pl.col("unit_days")).log().sum()
    )
    n, total, since = (sample[c].to_numpy().astype(float) for c in ("n", "total", "since"))
    return rhythm.fit(n, total, since, np.ones(len(sample)), logs.item())
