-- What the shop and its mail tell of each address; kept in klaviyo.people, which renewal.sql fills.
create or replace view klaviyo.person_state as
with accounts as (
    select *, lower(trim(email)) as address from main.customers where trim(email) <> ''
),

addresses as (
    select
        address,
        arg_min(first_name, customer_id) as first_name,
        arg_min(last_name, customer_id) as last_name,
        arg_max(phone, customer_id) as phone,
        arg_max(country_code, customer_id) as country_code,
        arg_max(city, customer_id) as city,
        arg_max(zip, customer_id) as zip,
        arg_max(locale, customer_id) as locale,
        min(created_at) as created_at,
        arg_max(email_state, email_state_at) as email_state,
        max(email_state_at) as email_state_at,
        arg_max(sms_state, sms_state_at) as sms_state,
        max(sms_state_at) as sms_state_at
    from accounts group by address
),

mailed as (
    select
        a.address,
        min(e.bounced_at) filter (where e.bounce_kind = 'hard') as bounced_at,
        min(e.complained_at) as complained_at,
        max(coalesce(e.clicked_at, e.opened_at, e.delivered_at)) as last_event_at
    from main.emails as e inner join accounts as a using (customer_id)
    group by a.address
)

select
    klaviyo.profile_id(address) as id,
    address as email,
    a.* exclude (address),
    m.bounced_at,
    m.complained_at,
    if(a.email_state = 'UNSUBSCRIBED', a.email_state_at, null) as unsubscribed_at,
    m.last_event_at,
    greatest(
        a.created_at, a.email_state_at, a.sms_state_at, m.bounced_at, m.complained_at
    ) as updated_at
from addresses as a left join mailed as m using (address);

create or replace table klaviyo.people as from klaviyo.person_state limit 0;

-- The shop's people, those written to with what was written, and those only written.
create or replace view klaviyo.profile_state as
with untouched as (
    select
        *,
        null::json as fields,
        '{}'::json as properties,
        null::varchar as external_id,
        '-infinity'::timestamptz as recorded_at
    from klaviyo.people
    where id not in (select profile_id from klaviyo.written_profiles)
),

touched as (
    select
        w.profile_id as id,
        coalesce(p.email, w.email) as email,
        p.* exclude (id, email, phone, created_at, updated_at),
        coalesce(w.phone_number, p.phone) as phone,
        coalesce(p.created_at, w.created_at) as created_at,
        greatest(p.updated_at, w.updated_at) as updated_at,
        w.fields,
        w.properties,
        w.external_id,
        if(p.id is null, w.created_at, '-infinity') as recorded_at
    from klaviyo.written_profiles as w left join klaviyo.people as p on p.id = w.profile_id
)

select
    *,
    case
        when email_state in ('SUBSCRIBED', 'UNSUBSCRIBED') then email_state
        else 'NEVER_SUBSCRIBED'
    end as email_consent,
    case
        when sms_state in ('SUBSCRIBED', 'UNSUBSCRIBED') then sms_state
        else 'NEVER_SUBSCRIBED'
    end as sms_consent,
    greatest(bounced_at, complained_at, unsubscribed_at) as suppressed_at
from (from untouched union all by name from touched)
where id not in (select profile_id from klaviyo.gone_profiles);

create or replace macro klaviyo.suppressions(bounced_at, complained_at, unsubscribed_at) as
list_filter([
    {'reason': 'HARD_BOUNCE', 'timestamp': klaviyo.time(bounced_at)},
    {'reason': 'SPAM_COMPLAINT', 'timestamp': klaviyo.time(complained_at)},
    {'reason': 'UNSUBSCRIBE', 'timestamp': klaviyo.time(unsubscribed_at)}
], lambda s: s.timestamp is not null);

-- Which profile an account of the shop belongs to; none where the person was erased.
create or replace table klaviyo.customer_profiles (customer_id bigint, profile_id varchar);
create or replace view klaviyo.account_state as
select c.customer_id, coalesce(g.into_id, c.profile_id) as profile_id
from klaviyo.customer_profiles as c
left join klaviyo.gone_profiles as g using (profile_id)
where g.profile_id is null or g.into_id is not null;

-- What is read: renewed with every step of the clock, and by a write where it writes.
create or replace table klaviyo.profiles as from klaviyo.profile_state limit 0;
create or replace table klaviyo.accounts as from klaviyo.account_state limit 0;

create or replace macro klaviyo.profile_documents(wanted) as table
select
    id,
    to_json({
        'type': 'profile',
        'id': id,
        'attributes': {
            'email': email,
            'phone_number': phone,
            'external_id': external_id,
            'first_name': coalesce(fields ->> 'first_name', first_name),
            'last_name': coalesce(fields ->> 'last_name', last_name),
            'organization': fields ->> 'organization',
            'locale': coalesce(fields ->> 'locale', locale),
            'title': fields ->> 'title',
            'image': fields ->> 'image',
            'created': klaviyo.time(created_at),
            'updated': klaviyo.time(updated_at),
            'last_event_date': klaviyo.time(last_event_at),
            'location': {
                'address1': null,
                'address2': null,
                'city': city,
                'country': klaviyo.country(country_code),
                'latitude': null,
                'longitude': null,
                'region': null,
                'zip': zip,
                'timezone': null,
                'ip': null
            },
            'properties': properties,
            'subscriptions': {
                'email': {
                    'marketing': {
                        'can_receive_email_marketing': suppressed_at is null,
                        'consent': email_consent,
                        'consent_timestamp': if(
                            email_consent = 'NEVER_SUBSCRIBED', null, klaviyo.time(email_state_at)
                        ),
                        'last_updated': klaviyo.time(coalesce(suppressed_at, email_state_at)),
                        'method': if(email_consent = 'SUBSCRIBED', 'SHOPIFY', null),
                        'method_detail': '',
                        'custom_method_detail': null,
                        'double_optin': null,
                        'suppression': klaviyo.suppressions(bounced_at, complained_at, unsubscribed_at),
                        'list_suppressions': []::json []
                    }
                },
                'sms': {
                    'marketing': {
                        'can_receive_sms_marketing': sms_consent = 'SUBSCRIBED',
                        'consent': sms_consent,
                        'consent_timestamp': if(
                            sms_consent = 'NEVER_SUBSCRIBED', null, klaviyo.time(sms_state_at)
                        ),
                        'method': null,
                        'method_detail': null,
                        'last_updated': klaviyo.time(sms_state_at)
                    }
                }
            }
        },
        'relationships': {
            'lists': klaviyo.relations('lists', 'profiles/' || id),
            'segments': klaviyo.relations('segments', 'profiles/' || id),
            'push-tokens': klaviyo.relations('push-tokens', 'profiles/' || id),
            'conversations': klaviyo.relations('conversations', 'profiles/' || id)
        },
        'links': {'self': klaviyo.link('profiles/' || id || '/')}
    }) as document
from klaviyo.profiles
where id in (select unnest(wanted));
