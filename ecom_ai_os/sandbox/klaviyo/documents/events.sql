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

-- Sorted, so that a page reads only its part; routes.py adds what happens later.
create or replace table klaviyo.happened as
from klaviyo.happenings order by metric, happened_at, kind, source_id;

create or replace view klaviyo.events as
select
    metric,
    customer_id,
    happened_at,
    happened_at as recorded_at,
    null::varchar as profile_id,
    klaviyo.number_of(source_id, kind) as number
from klaviyo.happened
where customer_id in (select customer_id from klaviyo.accounts)
union all
select metric, null, happened_at, received_at, profile_id, number
from klaviyo.written_events
where profile_id in (select id from klaviyo.profiles);

create or replace macro klaviyo.event_documents(wanted) as table
with asked as (
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
        to_json({
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
        }) as properties
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
)

select
    f.number as id,
    to_json({
        'type': 'event',
        'id': klaviyo.event_id(f.number),
        'attributes': {
            'timestamp': epoch(f.happened_at)::bigint,
            'event_properties': f.properties,
            'datetime': klaviyo.time(f.happened_at),
            'uuid': klaviyo.uuid(f.happened_at, f.number)
        },
        'relationships': {
            'profile': klaviyo.relation(
                'profile', f.profile_id, 'events/' || klaviyo.event_id(f.number)
            ),
            'metric': klaviyo.relation('metric', m.id, 'events/' || klaviyo.event_id(f.number)),
            'attributions': klaviyo.relations(
                'attributions', 'events/' || klaviyo.event_id(f.number)
            )
        },
        'links': {'self': klaviyo.link('events/' || klaviyo.event_id(f.number) || '/')}
    }) as document
from found as f
inner join klaviyo.metrics as m on m.metric = f.metric;
