create or replace view mailchimp.lists as
select
    mailchimp.list_id() as id,
    null::varchar as parent_id,
    min(created_at) as created_at
from main.customers;

create or replace macro mailchimp.list_documents(parent, wanted) as table
with members as (
    select
        count(*) filter (where status = 'subscribed') as member_count,
        count(*) filter (where status = 'unsubscribed') as unsubscribe_count,
        count(*) filter (where status = 'cleaned') as cleaned_count,
        max(opted_in_at) as last_sub_at
    from mailchimp.members
),

sent as (
    select count(*) as campaign_count, max(sent_at) as last_sent_at
    from main.mailings where kind = 'campaign'
)

select
    l.id,
    to_json({
        'id': l.id,
        'web_id': 1,
        'name': 'Sandbox Shop',
        'contact': {
            'company': 'Sandbox Shop',
            'address1': '',
            'address2': '',
            'city': 'Berlin',
            'state': '',
            'zip': '',
            'country': 'DE',
            'phone': ''
        },
        'permission_reminder': 'You signed up in our shop.',
        'use_archive_bar': true,
        'campaign_defaults': {
            'from_name': 'Sandbox Shop',
            'from_email': 'hello@shop.example',
            'subject': '',
            'language': 'en'
        },
        'notify_on_subscribe': '',
        'notify_on_unsubscribe': '',
        'date_created': mailchimp.stamp(l.created_at),
        'list_rating': 3,
        'email_type_option': false,
        'double_optin': true,
        'has_welcome': false,
        'marketing_permissions': false,
        'visibility': 'prv',
        'modules': []::varchar [],
        'stats': {
            'member_count': m.member_count,
            'unsubscribe_count': m.unsubscribe_count,
            'cleaned_count': m.cleaned_count,
            'campaign_count': s.campaign_count,
            'campaign_last_sent': mailchimp.stamp(s.last_sent_at),
            'last_sub_date': mailchimp.stamp(m.last_sub_at)
        },
        '_links': mailchimp.link('lists/' || l.id)
    }) as document
from mailchimp.lists as l, members as m, sent as s;

create or replace view mailchimp.merge_fields as
select merge_id::varchar as id, mailchimp.list_id() as parent_id, tag, name, type
from mailchimp.merge_field_list;

create or replace macro mailchimp.merge_field_documents(parent, wanted) as table
select
    id,
    to_json({
        'merge_id': id::bigint,
        'tag': tag,
        'name': name,
        'type': type,
        'required': false,
        'default_value': '',
        'public': false,
        'display_order': id::bigint,
        'help_text': '',
        'list_id': parent_id,
        '_links': mailchimp.link('lists/' || parent_id || '/merge-fields/' || id)
    }) as document
from mailchimp.merge_fields
where id in (select unnest(wanted));

-- Tags are static segments; there are no others.
create or replace view mailchimp.segments as
select tag_id::varchar as id, mailchimp.list_id() as parent_id, name, created_at, updated_at
from mailchimp.tags;

create or replace macro mailchimp.segment_documents(parent, wanted) as table
select
    s.id,
    to_json({
        'id': s.id::bigint,
        'name': s.name,
        'member_count': (
            select count(*) from mailchimp.member_tags as m where m.tag_id = s.id::bigint
        ),
        'type': 'static',
        'created_at': mailchimp.stamp(s.created_at),
        'updated_at': mailchimp.stamp(s.updated_at),
        'list_id': s.parent_id,
        '_links': mailchimp.link('lists/' || s.parent_id || '/segments/' || s.id)
    }) as document
from mailchimp.segments as s
where s.id in (select unnest(wanted));

create or replace view mailchimp.abuse_reports as
select
    e.email_id::varchar as id,
    mailchimp.list_id() as parent_id,
    mailchimp.short_id('campaign', e.mailing_id) as campaign_id,
    a.email_id as hash,
    c.email,
    e.complained_at
from main.emails as e
inner join mailchimp.accounts as a using (customer_id)
inner join main.customers as c using (customer_id)
where e.complained_at is not null;

create or replace macro mailchimp.abuse_report_documents(parent, wanted) as table
select
    id,
    to_json({
        'id': id::bigint,
        'campaign_id': campaign_id,
        'list_id': parent_id,
        'email_id': hash,
        'email_address': email,
        'merge_fields': '{}'::json,
        'vip': false,
        'date': mailchimp.stamp(complained_at),
        '_links': mailchimp.link('lists/' || parent_id || '/abuse-reports/' || id)
    }) as document
from mailchimp.abuse_reports
where id in (select unnest(wanted));
