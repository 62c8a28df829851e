"""What a delivery is decided on: who waits, what was sent lately, consent, addresses."""

import polars as pl

from ecom_ai_os.defs.clock import Clock
from ecom_ai_os.defs.tables.outbox import IS_SURE, OFFERS, PROFILE_UPDATES, TRANSACTIONAL
from ecom_ai_os.defs.tables.readiness import WORKFLOWS
from ecom_ai_os.defs.tables.readings import read_unsure
from ecom_ai_os.warehouse import Warehouse

PENDING = f"""
    with not_ready as (
        select workflow, string_agg(
            format('{{}} {{}}, {{}} are needed', round(observed)::bigint,
                replace(measure, '_', ' '), round(needed)::bigint), '; ' order by measure
        ) filter (not is_ready) as what
        from readiness.workflows group by workflow
    ),

    tried as (
        select message_id, count(*) as n_attempts, arg_max(problem, n) as problem
        from outbox.attempts group by message_id
    ),

    undecided as (
        select *, from_json(payload -> '$.offered_skus', '["varchar"]') as offered_skus
        from outbox.messages
        where due_at < $until
            and {IS_SURE}
            and message_id not in (select message_id from outbox.deliveries)
    )

    select
        messages.* exclude (offered_skus),
        list_filter(offered_skus, lambda sku: not list_contains($barred::varchar[], sku))
            as offered_skus,
        case
            when list_contains($transactional::varchar[], kind) then 'transactional'
            when list_contains($profile_updates::varchar[], kind) then 'profile'
            else 'marketing'
        end as nature,
        customers.email_hash is not null as is_known,
        due_at < $until - to_days($late_days + 1) as is_late,
        list_contains($offers::varchar[], kind) as is_offer,
        case
            when not_ready.workflow is null then 'the workflow has not been judged yet'
            else not_ready.what
        end as not_ready,
        coalesce(n_attempts, 0) as n_attempts,
        tried.problem
    from undecided as messages
    left join marts.dim_customers as customers using (customer_id)
    left join not_ready using (workflow)
    left join tried using (message_id)
    where $is_live or n_attempts is null
    order by n_attempts is null, due_at, message_id
"""


def read_pending(
    warehouse: Warehouse, clock: Clock, is_live: bool, late_days: int, barred: pl.Series
) -> pl.DataFrame:
    """Return the due messages without a delivery, those attempted before first; `outbox.admit`.

    A rehearsal leaves alone what was attempted live: it is the platform that knows its end.
    """
    warehouse.ensure(WORKFLOWS)
    return warehouse.read(
        PENDING,
        until=clock.until,
        is_live=is_live,
        late_days=late_days,
        barred=barred,
        transactional=TRANSACTIONAL,
        profile_updates=PROFILE_UPDATES,
        offers=OFFERS,
        unsure=read_unsure(warehouse, clock),
    )


def read_recent(
    warehouse: Warehouse, clock: Clock, window_days: int, judged: pl.Series
) -> pl.DataFrame:
    """Return customer_id, n_recent: messages under the cap sent in the days up to this one.

    One whose end is not known counts as sent, unless its id is among those `judged` now.
    """
    return warehouse.read(
        """
        with sent as (
            select message_id from outbox.deliveries
            where outcome in ('sent', 'duplicate')
                and delivered_on > $day - $window_days::integer
            union all
            select distinct message_id from outbox.attempts
            where message_id not in (select message_id from outbox.deliveries)
                and message_id not in (select unnest($judged::varchar[]))
        )

        select messages.customer_id, count(*) as n_recent
        from sent
        inner join outbox.messages as messages using (message_id)
        where not list_contains($uncounted::varchar[], messages.kind)
        group by messages.customer_id
        """,
        day=clock.as_of,
        window_days=window_days,
        judged=judged,
        uncounted=TRANSACTIONAL + PROFILE_UPDATES,
    )


def read_subscribed(warehouse: Warehouse, customers: pl.Series) -> pl.DataFrame:
    """Return customer_id, may_email, is_suppressed, consent as the shop last knew them."""
    return warehouse.read(
        """
        select
            customer_id,
            is_email_reachable as may_email,
            is_email_subscribed and not is_email_reachable as is_suppressed,
            case
                when is_email_reachable then 'subscribed'
                when is_email_subscribed then 'the address bounced or complained'
                else 'not subscribed to e-mail'
            end as consent
        from marts.dim_customers where customer_id in (select unnest($customers::varchar[]))
        """,
        customers=customers,
    )


def read_addresses(warehouse: Warehouse, customers: pl.Series) -> dict[str, str]:
    """Return each customer's present address: the one `dim_customers.email_hash` is made of."""
    found = warehouse.read(
        """
        select people.customer_id, min(accounts.email) as email
        from marts.dim_customers as people
        inner join intermediate.int_customer_accounts using (customer_id)
        inner join intermediate.int_accounts as accounts using (account_id)
        inner join intermediate.int_contact_points as points on accounts.email = points.value
        where points.kind = 'email' and sha256(points.normal_form) = people.email_hash
            and people.customer_id in (select unnest($customers::varchar[]))
        group by people.customer_id
        """,
        customers=customers,
    )
    return dict(found.iter_rows())
