with orders as (

    select * from {{ ref('stg_woocommerce__orders') }}

),

-- an order stays pending or a checkout draft until it is paid; paying turns it into a sale
final as (

    select
        platform,
        connection,
        is_deleted,
        loaded_at,

        order_id as cart_id,
        account_id,
        email,
        phone,
        ordered_at as abandoned_at,
        null::timestamptz as recovered_at,
        total as value,
        currency
    from orders
    where is_draft

)

select * from final
