with coupons as (

    select * from {{ ref('stg_shopify__coupons') }}
    union all by name
    select * from {{ ref('stg_woocommerce__coupons') }}

),

orders as (

    select * from {{ ref('fct_orders') }}
    where is_sale and len(discount_codes) > 0

),

-- an order used with several codes gives its discount to the first
used as (

    select
        connection,
        lower(discount_codes[1]) as code,
        sum(discount) as discount_given,
        count(*) as n_used
    from orders
    group by connection, lower(discount_codes[1])

),

final as (

    select
        coupons.coupon_id,
        coupons.platform,
        coupons.connection,
        coupons.code,
        coupons.kind,
        coupons.value,
        coupons.currency as currency_native,
        coupons.starts_at,
        coupons.ends_at,
        coupons.is_active and not coupons.is_deleted as is_active,
        coalesce(used.n_used, 0)::integer as n_used,
        coalesce(used.discount_given, 0)::decimal(18, 2) as discount_given,
        '{{ var("reporting_currency") }}' as currency
    from coupons
    left join used
        on
            coupons.connection = used.connection
            and lower(coupons.code) = used.code

)

select * from final
