-- Tables renewed with every step of the clock.

create or replace table klaviyo.customer_profiles as
select customer_id, klaviyo.profile_id(trim(email)) as profile_id
from main.customers where trim(email) <> '';

create or replace table klaviyo.people as from klaviyo.person_state order by id;

create or replace table klaviyo.profiles as from klaviyo.profile_state order by id;

create or replace table klaviyo.accounts as from klaviyo.account_state;

create or replace table klaviyo.messages as from klaviyo.message_state;

create or replace table klaviyo.metrics as
with opened as (
    -- The account was opened with its first campaign; what is older was imported then.
    select coalesce((select min(sent_at) from main.mailings), '-infinity') as opened_at
),

firsts as (
    select metric, min(happened_at) as happened_at from klaviyo.happened group by metric
),

known as (
    select distinct on (f.metric)
        f.metric,
        f.metric_id as id,
        f.name,
        f.integration,
        greatest(firsts.happened_at, opened.opened_at) as created_at
    from klaviyo.fates as f
    inner join firsts using (metric)
    cross join opened
)

from known
union all
select metric, klaviyo.short_id('metric', name), name, 'API', created_at
from klaviyo.written_metrics;
