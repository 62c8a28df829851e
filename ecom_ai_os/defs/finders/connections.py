"""Connections that could not be read: what rests on them goes on with what was known before."""

from datetime import date

import polars as pl

from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.finders.looking import Finder
from ecom_ai_os.defs.tables.readings import read_failing
from ecom_ai_os.warehouse import Warehouse

HELD = "; those it knows are not written to meanwhile"


def unread_connections(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Connections of which a stream was not read to its end the last time; not of past days."""
    if Clock(day=str(day)).is_past:
        return None
    stream = pl.struct("stream", "problem", pl.col("failing_since").cast(pl.String))
    return (
        read_failing(warehouse)
        .group_by("connection", maintain_order=True)
        .agg(
            is_held=pl.col("is_about_people").any(),
            streams=pl.col("stream").str.join(", "),
            problem=pl.col("problem").first().str.strip_chars_end("."),
            evidence=pl.struct(streams=stream.implode()),
        )
        .select(
            severity=pl.when("is_held").then(pl.lit("critical")).otherwise(pl.lit("warning")),
            team=pl.lit("data"),
            subject_type=pl.lit("connection"),
            subject_id="connection",
            title=pl.format(
                "{} could not be read ({}): {}{}",
                "connection",
                "streams",
                "problem",
                pl.when("is_held").then(pl.lit(HELD)).otherwise(pl.lit("")),
            ),
            evidence=pl.col("evidence").struct.json_encode(),
        )
    )


FINDERS = (Finder("quality", "unread_connection", unread_connections),)
