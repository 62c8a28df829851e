"""The shop's buyer: when goods are ordered from suppliers, and the planted droughts of stock.

Each cell (variant × location) is reviewed once a week, on its vendor's weekday:
    f  = mean demand of the last 28 days (a plan in the first 28)
    P  = lead + 7 days,  safety = 1.3 · sqrt(1.3 f P + (f · lead · cv)²)
    if available + incoming < f P + safety: order up to f (P + 21) + safety, in packs of 6
    lead ~ Gamma(mean, cv of the vendor), at least 2 days
A drought freezes the review 70 days ahead, holds exactly the coming demand from 45 days ahead, and
lets the next delivery come late.
"""

import numpy as np

from .calendar import N_DAYS
from .catalogue import Catalogue
from .choice import Bools, Ints
from .incidents import Drought

N_LOCATIONS = 2
PACK = 6
_COVER_DAYS = 21
_EXACT_DAYS = 45
_FREEZE_DAYS = 25
_RESTOCK_SHARE = 0.03  # of what is sold comes back by cancellation or return


class Orders:
    """Replenishments booked so far, and when they arrive; columns as in `booked`."""

    def __init__(self, n_cells: int) -> None:
        self.arrivals = np.zeros((N_DAYS + 200, n_cells), dtype=np.int64)
        self.incoming = np.zeros(n_cells, dtype=np.int64)
        self._booked: list[Ints] = []

    def book(
        self, cell: Ints, ordered_day: Ints, expected_day: Ints, received_day: Ints, quantity: Ints
    ) -> None:
        """Record orders; what is not yet received counts as incoming at once."""
        self._booked.append(np.stack([cell, ordered_day, expected_day, received_day, quantity]))
        np.add.at(self.arrivals, (received_day, cell), quantity)
        np.add.at(self.incoming, cell, quantity)

    def book_one(self, *columns: int) -> None:
        """`book` for a single order."""
        self.book(*(np.array([value]) for value in columns))

    def receive(self, day: int) -> Ints:
        """What arrives in the morning of `day`, by cell."""
        arrived: Ints = self.arrivals[day]
        self.incoming -= arrived
        return arrived

    def booked(self) -> Ints:
        """[5 × orders]: cell, ordered, expected, received day, quantity; by day of ordering."""
        columns: Ints = np.concatenate(self._booked, axis=1)
        return columns[:, np.lexsort((columns[0], columns[1]))]


class Buyer:
    """Decides on orders. `asked[d, cell]` is the demand of all days before d."""

    def __init__(
        self,
        catalogue: Catalogue,
        asked: Ints,
        droughts: tuple[Drought, ...],
        rng: np.random.Generator,
    ) -> None:
        cells = np.arange(catalogue.n_variants * N_LOCATIONS)
        variant = cells // N_LOCATIONS
        self.orders = Orders(len(cells))
        self._asked, self._droughts, self._rng = asked, droughts, rng
        self._lead = catalogue.lead_days[variant]
        self._variation = catalogue.lead_variation[variant]
        self._weekday = catalogue.vendor[variant] % 5
        self._is_tracked = ~catalogue.is_gift_card[variant]
        self._launch = np.maximum(catalogue.launched, 0)[variant]
        self._withdrawn = catalogue.withdrawn[variant]
        self._plan = (asked[self._launch + 56, cells] - asked[self._launch, cells]) / 56
        self._frozen = np.zeros((N_DAYS, len(cells)), dtype=bool)
        for d in droughts:
            first = d.out_day - _EXACT_DAYS - _FREEZE_DAYS
            self._frozen[first : d.delivery_day, _cell(d)] = True

    def stock_up(self) -> None:
        """Order the stock of the opening or launch: about 60 days of the plan."""
        cell = np.flatnonzero(self._is_tracked)
        quantity = np.ceil((self._plan[cell] * 60 + 3) / PACK).astype(np.int64) * PACK
        launch = self._launch[cell]
        ordered = launch - self._lead[cell].astype(np.int64)
        self.orders.book(cell, ordered, launch, launch, quantity)

    def review(self, day: int, available: Ints) -> None:
        """Order what is due from the vendors whose weekday it is."""
        since = max(day - 27, 0)
        recent = (self._asked[day + 1] - self._asked[since]) / (day + 1 - since)
        pace = np.where(day < self._launch + 28, self._plan, np.maximum(recent, self._plan * 0.2))
        span = self._lead + 7
        safety = 1.3 * np.sqrt(1.3 * pace * span + (pace * self._lead * self._variation) ** 2)
        position = available + self.orders.incoming
        due = self._may_order(day) & (position < pace * span + safety)
        wanted = pace * (span + _COVER_DAYS) + safety - position
        self._order(day, np.flatnonzero(due), wanted[due])

    def _may_order(self, day: int) -> Bools:
        on_sale = (day >= self._launch) & (day < self._withdrawn) & self._is_tracked
        return np.asarray(on_sale & (self._weekday == day % 7) & ~self._frozen[day])

    def _order(self, day: int, cell: Ints, wanted: Ints) -> None:
        quantity = np.maximum(np.ceil(wanted / PACK), 1).astype(np.int64) * PACK
        mean, shape = self._lead[cell], self._variation[cell] ** -2
        lead = np.maximum(np.round(mean * self._rng.gamma(shape, 1 / shape)), 2).astype(np.int64)
        expected = day + np.round(mean).astype(np.int64)
        self.orders.book(cell, np.full(len(cell), day), expected, day + lead, quantity)

    def prepare_droughts(self, day: int, available: Ints) -> list[tuple[int, int]]:
        """Top up droughts that begin; (cell, surplus) where a count finds less than was thought.

        `available` is this morning's stock without today's receipts.
        """
        surplus = []
        for d in self._droughts:
            cell = _cell(d)
            held = int(available[cell] + self.orders.arrivals[day, cell])
            if day == d.out_day - _EXACT_DAYS - _FREEZE_DAYS:
                self._top_up(cell, day, self._demand(cell, day, day + 30) - held)
            if day == d.out_day - _EXACT_DAYS:
                asked = self._demand(cell, day, d.out_day)
                missing = asked - round(asked * _RESTOCK_SHARE) - held
                self._top_up(cell, day, missing)
                if missing < 0:
                    surplus.append((cell, -missing))
                self._deliver_late(cell, d)
        return surplus

    def _demand(self, cell: int, first_day: int, last_day: int) -> int:
        return int(self._asked[min(last_day, N_DAYS), cell] - self._asked[first_day, cell])

    def _top_up(self, cell: int, day: int, quantity: int) -> None:
        if quantity > 0:
            self.orders.book_one(cell, day - int(self._lead[cell]), day, day, quantity)

    def _deliver_late(self, cell: int, drought: Drought) -> None:
        arrival = drought.delivery_day
        packs = max(-(-self._demand(cell, arrival, arrival + 45) // PACK), 1)
        ordered = drought.promised_day - int(self._lead[cell])
        self.orders.book_one(cell, ordered, arrival, arrival, packs * PACK)


def _cell(drought: Drought) -> int:
    return drought.variant * N_LOCATIONS + drought.location
