with products as (

    select * from {{ ref('stg_shopify__products') }}
    union all by name
    select * from {{ ref('stg_custom__products') }}
    union all by name
    select * from {{ ref('stg_woocommerce__products') }}
    union all by name
    select * from {{ ref('stg_cin7__products') }}
    union all by name
    select * from {{ ref('stg_linnworks__products') }}

),

catalogued as (

    select
        *,
        coalesce(
            platform in (select unnest({{ var('inventory_systems') }}::varchar[])), false
        ) as is_of_inventory_system
    from products

),

-- of several variants under one SKU, a shop's, the active and then the newest speaks for it
final as (

    select
        *,
        row_number() over by_sku as sku_place,
        first_value(variant_id) over by_sku as speaking_variant_id,
        row_number() over (
            partition by connection, sku
            order by is_active desc, updated_at desc nulls last, variant_id desc
        ) as shop_place
    from catalogued
    window by_sku as (
        partition by sku
        order by
            is_of_inventory_system asc, is_active desc, updated_at desc nulls last, variant_id desc
    )

)

select * from final
