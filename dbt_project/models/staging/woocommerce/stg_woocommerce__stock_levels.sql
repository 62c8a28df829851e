with products as (

    select * from {{ ref('stg_woocommerce__products') }}

),

final as (

    select
        platform,
        connection,
        is_deleted,
        loaded_at,

        sku,
        connection || '/shop' as location,

        -- an order takes its units off the stock at once: what is left is available
        null::integer as on_hand,
        null::integer as committed,
        try_cast(stock_quantity as integer) as available,
        null::integer as incoming,
        true as is_active,
        updated_at as observed_at
    from products
    where is_tracked and stock_quantity is not null

)

select * from final
