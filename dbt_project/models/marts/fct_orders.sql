{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ drop_stale_orders() }}'
) }}

with orders as (

    select * from {{ ref('int_orders_resolved') }}
    {% if is_incremental() %}
        where order_id not in (select order_id from {{ this }})
    {% endif %}

),

lines as (

    select
        order_id,
        sum(gross_revenue) as gross_revenue,
        sum(discount) as discount,
        sum(tax) as tax,
        sum(refunded) as refunded,
        sum(gift_card_sales) as gift_card_sales,
        sum(quantity) filter (not is_gift_card) as n_units,
        count(*) as n_lines
    from {{ ref('fct_order_lines') }}
    where order_id in (select order_id from orders)
    group by order_id

),

refunds as (

    select
        order_id,
        sum(refunded) as refunded,
        sum(paid_back) as paid_back,
        max(refunded_at) as last_refunded_at
    from {{ ref('fct_refunds') }}
    group by order_id

),

parcels as (

    select
        order_id,
        min(fulfilled_at) as first_fulfilled_at,
        max(expected_delivery_at) as expected_delivery_at,
        case when count(*) = count(delivered_at) then max(delivered_at) end as delivered_at
    from {{ ref('int_fulfillments') }}
    where
        order_id in (select order_id from orders)
        and not is_deleted
        and coalesce(status, 'success') not in ('cancelled', 'error', 'failure')
    group by order_id

),

-- an order that came without lines has its revenue in its totals
totals as (

    select
        order_id,
        coalesce(
            subtotal - case when is_tax_included then coalesce(tax, 0) else 0 end,
            total - coalesce(tax, 0) - coalesce(shipping, 0),
            0
        ) as goods_native,
        coalesce(discount, 0) as discount_native
    from orders

),

converted as (

    select
        orders.*,
        lines.n_lines,
        coalesce(lines.n_units, 0) as line_units,
        coalesce(
            lines.gross_revenue,
            round((totals.goods_native + totals.discount_native) * orders.exchange_rate, 2)
        )::decimal(18, 2) as gross_revenue,
        coalesce(
            lines.discount, round(totals.discount_native * orders.exchange_rate, 2)
        )::decimal(18, 2) as discount_given,
        coalesce(
            round(orders.tax * orders.exchange_rate, 2), lines.tax, 0
        )::decimal(18, 2) as tax_charged,
        coalesce(lines.tax, 0) as line_tax,
        coalesce(lines.refunded, 0) as line_refunded,
        coalesce(lines.gift_card_sales, 0)::decimal(18, 2) as gift_card_sales,
        coalesce(refunds.refunded, 0)::decimal(18, 2) as refunded,
        coalesce(refunds.paid_back, 0)::decimal(18, 2) as paid_back,
        refunds.last_refunded_at,
        parcels.first_fulfilled_at,
        parcels.expected_delivery_at,
        parcels.delivered_at
    from orders
    inner join totals on orders.order_id = totals.order_id
    left join lines on orders.order_id = lines.order_id
    left join refunds on orders.order_id = refunds.order_id
    left join parcels on orders.order_id = parcels.order_id

),

netted as (

    select
        *,
        gross_revenue - discount_given - refunded as net_revenue,
        case
            when n_lines is null then gross_revenue - discount_given else 0
        end as lineless_revenue,
        round(coalesce(shipping, 0) * exchange_rate, 2)
        - case
            when is_tax_included and n_lines is not null then greatest(tax_charged - line_tax, 0)
            else 0
        end as shipping_charged
    from converted

),

final as (

    select
        order_id,
        order_number,
        platform,
        connection,
        customer_id,
        ordered_at,
        cancelled_at,
        status,
        fulfillment_status,
        is_cancelled,
        is_test,
        is_draft,
        is_sale,

        gross_revenue,
        discount_given as discount,
        tax_charged as tax,
        shipping_charged::decimal(18, 2) as shipping,
        refunded,
        net_revenue::decimal(18, 2) as net_revenue,
        (lineless_revenue - (refunded - line_refunded))::decimal(18, 2) as unallocated_revenue,
        gift_card_sales,
        paid_back,
        last_refunded_at,
        coalesce(n_units, line_units)::integer as n_units,

        first_fulfilled_at,
        expected_delivery_at,
        delivered_at,
        source,
        country,
        discount_codes,

        '{{ var("reporting_currency") }}' as currency,
        currency as currency_native,
        exchange_rate,
        total as total_native,
        changed_at
    from netted

)

select * from final
