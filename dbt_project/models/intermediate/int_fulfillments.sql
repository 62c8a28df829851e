{{ config(materialized='incremental', unique_key='fulfillment_id') }}

with fulfillments as (

    select * from {{ ref('stg_shopify__fulfillments') }}
    union all by name
    select * from {{ ref('stg_custom__fulfillments') }}
    union all by name
    select * from {{ ref('stg_woocommerce__fulfillments') }}

),

changed as (

    select * from fulfillments
    {% if is_incremental() %}
        where loaded_at > (select coalesce(max(loaded_at), '-infinity') from {{ this }})
    {% endif %}

),

final as (

    select
        platform,
        connection,
        is_deleted,
        loaded_at,
        now() as changed_at,
        {{ former_order('fulfillment_id') }} as former_order_id,

        fulfillment_id,
        order_id,
        status,
        fulfilled_at,
        in_transit_at,
        expected_delivery_at,
        delivered_at,
        carrier,
        tracking_number
    from changed

)

select * from final
