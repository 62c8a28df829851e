"""What to put before which customer where: candidates of all kinds, ranked by placement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import polars as pl

from ecom_ai_os.science import baskets, restock
from ecom_ai_os.science.discovering import CANDIDATES, discover
from ecom_ai_os.science.shelf import stock_shelf

#: By placement, kinds in the order they are chosen and the most of each (None: as many as fit). An
#: e-mail that only reminds sells nothing new; what is popular fills what is left.
PLACEMENTS: dict[str, dict[str, int | None]] = {
    "email": {
        "restock": 5,
        "complementary": 3,
        "cross_category": 2,
        "similar_customers": None,
        "popular": None,
    },
    "post_purchase": {
        "complementary": None,
        "cross_category": 2,
        "similar_customers": None,
        "popular": None,
    },
    "restock": {"restock": None},
}
#: The chosen are shown in these steps, by score within; the two in one step share a score.
STEPS = {
    "restock": 0,
    "complementary": 1,
    "cross_category": 2,
    "similar_customers": 2,
    "popular": 3,
}
RECOMMENDED = pl.Schema(
    {
        "customer_id": pl.String(),
        "placement": pl.String(),
        "rank": pl.Int64(),
        "sku": pl.String(),
        "kind": pl.String(),
        "score": pl.Float64(),
        "because": pl.List(pl.String),
        "reason": pl.String(),
        "method": pl.String(),
    }
)
BEST_SELLERS: dict[str, int | None] = {"popular": None}
BATCH = 20_000  # customers at a time: 3 million candidates' texts would not fit a small machine
UNTRUSTED = "did no better on the last four weeks"


@dataclass(frozen=True)
class Limits:
    """How many by placement, how recent a purchase complements go with, when a SKU is due."""

    most: int = 10
    recent_days: int = 30
    restock_days: int = 14
    min_restock_chance: float = 0.25


@dataclass(frozen=True)
class Trust:
    """Which models did better than their baseline on this shop's own past."""

    similar_customers: bool = True
    restock: bool = True
    email: bool = True


@dataclass(frozen=True)
class Known:
    """What the shop knows at the end of the day `as_of`; later rows are left out.

    purchases: customer_id (a guest's order stands for itself), sku, bought_on.
    goods: sku, product_id, category, is_consumable, is_offered.
    returned: customer_id, sku, returned_on.
    """

    purchases: pl.DataFrame
    goods: pl.DataFrame
    returned: pl.DataFrame
    as_of: date

    def __post_init__(self) -> None:
        for name, day in (("purchases", "bought_on"), ("returned", "returned_on")):
            frame = getattr(self, name)
            object.__setattr__(self, name, frame.filter(pl.col(day) <= self.as_of))

    def baskets(self) -> baskets.Baskets:
        """What was bought together, of all goods there are."""
        listed = self.goods["sku"].implode()
        return baskets.fill(self.purchases.filter(pl.col("sku").is_in(listed)), self.as_of)

    def without(self, skus: pl.Series) -> Known:
        """The same, with these SKUs not offered."""
        offered = pl.col("is_offered") & ~pl.col("sku").is_in(skus.implode())
        return replace(self, goods=self.goods.with_columns(is_offered=offered))

    def foresee(self, horizon_days: int) -> pl.DataFrame:
        """See `restock.foresee`."""
        consumables = self.goods.filter("is_consumable").select("sku", "category")
        repeatable = self.purchases.join(consumables, on="sku")
        return restock.foresee(repeatable, self.as_of, horizon_days)


def recommend(
    known: Known, customers: pl.Series, related: pl.DataFrame, limits: Limits, trust: Trust
) -> pl.DataFrame:
    """Every customer's recommendations by placement.

    `customers`: who shall have some. `related`: the columns of `copurchase.SCHEMA`. Where a model
    is not trusted its baseline is used, and `method` says so. Returns the columns of RECOMMENDED.
    """
    shelf = stock_shelf(known.baskets(), known.goods, related, known.as_of, trust.similar_customers)
    score = "chance" if trust.restock else "frequency_chance"
    foreseen = known.foresee(limits.restock_days).with_columns(score=score)
    wanted = due(foreseen, known.goods.filter("is_offered")["sku"], known.returned, limits)
    first = known.as_of - timedelta(days=limits.recent_days - 1)
    buyers = known.purchases.filter(pl.col("bought_on") >= first).select("customer_id").unique()
    placements = PLACEMENTS if trust.email else PLACEMENTS | {"email": BEST_SELLERS}
    products = known.goods.select("sku", "product_id")
    placed = [RECOMMENDED.to_frame()]
    for some in customers.to_frame("customer_id").iter_slices(BATCH):
        found = discover(
            shelf, some["customer_id"], known.returned, limits.most, limits.recent_days
        )
        mine = wanted.join(some, on="customer_id", how="semi")
        candidates = _with_method(pl.concat([mine, found]), trust).join(products, on="sku")
        placed.append(place(candidates, buyers, limits.most, placements))
    return pl.concat(placed)


