-- An inventory system knows the shelf, a shop what it was last told: where one counts a SKU, its
-- count stands and the shops' own of that SKU is left out, so that no unit counts twice.
{{ config(materialized='incremental', unique_key='observed_on', full_refresh=false) }}

with stock_levels as (

    select * from {{ ref('stg_shopify__stock_levels') }}
    union all by name
    select * from {{ ref('stg_custom__stock_levels') }}
    union all by name
    select * from {{ ref('stg_woocommerce__stock_levels') }}
    union all by name
    select * from {{ ref('stg_cin7__stock_levels') }}
    union all by name
    select * from {{ ref('stg_linnworks__stock_levels') }}

),

clock as (

    select * from {{ source('reference', 'clock') }}

),

purchase_orders as (

    select * from {{ ref('fct_purchase_orders') }}
    where quantity_open > 0

),

stocked as (

    select
        *,
        platform in (select unnest({{ var('inventory_systems') }}::varchar[])) as is_counted
    from stock_levels
    where not is_deleted and is_active and sku is not null and location is not null

),

counted as (

    select distinct sku
    from stocked
    where is_counted

),

levels as (

    select
        sku,
        location,
        any_value(platform) as platform,
        any_value(connection) as connection,
        sum(on_hand) as on_hand,
        sum(committed) as committed,
        sum(available) as available,
        sum(incoming) as incoming,
        count(*) over (partition by sku) as n_locations
    from stocked
    where is_counted or sku not in (select sku from counted)
    group by sku, location

),

-- an order that names no location of its SKU arrives at the only one, if there is only one
on_order as (

    select
        levels.sku,
        levels.location,
        sum(purchase_orders.quantity_open) as incoming
    from levels
    inner join purchase_orders
        on
            levels.sku = purchase_orders.sku
            and (levels.location = purchase_orders.location or levels.n_locations = 1)
    group by levels.sku, levels.location

),

final as (

    select
        levels.sku,
        levels.location,
        clock.as_of as observed_on,
        levels.platform,
        levels.connection,

        levels.on_hand::integer as on_hand,
        levels.committed::integer as committed,
        levels.available::integer as available,
        coalesce(levels.incoming, on_order.incoming)::integer as incoming
    from levels
    cross join clock
    left join on_order
        on
            levels.sku = on_order.sku
            and levels.location = on_order.location

)

select * from final
