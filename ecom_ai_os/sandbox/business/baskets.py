"""What is in a basket: the lines a customer means to buy, before stock has its say.

First line: the habit's consumable, or a variant by taste × season × popularity × spend tier.
Further lines: Poisson(0.55) (habit orders 0.3), drawn the same way; then, with the planted chance,
the complement of the first line; 0.7 % of orders add a gift card. A variant stands once per order.
Quantity: 1 + Poisson(0.12 + 0.1 · tier) for consumables, 1 + Bernoulli(0.05) for durables.
"""

from dataclasses import dataclass

import numpy as np

from .calendar import Calendar
from .catalogue import N_TIERS, Catalogue
from .choice import Bools, Floats, Ints, draw_column
from .incidents import Shift
from .people import People
from .purchases import HABIT, Purchases

GIFT_RATE = 0.007


@dataclass
class Lines:
    """Arrays over intended lines, sorted by order; `order` indexes Purchases."""

    order: Ints
    variant: Ints
    quantity: Ints

    def __len__(self) -> int:
        return len(self.order)


class Shelf:
    """Draws a variant for an order's customer on its day."""

    def __init__(
        self,
        people: People,
        purchases: Purchases,
        catalogue: Catalogue,
        calendar: Calendar,
        rng: np.random.Generator,
    ) -> None:
        self._people, self._purchases, self._rng = people, purchases, rng
        self._demand = calendar.demand.astype(np.float32)
        self._choice = catalogue.for_taste()
        self._launched, self._withdrawn = catalogue.launched, catalogue.withdrawn

    def draw(self, order: Ints) -> Ints:
        """A variant per order, −1 where two draws in a row hit one that is not on sale."""
        variant = self._draw_any(order)
        absent = np.flatnonzero(~self.is_on_sale(order, variant))
        variant[absent] = self._draw_any(order[absent])
        return np.where(self.is_on_sale(order, variant), variant, -1)

    def is_on_sale(self, order: Ints, variant: Ints) -> Bools:
        day = self._purchases.day[order]
        return (self._launched[variant] <= day) & (day < self._withdrawn[variant])

    def _draw_any(self, order: Ints) -> Ints:
        person = self._purchases.person[order]
        wish = self._people.taste[person] * self._demand[self._purchases.day[order]]
        group = draw_column(wish, self._rng) * N_TIERS + self._people.tier[person]
        return self._choice.draw(group, self._rng)


def fill_baskets(
    people: People,
    purchases: Purchases,
    catalogue: Catalogue,
    calendar: Calendar,
    shifts: tuple[Shift, ...],
    rng: np.random.Generator,
) -> Lines:
    """The intended lines of every purchase."""
    shelf = Shelf(people, purchases, catalogue, calendar, rng)
    orders = np.arange(len(purchases))
    habit = np.where(purchases.kind == HABIT, people.habit[purchases.person], -1)
    first = np.where(habit >= 0, habit, shelf.draw(orders))
    more = np.repeat(orders, np.minimum(rng.poisson(np.where(habit >= 0, 0.3, 0.55)), 5))
    order = np.concatenate([orders, more])
    variant = np.concatenate([first, shelf.draw(more)])
    order, variant = _with_complements(order, variant, shelf, catalogue, rng)
    for shift in shifts:
        variant = _shift(shift, order, variant, shelf, purchases, catalogue, rng)
    gifts = orders[rng.random(len(orders)) < GIFT_RATE]
    cards = np.flatnonzero(catalogue.is_gift_card)
    order = np.concatenate([order, gifts])
    variant = np.concatenate([variant, rng.choice(cards, len(gifts))])
    return _counted(order, variant, people, purchases, catalogue, rng)


def _shift(
    shift: Shift,
    order: Ints,
    variant: Ints,
    shelf: Shelf,
    purchases: Purchases,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> Ints:
    """Thin a variant's lines (others are bought instead) or win lines from its own category."""
    day = purchases.day[order]
    running = (day >= shift.from_day) & (day < shift.to_day)
    mine = running & (variant == shift.variant)
    changed = variant.copy()
    if shift.factor < 1:
        lost = np.flatnonzero(mine & (rng.random(len(order)) >= shift.factor))
        other = shelf.draw(order[lost])
        changed[lost] = np.where(other == shift.variant, -1, other)
        return changed
    share = catalogue.popularity[shift.variant]
    win = min(1.0, (shift.factor - 1) * share / (1 - share))
    rival = running & (catalogue.category[variant] == catalogue.category[shift.variant])
    changed[rival & (variant >= 0) & ~mine & (rng.random(len(order)) < win)] = shift.variant
    return changed


def _with_complements(
    order: Ints, variant: Ints, shelf: Shelf, catalogue: Catalogue, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Add the complement of the first line of an order with its planted chance."""
    first = variant[: order.max() + 1]
    wanted = (first >= 0) & (catalogue.complement[first] >= 0)
    wanted &= rng.random(len(first)) < catalogue.complement_rate[first]
    joined = np.flatnonzero(wanted)
    other = catalogue.complement[first[joined]]
    on_sale = shelf.is_on_sale(joined, other)
    return np.concatenate([order, joined[on_sale]]), np.concatenate([variant, other[on_sale]])


def _counted(
    order: Ints,
    variant: Ints,
    people: People,
    purchases: Purchases,
    catalogue: Catalogue,
    rng: np.random.Generator,
) -> Lines:
    """One line per order and variant, sorted by order, first lines first, with quantities."""
    order, variant = order[variant >= 0], variant[variant >= 0]
    _, kept = np.unique(order * catalogue.n_variants + variant, return_index=True)
    kept.sort()
    kept = kept[np.argsort(order[kept], kind="stable")]
    order, variant = order[kept], variant[kept]
    tier = people.tier[purchases.person[order]]
    lasting = catalogue.lasts_days[variant] == 0
    many = np.where(lasting, rng.random(len(order)) < 0.05, rng.poisson(0.12 + 0.1 * tier))
    many[catalogue.is_gift_card[variant]] = 0
    return Lines(order, variant, 1 + many.astype(np.int64))


def expected_order_value(people: People, catalogue: Catalogue) -> Floats:
    """Expected worth in cents of a discovery basket of each person, before discounts.

    (1 + 0.55) lines × Σ_c taste_c · mean price(c, tier) × mean quantity; complements and gift
    cards left out (under 5 %).
    """
    price = catalogue.tier_price()[:, people.tier].T
    consumable = np.array(
        [
            catalogue.popularity[(catalogue.category == c) & (catalogue.lasts_days > 0)].sum()
            for c in range(price.shape[1])
        ]
    )
    more = consumable * (0.12 + 0.1 * people.tier[:, None]) + (1 - consumable) * 0.05
    value: Floats = 1.55 * (people.taste * price * (1 + more)).sum(axis=1)
    return value