def due(
    foreseen: pl.DataFrame, offered: pl.Series, returned: pl.DataFrame, limits: Limits
) -> pl.DataFrame:
    """Consumables a customer is about to need, as CANDIDATES of kind restock.

    Args:
        foreseen: the columns of `restock.SCHEMA`, and `score`, by which they are ranked.
        offered: SKUs that may be recommended.
        returned: customer_id, sku of what was sent back.
    """
    often = pl.format("bought {} times, about every {} days", "n_bought", _whole("interval_days"))
    once = pl.format("bought once; usually lasts {} days", _whole("interval_days"))
    bought = pl.when(pl.col("n_bought") > 1).then(often).otherwise(once)
    return (
        foreseen.filter(
            pl.col("score") >= limits.min_restock_chance, pl.col("sku").is_in(offered.implode())
        )
        .join(returned, on=["customer_id", "sku"], how="anti")
        .with_columns(
            kind=pl.lit("restock"),
            because=pl.concat_list("sku"),
            reason=pl.format("{}, last {} days ago", bought, "since_days"),
        )
        .select(list(CANDIDATES))
    )


def place(
    candidates: pl.DataFrame,
    buyers: pl.DataFrame,
    most: int,
    placements: dict[str, dict[str, int | None]] = PLACEMENTS,
) -> pl.DataFrame:
    """Rank candidates in every placement, at most `most` each; ranks count from 1.

    `candidates` has the columns of CANDIDATES, method and product_id: of what was never bought one
    variant of a product is shown; `buyers` (customer_id) bought
    lately: only they have something after a purchase. Returns the columns of RECOMMENDED.
    """
    best = pl.col("score").rank("ordinal", descending=True).over("customer_id", "kind")
    ordered = candidates.sort("customer_id", "kind", "sku").with_columns(of_kind=best)
    lately = ordered.join(buyers, on="customer_id", how="semi", maintain_order="left")
    placed = [
        _place(
            lately if placement == "post_purchase" else ordered, placements[placement], most
        ).with_columns(placement=pl.lit(placement))
        for placement in placements
    ]
    return (
        pl.concat(placed)
        .select(pl.col(name).cast(dtype) for name, dtype in RECOMMENDED.items())
        .sort("customer_id", "placement", "rank")
    )


def _place(ordered: pl.DataFrame, kinds: dict[str, int | None], most: int) -> pl.DataFrame:
    turns = pl.DataFrame(
        {
            "kind": list(kinds),
            "turn": range(len(kinds)),
            "most_of_kind": [most if n is None else n for n in kinds.values()],
        }
    )
    is_own = pl.col("kind") == "restock"
    chosen = (
        ordered.with_columns(shown=pl.coalesce(pl.when(~is_own).then("product_id"), "sku"))
        .join(turns, on="kind")
        .filter(pl.col("of_kind") <= pl.col("most_of_kind"))
        .sort("customer_id", "turn", "of_kind")
        .unique(["customer_id", "sku"], keep="first", maintain_order=True)
        .unique(["customer_id", "shown"], keep="first", maintain_order=True)
        .group_by("customer_id", maintain_order=True)
        .head(most)
    )
    step = pl.col("kind").replace_strict(STEPS, return_dtype=pl.Int64)
    shown = chosen.sort("customer_id", step, -pl.col("score"), "sku")
    return shown.with_columns(rank=pl.int_range(1, pl.len() + 1).over("customer_id"))


def _with_method(candidates: pl.DataFrame, trust: Trust) -> pl.DataFrame:
    """How each kind was found, and which baseline stands for a model."""
    similar = "linear model between SKUs"
    methods = {
        "restock": "own interval" if trust.restock else f"own frequency: the interval {UNTRUSTED}",
        "complementary": "together or soon after, beyond popularity and taste",
        "cross_category": similar,
        "similar_customers": similar,
        "popular": "best sellers of 90 days"
        if trust.similar_customers and trust.email
        else f"best sellers of 90 days: what similar customers buy {UNTRUSTED}",
    }
    return candidates.with_columns(method=pl.col("kind").replace_strict(methods))


def _whole(column: str) -> pl.Expr:
    return pl.col(column).round().cast(pl.Int64)
