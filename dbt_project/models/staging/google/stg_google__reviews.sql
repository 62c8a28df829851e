with source as (

    select * from {{ source('google', 'reviews') }}

),

locations as (

    select
        connection,
        record_id as location_id,
        nullif(trim(payload ->> 'title'), '') as title
    from {{ source('google', 'locations') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        regexp_extract(record_id, 'locations/[^/]+') as location_id,
        from_json(payload, '{
            "reviewer": {"displayName": "VARCHAR", "isAnonymous": "BOOLEAN"},
            "starRating": "VARCHAR",
            "comment": "VARCHAR",
            "createTime": "TIMESTAMPTZ",
            "updateTime": "TIMESTAMPTZ",
            "reviewReply": {"comment": "VARCHAR", "updateTime": "TIMESTAMPTZ"}
        }') as node
    from source

),

-- A translation stands before the text, which then follows "(Original)", or behind it.
told_apart as (

    select
        *,
        trim(
            regexp_replace(
                regexp_replace(
                    node.comment,
                    '(?s)^\s*\(Translated by Google\)\s(.*?\s\(Original\)\s*)?',
                    ''
                ),
                '(?s)\s\(Translated by Google\)\s.*$',
                ''
            ),
            ' ' || chr(10)
        ) as comment,
        trim(
            regexp_extract(
                node.comment, '(?s)\(Translated by Google\)\s(.*?)(\s\(Original\)\s.*)?$', 1
            ),
            ' ' || chr(10)
        ) as translation,
        trim(
            regexp_replace(
                regexp_replace(
                    node.reviewreply.comment,
                    '(?s)^\s*\(Translated by Google\)\s(.*?\s\(Original\)\s*)?',
                    ''
                ),
                '(?s)\s\(Translated by Google\)\s.*$',
                ''
            ),
            ' ' || chr(10)
        ) as reply
    from typed

),

final as (

    select
        'google' as platform,
        told_apart.connection,
        told_apart.is_deleted,
        told_apart.loaded_at,

        told_apart.connection || '/' || told_apart.record_id as review_id,
        'shop' as subject,
        null::varchar as sku,
        null::varchar as product_id,
        null::varchar as product_name,
        null::varchar as product_url,
        null::varchar as order_number,
        null::varchar as email,
        if(
            told_apart.node.reviewer.isanonymous,
            null,
            nullif(trim(told_apart.node.reviewer.displayname), '')
        ) as author_name,
        locations.title as location,
        case told_apart.node.starrating
            when 'ONE' then 1
            when 'TWO' then 2
            when 'THREE' then 3
            when 'FOUR' then 4
            when 'FIVE' then 5
        end as rating,
        null::varchar as title,
        coalesce(nullif(told_apart.comment, ''), nullif(told_apart.translation, '')) as body,
        nullif(told_apart.translation, '') as body_translated,
        null::varchar as language,
        told_apart.node.createtime as reviewed_at,
        if(
            told_apart.node.updatetime > told_apart.node.createtime,
            told_apart.node.updatetime,
            null
        ) as edited_at,
        false as is_verified,
        if(told_apart.is_deleted, 'removed', 'approved') as status,
        nullif(told_apart.reply, '') as reply,
        told_apart.node.reviewreply.updatetime as replied_at
    from told_apart
    left join locations
        on
            told_apart.connection = locations.connection
            and told_apart.location_id = locations.location_id

)

select * from final
