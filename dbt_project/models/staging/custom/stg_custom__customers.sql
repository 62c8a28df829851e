with typed as (

    select
        connection,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "customer_id": "VARCHAR",
            "first_name": "VARCHAR",
            "last_name": "VARCHAR",
            "email": "VARCHAR",
            "phone": "VARCHAR",
            "country": "VARCHAR",
            "locale": "VARCHAR",
            "tags": "VARCHAR",
            "created_at": "TIMESTAMPTZ",
            "updated_at": "TIMESTAMPTZ",
            "is_email_subscribed": "BOOLEAN",
            "email_consent_at": "TIMESTAMPTZ",
            "is_sms_subscribed": "BOOLEAN",
            "sms_consent_at": "TIMESTAMPTZ"
        }}').mapped as node
    from {{ source('custom', 'customers') }}

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || node.customer_id as account_id,
        node.first_name,
        node.last_name,
        node.email,
        node.phone,
        case when length(node.country) = 2 then upper(node.country) end as country,
        node.locale,
        [trim(tag) for tag in string_split(node.tags, ',')] as tags,
        node.created_at,

        node.is_email_subscribed,
        node.email_consent_at,
        node.is_sms_subscribed,
        node.sms_consent_at
    from typed

)

select * from final
