with orders as (

    select * from {{ ref('int_orders') }}
    where not is_deleted

),

kept as (

    select * from {{ ref('int_orders_resolved') }}

),

products as (

    select * from {{ ref('int_products') }}

),

excluded_orders as (

    select
        orders.connection,
        orders.platform,
        'orders' as entity,
        orders.order_id as record_id,
        case
            when orders.ordered_at is null then 'the order has no readable date'
            when orders.currency is null then 'the order has no currency'
            else
                'no exchange rate for ' || orders.currency || ' on ' || orders.ordered_at::date
                || ': add one under exchange_rates in ecom.toml'
        end as reason,
        orders.loaded_at as excluded_at
    from orders
    anti join kept on orders.order_id = kept.order_id

),

excluded_products as (

    select
        connection,
        platform,
        'products' as entity,
        variant_id as record_id,
        'SKU ' || sku || ' is also that of ' || speaking_variant_id
        || ', which speaks for it: give each variant its own SKU' as reason,
        loaded_at as excluded_at
    from products
    where shop_place > 1 and not is_deleted

),

final as (

    select * from excluded_orders
    union all
    select * from excluded_products

)

select * from final
