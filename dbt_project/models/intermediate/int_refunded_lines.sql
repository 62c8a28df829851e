with refund_lines as (

    select * from {{ ref('int_refund_lines') }}
    where not is_deleted

),

refunds as (

    select * from {{ ref('int_refunds') }}
    where not is_deleted

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

orders as (

    select * from {{ ref('int_orders_resolved') }}

),

-- a shop that counts refunded units only gives them back at what was paid for them
priced as (

    select
        refund_lines.* exclude (subtotal),
        refunds.refunded_at,
        refunds.return_id,
        orders.exchange_rate,
        orders.is_tax_included,
        coalesce(order_lines.is_gift_card, false) as is_gift_card,
        coalesce(
            refund_lines.subtotal,
            (order_lines.list_total - order_lines.discount)
            * refund_lines.quantity / nullif(order_lines.quantity, 0),
            0
        )::decimal(18, 2) as subtotal
    from refund_lines
    inner join refunds on refund_lines.refund_id = refunds.refund_id
    inner join orders on refund_lines.order_id = orders.order_id
    left join order_lines on refund_lines.line_id = order_lines.line_id

),

-- what left the till for this line, and the revenue in it
netted as (

    select
        *,
        subtotal + case when is_tax_included then 0 else tax end as paid_native,
        case
            when is_gift_card then 0
            when is_tax_included then subtotal - tax
            else subtotal
        end as refunded_native
    from priced

),

final as (

    select
        refund_line_id,
        refund_id,
        return_id,
        order_id,
        line_id,
        refunded_at,
        is_goods_returned,

        quantity,
        paid_native::decimal(18, 2) as paid_native,
        refunded_native::decimal(18, 2) as refunded_native,
        round(refunded_native * exchange_rate, 2)::decimal(18, 2) as refunded,
        round(tax * exchange_rate, 2)::decimal(18, 2) as tax
    from netted

)

select * from final
