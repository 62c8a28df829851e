"""Stock by variant × location, day by day: sales take it, suppliers and returns bring it back.

A cell is variant · 2 + location; a country is served by one location only and nothing is
transferred. On day d, in this order: receipts; sales in order of time, each line cut to what is
left (the cut is lost demand); cancelled and returned goods; the buyer's review (buying.py).
on_hand = available + committed; goods are committed from sale to fulfilment or cancellation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .buying import N_LOCATIONS, Buyer
from .calendar import N_DAYS
from .catalogue import Catalogue
from .choice import Ints, running_total
from .incidents import Drought

Grid = NDArray[np.int32]  # days × cells, at the end of the day


@dataclass(frozen=True)
class Flow:
    """What each intended line does to stock: days, cell (−1 = untracked), goods coming back."""

    day: Ints
    cell: Ints
    quantity: Ints
    released_day: Ints  # fulfilled or cancelled
    back_day: Ints
    back_quantity: Ints

    def take(self, lines: Ints) -> "Flow":
        return Flow(**{name: values[lines] for name, values in vars(self).items()})


@dataclass(frozen=True)
class Replenishments:
    cell: Ints
    ordered_day: Ints
    expected_day: Ints
    received_day: Ints
    quantity: Ints


@dataclass(frozen=True)
class Stock:
    """`filled` over intended lines; `corrections` has columns day, cell, quantity."""

    filled: Ints
    demand: Grid
    available: Grid
    committed: Grid
    incoming: Grid
    replenishments: Replenishments
    corrections: Ints


def run(
    flow: Flow, catalogue: Catalogue, droughts: tuple[Drought, ...], rng: np.random.Generator
) -> Stock:
    """Let the days pass. Lines outside stock (cell −1) are filled in full."""
    n_cells = catalogue.n_variants * N_LOCATIONS
    tracked = np.flatnonzero(flow.cell >= 0)
    tracked = tracked[np.lexsort((tracked, flow.cell[tracked], flow.day[tracked]))]
    lines = flow.take(tracked)
    demand = _daily(lines, n_cells)
    nothing = np.zeros((1, n_cells), dtype=np.int64)
    asked = np.concatenate([nothing, np.cumsum(demand, axis=0, dtype=np.int64)])
    buyer = Buyer(catalogue, asked, droughts, rng)
    filled, available, corrections = _sell(lines, buyer, n_cells)
    made = Replenishments(*buyer.orders.booked())
    all_filled = flow.quantity.copy()
    all_filled[tracked] = filled
    return Stock(
        filled=all_filled,
        demand=demand,
        available=available,
        committed=_between(lines.cell, lines.day, lines.released_day, filled, n_cells),
        incoming=_between(made.cell, made.ordered_day, made.received_day, made.quantity, n_cells),
        replenishments=made,
        corrections=corrections,
    )


def _sell(lines: Flow, buyer: Buyer, n_cells: int) -> tuple[Ints, Grid, Ints]:
    """Quantity sold of each line, available at the end of each day, corrections.

    Lines are sorted by day and cell, then time; `before` is what the same cell was asked for
    earlier the same day.
    """
    before = running_total(lines.quantity, lines.day * n_cells + lines.cell)
    edges = np.searchsorted(lines.day, np.arange(N_DAYS + 1))
    back_day = np.clip(lines.back_day, 0, N_DAYS)
    back = np.zeros((N_DAYS + 1, n_cells), dtype=np.int64)
    filled = np.zeros_like(lines.quantity)
    left = np.zeros(n_cells, dtype=np.int64)
    available = np.zeros((N_DAYS, n_cells), dtype=np.int32)
    corrections: list[tuple[int, int, int]] = []
    buyer.stock_up()
    for day in range(N_DAYS):
        for short, surplus in buyer.prepare_droughts(day, left):
            corrections.append((day, short, -surplus))
            left[short] -= surplus
        left += buyer.orders.receive(day)
        now = slice(edges[day], edges[day + 1])
        cell = lines.cell[now]
        filled[now] = np.clip(left[cell] - before[now], 0, lines.quantity[now])
        kept = np.minimum(lines.back_quantity[now], filled[now])
        np.add.at(back, (back_day[now], cell), kept)
        left += back[day] - np.bincount(cell, filled[now], n_cells).astype(np.int64)
        available[day] = left
        buyer.review(day, left)
    return filled, available, np.array(corrections, dtype=np.int64).reshape(-1, 3)


def _daily(lines: Flow, n_cells: int) -> Grid:
    flat = np.bincount(lines.day * n_cells + lines.cell, lines.quantity, N_DAYS * n_cells)
    return flat.astype(np.int32).reshape(N_DAYS, n_cells)


def _between(cell: Ints, start: Ints, end: Ints, quantity: Ints, n_cells: int) -> Grid:
    """Quantity standing at the end of each day from `start` until before `end`."""
    change = np.zeros((N_DAYS + 1, n_cells), dtype=np.int32)
    np.add.at(change, (np.clip(start, 0, N_DAYS), cell), quantity)
    np.add.at(change, (np.clip(end, 0, N_DAYS), cell), -quantity)
    return np.cumsum(change[:N_DAYS], axis=0, dtype=np.int32)
