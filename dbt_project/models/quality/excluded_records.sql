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

email_events as (

    select * from {{ ref('int_email_events') }}
    where not is_deleted

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

-- One row a campaign: mails of an automation may be many.
excluded_email_events as (

    select
        connection,
        platform,
        'email_events' as entity,
        coalesce(campaign_id, connection || '/') as record_id,
        count(*) || ' events (' || string_agg(distinct kind, ', ' order by kind)
        || ') have no time'
        || if(
            platform = 'mailchimp' and bool_and(flow_id is not null),
            ': Mailchimp does not tell when an automation sent a mail until it is opened', ''
        ) as reason,
        max(loaded_at) as excluded_at
    from email_events
    where occurred_at is null
    group by connection, platform, campaign_id

),

final as (

    select * from excluded_orders
    union all
    select * from excluded_products
    union all
    select * from excluded_email_events

)

select * from final
