"""The catalogue: one row per variant, as arrays that every later stage indexes by position.

Popularity of product number k of its category ∝ (k + 2)^−0.8 (a long tail), shared among variants;
price = kind's price × option factor × lognormal(0.18), ending in .90; cost = 38–55 % of price.
About 100 · (n_orders / 20,000)^0.69 SKUs, never under 60. A tenth of the tail is launched during
the history, a few are taken off sale.
"""

from dataclasses import dataclass

import numpy as np

from .assortment import CATEGORIES, GIFT_CARD_VALUES, REASON_PROFILES, VENDORS, Kind
from .calendar import HISTORY_DAYS, N_DAYS
from .choice import Bools, Floats, GroupedChoice, Ints, stream

N_TIERS = 5
GIFT_CATEGORY = len(CATEGORIES)
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
    kind: list[Kind | None]
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
        return self.category == GIFT_CATEGORY

    def for_taste(self) -> GroupedChoice:
        """Choice of a variant within group category · N_TIERS + tier."""
        groups = []
        for category in range(GIFT_CATEGORY):
            members = np.flatnonzero(self.category == category)
            price = self.price[members] / np.median(self.price[members])
            groups += [(members, self.popularity[members] * price**lean) for lean in _LEAN]
        return GroupedChoice(groups)

    def tier_price(self) -> Floats:
        """Mean price in cents of a draw of `for_taste`, as a [categories × tiers] matrix."""
        mean = np.empty((GIFT_CATEGORY, N_TIERS))
        for category in range(GIFT_CATEGORY):
            own = self.category == category
            price = self.price[own]
            weight = self.popularity[own, None] * (price / np.median(price))[:, None] ** _LEAN
            mean[category] = (weight * price[:, None]).sum(axis=0) / weight.sum(axis=0)
        return mean


def make_catalogue(n_orders: int, seed: int) -> Catalogue:
    """Draw the catalogue for a shop of `n_orders`."""
    rng = stream(seed, "catalogue")
    n_wanted = max(60, round(100 * (n_orders / 20_000) ** 0.69))
    rows = _rows(n_wanted)
    kinds = [row[3] for row in rows]
    n = len(rows)
    product, category, rank = (np.array([row[i] for row in rows]) for i in (0, 1, 2))
    share = np.array([row[4][2] for row in rows])
    weight = (rank + 2.0) ** -0.8 * share
    popularity = weight / np.bincount(category, weight)[category]
    wobble = np.exp(rng.normal(0, 0.18, product[-1] + 1))[product]
    euros = np.array([k.price * row[4][1] for k, row in zip(kinds, rows, strict=True)]) * wobble
    price = np.maximum(np.round(euros), 2).astype(np.int64) * 100 - 10
    launched, withdrawn = _life(rank, product, category, rng)
    vendor = _vendor(category, rank)
    leads = np.array(list(VENDORS.values()))[vendor]
    profiles = np.array([REASON_PROFILES[CATEGORIES[c].profile] for c in category], dtype=float)
    own = Catalogue(
        product=product,
        category=category,
        option=[row[4][0] for row in rows],
        kind=list(kinds),
        price=price,
        cost=np.round(price * rng.uniform(0.38, 0.55, n)).astype(np.int64),
        popularity=popularity,
        lasts_days=np.array([k.lasts_days for k in kinds]),
        return_rate=np.array([k.return_rate for k in kinds]) * rng.gamma(9, 1 / 9, n),
        reason_weights=rng.gamma(profiles * 3 + 0.01),
        vendor=vendor,
        lead_days=leads[:, 0],
        lead_variation=leads[:, 1],
        launched=launched,
        withdrawn=withdrawn,
        complement=_complements(kinds, popularity),
        complement_rate=np.array([k.complement_rate for k in kinds]) * rng.uniform(0.8, 1.2, n),
        titles=[title for title in dict.fromkeys(row[5] for row in rows)],
    )
    return _with_gift_cards(own)


_Row = tuple[int, int, int, Kind, tuple[str, float, float], str]


def _rows(n_wanted: int) -> list[_Row]:
    """(product, category, rank in category, kind, option, title), categories taken in turn."""
    rows: list[_Row] = []
    product = 0
    ranks = [0] * len(CATEGORIES)
    while len(rows) < n_wanted:
        for c, category in enumerate(CATEGORIES):
            rank = ranks[c]
            series = category.series.split()
            kind = category.kinds[rank % len(category.kinds)]
            title = f"{series[rank // len(category.kinds) % len(series)]} {kind.name}"
            edition = rank // (len(category.kinds) * len(series))
            title += f" No. {edition + 1}" if edition else ""
            rows += [(product, c, rank, kind, option, title) for option in kind.options]
            ranks[c] += 1
            product += 1
    return rows


def _vendor(category: Ints, rank: Ints) -> Ints:
    """Vendors of a category take its products in turn, by index into VENDORS."""
    names = list(VENDORS)
    return np.array(
        [
            names.index(CATEGORIES[c].vendors[r % len(CATEGORIES[c].vendors)])
            for c, r in zip(category, rank, strict=True)
        ]
    )


def _life(rank: Ints, product: Ints, category: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Days of launch (−30 = before the shop opened) and withdrawal (N_DAYS + 1 = never)."""
    n_products = product[-1] + 1
    is_tail = (rank / (np.bincount(category, rank)[category] + 1)) > 0
    is_tail &= (
        rank >= np.array([rank[category == c].max() * 0.6 for c in range(GIFT_CATEGORY)])[category]
    )
    fate = rng.random(n_products)[product]
    launch = rng.integers(60, HISTORY_DAYS - 60, n_products)[product]
    launched = np.where(is_tail & (fate < 0.25), launch, -30)
    gone = rng.integers(HISTORY_DAYS - 200, N_DAYS - 20, n_products)[product]
    withdrawn = np.where(is_tail & (fate > 0.90), gone, N_DAYS + 1)
    return launched, withdrawn


def _complements(kinds: list[Kind], popularity: Floats) -> Ints:
    """The best-selling variant of the complementary kind, or −1."""
    best = {k.name: -1 for k in kinds}
    for variant in np.argsort(popularity):
        best[kinds[variant].name] = int(variant)
    return np.array([best.get(k.complement or "", -1) for k in kinds])


def _with_gift_cards(goods: Catalogue) -> Catalogue:
    n = len(GIFT_CARD_VALUES)
    zeros, ones = np.zeros(n, dtype=np.int64), np.ones(n)
    extra = {
        "product": zeros + goods.product[-1] + 1,
        "category": zeros + GIFT_CATEGORY,
        "option": [f"€{value}" for value in GIFT_CARD_VALUES],
        "kind": [None] * n,
        "price": np.array(GIFT_CARD_VALUES) * 100,
        "cost": zeros,
        "popularity": ones / n,
        "lasts_days": zeros,
        "return_rate": ones * 0,
        "reason_weights": np.ones((n, goods.reason_weights.shape[1])),
        "vendor": zeros - 1,
        "lead_days": ones,
        "lead_variation": ones * 0,
        "launched": zeros - 30,
        "withdrawn": zeros + N_DAYS + 1,
        "complement": zeros - 1,
        "complement_rate": ones * 0,
        "titles": ["Gift Card"],
    }
    joined = {
        name: own + extra[name] if isinstance(own, list) else np.concatenate([own, extra[name]])
        for name, own in vars(goods).items()
    }
    return Catalogue(**joined)
