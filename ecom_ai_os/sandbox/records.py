"""The vendor's records as they stand, made once for each step of the shop's clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock

import duckdb

from ecom_ai_os.sandbox.shop import Shop

#: What was bought, and what stands where for it: the views of all inventory systems are over these.
BUYING = Path(__file__).with_name("buying.sql")


class Records:
    """Tables `<schema>.<name>` of the views `<name>_now`: asking a view costs 0.1 s a request."""

    def __init__(self, shop: Shop, schema: str, names: tuple[str, ...]) -> None:
        self._shop, self._tables = shop, tuple(f"{schema}.{name}" for name in names)
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
                for table in self._tables:
                    cursor.execute(f"create or replace table {table} as from {table}_now")
            self._made_at = now
