{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ drop_stale_orders() }}'
) }}

with order_lines as (

    select * from {{ ref('int_order_lines') }}
    where not is_deleted

),

orders as (

    select * from {{ ref('int_orders_resolved') }}
    {% if is_incremental() %}
        where order_id not in (select order_id from {{ this }})
    {% endif %}

),

refunded as (

    select
        line_id,
        sum(quantity) as quantity,
        sum(refunded) as refunded,
        sum(refunded_native) as refunded_native
    from {{ ref('int_refunded_lines') }}
    group by line_id

),

-- units taken off the order before anything was paid back for them were never sold
sold as (

    select
        order_lines.*,
        orders.platform,
        orders.customer_id,
        orders.ordered_at,
        orders.is_sale,
        orders.is_tax_included,
        orders.currency,
        orders.exchange_rate,
        orders.changed_at as order_changed_at,
        coalesce(refunded.quantity, 0) as refunded_quantity,
        coalesce(refunded.refunded, 0) as refunded,
        coalesce(refunded.refunded_native, 0) as refunded_native,
        greatest(
            order_lines.quantity
            - coalesce(order_lines.current_quantity, order_lines.quantity)
            - coalesce(refunded.quantity, 0),
            0
        ) as removed_quantity
    from order_lines
    inner join orders on order_lines.order_id = orders.order_id
    left join refunded on order_lines.line_id = refunded.line_id

),

shared_out as (

    select
        *,
        case
            when is_gift_card then 0
            when quantity = 0 then 1
            else (quantity - removed_quantity) / quantity
        end as revenue_share,
        -- tax inside the price is no revenue: it is taken out of list price and discount alike
        case
            when is_tax_included and list_total > discount then 1 - tax / (list_total - discount)
            else 1
        end as untaxed_share
    from sold

),

native as (

    select
        *,
        (revenue_share * untaxed_share * list_total)::decimal(18, 2) as gross_native,
        (revenue_share * untaxed_share * (list_total - discount))::decimal(18, 2) as paid_native
    from shared_out

),

converted as (

    select
        *,
        round(gross_native * exchange_rate, 2)::decimal(18, 2) as gross_revenue,
        round(gross_native * exchange_rate, 2)::decimal(18, 2)
        - round(paid_native * exchange_rate, 2)::decimal(18, 2) as discount_given
    from native

),

final as (

    select
        line_id,
        order_id,
        platform,
        connection,
        customer_id,
        sku,
        product_id,
        variant_id,
        title,
        ordered_at,
        is_sale,
        is_gift_card,

        quantity,
        (quantity - removed_quantity - refunded_quantity)::integer as net_quantity,

        round(unit_price * exchange_rate, 2)::decimal(18, 2) as unit_price,
        gross_revenue,
        discount_given::decimal(18, 2) as discount,
        round(tax * exchange_rate, 2)::decimal(18, 2) as tax,
        refunded::decimal(18, 2) as refunded,
        (gross_revenue - discount_given - refunded)::decimal(18, 2) as net_revenue,
        case
            when is_gift_card then round((list_total - discount) * exchange_rate, 2) else 0
        end::decimal(18, 2) as gift_card_sales,

        currency as currency_native,
        unit_price as unit_price_native,
        (paid_native - refunded_native)::decimal(18, 2) as net_revenue_native,
        order_changed_at as changed_at
    from converted

)

select * from final
