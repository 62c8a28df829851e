"""The catalogue: one row per variant, as arrays that every later stage indexes by position.

Popularity of product number k of its category ∝ (k + 2)^−0.8 (a long tail), shared among variants;
price = kind's price × option factor × lognormal(0.18), ending in .90; cost = 38–55 % of price.
About 100 · (n_orders / 20,000)^0.69 SKUs, never under 60. A quarter of each category's tail is
launched during the history, a tenth of it taken off sale. Gift cards stand last, untracked.
"""

from dataclasses import dataclass

import numpy as np

from .assortment import CATEGORIES, GIFT_CARDS, REASON_PROFILES, VENDORS, Category, Kind
from .calendar import HISTORY_DAYS, N_DAYS
from .choice import Bools, Floats, GroupedChoice, Ints, stream

N_TIERS = 5
GIFT_CATEGORY = len(CATEGORIES)
ALL_CATEGORIES = (*CATEGORIES, GIFT_CARDS)
# Spend tiers lean to dear or to cheap products within a category: popularity · (price/median)^lean.
_LEAN = np.linspace(-0.7, 0.7, N_TIERS)


@dataclass(frozen=True)
class Catalogue:
    """Arrays over variants (position = variant index) and texts over products.

    Money in cents; days on the calendar; `complement` is a variant index or −1.
    """

    product: Ints
    category: Ints
    option: list[str]
    kind: list[Kind]
    price: Ints
    cost: Ints
    popularity: Floats  # share of the category's sales, sums to one per category
    lasts_days: Ints
    return_rate: Floats
    reason_weights: Floats
    vendor: Ints
    lead_days: Floats
    lead_variation: Floats
    launched: Ints
    withdrawn: Ints
    complement: Ints
    complement_rate: Floats
    titles: list[str]

    @property
    def n_variants(self) -> int:
        return len(self.price)

    @property
    def is_gift_card(self) -> Bools:
        return np.asarray(self.category == GIFT_CATEGORY)

    @property
    def is_lasting(self) -> Bools:
        """Goods on sale from the first day to the last."""
        return (self.launched < 0) & (self.withdrawn > N_DAYS) & ~self.is_gift_card

    def for_taste(self) -> GroupedChoice:
        """Choice of a variant within group category · N_TIERS + tier."""
        groups = []
        for category in range(GIFT_CATEGORY):
            members = np.flatnonzero(self.category == category)
            groups += [(members, weight) for weight in self._tier_weights(members).T]
        return GroupedChoice(groups)

    def tier_price(self) -> Floats:
        """Mean price in cents of a draw of `for_taste`, as a [categories × tiers] matrix."""
        mean = np.empty((GIFT_CATEGORY, N_TIERS))
        for category in range(GIFT_CATEGORY):
            members = np.flatnonzero(self.category == category)
            weight = self._tier_weights(members)
            mean[category] = self.price[members] @ weight / weight.sum(axis=0)
        return mean

    def _tier_weights(self, members: Ints) -> Floats:
        price = self.price[members] / np.median(self.price[members])
        weights: Floats = self.popularity[members, None] * price[:, None] ** _LEAN
        return weights


@dataclass(frozen=True)
class _Row:
    product: int
    category: int
    rank: int  # of the product within its category
    kind: Kind
    option: tuple[str, float, float]
    title: str


