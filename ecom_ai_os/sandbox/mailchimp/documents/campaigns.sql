create or replace view mailchimp.campaigns as
select
    *,
    null::varchar as parent_id,
    coalesce(sent_at, scheduled_at) as send_at,
    case
        when sent_at is not null then 'sent'
        when scheduled_at is not null then 'schedule'
        else 'save'
    end as status,
    mailchimp.list_id() as list_id
from mailchimp.sendings
where kind = 'campaign';

create or replace macro mailchimp.sending_settings(title, subject) as {
    'subject_line': subject,
    'preview_text': '',
    'title': title,
    'from_name': 'Sandbox Shop',
    'reply_to': 'hello@shop.example'
};

create or replace macro mailchimp.recipient_list(n) as {
    'list_id': mailchimp.list_id(),
    'list_is_active': true,
    'list_name': 'Sandbox Shop',
    'segment_text': '',
    'recipient_count': coalesce(n, 0)
};

create or replace macro mailchimp.summary(opens, openers, clicks, clickers, delivered) as {
    'opens': coalesce(opens, 0),
    'unique_opens': coalesce(openers, 0),
    'open_rate': coalesce(mailchimp.share(openers, delivered), 0),
    'clicks': coalesce(clicks, 0),
    'subscriber_clicks': coalesce(clickers, 0),
    'click_rate': coalesce(mailchimp.share(clickers, delivered), 0)
};

create or replace macro mailchimp.campaign_documents(parent, wanted) as table
select
    c.id,
    to_json({
        'id': c.id,
        'web_id': c.mailing_id,
        'type': 'regular',
        'create_time': mailchimp.stamp(c.created_at),
        'archive_url': '',
        'long_archive_url': '',
        'status': c.status,
        'emails_sent': coalesce(r.sent, 0),
        'send_time': mailchimp.stamp(c.send_at),
        'content_type': 'template',
        'recipients': mailchimp.recipient_list(r.sent),
        'settings': mailchimp.sending_settings(c.name, c.subject),
        'tracking': {'opens': true, 'html_clicks': true, 'text_clicks': false},
        'report_summary': mailchimp.summary(
            r.opens + r.machine_opens, r.openers, r.clicks, r.clickers, r.sent - r.hard - r.soft
        ),
        'delivery_status': {'enabled': false},
        '_links': mailchimp.link('campaigns/' || c.id)
    }) as document
from mailchimp.campaigns as c
left join mailchimp.reports as r on r.id = c.id
where c.id in (select unnest(wanted));

create or replace view mailchimp.automations as
select
    workflow_id as id,
    null::varchar as parent_id,
    any_value(flow) as flow,
    min(created_at) as created_at,
    'sending' as status,
    count(*) as n_emails
from mailchimp.sendings
where kind = 'flow'
group by workflow_id;

create or replace macro mailchimp.automation_documents(parent, wanted) as table
select
    id,
    to_json({
        'id': id,
        'create_time': mailchimp.stamp(created_at),
        'start_time': mailchimp.stamp(created_at),
        'status': status,
        'emails_sent': (
            select coalesce(sum(r.sent), 0)::bigint
            from mailchimp.reports as r where r.workflow_id = a.id
        ),
        'recipients': {
            'list_id': mailchimp.list_id(), 'list_is_active': true, 'list_name': 'Sandbox Shop'
        },
        'settings': {
            'title': flow, 'from_name': 'Sandbox Shop', 'reply_to': 'hello@shop.example'
        },
        'trigger_settings': {'workflow_type': 'api', 'workflow_emails_count': n_emails},
        '_links': mailchimp.link('automations/' || id)
    }) as document
from mailchimp.automations as a
where id in (select unnest(wanted));

create or replace view mailchimp.automation_emails as
select
    *,
    workflow_id as parent_id,
    row_number() over (partition by workflow_id order by mailing_id) as position
from mailchimp.sendings
where kind = 'flow';

create or replace macro mailchimp.automation_email_documents(parent, wanted) as table
select
    e.id,
    to_json({
        'id': e.id,
        'web_id': e.mailing_id,
        'workflow_id': e.workflow_id,
        'position': e.position,
        'delay': {'amount': 1, 'type': 'day', 'direction': 'after', 'action': 'signup'},
        'create_time': mailchimp.stamp(e.created_at),
        'start_time': mailchimp.stamp(e.created_at),
        'archive_url': '',
        'status': 'sending',
        'emails_sent': coalesce(r.sent, 0),
        'send_time': mailchimp.stamp(r.last_sent),
        'content_type': 'template',
        'recipients': mailchimp.recipient_list(r.sent),
        'settings': mailchimp.sending_settings(e.name, e.subject),
        'report_summary': mailchimp.summary(
            r.opens + r.machine_opens, r.openers, r.clicks, r.clickers, r.sent - r.hard - r.soft
        ),
        '_links': mailchimp.link('automations/' || e.workflow_id || '/emails/' || e.id)
    }) as document
from mailchimp.automation_emails as e
left join mailchimp.reports as r on r.id = e.id
where e.parent_id = parent and e.id in (select unnest(wanted));
