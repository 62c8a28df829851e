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
        typed.connection || '/' || typed.node.product_id as product_id,
        products.sku,
        nullif(typed.node.rating, 0) as rating,
        null::varchar as title,
        nullif(
            trim(regexp_replace(typed.node.review, '<[^>]+>', '', 'g'), ' ' || chr(10)), ''
        ) as body,
        null::varchar as language,
        typed.node.date_created_gmt at time zone 'UTC' as reviewed_at,
        nullif(trim(typed.node.reviewer_email), '') as email,
        nullif(trim(typed.node.reviewer), '') as author_name,
        coalesce(typed.node.verified, false) as is_verified,
        typed.node.status,
        typed.node.product_permalink as url
    from typed
    left join products
        on
            typed.connection || '/' || typed.node.product_id = products.variant_id

)

select * from final
