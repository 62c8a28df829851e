"""Simulated days replayed one by one: which alerts told of something, and which of nothing.

All sources are read once; the workflows that alerts rest on then run for every day of the past as
if it were the present. What a shop connected all along would know besides, the stock of each day,
is taken from the simulation. `python bench/false_alarms.py 730` replays two years (an hour; the
default is the last 60 days).

Verdicts by the simulation's ground truth: *planted*: an incident of that subject was under way.
*real*: the shelf was empty within a week of the projected day; as many reviews did name the issue.
*averted*: goods ordered after the alert came before the stock was gone. *nothing*: a false alarm.
Lists of customers are made monthly, whoever stands on them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import dagster as dg
import duckdb
from rich.progress import track

from ecom_ai_os.demo import environment
from ecom_ai_os.processes import sandbox

TODAY = date(2026, 11, 23)
QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}
SHELF = """
    create table bench.shelf as
    with days as (
        select unnest(range($first::date, $until::date, interval 1 day))::date as observed_on
    ),

    places as (select distinct variant_id, location_id from truth.stock_levels)

    select variants.sku, known.location, days.observed_on,
        levels.on_hand, levels.committed, levels.available, levels.incoming
    from days
    cross join places
    asof join truth.stock_levels as levels
        on places.variant_id = levels.variant_id and places.location_id = levels.location_id
        and (days.observed_on + interval 1 day)::timestamptz > levels.changed_at
    inner join truth.variants as variants on variants.variant_id = places.variant_id
    inner join truth.locations as locations on locations.location_id = places.location_id
    inner join (select distinct location from marts.fct_stock_levels) as known
        on known.location like '%/' || locations.name
    where variants.sku is not null
"""
KNOWN = """
    insert into marts.fct_stock_levels by name
    select shelf.*, platform, connection
    from bench.shelf as shelf
    inner join (
        select distinct sku, location, platform, connection from marts.fct_stock_levels
    ) using (sku, location)
    where observed_on < $today
        and observed_on not in (select observed_on from marts.fct_stock_levels)
"""
VERDICTS = """
    with explained (kind, incident) as (
        values ('velocity_drop', 'velocity_collapse'), ('velocity_surge', 'demand_surge'),
            ('return_surge', 'product_fault'), ('return_surge', 'misdescribed_product'),
            ('flagged_return_rate', 'product_fault'),
            ('flagged_return_rate', 'misdescribed_product'),
            ('defective_reviews', 'product_fault'),
            ('not_as_described_reviews', 'misdescribed_product'),
            ('late_delivery_reviews', 'slow_delivery_lane')
    ),

    planted as (
        select incidents.planted_on, explained.kind, detail ->> 'sku' as sku,
            coalesce((detail ->> 'until')::date + 60, '9999-12-31') as until
        from truth.incidents as incidents
        inner join explained on incidents.kind = explained.incident
    ),

    said as (
        select variants.sku, unnest(issues) || '_reviews' as kind,
            reviews.created_at::date as said_on
        from truth.review_truth
        inner join truth.reviews as reviews using (review_id)
        left join truth.variants as variants using (variant_id)
        where sentiment = 'negative'
    ),

    told as (
        select *, split_part(subject_id, ' @ ', 1) as sku,
            first_seen_at::date as first_on, last_seen_at::date as last_on,
            (evidence ->> 'projected_stockout_on')::date as out_on
        from alerts.alerts
    ),

    judged as (
        select kind, severity, case
            when subject_type = 'month' then 'monthly list'
            when kind = 'out_of_stock' then 'real'
            when exists (
                from planted
                where planted.kind = told.kind and coalesce(planted.sku, told.sku) = told.sku
                and planted.planted_on <= last_on and first_on <= until
            ) then 'planted'
            when kind = 'stockout_projected' and exists (
                from bench.shelf
                where shelf.sku || ' @ ' || shelf.location = told.subject_id and available <= 0
                and observed_on between first_on and greatest(out_on, last_on) + 7
            ) then 'real'
            when kind = 'stockout_projected' and exists (
                from truth.replenishments as goods
                inner join truth.variants as variants using (variant_id)
                where variants.sku = told.sku and goods.ordered_at >= first_on
                and goods.received_at::date <= greatest(out_on, last_on) + 7
            ) then 'averted'
            when (
                select count(*) from said
                where said.kind = told.kind and (told.sku = said.sku or subject_type = 'shop')
                and said_on between first_on - 7 and last_on
            ) >= 3 then 'real'
            else 'nothing' end as verdict
        from told
    )

    pivot judged on verdict in ('planted', 'real', 'averted', 'monthly list', 'nothing')
    using count(*) group by kind, severity order by kind, severity
"""


def read_all() -> None:
    command = [sys.executable, "-m", "ecom_ai_os.cli", "run", "--as-of"]
    yesterday = str(TODAY - timedelta(days=1))
    subprocess.run([*command, yesterday], stdout=subprocess.DEVNULL, check=True)


def replay(first: date) -> None:
    """Run what alerts rest on for every day from `first` to the last whole one."""
    from ecom_ai_os import settings
    from ecom_ai_os.defs import alerts, inventory, lifetime_value, returns, reviews, segments
    from ecom_ai_os.defs.clock import Clock
    from ecom_ai_os.warehouse import Warehouse

    warehouse = Warehouse(home=str(settings.home()))
    parts = [alerts.alerts, lifetime_value.lifetime_value_scores, segments.customer_segments]
    parts += [inventory.demand_forecasts, inventory.stock_projections, inventory.velocity_changes]
    parts += [returns.return_insights, returns.product_return_rates]
    parts += [reviews.sentiment_model, reviews.review_insights]
    for offset in track(range((TODAY - first).days), "replaying"):
        clock = Clock(day=str(first + timedelta(days=offset)))
        dg.materialize(parts, resources={"warehouse": warehouse, "clock": clock}, run_config=QUIET)


def main(n_days: int) -> None:
    first = TODAY - timedelta(days=n_days)
    with tempfile.TemporaryDirectory() as folder:
        with sandbox(Path(folder) / "shop", today=TODAY) as url:
            os.environ |= {"ECOM_HOME": f"{folder}/home"} | environment(url)
            read_all()
        know_the_past(Path(folder), first)
        started = time.perf_counter()
        replay(first)
        print(f"{n_days} days replayed in {time.perf_counter() - started:.0f} s")
        with opened(Path(folder)) as con:
            con.sql(VERDICTS).show()


def know_the_past(folder: Path, first: date) -> None:
    """Give the warehouse each day's stock, and take out what the run of today found."""
    with opened(folder) as con:
        con.execute("create schema bench")
        until = TODAY + timedelta(days=28)
        con.execute(SHELF, {"first": first - timedelta(days=56), "until": until})
        (n_known,) = con.execute(KNOWN, {"today": TODAY}).fetchone() or (0,)
        assert n_known > 0, "no stock of the past is known"
        for table in ("alerts.alerts", "alerts.findings", "alerts.looks"):
            con.execute(f"delete from {table}")


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(str(folder / "home" / "warehouse.duckdb"))
    con.execute("set timezone = 'UTC'")
    con.execute(f"attach '{folder}/shop/business.duckdb' as truth (read_only)")
    return con


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
