"""Ingestion: every stream of every connection lands verbatim in the raw layer, side by side.

Not here: what an API looks like (platforms/), what the records mean (dbt_project/models/staging).
"""

import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import Full, Queue
from threading import Event
from typing import Any

import dagster as dg
import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.presentation import preview
from ecom_ai_os.defs.tables import readings
from ecom_ai_os.landing import Landed
from ecom_ai_os.platforms import MODULES, Batch, Connector, RawTable, Stream, connector_type
from ecom_ai_os.warehouse import Warehouse

#: Streams read side by side; Shopify runs five bulk operations at once.
MAX_READERS = 6

#: Batches that wait on disk to be landed; readers pause beyond it.
MAX_WAITING_BATCHES = 12


@dataclass(frozen=True)
class Read:
    """One stream of one connection, to be read in this run."""

    name: str
    connector: Connector
    stream: Stream


@dataclass
class Outcome:
    """What reading one stream came to: what landed, and why it stopped early, if it did."""

    read: Read
    landed: Landed = field(default_factory=Landed)
    n_batches: int = 0
    error: Exception | None = None

    def add(self, landed: Landed) -> None:
        self.n_batches += 1
        for mine, theirs in (
            (self.landed.written, landed.written),
            (self.landed.deleted, landed.deleted),
            (self.landed.quarantined, landed.quarantined),
        ):
            for table, n in theirs.items():
                mine[table] = mine.get(table, 0) + n


#: A batch of a stream, or the end of it: None, or the error that ended it.
Item = tuple[Outcome, Batch | Exception | None]


def ingest(warehouse: Warehouse, reads: Sequence[Read]) -> list[Outcome]:
    """Read the streams side by side and land each batch as it comes.

    Network work runs in threads, landing in this one, so that the warehouse has one writer. A
    stream that fails keeps what it had landed; the others go on.
    """
    queue: Queue[Item] = Queue(MAX_WAITING_BATCHES)
    outcomes = [Outcome(read) for read in reads]
    cursors = warehouse.cursors()
    stop = Event()
    with tempfile.TemporaryDirectory(dir=warehouse.home, prefix="spool-") as spool:
        with ThreadPoolExecutor(MAX_READERS) as pool:
            try:
                for place, outcome in enumerate(outcomes):
                    cursor = cursors.get((outcome.read.name, outcome.read.stream.name))
                    folder = Path(spool) / str(place)
                    folder.mkdir()
                    pool.submit(_pump, outcome, cursor, folder, queue, stop)
                _land_all(warehouse, queue, n_open=len(outcomes))
            finally:
                stop.set()
    return outcomes


def _land_all(warehouse: Warehouse, queue: Queue[Item], n_open: int) -> None:
    while n_open:
        outcome, item = queue.get()
        if isinstance(item, Batch):
            _land(warehouse, outcome, item)
        else:
            outcome.error = outcome.error or item
            n_open -= 1


def _pump(
    outcome: Outcome,
    cursor: dict[str, Any] | None,
    spool: Path,
    queue: Queue[Item],
    stop: Event,
) -> None:
    """Put what the connector yields on the queue, then None or the error that ended it."""
    read = outcome.read
    end: Exception | None = None
    try:
        for batch in read.connector.read(read.stream.name, cursor, spool):
            _put(queue, (outcome, batch), stop)
            if outcome.error or stop.is_set():
                break
    except Exception as error:
        end = error
    _put(queue, (outcome, end), stop)


def _put(queue: Queue[Item], item: Item, stop: Event) -> None:
    """Wait for a place on the queue, unless nobody will take from it any more."""
    while not stop.is_set():
        try:
            return queue.put(item, timeout=1)
        except Full:
            continue
    return None


def _land(warehouse: Warehouse, outcome: Outcome, batch: Batch) -> None:
    """Land a batch unless one before it failed: a cursor never runs ahead of its records."""
    if outcome.error:
        return
    read = outcome.read
    try:
        outcome.add(warehouse.land(read.name, read.connector.platform, read.stream, batch))
    except Exception as error:
        outcome.error = error
    for path in (path for paths in batch.files.values() for path in paths):
        path.unlink(missing_ok=True)


def problems(outcomes: Sequence[Outcome]) -> list[str]:
    """Return one line for what went wrong with a connection, however many streams it ended."""
    streams: dict[tuple[str, str], list[str]] = {}
    for outcome in outcomes:
        if outcome.error:
            key = outcome.read.name, str(outcome.error)
            streams.setdefault(key, []).append(outcome.read.stream.name)
    return [f"{name} {', '.join(them)}: {says}" for (name, says), them in streams.items()]


STREAMS: dict[str, tuple[Stream, ...]] = {
    platform: connector_type(platform).streams for platform in MODULES
}


