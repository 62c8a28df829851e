-- depends_on: {{ ref('stg_woocommerce__orders') }}
-- where lines stand inside their order, those an edit took out are told by nothing else
{{ config(
    materialized='incremental',
    unique_key='line_id',
    pre_hook="{% if is_incremental() %}
        delete from {{ this }} where order_id in (
            select order_id from {{ ref('stg_woocommerce__orders') }}
            where loaded_at > (select max(loaded_at) from {{ this }})
        )
    {% endif %}"
) }}

with order_lines as (

    select * from {{ ref('stg_shopify__order_lines') }}
    union all by name
    select * from {{ ref('stg_custom__order_lines') }}
    union all by name
    select * from {{ ref('stg_woocommerce__order_lines') }}

),

changed as (

    select * from order_lines
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
        {{ former_order('line_id') }} as former_order_id,

        line_id,
        order_id,
        sku,
        product_id,
        variant_id,
        title,
        is_gift_card,

        quantity,
        current_quantity,
        unit_price,
        coalesce(list_total, quantity * unit_price, 0)::decimal(18, 2) as list_total,
        coalesce(discount, 0)::decimal(18, 2) as discount,
        coalesce(tax, 0)::decimal(18, 2) as tax
    from changed

)

select * from final
