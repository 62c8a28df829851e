-- `fate` is the column of emails that holds when an event happened. Several fates may be of one
-- metric: an opening by a mail program that fetches ahead is an opening.
create or replace table klaviyo.fates as
select *, klaviyo.short_id('metric', name) as metric_id
from (values
    (0, 0, 'Placed Order', 'Shopify', null),
    (1, 1, 'Received Email', 'Klaviyo', 'delivered_at'),
    (2, 2, 'Opened Email', 'Klaviyo', 'opened_at'),
    (2, 3, 'Opened Email', 'Klaviyo', 'machine_opened_at'),
    (4, 4, 'Clicked Email', 'Klaviyo', 'clicked_at'),
    (5, 5, 'Bounced Email', 'Klaviyo', 'bounced_at'),
    (6, 6, 'Unsubscribed from Email Marketing', 'Klaviyo', 'unsubscribed_at'),
    (7, 7, 'Marked Email as Spam', 'Klaviyo', 'complained_at')
) as fates (metric, kind, name, integration, fate);

create or replace view klaviyo.happenings as
select f.metric, f.kind, e.email_id as source_id, e.customer_id, e.happened_at
from (
    unpivot main.emails
    on
        delivered_at,
        opened_at,
        machine_opened_at,
        clicked_at,
        bounced_at,
        unsubscribed_at,
        complained_at
    into name fate value happened_at
) as e
inner join klaviyo.fates as f using (fate)
union all
select 0, 0, order_id, customer_id, created_at from main.orders where not is_test;

-- Sorted, so that a page reads only its part; filled by state.py, step by step of the clock.
create or replace table klaviyo.happened as from klaviyo.happenings limit 0;

create or replace table klaviyo.metrics (
    metric bigint, id varchar, name varchar, integration varchar, created_at timestamptz
);

create or replace view klaviyo.events as
select
    metric,
    customer_id,
    happened_at,
    happened_at as recorded_at,
    null::varchar as profile_id,
    klaviyo.number_of(source_id, kind) as number
from klaviyo.happened
union all
select metric, null, happened_at, received_at, profile_id, number
from klaviyo.written_events
where profile_id in (select id from klaviyo.profiles);

create or replace macro klaviyo.event_documents(wanted) as table
with asked as materialized (
    select number, number // 8 as source_id, (number % 8)::integer as kind
    from (select unnest(wanted) as number)
),

mailed as (
    select
        a.number,
        f.metric,
        [
            e.delivered_at, e.opened_at, e.machine_opened_at, e.clicked_at, e.bounced_at,
            e.unsubscribed_at, e.complained_at
        ][a.kind] as happened_at,
        p.profile_id,
        -- without the properties this kind of event has not
        json_merge_patch('{}', to_json({
            '$event_id': a.number::varchar,
            '$message': m.message_id,
            '$flow': m.flow_id,
            'Campaign Name': m.name,
            'Subject': m.subject,
            'Email Domain': split_part(c.email, '@', 2),
            'Inbox Provider': klaviyo.inbox_provider(c.email),
            'Client Name': if(a.kind = 3, 'Apple Mail', klaviyo.client_name(c.customer_id)),
            'machine_open': if(
                f.metric = 2 and getvariable('klaviyo_machine_open'), a.kind = 3, null
            ),
            'URL': if(a.kind = 4, klaviyo.shop_url(g.handle), null),
            'Bot Click': if(a.kind = 4, false, null),
            'Bounce Type': if(a.kind = 5, if(e.bounce_kind = 'hard', 'Hard', 'Soft'), null)
        })) as properties
    from asked as a
    inner join klaviyo.fates as f on a.kind > 0 and f.kind = a.kind
    inner join main.emails as e on e.email_id = a.source_id
    inner join klaviyo.messages as m on m.mailing_id = e.mailing_id
    inner join main.customers as c on c.customer_id = e.customer_id
    inner join klaviyo.accounts as p on p.customer_id = e.customer_id
    left join main.products as g on g.product_id = e.clicked_product_id
),

ordered as (
    select
        a.number,
        0 as metric,
        o.created_at as happened_at,
        p.profile_id,
        to_json({
            '$event_id': o.order_id::varchar,
            '$value': o.total,
            '$value_currency': o.currency,
            'OrderId': o.number::varchar,
            'Item Count': o.n_units
        }) as properties
    from asked as a
    inner join main.orders as o on a.kind = 0 and o.order_id = a.source_id
    inner join klaviyo.accounts as p on p.customer_id = o.customer_id
),

found as (
    from mailed
    union all
    from ordered
    union all
    select number, metric, happened_at, profile_id, properties
    from klaviyo.written_events where number in (select unnest(wanted))
),

-- A text put together: to_json over nested records takes twice as long, and pages come by thousands.
told as materialized (
    select
        f.number,
        f.properties,
        f.profile_id,
        m.id as metric_id,
        epoch(f.happened_at)::bigint as second,
        klaviyo.time(f.happened_at) as time,
        klaviyo.event_id(f.number) as id,
        getvariable('klaviyo_site') || '/api/events/' || klaviyo.event_id(f.number) as link
    from found as f
    inner join klaviyo.metrics as m on m.metric = f.metric
)

select
    number as id,
    concat(
        '{"type":"event","id":"', id,
        '","attributes":{"timestamp":', second,
        ',"event_properties":', properties,
        ',"datetime":"', time,
        '","uuid":"', klaviyo.uuid(second, number),
        '"},"relationships":{"profile":{"data":{"type":"profile","id":"', profile_id,
        '"},"links":{"self":"', link, '/relationships/profile/","related":"', link, '/profile/"}},',
        '"metric":{"data":{"type":"metric","id":"', metric_id,
        '"},"links":{"self":"', link, '/relationships/metric/","related":"', link, '/metric/"}},',
        '"attributions":{"links":{"self":"', link, '/relationships/attributions/","related":"', link,
        '/attributions/"}}},"links":{"self":"', link, '/"}}'
    ) as document
from told;
