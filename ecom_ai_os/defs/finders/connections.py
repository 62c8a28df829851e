"""Connections that could not be read, or bring no order any more: what rests on them is old."""

from datetime import date

import polars as pl

from ecom_ai_os import settings
from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.finders.looking import Finder, is_there
from ecom_ai_os.defs.tables.readings import read_failing
from ecom_ai_os.warehouse import Warehouse

HELD = ", and those it knows are not written to meanwhile"

#: Orders that the same days of every week before brought: fewer may be missing by chance.
FEWEST_MISSED = 10
WEEKS = 8

SILENT = f"""
    with orders as (
        select connection, timezone($zone, ordered_at)::date as ordered_on, count(*) as n
        from marts.fct_orders
        where ordered_at < $until and not is_test and not is_draft
            and list_contains($connections::varchar[], connection)
        group by all
    ),

    newest as (
        select connection, max(ordered_on) as last_on from orders group by connection
    ),

    silent as (
        select connection, last_on,
            unnest(generate_series(last_on + 1, $day::date, interval 1 day))::date as silent_on
        from newest
    ),

    weeks as (
        select unnest(range(1, {WEEKS + 1})) as n
    ),

    usual as (
        select silent.connection, last_on, silent_on, min(coalesce(orders.n, 0)) as fewest
        from silent
        cross join weeks
        left join orders
            on silent.connection = orders.connection
            and silent.silent_on - 7 * weeks.n::integer = orders.ordered_on
        group by all
    )

    select 'critical' as severity, 'data' as team, 'connection' as subject_type,
        connection as subject_id,
        connection || ' brought no order after ' || strftime(last_on, '%-d %B')
        || ', where at least ' || sum(fewest)::bigint
        || ' came in such days of the {WEEKS} weeks before{HELD}' as title,
        to_json({{
            last_order_on: last_on, silent_days: count(*), fewest_before: sum(fewest)::bigint
        }})::varchar as evidence
    from usual group by connection, last_on having sum(fewest) >= {FEWEST_MISSED}
"""


def unread_connections(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Connections of which a stream was not read to its end the last time; not of past days."""
    if Clock(day=str(day)).is_past or not settings.current().connections:
        return None
    stream = pl.struct("stream", "problem", pl.col("failing_since").cast(pl.String))
    return (
        read_failing(warehouse)
        .group_by("connection", maintain_order=True)
        .agg(
            is_held=pl.col("is_about_people").any(),
            streams=pl.col("stream").str.join(", "),
            problem=pl.col("problem").first(),
            evidence=pl.struct(streams=stream.implode()),
        )
        .select(
            severity=pl.when("is_held").then(pl.lit("critical")).otherwise(pl.lit("warning")),
            team=pl.lit("data"),
            subject_type=pl.lit("connection"),
            subject_id="connection",
            title=pl.format(
                "{} could not be read{}: {} ({})",
                "connection",
                pl.when("is_held").then(pl.lit(HELD)).otherwise(pl.lit("")),
                "problem",
                "streams",
            ),
            evidence=pl.col("evidence").struct.json_encode(),
        )
    )


def silent_connections(warehouse: Warehouse, day: date) -> pl.DataFrame | None:
    """Connections without an order for days that always had some: an export or a feed has ended."""
    connections = list(settings.current().connections)
    if not connections or not is_there(warehouse, "marts.fct_orders"):
        return None
    return warehouse.read(
        SILENT,
        zone=settings.current().business.timezone,
        connections=connections,
        until=Clock(day=str(day)).until,
        day=day,
    )


FINDERS = (
    Finder("quality", "unread_connection", unread_connections),
    Finder("quality", "silent_connection", silent_connections),
)
