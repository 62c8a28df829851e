"""Stock by variant × location, day by day: sales take it, suppliers and returns bring it back.

A cell is variant · 2 + location; a country is served by one location only and nothing is
transferred. On day d, in this order: receipts; sales in order of time, each line cut to what is
left (the cut is lost demand); cancelled and returned goods; the buyer's review, weekly by vendor:
    f  = mean demand of the last 28 days (a plan in the first 28)
    P  = lead + 7 days,  safety = 1.3 · sqrt(1.3 f P + (f · lead · cv)²)
    if available + incoming < f P + safety: order up to f (P + 21) + safety, in packs of 6
    lead ~ Gamma(mean, cv of the vendor), at least 2 days
on_hand = available + committed; committed from sale to fulfilment or cancellation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .calendar import N_DAYS
from .catalogue import Catalogue
from .choice import Ints, running_total
from .incidents import Drought

N_LOCATIONS = 2
PACK = 6
_COVER_DAYS = 21
_DROUGHT_DAYS = 45  # before a planted stockout the cell holds exactly what will be asked for
_FREEZE_DAYS = 25  # and before that, long enough for what was ordered to arrive

Grid = NDArray[np.int32]


@dataclass(frozen=True)
class Flow:
    """What each intended line does to stock: days, cells (−1 = untracked), quantities coming back."""

    day: Ints
    cell: Ints
    quantity: Ints
    released_day: Ints  # fulfilled or cancelled
    back_day: Ints
    back_quantity: Ints


@dataclass(frozen=True)
class Replenishments:
    cell: Ints
    ordered_day: Ints
    expected_day: Ints
    received_day: Ints
    quantity: Ints


@dataclass(frozen=True)
class Stock:
    """`filled` over lines; grids of days × cells at the end of the day; corrections by count."""

    filled: Ints
    demand: Grid
    available: Grid
    committed: Grid
    incoming: Grid
    replenishments: Replenishments
    corrections: Ints  # columns: day, cell, quantity


class _Buyer:
    """Books replenishments and their arrival."""

    def __init__(self, n_cells: int) -> None:
        self.arrivals = np.zeros((N_DAYS + 200, n_cells), dtype=np.int64)
        self.incoming = np.zeros(n_cells, dtype=np.int64)
        self.booked: list[Ints] = []

    def book(
        self, cell: Ints, ordered: Ints, expected: Ints, received: Ints, quantity: Ints
    ) -> None:
        """Record orders; what is not yet received counts as incoming at once."""
        self.booked.append(np.stack([cell, ordered, expected, received, quantity]))
        np.add.at(self.arrivals, (received, cell), quantity)
        np.add.at(self.incoming, cell, quantity)

    def receive(self, day: int) -> Ints:
        self.incoming -= self.arrivals[day]
        return self.arrivals[day]

    def replenishments(self) -> Replenishments:
        cell, ordered, expected, received, quantity = np.concatenate(self.booked, axis=1)
        order = np.lexsort((cell, ordered))
        return Replenishments(*(a[order] for a in (cell, ordered, expected, received, quantity)))


def run(
    flow: Flow, catalogue: Catalogue, droughts: tuple[Drought, ...], rng: np.random.Generator
) -> Stock:
    """Let the days pass. Lines outside stock (cell −1) are filled in full."""
    n_cells = catalogue.n_variants * N_LOCATIONS
    tracked = np.flatnonzero(flow.cell >= 0)
    order = tracked[np.lexsort((tracked, flow.cell[tracked], flow.day[tracked]))]
    day, cell, quantity = flow.day[order], flow.cell[order], flow.quantity[order]
    before = running_total(quantity, day * n_cells + cell)
    demand = _grid(day, cell, quantity, n_cells)
    asked = np.vstack(
        [np.zeros(n_cells, dtype=np.int64), np.cumsum(demand, axis=0, dtype=np.int64)]
    )
    edges = np.searchsorted(day, np.arange(N_DAYS + 1))
    filled = np.zeros(len(order), dtype=np.int64)
    back = np.zeros((N_DAYS + 1, n_cells), dtype=np.int64)
    available = np.zeros((N_DAYS, n_cells), dtype=np.int32)
    buyer, corrections = _Buyer(n_cells), []
    policy = _Policy(catalogue, asked, droughts)
    policy.open(buyer)
    left = np.zeros(n_cells, dtype=np.int64)
    for today in range(N_DAYS):
        for fixed, target in policy.droughts_due(today, left + buyer.arrivals[today], buyer):
            corrections.append((today, fixed, target - left[fixed] - buyer.arrivals[today, fixed]))
            left[fixed] += corrections[-1][2]
        left += buyer.receive(today)
        now = slice(edges[today], edges[today + 1])
        filled[now] = np.clip(left[cell[now]] - before[now], 0, quantity[now])
        left -= np.bincount(cell[now], filled[now], n_cells).astype(np.int64)
        line = order[now]
        kept = np.minimum(flow.back_quantity[line], filled[now])
        np.add.at(back, (np.clip(flow.back_day[line], 0, N_DAYS), cell[now]), kept)
        left += back[today]
        available[today] = left
        policy.review(today, left, buyer, rng)
    sold = flow.quantity.copy()
    sold[order] = filled
    replenishments = buyer.replenishments()
    return Stock(
        filled=sold,
        demand=demand,
        available=available,
        committed=_between(cell, day, flow.released_day[order], filled, n_cells),
        incoming=_between(
            replenishments.cell,
            replenishments.ordered_day,
            replenishments.received_day,
            replenishments.quantity,
            n_cells,
        ),
        replenishments=replenishments,
        corrections=np.array(corrections, dtype=np.int64).reshape(-1, 3),
    )


def _grid(day: Ints, cell: Ints, quantity: Ints, n_cells: int) -> Grid:
    flat = np.bincount(day * n_cells + cell, quantity, N_DAYS * n_cells)
    return flat.astype(np.int32).reshape(N_DAYS, n_cells)


def _between(cell: Ints, start: Ints, end: Ints, quantity: Ints, n_cells: int) -> Grid:
    """Quantity standing at the end of each day from `start` until before `end`."""
    change = np.zeros((N_DAYS + 1, n_cells), dtype=np.int32)
    np.add.at(change, (np.clip(start, 0, N_DAYS), cell), quantity)
    np.add.at(change, (np.clip(end, 0, N_DAYS), cell), -quantity)
    return np.cumsum(change[:N_DAYS], axis=0, dtype=np.int32)


class _Policy:
    """The buyer's rules, and the droughts that overrule them."""

    def __init__(self, catalogue: Catalogue, asked: Ints, droughts: tuple[Drought, ...]) -> None:
        repeat = N_LOCATIONS
        self._asked, self._droughts = asked, droughts
        self._lead = np.repeat(catalogue.lead_days, repeat)
        self._cv = np.repeat(catalogue.lead_variation, repeat)
        self._weekday = np.repeat(catalogue.vendor, repeat) % 5
        self._tracked = np.repeat(~catalogue.is_gift_card, repeat)
        self._launch = np.repeat(np.maximum(catalogue.launched, 0), repeat)
        self._withdrawn = np.repeat(catalogue.withdrawn, repeat)
        cells = np.arange(len(self._lead))
        self._plan = (asked[self._launch + 56, cells] - asked[self._launch, cells]) / 56
        self._frozen = np.zeros((N_DAYS, len(cells)), dtype=bool)
        for d in droughts:
            start = d.out_day - _DROUGHT_DAYS - _FREEZE_DAYS
            self._frozen[start : d.delivery_day, d.variant * N_LOCATIONS + d.location] = True

    def open(self, buyer: _Buyer) -> None:
        """The stock of the opening or launch: about 60 days of the plan."""
        cell = np.flatnonzero(self._tracked)
        quantity = np.ceil((self._plan[cell] * 60 + 3) / PACK).astype(np.int64) * PACK
        launch = self._launch[cell]
        ordered = launch - self._lead[cell].astype(np.int64)
        buyer.book(cell, ordered, launch, launch, quantity)

    def review(self, day: int, left: Ints, buyer: _Buyer, rng: np.random.Generator) -> None:
        """Order what is due from the vendors whose weekday it is."""
        since = max(day - 27, 0)
        recent = (self._asked[day + 1] - self._asked[since]) / (day + 1 - since)
        pace = np.where(day < self._launch + 28, self._plan, np.maximum(recent, self._plan * 0.2))
        span = self._lead + 7
        safety = 1.3 * np.sqrt(1.3 * pace * span + (pace * self._lead * self._cv) ** 2)
        position = left + buyer.incoming
        due = (position < pace * span + safety) & (self._weekday == day % 7) & self._tracked
        due &= (day >= self._launch) & (day < self._withdrawn) & ~self._frozen[day]
        cell = np.flatnonzero(due)
        wanted = pace[cell] * (span[cell] + _COVER_DAYS) + safety[cell] - position[cell]
        quantity = np.maximum(np.ceil(wanted / PACK), 1).astype(np.int64) * PACK
        shape = self._cv[cell] ** -2
        lead = np.round(self._lead[cell] * rng.gamma(shape, 1 / shape))
        received = day + np.clip(lead, 2, 150).astype(np.int64)
        expected = day + np.round(self._lead[cell]).astype(np.int64)
        buyer.book(cell, np.full(len(cell), day), expected, received, quantity)

    def droughts_due(self, day: int, left: Ints, buyer: _Buyer) -> list[tuple[int, int]]:
        """Cells whose stock is counted down today, with the quantity; top-ups are booked."""
        found = []
        for d in self._droughts:
            cell = d.variant * N_LOCATIONS + d.location
            if day == d.out_day - _DROUGHT_DAYS - _FREEZE_DAYS:
                self._top_up(cell, day, int(self._need(cell, day, day + 30) - left[cell]), buyer)
            if day == d.out_day - _DROUGHT_DAYS:
                need = int(self._need(cell, day, d.out_day))
                self._top_up(cell, day, need - int(left[cell]), buyer)
                if need < left[cell]:
                    found.append((cell, need))
                late = int(self._need(cell, d.delivery_day, min(d.delivery_day + 45, N_DAYS)))
                self._deliver_late(cell, d, max(-(-late // PACK) * PACK, PACK), buyer)
        return found

    def _need(self, cell: int, first: int, last: int) -> int:
        return int(self._asked[last, cell] - self._asked[first, cell])

    def _top_up(self, cell: int, day: int, quantity: int, buyer: _Buyer) -> None:
        if quantity > 0:
            ordered = day - int(self._lead[cell])
            buyer.book(*(np.array([v]) for v in (cell, ordered, day, day, quantity)))

    def _deliver_late(self, cell: int, drought: Drought, quantity: int, buyer: _Buyer) -> None:
        ordered = drought.promised_day - int(self._lead[cell])
        announced = drought.delivery_day
        buyer.book(*(np.array([v]) for v in (cell, ordered, announced, announced, quantity)))
