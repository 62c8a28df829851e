-- Refunds and returns with the order and the line they undo. A record that names no order undoes
-- the customer's last order of that SKU before it, or else the customer's last order.
with records as (

    select
        'refund' as kind,
        connection,
        record_id,
        is_deleted,
        loaded_at,
        payload
    from {{ source('custom', 'refunds') }}
    union all
    select
        'return' as kind,
        connection,
        record_id,
        is_deleted,
        loaded_at,
        payload
    from {{ source('custom', 'returns') }}

),

typed as (

    select
        kind,
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "refund_id": "VARCHAR",
            "return_id": "VARCHAR",
            "order_id": "VARCHAR",
            "line_id": "VARCHAR",
            "sku": "VARCHAR",
            "customer_id": "VARCHAR",
            "quantity": "DECIMAL(18,3)",
            "amount": "DECIMAL(18,2)",
            "tax": "DECIMAL(18,2)",
            "shipping": "DECIMAL(18,2)",
            "is_goods_returned": "BOOLEAN",
            "refunded_at": "TIMESTAMPTZ",
            "returned_at": "TIMESTAMPTZ",
            "status": "VARCHAR",
            "reason": "VARCHAR",
            "comment": "VARCHAR",
            "note": "VARCHAR"
        }}').mapped as node
    from records

),

credits as (

    select
        kind,
        connection,
        is_deleted,
        loaded_at,
        connection || '/' || record_id as credit_id,
        connection || '/' || node.return_id as return_id,
        connection || '/' || node.order_id as order_id,
        connection || '/' || node.line_id as native_line_id,
        connection || '/' || node.customer_id as account_id,
        coalesce(node.refunded_at, node.returned_at) as credited_at,
        node
    from typed

),

orders as (

    select * from {{ ref('stg_custom__orders') }}
    where not is_deleted

),

lines as (

    select
        order_lines.*,
        orders.account_id,
        orders.ordered_at
    from {{ ref('stg_custom__order_lines') }} as order_lines
    inner join orders on order_lines.order_id = orders.order_id
    where not order_lines.is_deleted

),

-- one of an order's lines of that id, or of that SKU where no line is named
lines_of_order as (

    select
        credits.kind,
        credits.credit_id,
        min(lines.line_id) as line_id,
        max(lines.loaded_at) as loaded_at
    from credits
    inner join lines
        on
            credits.order_id = lines.order_id
            and coalesce(credits.native_line_id, credits.node.sku)
            = case when credits.native_line_id is null then lines.sku else lines.native_line_id end
    group by credits.kind, credits.credit_id

),

nameless as (

    select * from credits
    where order_id is null

),

last_lines as (

    select
        nameless.kind,
        nameless.credit_id,
        lines.order_id,
        lines.line_id,
        lines.loaded_at
    from nameless
    asof inner join lines
        on
            nameless.account_id = lines.account_id
            and nameless.node.sku = lines.sku
            and nameless.credited_at >= lines.ordered_at

),

last_orders as (

    select
        nameless.kind,
        nameless.credit_id,
        orders.order_id,
        orders.loaded_at
    from nameless
    asof inner join orders
        on
            nameless.account_id = orders.account_id
            and nameless.credited_at >= orders.ordered_at

),

final as (

    select
        credits.kind,
        credits.connection,
        credits.is_deleted,
        -- an order that lands later can be the one undone
        greatest(
            credits.loaded_at,
            lines_of_order.loaded_at,
            last_lines.loaded_at,
            last_orders.loaded_at
        ) as loaded_at,

        credits.credit_id,
        credits.return_id,
        coalesce(credits.order_id, last_lines.order_id, last_orders.order_id) as order_id,
        coalesce(lines_of_order.line_id, last_lines.line_id) as line_id,
        credits.credited_at,

        round(credits.node.quantity)::integer as quantity,
        credits.node.amount,
        coalesce(credits.node.tax, 0)::decimal(18, 2) as tax,
        coalesce(credits.node.shipping, 0)::decimal(18, 2) as shipping,
        coalesce(credits.node.is_goods_returned, false) as is_goods_returned,
        lower(credits.node.status) as status,
        credits.node.reason,
        coalesce(credits.node.comment, credits.node.note) as comment
    from credits
    left join lines_of_order
        on credits.kind = lines_of_order.kind and credits.credit_id = lines_of_order.credit_id
    left join last_lines
        on credits.kind = last_lines.kind and credits.credit_id = last_lines.credit_id
    left join last_orders
        on credits.kind = last_orders.kind and credits.credit_id = last_orders.credit_id

)

select * from final
