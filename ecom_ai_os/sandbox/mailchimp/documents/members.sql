create or replace view mailchimp.accounts as
select customer_id, mailchimp.email_id(email) as email_id
from main.customers
where trim(email) <> '';

create or replace view mailchimp.members as
with people as (
    select
        a.email_id,
        c.*,
        seen(b.email_state_at) as asked_at
    from main.customers as c
    inner join mailchimp.accounts as a using (customer_id)
    inner join business.customers as b using (customer_id)
    qualify row_number() over (partition by a.email_id order by customer_id) = 1
),

mailed as (
    select
        a.email_id,
        min(e.bounced_at) filter (where e.bounce_kind = 'hard') as bounced_at,
        min(e.complained_at) as complained_at
    from main.emails as e
    inner join mailchimp.accounts as a using (customer_id)
    where e.bounce_kind = 'hard' or e.complained_at is not null
    group by a.email_id
),

touched as (
    select id as customer_id, max(touched_at) as touched_at
    from touches where entity = 'members' group by id
)

select
    coalesce(p.email_id, e.email_id) as id,
    mailchimp.list_id() as parent_id,
    coalesce(e.email_address, p.email) as email_address,
    p.customer_id,
    p.first_name,
    p.last_name,
    p.country_code,
    p.city,
    p.zip,
    p.phone,
    p.sms_state,
    p.sms_state_at,
    p.n_orders,
    p.spent,
    coalesce(e.language, p.locale, '') as language,
    coalesce(e.vip, false) as vip,
    e.merge_fields as edited_fields,
    case
        when m.bounced_at is not null then 'cleaned'
        when p.email_state = 'UNSUBSCRIBED' or m.complained_at is not null then 'unsubscribed'
        when p.email_state = 'SUBSCRIBED' then 'subscribed'
        when p.email_state = 'PENDING' then 'pending'
        when p.email_id is not null then 'transactional'
    end as own_status,
    coalesce(e.status, own_status) as status,
    if(m.complained_at is not null, 'N/A (Abuse)', null) as unsubscribe_reason,
    coalesce(p.created_at, e.edited_at) as signed_up_at,
    if(
        own_status in ('subscribed', 'unsubscribed', 'cleaned'), p.asked_at, null
    ) as opted_in_at,
    date_trunc('second', greatest(
        p.created_at, p.email_state_at, m.bounced_at, m.complained_at, e.edited_at, t.touched_at
    )) as changed_at
from people as p
full join mailchimp.edits as e on e.email_id = p.email_id
left join mailed as m on m.email_id = p.email_id
left join touched as t on t.customer_id = p.customer_id
where not coalesce(e.is_deleted, false);

create or replace macro mailchimp.member_documents(parent, wanted) as table
with members as (
    select * from mailchimp.members where id in (select unnest(wanted))
),

read as (
    select
        a.email_id as id,
        avg((coalesce(e.opened_at, e.machine_opened_at) is not null)::integer) as open_rate,
        avg((e.clicked_at is not null)::integer) as click_rate
    from main.emails as e
    inner join mailchimp.accounts as a using (customer_id)
    where a.email_id in (select unnest(wanted)) and e.delivered_at is not null
    group by a.email_id
),

tagged as (
    select
        m.email_id as id,
        list({'id': t.tag_id, 'name': t.name} order by t.tag_id) as tags
    from mailchimp.member_tags as m
    inner join mailchimp.tags as t using (tag_id)
    group by m.email_id
)

select
    id,
    to_json({
        'id': id,
        'email_address': email_address,
        'unique_email_id': mailchimp.short_id('address', id),
        'contact_id': md5('contact' || id),
        'full_name': trim(concat(first_name, ' ', last_name)),
        'web_id': hash(id) % 1000000000,
        'email_type': 'html',
        'status': status,
        'unsubscribe_reason': coalesce(unsubscribe_reason, ''),
        'consents_to_one_to_one_messaging': status = 'subscribed',
        'sms_phone_number': coalesce(phone, ''),
        'sms_subscription_status':
            if(sms_state = 'SUBSCRIBED', 'subscribed', if(
                sms_state = 'UNSUBSCRIBED', 'unsubscribed', 'nonsubscribed'
            )),
        'sms_subscription_last_updated': mailchimp.stamp(sms_state_at),
        'merge_fields': json_merge_patch(
            to_json({
                'FNAME': coalesce(first_name, ''),
                'LNAME': coalesce(last_name, ''),
                'ADDRESS': {
                    'addr1': '',
                    'addr2': '',
                    'city': coalesce(city, ''),
                    'state': '',
                    'zip': coalesce(zip, ''),
                    'country': coalesce(country_code, '')
                },
                'PHONE': coalesce(phone, ''),
                'AI_SEG': '',
                'AI_LTV': ''
            }),
            coalesce(edited_fields, '{}')
        ),
        'interests': '{}'::json,
        'stats': {
            'avg_open_rate': coalesce(open_rate, 0),
            'avg_click_rate': coalesce(click_rate, 0),
            'ecommerce_data': {
                'total_revenue': coalesce(spent, 0)::double,
                'number_of_orders': coalesce(n_orders, 0),
                'currency_code': shop_currency()
            }
        },
        'ip_signup': '',
        'timestamp_signup': mailchimp.stamp(signed_up_at),
        'ip_opt': if(opted_in_at is null, '', '198.51.100.7'),
        'timestamp_opt': mailchimp.stamp(opted_in_at),
        'member_rating': 2,
        'last_changed': mailchimp.stamp(changed_at),
        'language': language,
        'vip': vip,
        'email_client': '',
        'location': {
            'latitude': 0,
            'longitude': 0,
            'gmtoff': 0,
            'dstoff': 0,
            'country_code': coalesce(country_code, ''),
            'timezone': '',
            'region': ''
        },
        'source': 'API - Generic',
        'tags_count': coalesce(len(tags), 0),
        'tags': coalesce(tags[:50], []),
        'list_id': parent_id,
        '_links': mailchimp.link('lists/' || parent_id || '/members/' || id)
    }) as document
from members
left join read using (id)
left join tagged using (id);

create or replace view mailchimp.member_tag_list as
select
    m.tag_id::varchar as id,
    m.email_id as parent_id,
    t.name,
    m.added_at
from mailchimp.member_tags as m
inner join mailchimp.tags as t using (tag_id);

create or replace macro mailchimp.member_tag_documents(parent, wanted) as table
select
    id,
    to_json({
        'id': id::bigint, 'name': name, 'date_added': mailchimp.stamp(added_at)
    }) as document
from mailchimp.member_tag_list
where parent_id = parent and id in (select unnest(wanted));

create or replace view mailchimp.event_list as
select event_id::varchar as id, email_id as parent_id, name, properties, occurred_at
from mailchimp.events;

create or replace macro mailchimp.event_documents(parent, wanted) as table
select
    id,
    to_json({
        'name': name, 'properties': properties, 'occurred_at': mailchimp.stamp(occurred_at)
    }) as document
from mailchimp.event_list
where parent_id = parent and id in (select unnest(wanted));
