"""What to put before which customer where: candidates of all kinds, ranked by placement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property

import polars as pl

from ecom_ai_os.science import baskets, restock
from ecom_ai_os.science.discovering import CANDIDATES, REASONS, Wanted, discover
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
#: SKUs the models know, the most bought: the linear one holds 100 MB and takes 4 s to learn
MOST_SKUS = 5_000
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

    @cached_property
    def baskets(self) -> baskets.Baskets:
        """What was bought together, of the most bought goods."""
        listed = most_bought(self.purchases, self.goods).implode()
        return baskets.fill(self.purchases.filter(pl.col("sku").is_in(listed)), self.as_of)

    @cached_property
    def habits(self) -> restock.Habits:
        """How often customers buy their consumables again."""
        consumables = self.goods.filter("is_consumable").select("sku", "category")
        return restock.learn(self.purchases.join(consumables, on="sku"), self.as_of)

    def without(self, skus: pl.Series) -> Known:
        """The same, with these SKUs not offered."""
        offered = pl.col("is_offered") & ~pl.col("sku").is_in(skus.implode())
        return replace(self, goods=self.goods.with_columns(is_offered=offered))


def most_bought(purchases: pl.DataFrame, goods: pl.DataFrame, most: int = MOST_SKUS) -> pl.Series:
    """Return the SKUs of the most bought products, `most` at most, no product in part.

    `purchases`: sku; `goods`: sku, product_id.
    """
    product = pl.coalesce("product_id", "sku")
    return (
        goods.join(purchases.group_by("sku").len("n"), on="sku")
        .with_columns(product=product, n=pl.col("n").sum().over(product))
        .sort("n", "product", "sku", descending=[True, False, False])
        .with_columns(place=pl.int_range(1, pl.len() + 1))
        .filter(pl.col("place").max().over("product") <= most)["sku"]
    )


def recommend(
    known: Known, customers: pl.Series, related: pl.DataFrame, limits: Limits, trust: Trust
) -> pl.DataFrame:
    """Every customer's recommendations by placement.

    `customers`: who shall have some. `related`: the columns of `copurchase.SCHEMA`. Where a model
    is not trusted its baseline is used, and `method` says so. Returns the columns of RECOMMENDED.
    """
    shelf = stock_shelf(known.baskets, known.goods, related, known.as_of, trust.similar_customers)
    score = "chance" if trust.restock else "frequency_chance"
    foreseen = known.habits.foresee(limits.restock_days).with_columns(score=score)
    wanted = due(foreseen, known.goods.filter("is_offered")["sku"], known.returned, limits)
    first = known.as_of - timedelta(days=limits.recent_days - 1)
    buyers = known.purchases.filter(pl.col("bought_on") >= first).select("customer_id").unique()
    placements = PLACEMENTS if trust.email else PLACEMENTS | {"email": BEST_SELLERS}
    asked = _ask(placements, limits)
    products = known.goods.select("sku", "product_id")
    placed = [RECOMMENDED.to_frame()]
    for some in customers.to_frame("customer_id").iter_slices(BATCH):
        found = discover(shelf, some["customer_id"], known.returned, asked)
        mine = wanted.join(some, on="customer_id", how="semi")
        candidates = _with_method(pl.concat([mine, found]), trust).join(products, on="sku")
        placed.append(place(candidates, buyers, limits.most, placements))
    return pl.concat(placed)


def _ask(placements: dict[str, dict[str, int | None]], limits: Limits) -> Wanted:
    """As many candidates as the placements can show."""
    most = {
        kind: max(
            kinds.get(kind, 0) or limits.most for kinds in placements.values() if kind in kinds
        )
        for kind in REASONS
    }
    fills = [kinds for kinds in placements.values() if "popular" in kinds]
    is_last = all(kinds.get("similar_customers", 0) is None for kinds in fills)
    return Wanted(most, limits.recent_days, is_last)


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
    ordered = _numbered(candidates, buyers).sort(
        "customer", "kind", "score", "sku", descending=[False, False, True, False]
    )
    ordered = ordered.with_columns(of_kind=pl.int_range(1, pl.len() + 1).over("customer", "kind"))
    placed = [
        _place(
            ordered.filter("is_buyer") if placement == "post_purchase" else ordered, kinds, most
        ).with_columns(placement=pl.lit(placement))
        for placement, kinds in placements.items()
    ]
    chosen = pl.concat(placed).sort("customer", "placement", "rank")
    return (
        candidates[chosen["row"]]
        .with_columns(chosen["placement"], chosen["rank"])
        .select(pl.col(name).cast(dtype) for name, dtype in RECOMMENDED.items())
    )


def _numbered(candidates: pl.DataFrame, buyers: pl.DataFrame) -> pl.DataFrame:
    """Numbers in the order of names: sorting and moving texts is most of the work otherwise."""
    sku, product = (pl.col(name).rank("dense").cast(pl.Int64) for name in ("sku", "product_id"))
    is_own = pl.col("kind") == "restock"
    return candidates.select(
        row=pl.int_range(pl.len()),
        customer=pl.col("customer_id").rank("dense"),
        kind=pl.col("kind").cast(pl.Enum(list(STEPS))),
        score="score",
        sku=sku,
        shown=pl.when(is_own | pl.col("product_id").is_null()).then(-sku).otherwise(product),
        is_buyer=pl.col("customer_id").is_in(buyers["customer_id"].implode()),
    )


def _place(ordered: pl.DataFrame, kinds: dict[str, int | None], most: int) -> pl.DataFrame:
    """row, customer and rank of what is shown in one placement."""
    turn = {kind: n for n, kind in enumerate(kinds)}
    caps = {kind: most if n is None else n for kind, n in kinds.items()}
    kind = pl.col("kind").cast(pl.String)
    step = kind.replace_strict(STEPS, return_dtype=pl.Int64)
    place = pl.int_range(pl.len()).over("customer")
    return (
        ordered.filter(pl.col("kind").is_in(list(kinds)))
        .filter(pl.col("of_kind") <= kind.replace_strict(caps, return_dtype=pl.Int64))
        .with_columns(step=step, turn=kind.replace_strict(turn, return_dtype=pl.Int64))
        .sort("customer", "turn", "of_kind")
        .unique(["customer", "sku"], keep="first", maintain_order=True)
        .unique(["customer", "shown"], keep="first", maintain_order=True)
        .filter(place < most)
        .sort("customer", "step", "score", "sku", descending=[False, False, True, False])
        .select("row", "customer", rank=place + 1)
    )


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
