{{ config(meta={'dagster': {'ref': {'name': 'fct_orders'}}}) }}

-- what the refunds gave back day by day is what the orders say was given back to date
with orders as (

    select * from {{ ref('fct_orders') }}

),

refunds as (

    select
        order_id,
        sum(refunded) as refunded
    from {{ ref('fct_refunds') }}
    group by order_id

)

select
    orders.order_id,
    orders.refunded,
    refunds.refunded as refunded_by_refunds
from orders
left join refunds on orders.order_id = refunds.order_id
where orders.refunded <> coalesce(refunds.refunded, 0)
