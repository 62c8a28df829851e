{{ config(meta={'dagster': {'ref': {'name': 'fct_orders'}}}) }}

-- no cent is lost or doubled between an order and its lines
with orders as (

    select * from {{ ref('fct_orders') }}

),

lines as (

    select
        order_id,
        sum(net_revenue) as net_revenue
    from {{ ref('fct_order_lines') }}
    group by order_id

)

select
    orders.order_id,
    orders.net_revenue,
    orders.unallocated_revenue,
    lines.net_revenue as line_revenue
from orders
left join lines on orders.order_id = lines.order_id
where
    orders.net_revenue <> coalesce(lines.net_revenue, 0) + orders.unallocated_revenue
    or orders.net_revenue <> orders.gross_revenue - orders.discount - orders.refunded
