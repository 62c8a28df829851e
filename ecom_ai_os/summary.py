"""The one screen after a run: what was pulled, decided and found, and where to look next."""

from __future__ import annotations

import os

import duckdb
import polars as pl
from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from ecom_ai_os import settings
from ecom_ai_os.progress import Outcome
from ecom_ai_os.warehouse import Warehouse

PULLED = """
select
    connection, platform, sum(n_records)::bigint as records,
    sum(n_quarantined)::bigint as quarantined,
    list_reduce(
        list(entity || ' ' || format('{:,}', n_records) order by n_records desc)[:4],
        (most, next) -> most || ', ' || next
    ) as most_of_them
from quality.sources where n_records > 0 group by connection, platform order by records desc
"""
SEGMENTS = """
select segment, count(*) as customers, any_value(messaging) as messaging
from segments.customer_segments
where segmented_on = (select max(segmented_on) from segments.customer_segments)
group by segment order by customers desc
"""
TIERS = """
select
    tier, count(*) as customers, round(sum(actual_ltv)) as value_so_far,
    round(sum(predicted_ltv_12m)) as next_12_months
from lifetime_value.scores
where scored_on = (select max(scored_on) from lifetime_value.scores)
group by tier order by sum(predicted_ltv_12m) / count(*) desc
"""
RUNNING_OUT = """
select
    sku, any_value(p.title) as title, min(projected_stockout_on) as runs_out_on,
    min(reorder_by) as order_by, sum(reorder_quantity) as order_now
from inventory.stock_projections
left join marts.dim_products as p using (sku)
where projected_on = (select max(projected_on) from inventory.stock_projections)
    and projected_stockout_on is not null and available > 0
group by sku order by runs_out_on, sku limit 6
"""
RETURNS = """
select sku, any_value(p.title) as title, any_value(r.n_returned) as returned,
    any_value(r.n_sold) as sold, any_value(r.return_rate) as rate,
    any_value(r.category_return_rate) as category_rate
from returns.product_return_rates as r
left join marts.dim_products as p using (sku)
where r.measured_on = (select max(measured_on) from returns.product_return_rates) and r.is_flagged
group by sku order by rate desc limit 4
"""
COMPLAINTS = """
with cited as (
    select sku, unnest(issues) as said from reviews.review_insights
    where sentiment_label = 'negative' and sku is not null
        and reviewed_at > (select max(reviewed_at) from reviews.review_insights) - interval 28 days
)
select any_value(p.title) as title, replace(said.issue, '_', ' ') as complaint,
    count(*) as reviews, any_value(h.health) as health, max(said.sentence) as in_their_words
from cited
left join marts.dim_products as p using (sku)
left join reviews.product_health_weekly as h
    on cited.sku = h.sku
    and h.week_on = (select max(week_on) from reviews.product_health_weekly)
group by cited.sku, said.issue order by reviews desc, cited.sku limit 4
"""
RECOMMENDED = """
with named as (
    select map(list(sku), list(coalesce(title, sku))) as titles from marts.dim_products
)
select placement, rank, coalesce(titles[r.sku], r.sku) as title,
    list_reduce(
        because, lambda why, sku: replace(why, sku, coalesce(titles[sku], sku)), r.reason
    ) as why
from recommendations.recommended_products as r
cross join named
where customer_id = (
    select customer_id from recommendations.recommended_products
    where placement = 'email' group by customer_id
    order by count(distinct kind) desc, customer_id limit 1
)
order by placement, rank limit 5
"""
NOT_READY = """
select workflow, says from readiness.workflows where not is_ready order by workflow, measure limit 6
"""
FAILED_RUNS = """
select strftime(failed_at, '%Y-%m-%d %H:%M UTC') as failed_at, job, left(error, 200) as error
from quality.run_failures where failed_at > now() - interval 7 days order by failed_at desc limit 4
"""
ALERTS = """
select severity, team, workflow, title from alerts.alerts where resolved_at is null
qualify row_number() over (partition by kind order by severity, first_seen_at desc, title) <= 3
order by array_position(['critical', 'warning', 'info'], severity), first_seen_at desc limit 10
"""
MESSAGES = """
with intended as (
    select kind, due_at, why from outbox.messages
    where decided_on = (select max(decided_on) from post_purchase.steps)
        and message_id in (select message_id from outbox.deliveries where outcome = 'sent')
    union all
    select step, due_at, why from post_purchase.steps
    inner join marts.dim_customers using (customer_id)
    where state = 'waiting' and is_email_subscribed
        and due_at < (select max(decided_on) + 3 from post_purchase.steps)
)
select kind as message, strftime(due_at, '%Y-%m-%d') as due_on, count(*) as customers,
    min(why) as example
from intended group by all order by due_on, message
"""


def show(console: Console, outcome: Outcome) -> None:
    """Print the screen; parts whose tables do not exist yet are left out."""
    home = settings.home()
    warehouse = Warehouse(home=str(home))
    parts = [
        _table("Pulled", _read(warehouse, PULLED)),
        _table("Segments", _read(warehouse, SEGMENTS)),
        _table(f"Customers' value by tier, {_currency()}", _read(warehouse, TIERS)),
        _table("Will run out", _read(warehouse, RUNNING_OUT)),
        _table("Returned more than their category", _read(warehouse, RETURNS)),
        _table("What buyers complained of in four weeks", _read(warehouse, COMPLAINTS)),
        _table("What one customer would be recommended", _read(warehouse, RECOMMENDED)),
        _table("Not ready yet", _read(warehouse, NOT_READY)),
        _table("Messages that would be sent", _read(warehouse, MESSAGES)),
        _table("Open alerts", _read(warehouse, ALERTS)),
        _table("Runs that failed in the last week", _read(warehouse, FAILED_RUNS)),
    ]
    console.print(Group(*[part for part in parts if part]))
    _problems(console, outcome)
    verdict = "done" if outcome.is_success else "[red]failed[/]"
    console.print(
        Panel(
            f"Daily run {verdict} in {outcome.seconds:.0f} s, "
            f"{len(outcome.materialized)} assets.\n"
            f"Analysts' file: {_short(home / 'analytics.duckdb')} "
            f"(duckdb -readonly {_short(home / 'analytics.duckdb')})\n"
            "Dagster UI: make dev, then http://127.0.0.1:3000",
            expand=False,
        )
    )


def _currency() -> str:
    return settings.current().business.currency


def _short(path: object) -> str:
    return os.path.relpath(str(path))


def _read(warehouse: Warehouse, sql: str) -> pl.DataFrame:
    try:
        return warehouse.read(sql)
    except duckdb.CatalogException:
        return pl.DataFrame()


def _table(title: str, frame: pl.DataFrame) -> Table | None:
    """Return a frame as a titled table."""
    if frame.is_empty():
        return None
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for name, kind in frame.schema.items():
        table.add_column(name.replace("_", " "), justify="right" if kind.is_numeric() else "left")
    for row in frame.iter_rows():
        table.add_row(*[_text(value) for value in row])
    return table


def _text(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, float) and 0 < abs(value) < 1:
        return f"{value:.0%}"
    # What customers wrote may look like markup.
    return f"{value:,.0f}" if isinstance(value, int | float) else escape(str(value))


def _problems(console: Console, outcome: Outcome) -> None:
    for error in outcome.errors[:8]:
        console.print(f"[red]problem[/] {error}", soft_wrap=True, highlight=False)
    for check in outcome.failed_checks[:12]:
        console.print(f"[yellow]check[/]   {check}", highlight=False)
