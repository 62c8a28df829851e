with source as (

    select * from {{ source('woocommerce', 'customers') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "email": "VARCHAR",
            "first_name": "VARCHAR",
            "last_name": "VARCHAR",
            "date_created_gmt": "TIMESTAMP",
            "billing": {
                "first_name": "VARCHAR",
                "last_name": "VARCHAR",
                "phone": "VARCHAR",
                "country": "VARCHAR"
            },
            "shipping": {"country": "VARCHAR"}
        }') as node
    from source

),

final as (

    select
        'woocommerce' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as account_id,
        coalesce(
            nullif(trim(node.first_name), ''), nullif(trim(node.billing.first_name), '')
        ) as first_name,
        coalesce(
            nullif(trim(node.last_name), ''), nullif(trim(node.billing.last_name), '')
        ) as last_name,
        nullif(trim(node.email), '') as email,
        nullif(trim(node.billing.phone), '') as phone,
        upper(coalesce(
            nullif(node.billing.country, ''), nullif(node.shipping.country, '')
        )) as country,
        null::varchar as locale,
        []::varchar[] as tags,
        node.date_created_gmt at time zone 'UTC' as created_at,

        null::boolean as is_email_subscribed,
        null::timestamptz as email_consent_at,
        null::boolean as is_sms_subscribed,
        null::timestamptz as sms_consent_at
    from typed

)

select * from final
