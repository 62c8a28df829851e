"""Reading ahead: several parts of one stream at once, handed on in their order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

PartT = TypeVar("PartT")
ReadT = TypeVar("ReadT")


def side_by_side(
    read: Callable[[PartT], ReadT], parts: Iterable[PartT], n_threads: int
) -> Iterator[tuple[PartT, ReadT]]:
    """Yield each part with what `read` makes of it, in order; `n_threads` are read at once.

    Raises what `read` raises.
    """
    running: deque[tuple[PartT, Future[ReadT]]] = deque()
    with ThreadPoolExecutor(n_threads) as pool:
        for part in parts:
            running.append((part, pool.submit(read, part)))
            # A slow one at the head leaves the others work to go on with.
            if len(running) > 2 * n_threads:
                done, future = running.popleft()
                yield done, future.result()
        while running:
            done, future = running.popleft()
            yield done, future.result()
