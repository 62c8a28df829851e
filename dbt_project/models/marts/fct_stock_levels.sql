{{ config(materialized='incremental', unique_key='observed_on', full_refresh=false) }}

with stock_levels as (

    select * from {{ ref('stg_shopify__stock_levels') }}
    union all by name
    select * from {{ ref('stg_custom__stock_levels') }}
    union all by name
    select * from {{ ref('stg_woocommerce__stock_levels') }}

),

final as (

    select
        sku,
        location,
        coalesce(try_cast('{{ var("as_of") }}' as date), current_date - 1) as observed_on,
        any_value(platform) as platform,
        any_value(connection) as connection,

        sum(on_hand)::integer as on_hand,
        sum(committed)::integer as committed,
        sum(available)::integer as available,
        sum(incoming)::integer as incoming
    from stock_levels
    where not is_deleted and is_active and sku is not null and location is not null
    group by sku, location

)

select * from final
