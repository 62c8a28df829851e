with source as (

    select * from {{ source('woocommerce', 'reviews') }}

),

products as (

    select * from {{ ref('stg_woocommerce__products') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "product_id": "VARCHAR",
            "product_name": "VARCHAR",
            "product_permalink": "VARCHAR",
            "status": "VARCHAR",
            "reviewer": "VARCHAR",
            "reviewer_email": "VARCHAR",
            "review": "VARCHAR",
            "rating": "INTEGER",
            "verified": "BOOLEAN",
            "date_created_gmt": "TIMESTAMP"
        }') as node
    from source

),

final as (

    select
        'woocommerce' as platform,
        typed.connection,
        typed.is_deleted,
        typed.loaded_at,

        typed.connection || '/' || typed.record_id as review_id,
        'product' as subject,
        products.sku,
        typed.connection || '/' || typed.node.product_id as product_id,
        nullif(trim(typed.node.product_name), '') as product_name,
        nullif(trim(typed.node.product_permalink), '') as product_url,
        null::varchar as order_number,
        nullif(trim(typed.node.reviewer_email), '') as email,
        nullif(trim(typed.node.reviewer), '') as author_name,
        null::varchar as location,
        nullif(typed.node.rating, 0) as rating,
        null::varchar as title,
        nullif(
            trim(regexp_replace(typed.node.review, '<[^>]+>', '', 'g'), ' ' || chr(10)), ''
        ) as body,
        null::varchar as language,
        typed.node.date_created_gmt at time zone 'UTC' as reviewed_at,
        null::timestamptz as edited_at,
        coalesce(typed.node.verified, false) as is_verified,
        typed.node.status,
        null::varchar as reply,
        null::timestamptz as replied_at
    from typed
    left join products
        on
            typed.connection || '/' || typed.node.product_id = products.variant_id

)

select * from final
