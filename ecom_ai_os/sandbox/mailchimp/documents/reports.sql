-- What was sent: campaigns, and the mails of flows, which are automations here.
create or replace view mailchimp.sendings as
select
    mailing_id,
    mailchimp.short_id('campaign', mailing_id) as id,
    kind,
    mailchimp.short_id('automation', flow) as workflow_id,
    flow,
    name,
    subject,
    created_at,
    scheduled_at,
    sent_at
from main.mailings;

-- One row a campaign and person; a mail of a flow may have come to one person several times.
create or replace view mailchimp.recipients as
select
    s.id as parent_id,
    a.email_id as id,
    any_value(c.email) as email_address,
    min(e.sent_at) as first_sent_at,
    bool_or(e.bounce_kind = 'hard' and e.bounced_at is not null) as is_hard,
    bool_and(e.bounced_at is not null) as is_bounced,
    list(e.opened_at order by e.opened_at) filter (where e.opened_at is not null) as opened_at,
    list(e.machine_opened_at order by e.machine_opened_at)
        filter (where e.machine_opened_at is not null) as machine_opened_at,
    list({'at': e.clicked_at, 'handle': p.handle} order by e.clicked_at)
        filter (where e.clicked_at is not null) as clicked,
    list({'at': e.bounced_at, 'kind': e.bounce_kind} order by e.bounced_at)
        filter (where e.bounced_at is not null) as bounced,
    min(e.unsubscribed_at) as unsubscribed_at
from main.emails as e
inner join mailchimp.sendings as s using (mailing_id)
inner join mailchimp.accounts as a using (customer_id)
inner join main.customers as c using (customer_id)
left join main.products as p on p.product_id = e.clicked_product_id
group by s.id, a.email_id;

create or replace view mailchimp.reports as
with counted as (
    select
        mailing_id,
        count(*) filter (where mailchimp.counted(sent_at) is not null) as sent,
        count(mailchimp.counted(opened_at)) as opens,
        count(mailchimp.counted(machine_opened_at)) as machine_opens,
        count(*) filter (
            where mailchimp.counted(opened_at) is not null
            or mailchimp.counted(machine_opened_at) is not null
        ) as openers,
        count(distinct if(mailchimp.counted(opened_at) is null, null, customer_id)) as people,
        count(mailchimp.counted(clicked_at)) as clicks,
        count(distinct if(mailchimp.counted(clicked_at) is null, null, customer_id)) as clickers,
        count(mailchimp.counted(bounced_at)) filter (where bounce_kind = 'hard') as hard,
        count(mailchimp.counted(bounced_at)) filter (where bounce_kind = 'soft') as soft,
        count(mailchimp.counted(unsubscribed_at)) as unsubscribed,
        count(mailchimp.counted(complained_at)) as complaints,
        max(mailchimp.counted(greatest(opened_at, machine_opened_at))) as last_open,
        max(mailchimp.counted(clicked_at)) as last_click,
        max(mailchimp.counted(sent_at)) as last_sent
    from main.emails
    group by mailing_id
)

select s.*, null::varchar as parent_id, c.* exclude (mailing_id)
from mailchimp.sendings as s
inner join counted as c using (mailing_id)
where c.sent > 0;

create or replace macro mailchimp.share(part, whole) as
if(whole > 0, part / whole, 0)::double;

create or replace macro mailchimp.report_documents(parent, wanted) as table
select
    id,
    to_json({
        'id': id,
        'campaign_title': name,
        'type': if(kind = 'flow', 'automation', 'regular'),
        'list_id': mailchimp.list_id(),
        'list_is_active': true,
        'list_name': 'Sandbox Shop',
        'subject_line': subject,
        'preview_text': '',
        'emails_sent': sent,
        'abuse_reports': complaints,
        'unsubscribed': unsubscribed,
        'send_time': mailchimp.stamp(coalesce(sent_at, last_sent)),
        'bounces': {'hard_bounces': hard, 'soft_bounces': soft, 'syntax_errors': 0},
        'forwards': {'forwards_count': 0, 'forwards_opens': 0},
        'opens': {
            'opens_total': opens + machine_opens,
            'unique_opens': openers,
            'open_rate': mailchimp.share(openers, sent - hard - soft),
            'last_open': mailchimp.stamp(last_open),
            'proxy_excluded_opens': opens,
            'proxy_excluded_unique_opens': people,
            'proxy_excluded_open_rate': mailchimp.share(people, sent - hard - soft)
        },
        'clicks': {
            'clicks_total': clicks,
            'unique_clicks': clickers,
            'unique_subscriber_clicks': clickers,
            'click_rate': mailchimp.share(clickers, sent - hard - soft),
            'last_click': mailchimp.stamp(last_click)
        },
        'ecommerce': {
            'total_orders': 0,
            'total_spent': 0,
            'total_revenue': 0,
            'currency_code': shop_currency()
        },
        'delivery_status': {'enabled': false},
        '_links': mailchimp.link('reports/' || id)
    }) as document
from mailchimp.reports
where id in (select unnest(wanted));

create or replace macro mailchimp.sent_to_documents(parent, wanted) as table
select
    id,
    to_json({
        'email_id': id,
        'email_address': email_address,
        'merge_fields': '{}'::json,
        'vip': false,
        'status': case when is_hard then 'hard' when is_bounced then 'soft' else 'sent' end,
        'open_count': coalesce(len(opened_at), 0) + coalesce(len(machine_opened_at), 0),
        'last_open': mailchimp.stamp(list_max(list_concat(opened_at, machine_opened_at))),
        'campaign_id': parent_id,
        'list_id': mailchimp.list_id(),
        'list_is_active': true,
        '_links': mailchimp.link('reports/' || parent_id || '/sent-to/' || id)
    }) as document
from mailchimp.recipients
where parent_id = parent and id in (select unnest(wanted));

create or replace view mailchimp.unsubscribes as
select * from mailchimp.recipients where unsubscribed_at is not null;

create or replace macro mailchimp.unsubscribe_documents(parent, wanted) as table
select
    id,
    to_json({
        'email_id': id,
        'email_address': email_address,
        'merge_fields': '{}'::json,
        'vip': false,
        'timestamp': mailchimp.stamp(unsubscribed_at),
        'reason': 'None given',
        'campaign_id': parent_id,
        'list_id': mailchimp.list_id(),
        'list_is_active': true,
        '_links': mailchimp.link('reports/' || parent_id || '/unsubscribed/' || id)
    }) as document
from mailchimp.unsubscribes
where parent_id = parent and id in (select unnest(wanted));
