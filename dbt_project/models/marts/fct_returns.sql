with returns as (

    select * from {{ ref('int_returns') }}

),

refunded_lines as (

    select * from {{ ref('int_refunded_lines') }}

),

refunds as (

    select * from {{ ref('int_refunds') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

orders as (

    select * from {{ ref('int_orders_resolved') }}

),

asked_for as (

    select
        return_line_id,
        return_id as return_case_id,
        order_id,
        line_id,
        returned_at,
        status,
        quantity,
        amount,
        reason_native,
        reason_text
    from returns
    where not is_deleted and coalesce(status, 'closed') not in ('declined', 'canceled', 'cancelled')

),

-- goods that came back with a refund and no return case
sent_back as (

    select
        'refund/' || refunded_lines.refund_line_id as return_line_id,
        null as return_case_id,
        refunded_lines.order_id,
        refunded_lines.line_id,
        refunded_lines.refunded_at as returned_at,
        'closed' as status,
        refunded_lines.quantity,
        refunded_lines.paid_native as amount,
        null as reason_native,
        refunds.note as reason_text
    from refunded_lines
    inner join refunds on refunded_lines.refund_id = refunds.refund_id
    where refunded_lines.is_goods_returned and refunded_lines.return_id is null

),

returned_lines as (

    select * from asked_for
    union all
    select * from sent_back

),

final as (

    select
        returned_lines.return_line_id as return_id,
        returned_lines.return_case_id,
        returned_lines.order_id,
        returned_lines.line_id,
        orders.platform,
        orders.connection,
        order_lines.sku,
        orders.customer_id,

        returned_lines.returned_at,
        returned_lines.status,
        returned_lines.quantity::integer as quantity,
        round(
            coalesce(
                returned_lines.amount,
                (order_lines.list_total - order_lines.discount)
                * returned_lines.quantity / nullif(order_lines.quantity, 0)
            ) * orders.exchange_rate,
            2
        )::decimal(18, 2) as amount,
        returned_lines.reason_native,
        returned_lines.reason_text
    from returned_lines
    inner join orders on returned_lines.order_id = orders.order_id
    left join order_lines on returned_lines.line_id = order_lines.line_id

)

select * from final
