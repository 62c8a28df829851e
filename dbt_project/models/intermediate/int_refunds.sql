{{ config(materialized='incremental', unique_key='refund_id') }}

with refunds as (

    select * from {{ ref('stg_shopify__refunds') }}
    union all by name
    select * from {{ ref('stg_custom__refunds') }}
    union all by name
    select * from {{ ref('stg_woocommerce__refunds') }}

),

changed as (

    select * from refunds
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
        {{ former_order('refund_id') }} as former_order_id,

        refund_id,
        order_id,
        return_id,
        refunded_at,
        note,

        total,
        coalesce(shipping, 0)::decimal(18, 2) as shipping,
        coalesce(shipping_tax, 0)::decimal(18, 2) as shipping_tax
    from changed

)

select * from final
