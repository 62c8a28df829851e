-- An order is one thing: its lines, parcels, refunds and returns change it, and so does the person
-- behind its account.
with orders as (

    select * from {{ ref('int_orders') }}

),

customer_accounts as (

    select * from {{ ref('int_customer_accounts') }}

),

parts as (

    select
        order_id,
        former_order_id,
        changed_at
    from {{ ref('int_order_lines') }}

    union all

    select
        order_id,
        former_order_id,
        changed_at
    from {{ ref('int_fulfillments') }}

    union all

    select
        order_id,
        former_order_id,
        changed_at
    from {{ ref('int_refunds') }}

    union all

    select
        order_id,
        former_order_id,
        changed_at
    from {{ ref('int_refund_lines') }}

    union all

    select
        order_id,
        former_order_id,
        changed_at
    from {{ ref('int_returns') }}

),

final as (

    select
        order_id,
        changed_at
    from orders

    union all

    select
        unnest([order_id, former_order_id]) as order_id,
        changed_at
    from parts

    union all

    select
        orders.order_id,
        customer_accounts.changed_at
    from orders
    inner join customer_accounts on orders.account_id = customer_accounts.account_id

)

select * from final
