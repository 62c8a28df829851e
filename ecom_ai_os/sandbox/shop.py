"""The simulated shop as it stands at the simulated moment, ready to be asked in SQL."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

import duckdb

from ecom_ai_os.sandbox.clock import Clock

STATE = Path(__file__).with_name("state.sql")
# Deriving the state takes 0.2 s at 20,000 orders and seconds at 1,000,000: it happens once a
# step, and `Shop.now` stands still between two steps so that Date headers and rows agree.
SHORTEST_STEP = timedelta(minutes=1)
STEP_PER_BUILD_SECOND = timedelta(minutes=1)


class Shop:
    """One in-memory DuckDB over the read-only timeline in `business`.

    `scripts` are run once after the first state stands: the surfaces' views over it.
    `woocommerce_share` is the percentage of orders that WooCommerce has and Shopify has not.
    """

    def __init__(
        self,
        business: Path,
        clock: Clock,
        scripts: tuple[Path, ...] = (),
        woocommerce_share: int = 0,
    ) -> None:
        self.clock = clock
        self._lock = Lock()
        self._database = duckdb.connect()
        self._database.execute("set global TimeZone = 'UTC'")
        self._database.execute(f"attach '{business}' as business (read_only)")
        self._database.execute("set preserve_insertion_order = false")
        self._database.execute(
            "create table touches (entity varchar, id bigint, touched_at timestamptz)"
        )
        self._derive()
        self.currency = self._database.sql(
            "select any_value(currency) from business.orders"
        ).fetchall()[0][0]
        self._database.execute(f"create macro shop_currency() as '{self.currency}'")
        self._database.execute(f"create macro woocommerce_share() as {woocommerce_share:d}")
        for script in scripts:
            self._database.execute(script.read_text())

    @property
    def now(self) -> datetime:
        """The moment whose state is served; steps forward, never between two pages' seconds."""
        with self._lock:
            running = self.clock.now()
            if not self._now <= running < self._now + self._step:
                self._derive()
            return self._now

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor in a transaction: one consistent state, however long the reading takes."""
        now = self.now
        with self._database.cursor() as cursor:
            cursor.execute("begin transaction")
            cursor.execute("set variable now = ?::timestamptz", [now])
            yield cursor

    @contextmanager
    def writing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A cursor for the surfaces' own small tables; every statement commits."""
        now = self.now
        with self._database.cursor() as cursor:
            cursor.execute("set variable now = ?::timestamptz", [now])
            yield cursor

    def touch(self, entity: str, ids: list[int]) -> None:
        """Bump the `updated_at` of some rows to this moment, as an edit in the shop would."""
        with self._lock:
            rows = [(entity, key, self.clock.now()) for key in ids]
            self._database.executemany("insert into touches values (?, ?, ?)", rows)
            self._derive()

    def forget_touches(self) -> None:
        """Undo every `touch`."""
        with self._lock:
            (n_touches,) = self._database.execute("delete from touches").fetchall()[0]
            if n_touches:
                self._derive()

    def close(self) -> None:
        self._database.close()

    def _derive(self) -> None:
        started = time.monotonic()
        now = self.clock.now()
        with self._database.cursor() as cursor:
            cursor.execute("set variable now = ?::timestamptz", [now])
            cursor.execute("begin transaction")
            cursor.execute(STATE.read_text())
            cursor.execute("commit")
        self._now = now
        elapsed = time.monotonic() - started
        self._step = max(SHORTEST_STEP, elapsed * STEP_PER_BUILD_SECOND)
