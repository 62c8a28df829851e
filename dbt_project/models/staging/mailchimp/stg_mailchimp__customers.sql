with source as (

    select * from {{ source('mailchimp', 'members') }}

),

complaints as (

    select distinct
        connection,
        (payload ->> 'list_id') || '/' || (payload ->> 'email_id') as member_id
    from {{ source('mailchimp', 'abuse_reports') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "email_address": "VARCHAR",
            "status": "VARCHAR",
            "unsubscribe_reason": "VARCHAR",
            "merge_fields": {
                "FNAME": "VARCHAR",
                "LNAME": "VARCHAR",
                "PHONE": "VARCHAR",
                "ADDRESS": {"country": "VARCHAR"}
            },
            "sms_phone_number": "VARCHAR",
            "sms_subscription_status": "VARCHAR",
            "sms_subscription_last_updated": "TIMESTAMPTZ",
            "timestamp_signup": "TIMESTAMPTZ",
            "timestamp_opt": "TIMESTAMPTZ",
            "last_changed": "TIMESTAMPTZ",
            "language": "VARCHAR",
            "location": {"country_code": "VARCHAR"},
            "tags": [{"name": "VARCHAR"}]
        }') as node
    from source

),

final as (

    select
        'mailchimp' as platform,
        typed.connection,
        typed.is_deleted,
        typed.loaded_at,

        typed.connection || '/' || typed.record_id as account_id,
        nullif(trim(typed.node.merge_fields.fname), '') as first_name,
        nullif(trim(typed.node.merge_fields.lname), '') as last_name,
        nullif(trim(typed.node.email_address), '') as email,
        coalesce(
            nullif(trim(typed.node.merge_fields.phone), ''),
            nullif(trim(typed.node.sms_phone_number), '')
        ) as phone,
        upper(coalesce(
            nullif(trim(typed.node.merge_fields.address.country), ''),
            nullif(trim(typed.node.location.country_code), '')
        )) as country,
        nullif(trim(typed.node.language), '') as locale,
        list_filter(
            list_transform(coalesce(typed.node.tags, []), lambda tag: nullif(trim(tag.name), '')),
            lambda tag: tag is not null
        ) as tags,
        coalesce(typed.node.timestamp_signup, typed.node.timestamp_opt) as created_at,

        case
            when typed.node.status = 'subscribed' then true
            when
                typed.node.status in ('unsubscribed', 'cleaned', 'pending', 'archived')
                then false
        end as is_email_subscribed,
        case
            when typed.node.status = 'subscribed' then typed.node.timestamp_opt
            when typed.node.status <> 'transactional' then typed.node.last_changed
        end as email_consent_at,
        coalesce(
            typed.node.status = 'cleaned'
            or contains(lower(typed.node.unsubscribe_reason), 'abuse')
            or complaints.member_id is not null,
            false
        ) as is_email_suppressed,
        case typed.node.sms_subscription_status
            when 'subscribed' then true
            when 'unsubscribed' then false
        end as is_sms_subscribed,
        typed.node.sms_subscription_last_updated as sms_consent_at
    from typed
    left join complaints
        on typed.connection = complaints.connection and typed.record_id = complaints.member_id

)

select * from final
