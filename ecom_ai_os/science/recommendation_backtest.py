"""Would the recommendations have been bought? Hide the last four weeks and recommend before them.

Each model stands beside the naive rule it must beat: similar customers beside what is popular (new
purchases), the own interval beside the own frequency (repeat purchases), the whole e-mail beside
the same best sellers for everyone.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl

from ecom_ai_os.science import copurchase, discovering, recommending
from ecom_ai_os.science.recommending import Known, Limits, Trust
from ecom_ai_os.science.shelf import POPULAR_DAYS, stock_shelf

WINDOW_DAYS = 28
LISTED = 10
FEWEST_CUSTOMERS = 30
PAIR = ["customer_id", "sku"]
MEASURES = {
    "measure": pl.String,
    "value": pl.Float64,
    "baseline": pl.String,
    "baseline_value": pl.Float64,
    "n": pl.Int64,
    "is_better": pl.Boolean,
    "detail": pl.String,
}


@dataclass(frozen=True)
class Rehearsal:
    """What was known four weeks before, who bought since, and what."""

    known: Known
    related: pl.DataFrame
    came: pl.DataFrame

    @property
    def customers(self) -> pl.Series:
        return self.came["customer_id"].unique().sort()


def rehearse(known: Known, belonging: copurchase.Belonging) -> Rehearsal:
    """Go back four weeks; what had sold in the 90 days before them counts as offered."""
    before = known.as_of - timedelta(days=WINDOW_DAYS)
    sold = known.purchases.filter(
        pl.col("bought_on").is_between(before - timedelta(days=POPULAR_DAYS), before)
    )
    goods = known.goods.with_columns(is_offered=pl.col("sku").is_in(sold["sku"].implode()))
    past = replace(known, goods=goods, as_of=before)
    came = known.purchases.filter(pl.col("bought_on") > before).select(PAIR).unique()
    return Rehearsal(
        past,
        copurchase.related(past.baskets, belonging),
        came.join(past.purchases.select("customer_id").unique(), on="customer_id", how="semi"),
    )


def measure(rehearsal: Rehearsal, limits: Limits) -> pl.DataFrame:
    """The columns of MEASURES, each model beside its baseline; no rows with under 30 customers.

    recall_at_10_new: share of what a customer bought for the first time that was among ten SKUs.
    repeats_found: share of repeat purchases of consumables among as many likeliest pairs.
    recall_at_10, hit_rate_at_10: of whatever was bought, for the whole e-mail.
    """
    parts = [_new(rehearsal), _repeats(rehearsal)]
    trusted = trust(pl.concat(parts))
    measures = pl.concat([*parts, _email(rehearsal, limits, trusted)])
    window = f"known until {rehearsal.known.as_of}, {WINDOW_DAYS} days hidden"
    return measures.filter(pl.col("n") >= FEWEST_CUSTOMERS).with_columns(detail=pl.lit(window))


def trust(measures: pl.DataFrame) -> Trust:
    """Which models beat their baseline; one that could not be tested did not."""
    better = set(measures.filter("is_better")["measure"])
    return Trust(
        similar_customers="recall_at_10_new" in better,
        restock="repeats_found" in better,
        email="recall_at_10" in better,
    )


def _new(rehearsal: Rehearsal) -> pl.DataFrame:
    known = rehearsal.known
    shelf = stock_shelf(known.baskets, known.goods, rehearsal.related, known.as_of)
    wanted = discovering.Wanted(dict.fromkeys(discovering.REASONS, 3 * LISTED), recent_days=1)
    found = discovering.discover(shelf, rehearsal.customers, known.returned, wanted)
    found, came = (f.join(known.purchases, on=PAIR, how="anti") for f in (found, rehearsal.came))
    is_popular = pl.col("kind") == "popular"
    is_similar = pl.col("kind").is_in(["cross_category", "similar_customers"])
    recall = _recall(_top(found.filter(is_similar)), came)
    naive = _recall(_top(found.filter(is_popular)), came)
    return _row("recall_at_10_new", recall, "best sellers the customer has not", naive)


def _repeats(rehearsal: Rehearsal) -> pl.DataFrame:
    foreseen = rehearsal.known.habits.foresee(WINDOW_DAYS)
    came = rehearsal.came.with_columns(is_bought=pl.lit(True))
    judged = foreseen.join(came, on=PAIR, how="left").with_columns(
        pl.col("is_bought").is_not_null()
    )
    n = int(judged["is_bought"].sum())
    found = [
        judged.top_k(n, by=score)["is_bought"].mean() for score in ("chance", "frequency_chance")
    ]
    shares = [(share if isinstance(share, float) else 0.0, n) for share in found]
    return _row("repeats_found", shares[0], "how often bought so far", shares[1])


def _email(rehearsal: Rehearsal, limits: Limits, trusted: Trust) -> pl.DataFrame:
    rows = recommending.recommend(
        rehearsal.known,
        rehearsal.customers,
        rehearsal.related,
        replace(limits, most=LISTED),
        replace(trusted, email=True),
    ).filter(pl.col("placement") == "email")
    sellers = _best_sellers(rehearsal.known)
    everyone = rehearsal.customers.to_frame().join(sellers.to_frame(), how="cross")
    baseline = "the same ten best sellers for everyone"
    return pl.concat(
        _row(name, rate(rows, rehearsal.came), baseline, rate(everyone, rehearsal.came))
        for name, rate in (("recall_at_10", _recall), ("hit_rate_at_10", _hit_rate))
    )


def _best_sellers(known: Known) -> pl.Series:
    since = known.as_of - timedelta(days=POPULAR_DAYS)
    lately = known.purchases.filter(pl.col("bought_on") > since).unique(PAIR)
    offered = lately.join(known.goods.filter("is_offered"), on="sku", how="semi")
    counts = offered.group_by("sku").len().sort("len", "sku", descending=[True, False])
    return counts["sku"].head(LISTED)


def _top(candidates: pl.DataFrame) -> pl.DataFrame:
    ranked = candidates.sort("customer_id", "score", "sku", descending=[False, True, False])
    return ranked.group_by("customer_id", maintain_order=True).head(LISTED)


def _recall(listed: pl.DataFrame, came: pl.DataFrame) -> tuple[float, int]:
    """Mean over customers of the share of what they bought (ten at most) that was listed."""
    hits = _hits(listed, came)
    share = (hits["n_hits"] / hits["n_came"].clip(upper_bound=LISTED)).mean()
    return (share if isinstance(share, float) else 0.0), len(hits)


def _hit_rate(listed: pl.DataFrame, came: pl.DataFrame) -> tuple[float, int]:
    """Share of customers who bought at least one SKU listed."""
    hits = _hits(listed, came)
    share = (hits["n_hits"] > 0).mean()
    return (share if isinstance(share, float) else 0.0), len(hits)


def _hits(listed: pl.DataFrame, came: pl.DataFrame) -> pl.DataFrame:
    is_listed = listed.select(PAIR).with_columns(is_listed=pl.lit(True))
    return (
        came.join(is_listed, on=PAIR, how="left")
        .group_by("customer_id")
        .agg(n_came=pl.len(), n_hits=pl.col("is_listed").count())
    )


def _row(
    name: str, ours: tuple[float, int], baseline: str, theirs: tuple[float, int]
) -> pl.DataFrame:
    value, n = ours
    is_better = n >= FEWEST_CUSTOMERS and value > theirs[0]
    row = (name, value, baseline, theirs[0], n, is_better, "")
    return pl.DataFrame([row], schema=MEASURES, orient="row")
