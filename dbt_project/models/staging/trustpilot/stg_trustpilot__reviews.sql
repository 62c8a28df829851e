with service_reviews as (

    select * from {{ source('trustpilot', 'service_reviews') }}

),

product_reviews as (

    select * from {{ source('trustpilot', 'product_reviews') }}

),

conversations as (

    select * from {{ source('trustpilot', 'conversations') }}

),

typed_service_reviews as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "stars": "INTEGER",
            "title": "VARCHAR",
            "text": "VARCHAR",
            "language": "VARCHAR",
            "createdAt": "TIMESTAMPTZ",
            "updatedAt": "TIMESTAMPTZ",
            "isVerified": "BOOLEAN",
            "status": "VARCHAR",
            "referenceId": "VARCHAR",
            "referralEmail": "VARCHAR",
            "consumer": {"displayName": "VARCHAR"},
            "location": {"name": "VARCHAR"},
            "companyReply": {"text": "VARCHAR", "createdAt": "TIMESTAMPTZ"},
            "reportData": {"reviewVisibility": "VARCHAR"}
        }') as node
    from service_reviews

),

typed_product_reviews as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "stars": "INTEGER",
            "content": "VARCHAR",
            "language": "VARCHAR",
            "createdAt": "TIMESTAMPTZ",
            "state": "VARCHAR",
            "referenceId": "VARCHAR",
            "consumer": {"name": "VARCHAR", "email": "VARCHAR"},
            "product": {"sku": "VARCHAR", "name": "VARCHAR", "productUrl": "VARCHAR"}
        }') as node
    from product_reviews

),

comments as (

    select
        connection,
        parent_id as record_id,
        loaded_at,
        unnest(from_json(payload, '{"comments": [{
            "createdAt": "TIMESTAMPTZ",
            "author": {"type": "VARCHAR"},
            "content": "VARCHAR"
        }]}').comments) as node
    from conversations
    where not is_deleted

),

replies as (

    select
        connection,
        record_id,
        max(loaded_at) as loaded_at,
        min(node.createdat) as replied_at,
        arg_min(node.content, node.createdat) as reply
    from comments
    where node.author.type = 'businessUser'
    group by connection, record_id

),

of_the_shop as (

    select
        connection,
        is_deleted,
        loaded_at,
        record_id,

        'shop' as subject,
        null::varchar as sku,
        null::varchar as product_name,
        null::varchar as product_url,
        node.referenceid as order_number,
        node.referralemail as email,
        node.consumer.displayname as author_name,
        node.location.name as location,
        node.stars as rating,
        node.title,
        node.text as body,
        node.language,
        node.createdat as reviewed_at,
        if(node.updatedat > node.createdat, node.updatedat, null) as edited_at,
        coalesce(node.isverified, false) as is_verified,
        case
            when node.reportdata.reviewvisibility = 'hidden' then 'hold'
            when coalesce(node.status, 'active') = 'active' then 'approved'
            else lower(node.status)
        end as status,
        node.companyreply.text as reply,
        node.companyreply.createdat as replied_at
    from typed_service_reviews

),

of_products as (

    select
        reviews.connection,
        reviews.is_deleted,
        greatest(reviews.loaded_at, replies.loaded_at) as loaded_at,
        reviews.record_id,

        'product' as subject,
        nullif(trim(reviews.node.product.sku), '') as sku,
        reviews.node.product.name as product_name,
        reviews.node.product.producturl as product_url,
        reviews.node.referenceid as order_number,
        reviews.node.consumer.email,
        reviews.node.consumer.name as author_name,
        null::varchar as location,
        reviews.node.stars as rating,
        null::varchar as title,
        reviews.node.content as body,
        reviews.node.language,
        reviews.node.createdat as reviewed_at,
        null::timestamptz as edited_at,
        -- the order number comes with the invitation, which follows a purchase
        nullif(trim(reviews.node.referenceid), '') is not null as is_verified,
        case
            when coalesce(reviews.node.state, 'published') = 'published' then 'approved'
            else 'removed'
        end as status,
        replies.reply,
        replies.replied_at
    from typed_product_reviews as reviews
    left join replies
        on
            reviews.connection = replies.connection
            and reviews.record_id = replies.record_id

),

reviews as (

    select * from of_the_shop
    union all
    select * from of_products

),

final as (

    select
        'trustpilot' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as review_id,
        subject,
        sku,
        null::varchar as product_id,
        nullif(trim(product_name), '') as product_name,
        nullif(trim(product_url), '') as product_url,
        nullif(trim(order_number), '') as order_number,
        nullif(trim(email), '') as email,
        nullif(trim(author_name), '') as author_name,
        nullif(trim(location), '') as location,
        if(rating between 1 and 5, rating, null) as rating,
        nullif(trim(title), '') as title,
        nullif(trim(body), '') as body,
        if(language similar to '[A-Za-z]{2}', lower(language), null) as language,
        reviewed_at,
        edited_at,
        is_verified,
        if(is_deleted, 'removed', status) as status,
        nullif(trim(reply), '') as reply,
        replied_at
    from reviews

)

select * from final