def raw_tables() -> Iterator[tuple[str, Stream, RawTable]]:
    """Yield (platform, stream, table) of every raw table there can be."""
    for platform, streams in STREAMS.items():
        for stream in streams:
            for table in stream.tables:
                yield platform, stream, table


def shown_tables() -> Iterator[tuple[str, Stream, RawTable]]:
    """Yield (platform, stream, table) of connected platforms; of all while none is connected.

    Keeping the books of an asset and its check takes Dagster 0.1 s a run, and nobody looks at what
    a shop does not have.
    """
    connected = {connection.platform for connection in settings.current().connections.values()}
    return (row for row in raw_tables() if not connected or row[0] in connected)


LANDED = "all_records_landed"


def _specs() -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(
            [platform, table.name],
            group_name=platform,
            kinds={platform, "duckdb"} if platform != "custom" else {"file", "duckdb"},
            owners=["team:data"],
            description=(
                f"{platform.title()} {table.name.replace('_', ' ')}, verbatim: one row a record, "
                f"the vendor's JSON in `payload`. Read by the stream `{stream.name}`."
            ),
        )
        for platform, stream, table in shown_tables()
    ]


@dg.multi_asset(
    name="ingest",
    specs=_specs(),
    check_specs=[
        dg.AssetCheckSpec(LANDED, asset=spec.key, description="Read to the end, nothing refused.")
        for spec in _specs()
    ],
    can_subset=True,
    pool="warehouse",
)
def raw(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Iterator[Any]:
    """Reads every configured connection, side by side, and lands what is new."""
    warehouse.prepare(STREAMS)
    wanted = context.selected_asset_keys
    reads = [
        Read(name, connector, stream)
        for name, connector in settings.current().connectors().items()
        for stream in STREAMS[connector.platform]
        if any(dg.AssetKey([connector.platform, table.name]) in wanted for table in stream.tables)
    ]
    outcomes = ingest(warehouse, reads)
    for problem in problems(outcomes):
        context.log.error(problem)
    _note(warehouse, outcomes)
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors and not any(outcome.n_batches for outcome in outcomes):
        raise RuntimeError(f"no connection could be read; the first said: {errors[0]}")
    n_rows = _n_rows(warehouse)
    for platform, stream, table in shown_tables():
        if dg.AssetKey([platform, table.name]) in wanted:
            mine = [
                outcome
                for outcome in outcomes
                if outcome.read.connector.platform == platform and outcome.read.stream == stream
            ]
            yield _materialization(platform, table, n_rows[f"{platform}.{table.name}"], mine)


def _note(warehouse: Warehouse, outcomes: Sequence[Outcome]) -> None:
    rows = [(o.read.name, o.read.stream.name, str(o.error) if o.error else None) for o in outcomes]
    schema = dict.fromkeys(("connection", "stream", "problem"), pl.String)
    read = pl.DataFrame(rows, schema=schema, orient="row")
    readings.note(warehouse, read.with_columns(read_at=pl.lit(datetime.now(UTC))))


def _n_rows(warehouse: Warehouse) -> dict[str, int]:
    """The rows of every table that is shown, in one query."""
    names = [f"{platform}.{table.name}" for platform, _, table in shown_tables()]
    counts = warehouse.read(
        " union all ".join(
            f"select '{name}' as name, count(*) as n from {name} where not is_deleted"
            for name in names
        )
    )
    return dict(counts.rows())


def _materialization(
    platform: str, table: RawTable, n_rows: int, outcomes: list[Outcome]
) -> dg.MaterializeResult[None]:
    by_connection = pl.DataFrame(
        {
            "connection": [o.read.name for o in outcomes],
            "written": [o.landed.written.get(table.name, 0) for o in outcomes],
            "deleted": [o.landed.deleted.get(table.name, 0) for o in outcomes],
            "quarantined": [o.landed.quarantined.get(table.name, 0) for o in outcomes],
        },
        schema_overrides={"written": pl.Int64, "deleted": pl.Int64, "quarantined": pl.Int64},
    )
    errors = [f"{o.read.name}: {o.error}" for o in outcomes if o.error]
    n_quarantined = int(by_connection["quarantined"].sum())
    return dg.MaterializeResult(
        asset_key=[platform, table.name],
        metadata={
            "dagster/row_count": n_rows,
            "written": int(by_connection["written"].sum()),
            "quarantined": n_quarantined,
            "this run": preview(by_connection),
        },
        check_results=[
            dg.AssetCheckResult(
                passed=not errors and not n_quarantined,
                check_name=LANDED,
                asset_key=[platform, table.name],
                severity=dg.AssetCheckSeverity.ERROR if errors else dg.AssetCheckSeverity.WARN,
                metadata={"errors": errors, "quarantined": n_quarantined},
            )
        ],
    )
