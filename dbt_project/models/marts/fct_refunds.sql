{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ drop_stale_orders() }}'
) }}

with refunds as (

    select * from {{ ref('int_refunds') }}
    where not is_deleted

),

orders as (

    select * from {{ ref('int_orders_resolved') }}
    {% if is_incremental() %}
        where order_id not in (select order_id from {{ this }})
    {% endif %}

),

refunded_lines as (

    select
        refund_id,
        sum(quantity) as n_units,
        sum(paid_native) as paid_native,
        sum(refunded) as refunded,
        sum(tax) as tax
    from {{ ref('int_refunded_lines') }}
    group by refund_id

),

-- paid back beyond lines and shipping (goodwill), or kept back from them (a restocking fee);
-- a refund that moved no money took lines off an order that was never paid
adjusted as (

    select
        refunds.* exclude (changed_at, former_order_id),
        orders.changed_at,
        orders.platform as order_platform,
        orders.customer_id,
        orders.is_sale,
        orders.currency,
        orders.exchange_rate,
        refunds.shipping
        - case when orders.is_tax_included then refunds.shipping_tax else 0 end as shipping_native,
        coalesce(refunds.total, refunded_lines.paid_native + refunds.shipping, 0) as total_native,
        refunded_lines.n_units,
        coalesce(refunded_lines.refunded, 0) as line_revenue,
        coalesce(refunded_lines.tax, 0) as line_tax,
        case
            when coalesce(refunds.total, 0) = 0 then 0
            else
                refunds.total
                - coalesce(refunded_lines.paid_native, 0)
                - refunds.shipping
                - case when orders.is_tax_included then 0 else refunds.shipping_tax end
        end as adjustment_native
    from refunds
    inner join orders on refunds.order_id = orders.order_id
    left join refunded_lines on refunds.refund_id = refunded_lines.refund_id

),

final as (

    select
        refund_id,
        order_id,
        return_id,
        platform,
        connection,
        customer_id,
        refunded_at,
        is_sale,
        coalesce(n_units, 0)::integer as n_units,

        (line_revenue + round(adjustment_native * exchange_rate, 2))::decimal(18, 2) as refunded,
        (line_tax + round(shipping_tax * exchange_rate, 2))::decimal(18, 2) as tax,
        round(shipping_native * exchange_rate, 2)::decimal(18, 2) as shipping,
        round(total_native * exchange_rate, 2)::decimal(18, 2) as paid_back,
        round(adjustment_native * exchange_rate, 2)::decimal(18, 2) as adjustment,

        currency as currency_native,
        total_native::decimal(18, 2) as paid_back_native,
        note,
        changed_at
    from adjusted

)

select * from final
