with source as (

    select * from {{ source('klaviyo', 'profiles') }}

),

lists as (

    select * from {{ source('klaviyo', 'lists') }}

),

list_members as (

    select * from {{ source('klaviyo', 'list_members') }}

),

segments as (

    select * from {{ source('klaviyo', 'segments') }}

),

segment_members as (

    select * from {{ source('klaviyo', 'segment_members') }}

),

groups as (

    select
        connection,
        record_id as group_id,
        payload ->> '$.attributes.name' as name
    from lists
    where not is_deleted
    union all
    select
        connection,
        record_id as group_id,
        payload ->> '$.attributes.name' as name
    from segments
    where not is_deleted

),

members as (

    select
        connection,
        parent_id as group_id,
        payload ->> '$.profile_id' as profile_id,
        is_deleted,
        loaded_at
    from list_members
    union all
    select
        connection,
        parent_id as group_id,
        payload ->> '$.profile_id' as profile_id,
        is_deleted,
        loaded_at
    from segment_members

),

memberships as (

    select
        members.connection,
        members.profile_id,
        list_sort(list_distinct(array_agg(if(members.is_deleted, null, groups.name)))) as names,
        max(members.loaded_at) as loaded_at
    from members
    left join groups
        on
            members.connection = groups.connection
            and members.group_id = groups.group_id
    group by members.connection, members.profile_id

),

-- Klaviyo writes names of countries, and codes where a shop gave it codes.
countries (name, code) as (

    values
    ('australia', 'AU'), ('austria', 'AT'), ('belgium', 'BE'), ('brazil', 'BR'),
    ('bulgaria', 'BG'), ('canada', 'CA'), ('china', 'CN'), ('croatia', 'HR'),
    ('cyprus', 'CY'), ('czech republic', 'CZ'), ('czechia', 'CZ'), ('denmark', 'DK'),
    ('estonia', 'EE'), ('finland', 'FI'), ('france', 'FR'), ('germany', 'DE'),
    ('greece', 'GR'), ('hong kong', 'HK'), ('hungary', 'HU'), ('iceland', 'IS'),
    ('india', 'IN'), ('ireland', 'IE'), ('israel', 'IL'), ('italy', 'IT'),
    ('japan', 'JP'), ('latvia', 'LV'), ('liechtenstein', 'LI'), ('lithuania', 'LT'),
    ('luxembourg', 'LU'), ('malta', 'MT'), ('mexico', 'MX'), ('netherlands', 'NL'),
    ('new zealand', 'NZ'), ('norway', 'NO'), ('poland', 'PL'), ('portugal', 'PT'),
    ('romania', 'RO'), ('singapore', 'SG'), ('slovakia', 'SK'), ('slovenia', 'SI'),
    ('south africa', 'ZA'), ('south korea', 'KR'), ('spain', 'ES'), ('sweden', 'SE'),
    ('switzerland', 'CH'), ('turkey', 'TR'), ('ukraine', 'UA'),
    ('united arab emirates', 'AE'), ('united kingdom', 'GB'), ('united states', 'US'),
    ('united states of america', 'US')

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload -> '$.attributes', '{
            "email": "VARCHAR",
            "phone_number": "VARCHAR",
            "first_name": "VARCHAR",
            "last_name": "VARCHAR",
            "locale": "VARCHAR",
            "created": "VARCHAR",
            "location": {"country": "VARCHAR"},
            "subscriptions": {
                "email": {
                    "marketing": {
                        "consent": "VARCHAR",
                        "consent_timestamp": "VARCHAR",
                        "suppression": [{"reason": "VARCHAR"}]
                    }
                },
                "sms": {"marketing": {"consent": "VARCHAR", "consent_timestamp": "VARCHAR"}}
            }
        }') as node
    from source

),

consented as (

    select
        *,
        node.subscriptions.email.marketing as email_marketing,
        node.subscriptions.sms.marketing as sms_marketing,
        lower(trim(node.location.country)) as country
    from typed

),

final as (

    select
        'klaviyo' as platform,
        consented.connection,
        consented.is_deleted,
        greatest(consented.loaded_at, memberships.loaded_at) as loaded_at,

        consented.connection || '/' || consented.record_id as account_id,
        nullif(trim(consented.node.first_name), '') as first_name,
        nullif(trim(consented.node.last_name), '') as last_name,
        nullif(trim(consented.node.email), '') as email,
        nullif(trim(consented.node.phone_number), '') as phone,
        coalesce(
            countries.code,
            if(regexp_full_match(consented.country, '[a-z]{2}'), upper(consented.country), null)
        ) as country,
        nullif(consented.node.locale, '') as locale,
        coalesce(memberships.names, [])::varchar[] as tags,
        try_cast(consented.node.created as timestamptz) as created_at,

        case consented.email_marketing.consent
            when 'SUBSCRIBED' then true
            when 'UNSUBSCRIBED' then false
        end as is_email_subscribed,
        try_cast(
            consented.email_marketing.consent_timestamp as timestamptz
        ) as email_consent_at,
        case consented.sms_marketing.consent
            when 'SUBSCRIBED' then true
            when 'UNSUBSCRIBED' then false
        end as is_sms_subscribed,
        try_cast(consented.sms_marketing.consent_timestamp as timestamptz) as sms_consent_at,
        len(list_filter(
            coalesce(consented.email_marketing.suppression, []),
            lambda s: s.reason <> 'UNSUBSCRIBE'
        )) > 0 as is_email_suppressed
    from consented
    left join countries on consented.country = countries.name
    left join memberships
        on
            consented.connection = memberships.connection
            and consented.record_id = memberships.profile_id

)

select * from final
