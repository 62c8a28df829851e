"""The vendor's records as they stand, made once for each step of the shop's clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import Lock

import duckdb

from ecom_ai_os.sandbox.shop import Shop


class Records:
    """Tables `cin7.<name>` of the views `cin7.<name>_now`: asking a view costs 0.1 s a request."""

    def __init__(self, shop: Shop, names: tuple[str, ...]) -> None:
        self._shop, self._names = shop, names
        self._made_at: datetime | None = None
        self._lock = Lock()

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in a transaction over records of this moment."""
        self._renew()
        with self._shop.reading() as cursor:
            yield cursor

    def _renew(self) -> None:
        now = self._shop.now
        with self._lock:
            if self._made_at == now:
                return
            with self._shop.writing() as cursor:
                for name in self._names:
                    cursor.execute(f"create or replace table cin7.{name} as from cin7.{name}_now")
            self._made_at = now
