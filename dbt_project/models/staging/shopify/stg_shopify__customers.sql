with source as (

    select * from {{ source('shopify', 'customers') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "firstName": "VARCHAR",
            "lastName": "VARCHAR",
            "createdAt": "TIMESTAMPTZ",
            "tags": ["VARCHAR"],
            "locale": "VARCHAR",
            "defaultEmailAddress": {
                "emailAddress": "VARCHAR",
                "marketingState": "VARCHAR",
                "marketingUpdatedAt": "TIMESTAMPTZ"
            },
            "defaultPhoneNumber": {
                "phoneNumber": "VARCHAR",
                "smsMarketingConsent": {"state": "VARCHAR", "updatedAt": "TIMESTAMPTZ"}
            },
            "defaultAddress": {"countryCodeV2": "VARCHAR"}
        }') as node
    from source

),

final as (

    select
        'shopify' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || split_part(record_id, '/', -1) as account_id,
        nullif(trim(node.firstname), '') as first_name,
        nullif(trim(node.lastname), '') as last_name,
        nullif(trim(node.defaultemailaddress.emailaddress), '') as email,
        nullif(trim(node.defaultphonenumber.phonenumber), '') as phone,
        upper(node.defaultaddress.countrycodev2) as country,
        node.locale,
        node.tags,
        node.createdat as created_at,

        node.defaultemailaddress.marketingstate = 'SUBSCRIBED' as is_email_subscribed,
        node.defaultemailaddress.marketingupdatedat as email_consent_at,
        node.defaultphonenumber.smsmarketingconsent.state = 'SUBSCRIBED' as is_sms_subscribed,
        node.defaultphonenumber.smsmarketingconsent.updatedat as sms_consent_at
    from typed

)

select * from final
