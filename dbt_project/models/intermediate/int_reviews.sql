with reviews as (

    select * from {{ ref('stg_woocommerce__reviews') }}
    union all by name
    select * from {{ ref('stg_trustpilot__reviews') }}
    union all by name
    select * from {{ ref('stg_google__reviews') }}
    union all by name
    select * from {{ ref('stg_custom__reviews') }}

),

final as (

    select
        platform,
        connection,
        is_deleted,

        review_id,
        subject,
        status,
        sku,
        product_id,
        product_name,
        product_url,
        order_number,

        email,
        -- as a guest of that connection is known, see int_orders
        connection || '/guest/' || sha256(lower(trim(email)))[:16] as account_id,
        location,

        rating,
        title,
        body,
        language,
        reviewed_at,
        edited_at,
        is_verified,
        reply,
        replied_at
    from reviews

)

select * from final
