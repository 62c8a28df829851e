"""Klaviyo's own view of the shop, renewed when the clock has moved."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from threading import Lock

import duckdb

from ecom_ai_os.sandbox.shop import Shop

RENEWAL = Path(__file__).parent / "documents" / "renewal.sql"
WRITTEN = ("profiles", "metrics", "events", "lists", "members")


class State:
    """Readings and writings of one shop's Klaviyo.

    - `lag_seconds`: within it an event or a profile written appears, each after its own wait
    - `has_machine_open`: openings carry the property machine_open (unverified)
    """

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.lag_seconds = 0
        self.has_machine_open = True
        self._at: datetime | None = None
        self._lock = Lock()

    @contextmanager
    def reading(self, site: str) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in one consistent state; `site` begins every link."""
        self._renew()
        with self.shop.reading() as cursor:
            quoted = site.replace("'", "''")
            cursor.execute(
                f"set variable klaviyo_site = '{quoted}';"
                f"set variable klaviyo_lag = {self.lag_seconds:d};"
                f"set variable klaviyo_machine_open = {self.has_machine_open}"
            )
            yield cursor

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for what is written, one writer at a time."""
        self._renew()
        with self._lock, self.shop.writing() as cursor:
            yield cursor

    def forget(self) -> None:
        """Undo every write."""
        with self.writing() as cursor:
            for name in WRITTEN:
                cursor.execute(f"delete from klaviyo.written_{name}")
            cursor.execute("delete from klaviyo.gone_profiles")
            self._at = None

    def _renew(self) -> None:
        now = self.shop.now
        with self._lock:
            if self._at == now:
                return
            with self.shop.writing() as cursor:
                cursor.execute("begin transaction")
                self._add_happenings(cursor)
                cursor.execute(RENEWAL.read_text())
                cursor.execute("commit")
            self._at = now

    def _add_happenings(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Add what happened since the last time; where the clock went back, take it out."""
        cursor.execute("delete from klaviyo.happened where happened_at > this_moment()")
        cursor.execute(
            "insert into klaviyo.happened from klaviyo.happenings where happened_at > "
            "coalesce((select max(happened_at) from klaviyo.happened), '-infinity') "
            "order by metric, happened_at, kind, source_id"
        )
