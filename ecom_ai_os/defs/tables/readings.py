"""How each stream of each connection was last read, and whose facts are not up to date for it."""

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.alerts import FINDINGS
from ecom_ai_os.warehouse import Column, Table, Warehouse

READINGS = Table(
    "quality.readings",
    grain="stream of a connection, as it was last read",
    key=("connection", "stream"),
    columns={
        "connection": Column("varchar", "Connection, as named in ecom.toml"),
        "stream": Column("varchar", "Stream of its platform"),
        "read_at": Column("timestamptz", "When it was last tried"),
        "problem": Column("varchar", "Why it was not read to its end; null: it was"),
        "failing_since": Column("timestamptz", "When it first was not, of the times in a row"),
    },
)

#: Streams, of any platform, that tell who there is and what they did.
ABOUT_PEOPLE = [
    "customers",
    "email_events",
    "events",
    "members",
    "order_lines",
    "order_refunds",
    "orders",
    "profiles",
    "refunds",
    "reports",
    "returns",
]


def note(warehouse: Warehouse, read: pl.DataFrame) -> None:
    """Note how streams were read: connection, stream, read_at, problem."""
    known = read_failing(warehouse).select("connection", "stream", "failing_since")
    since = pl.when(pl.col("problem").is_not_null()).then(
        pl.coalesce("failing_since", pl.col("read_at"))
    )
    rows = read.join(known, on=["connection", "stream"], how="left")
    warehouse.merge(READINGS, rows.with_columns(failing_since=since))


def read_failing(warehouse: Warehouse) -> pl.DataFrame:
    """Return the columns of READINGS and is_about_people of what could not be read.

    A connection that ecom.toml no longer has is not missed.
    """
    warehouse.ensure(READINGS)
    return warehouse.read(
        """
        select *, list_contains($about_people::varchar[], stream) as is_about_people
        from quality.readings
        where problem is not null and list_contains($connections::varchar[], connection)
        order by connection, stream
        """,
        about_people=ABOUT_PEOPLE,
        connections=list(settings.current().connections),
    )


def read_unsure(warehouse: Warehouse, clock: Clock) -> pl.Series:
    """Return the connections that may know more of what people did by the day than is known here.

    They could not be read, or were found silent on the day.
    """
    warehouse.ensure(FINDINGS)
    silent = warehouse.read(
        """
        select subject_id as connection from alerts.findings
        where kind = 'silent_connection' and found_on = $day
        """,
        day=clock.as_of,
    )
    unread = read_failing(warehouse).filter("is_about_people")
    return pl.concat([unread["connection"], silent["connection"]]).unique().sort()
