with abandoned_carts as (

    select * from {{ ref('stg_shopify__abandoned_carts') }}
    union all by name
    select * from {{ ref('stg_woocommerce__abandoned_carts') }}

),

customer_accounts as (

    select * from {{ ref('int_customer_accounts') }}

),

orders as (

    select * from {{ ref('int_orders_resolved') }}

),

exchange_rates as (

    select * from {{ source('reference', 'exchange_rates') }}

),

identified as (

    select
        abandoned_carts.*,
        customer_accounts.customer_id
    from abandoned_carts
    left join customer_accounts
        on
            customer_accounts.account_id = coalesce(
                abandoned_carts.account_id,
                abandoned_carts.connection || '/guest/' || sha256(
                    lower(trim(coalesce(abandoned_carts.email, abandoned_carts.phone)))
                )[:16]
            )
    where not abandoned_carts.is_deleted and abandoned_carts.abandoned_at is not null

),

priced as (

    select
        identified.*,
        case
            when identified.currency = '{{ var("reporting_currency") }}' then 1.0
            else exchange_rates.rate
        end as exchange_rate
    from identified
    asof left join exchange_rates
        on
            identified.currency = exchange_rates.currency
            and identified.abandoned_at >= exchange_rates.valid_from

),

-- no platform links a cart to the order it became: it is the customer's order of that hour
recovered as (

    select
        priced.cart_id,
        arg_min(
            orders.order_id,
            row(abs(epoch(orders.ordered_at) - epoch(priced.recovered_at)), orders.order_id)
        ) as recovered_order_id
    from priced
    inner join orders
        on
            priced.customer_id = orders.customer_id
            and orders.ordered_at between priced.recovered_at - interval 1 hour
            and priced.recovered_at + interval 1 hour
    group by priced.cart_id

),

final as (

    select
        priced.cart_id,
        priced.platform,
        priced.connection,
        priced.customer_id,
        priced.abandoned_at,
        priced.recovered_at,
        round(priced.value * priced.exchange_rate, 2)::decimal(18, 2) as value,
        '{{ var("reporting_currency") }}' as currency,
        recovered.recovered_order_id
    from priced
    left join recovered on priced.cart_id = recovered.cart_id

)

select * from final
