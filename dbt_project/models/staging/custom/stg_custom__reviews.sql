with typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "sku": "VARCHAR",
            "product_id": "VARCHAR",
            "product_name": "VARCHAR",
            "product_url": "VARCHAR",
            "order_number": "VARCHAR",
            "email": "VARCHAR",
            "author_name": "VARCHAR",
            "location": "VARCHAR",
            "rating": "DECIMAL(18,3)",
            "title": "VARCHAR",
            "body": "VARCHAR",
            "language": "VARCHAR",
            "reviewed_at": "TIMESTAMPTZ",
            "edited_at": "TIMESTAMPTZ",
            "is_verified": "BOOLEAN",
            "status": "VARCHAR",
            "reply": "VARCHAR",
            "replied_at": "TIMESTAMPTZ"
        }}').mapped as node
    from {{ source('custom', 'reviews') }}

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as review_id,
        case
            when coalesce(node.sku, node.product_id, node.product_name, node.product_url) is null
                then 'shop'
            else 'product'
        end as subject,
        nullif(trim(node.sku), '') as sku,
        connection || '/' || nullif(trim(node.product_id), '') as product_id,
        nullif(trim(node.product_name), '') as product_name,
        nullif(trim(node.product_url), '') as product_url,
        nullif(trim(node.order_number), '') as order_number,

        nullif(trim(node.email), '') as email,
        nullif(trim(node.author_name), '') as author_name,
        connection || '/' || nullif(trim(node.location), '') as location,

        case when node.rating between 1 and 5 then round(node.rating)::integer end as rating,
        nullif(trim(node.title), '') as title,
        nullif(trim(node.body), '') as body,
        lower(nullif(trim(node.language), '')) as language,
        node.reviewed_at as reviewed_at,
        node.edited_at as edited_at,
        coalesce(node.is_verified, false) as is_verified,
        lower(coalesce(nullif(trim(node.status), ''), 'approved')) as status,
        nullif(trim(node.reply), '') as reply,
        node.replied_at as replied_at
    from typed

)

select * from final
