-- Performance of messages. An order counts for the mail opened or clicked last in the five days
-- before it, whatever caused it.

create or replace macro klaviyo.conversions() as table
with touches as (
    select email_id, customer_id, least(clicked_at, opened_at) as touched_at
    from main.emails where opened_at is not null or clicked_at is not null
)

select arg_max(t.email_id, t.touched_at) as email_id, any_value(o.total) as value
from main.orders as o
inner join touches as t
    on
        t.customer_id = o.customer_id
        and o.created_at between t.touched_at and t.touched_at + interval 5 days
where not o.is_test
group by o.order_id;

-- `is_campaign` counts what was sent as a campaign with its send time in [since, until), else all
-- mails of flows sent in [since, until).
create or replace macro klaviyo.performance(is_campaign, since, until) as table
with sent as (
    select e.*, m.mailing_id as message
    from main.emails as e
    inner join main.mailings as m using (mailing_id)
    where
        (m.kind = 'campaign') = is_campaign
        and if(is_campaign, m.sent_at, e.sent_at) >= since
        and if(is_campaign, m.sent_at, e.sent_at) < until
),

orders as (
    select email_id, count(*) as n, sum(value) as value
    from klaviyo.conversions() group by email_id
),

counted as (
    select
        s.message,
        count(*)::double as recipients,
        count(s.delivered_at)::double as delivered,
        count(s.bounced_at)::double as bounced,
        (count(s.opened_at) + count(s.machine_opened_at))::double as opens,
        count(coalesce(s.opened_at, s.machine_opened_at))::double as opens_unique,
        count(s.clicked_at)::double as clicks,
        count(s.unsubscribed_at)::double as unsubscribes,
        count(s.complained_at)::double as spam_complaints,
        coalesce(sum(o.n), 0)::double as conversions,
        count(o.email_id)::double as conversion_uniques,
        coalesce(sum(o.value), 0)::double as conversion_value
    from sent as s left join orders as o using (email_id)
    group by s.message
)

select
    to_json({
        'campaign_id': m.campaign_id,
        'campaign_message_id': m.message_id,
        'campaign_message_name': m.name,
        'flow_id': m.flow_id,
        'flow_message_id': m.message_id,
        'flow_message_name': m.name,
        'send_channel': 'email'
    }) as groupings,
    to_json({
        'recipients': c.recipients,
        'delivered': c.delivered,
        'delivery_rate': c.delivered / c.recipients,
        'bounced': c.bounced,
        'bounce_rate': c.bounced / c.recipients,
        'bounced_or_failed': c.bounced,
        'bounced_or_failed_rate': c.bounced / c.recipients,
        'failed': 0.0,
        'failed_rate': 0.0,
        'opens': c.opens,
        'opens_unique': c.opens_unique,
        'open_rate': klaviyo.share(c.opens_unique, c.delivered),
        'clicks': c.clicks,
        'clicks_unique': c.clicks,
        'click_rate': klaviyo.share(c.clicks, c.delivered),
        'click_to_open_rate': klaviyo.share(c.clicks, c.opens_unique),
        'unsubscribes': c.unsubscribes,
        'unsubscribe_uniques': c.unsubscribes,
        'unsubscribe_rate': klaviyo.share(c.unsubscribes, c.delivered),
        'spam_complaints': c.spam_complaints,
        'spam_complaint_rate': klaviyo.share(c.spam_complaints, c.delivered),
        'conversions': c.conversions,
        'conversion_uniques': c.conversion_uniques,
        'conversion_rate': klaviyo.share(c.conversion_uniques, c.delivered),
        'conversion_value': c.conversion_value,
        'average_order_value': klaviyo.share(c.conversion_value, c.conversions),
        'revenue_per_recipient': c.conversion_value / c.recipients
    }) as statistics
from counted as c
inner join klaviyo.messages as m on m.mailing_id = c.message
order by c.message;
