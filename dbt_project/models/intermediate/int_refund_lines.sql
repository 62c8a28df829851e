{{ config(materialized='incremental', unique_key='refund_line_id') }}

with refund_lines as (

    select * from {{ ref('stg_shopify__refund_lines') }}
    union all by name
    select * from {{ ref('stg_custom__refund_lines') }}
    union all by name
    select * from {{ ref('stg_woocommerce__refund_lines') }}

),

changed as (

    select * from refund_lines
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
        {{ former_order('refund_line_id') }} as former_order_id,

        refund_line_id,
        refund_id,
        order_id,
        line_id,

        coalesce(quantity, 0) as quantity,
        subtotal,
        coalesce(tax, 0)::decimal(18, 2) as tax,
        coalesce(is_goods_returned, false) as is_goods_returned
    from changed

)

select * from final
