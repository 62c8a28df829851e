"""Random choices over ragged groups, vectorised: the one trick every draw of the business uses."""

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def stream(seed: int, name: str) -> np.random.Generator:
    """An independent random stream per stage, so that a new stage reshuffles no old one."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


class GroupedChoice:
    """Weighted choice of a member within a group, inverse distribution functions laid end to end.

    Group g owns the interval (g, g+1]; a uniform u in [0, 1) draws the member whose edge is the
    first above g + u. Groups may differ in size; weights need not sum to one.
    """

    def __init__(self, groups: Sequence[tuple[NDArray[np.integer], NDArray[np.floating]]]) -> None:
        edges = []
        for position, (_, weights) in enumerate(groups):
            share = np.cumsum(weights, dtype=np.float64)
            share /= share[-1]
            share[-1] = 1.0
            edges.append(position + share)
        self._edges = np.concatenate(edges)
        self._members = np.concatenate([members for members, _ in groups]).astype(np.int64)

    def draw(self, group: Ints, rng: np.random.Generator) -> Ints:
        """One member for each entry of `group`."""
        place = np.searchsorted(self._edges, group + rng.random(len(group)), side="right")
        return self._members[place]


def draw_column(weights: NDArray[np.floating], rng: np.random.Generator) -> Ints:
    """One column index per row of a [rows × columns] matrix of non-negative weights."""
    share = np.cumsum(weights, axis=1)
    mark = rng.random(len(weights), dtype=np.float32)[:, None] * share[:, -1:]
    column: Ints = np.minimum((share <= mark).sum(axis=1), weights.shape[1] - 1)
    return column


def within(counts: Ints) -> Ints:
    """0, 1, …, n−1 for each count n, end to end: within([2, 3]) is [0, 1, 0, 1, 2]."""
    starts = np.cumsum(counts) - counts
    return np.arange(int(counts.sum())) - np.repeat(starts, counts)


def running_total(values: Ints, group: Ints) -> Ints:
    """Sum of the earlier values of the same group; equal groups must stand together."""
    total = np.cumsum(values) - values
    is_first = np.r_[True, group[1:] != group[:-1]][: len(group)]
    return total - np.maximum.accumulate(np.where(is_first, total, 0))