def make_catalogue(n_orders: int, seed: int) -> Catalogue:
    """Draw the catalogue for a shop of `n_orders`."""
    rng = stream(seed, "catalogue")
    rows = _rows(max(60, round(100 * (n_orders / 20_000) ** 0.69)))
    kinds = [row.kind for row in rows]
    product, category, rank = (
        np.array([getattr(row, name) for row in rows]) for name in ("product", "category", "rank")
    )
    weight = (rank + 2.0) ** -0.8 * np.array([row.option[2] for row in rows])
    popularity = weight / np.bincount(category, weight)[category]
    price = _prices(rows, product, category, rng)
    launched, withdrawn = _life(rank, product, category, rng)
    vendor = np.array([_vendor(row) for row in rows])
    leads = np.array(list(VENDORS.values()))[vendor]
    profiles = np.array([REASON_PROFILES[ALL_CATEGORIES[c].profile] for c in category], dtype=float)
    margin = np.where(category == GIFT_CATEGORY, 0, rng.uniform(0.38, 0.55, len(rows)))
    return Catalogue(
        product=product,
        category=category,
        option=[row.option[0] for row in rows],
        kind=kinds,
        price=price,
        cost=np.round(price * margin).astype(np.int64),
        popularity=popularity,
        lasts_days=np.array([k.lasts_days for k in kinds]),
        return_rate=np.array([k.return_rate for k in kinds]) * rng.gamma(9, 1 / 9, len(rows)),
        reason_weights=rng.gamma(profiles * 3 + 0.01),
        vendor=vendor,
        lead_days=leads[:, 0],
        lead_variation=leads[:, 1],
        launched=launched,
        withdrawn=withdrawn,
        complement=_complements(kinds, popularity),
        complement_rate=np.array([k.complement_rate for k in kinds])
        * rng.uniform(0.8, 1.2, len(rows)),
        titles=list(dict.fromkeys(row.title for row in rows)),
    )


def _rows(n_wanted: int) -> list[_Row]:
    """Products of the categories in turn until `n_wanted` variants stand, then the gift card."""
    rows: list[_Row] = []
    rank = product = 0
    while len(rows) < n_wanted:
        for position, category in enumerate(CATEGORIES):
            rows += _variants(product, position, rank, category)
            product += 1
        rank += 1
    return rows + _variants(product, GIFT_CATEGORY, 0, GIFT_CARDS)


def _variants(product: int, position: int, rank: int, category: Category) -> list[_Row]:
    series, kinds = category.series.split(), category.kinds
    kind = kinds[rank % len(kinds)]
    edition, turn = divmod(rank // len(kinds), len(series))
    title = f"{series[turn]} {kind.name}" + (f" No. {edition + 1}" if edition else "")
    return [_Row(product, position, rank, kind, option, title) for option in kind.options]


def _prices(rows: list[_Row], product: Ints, category: Ints, rng: np.random.Generator) -> Ints:
    euros = np.array([row.kind.price * row.option[1] for row in rows])
    wobble = np.exp(rng.normal(0, 0.18, product[-1] + 1))[product]
    ninety = np.maximum(np.round(euros * wobble), 2) * 100 - 10
    return np.where(category == GIFT_CATEGORY, euros * 100, ninety).astype(np.int64)


def _vendor(row: _Row) -> int:
    """The category's vendors take its products in turn; an index into VENDORS."""
    vendors = ALL_CATEGORIES[row.category].vendors
    return list(VENDORS).index(vendors[row.rank % len(vendors)])


def _life(rank: Ints, product: Ints, category: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Days of launch (−30 = before the shop opened) and withdrawal (N_DAYS + 1 = never)."""
    n_products = product[-1] + 1
    is_tail = (rank >= 0.6 * rank.max()) & (category != GIFT_CATEGORY)
    fate = rng.random(n_products)[product]
    launch = rng.integers(60, HISTORY_DAYS - 60, n_products)[product]
    gone = rng.integers(HISTORY_DAYS - 200, N_DAYS - 20, n_products)[product]
    launched = np.where(is_tail & (fate < 0.25), launch, -30)
    return launched, np.where(is_tail & (fate > 0.90), gone, N_DAYS + 1)


def _complements(kinds: list[Kind], popularity: Floats) -> Ints:
    """The best-selling variant of the complementary kind, or −1."""
    best = {kinds[variant].name: int(variant) for variant in np.argsort(popularity)}
    return np.array([best[kind.complement] if kind.complement else -1 for kind in kinds])
