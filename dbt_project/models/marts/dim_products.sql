with products as (

    select * from {{ ref('int_products') }}
    where sku_place = 1

),

sales as (

    select
        sku,
        arg_max(title, ordered_at) as title,
        arg_max(product_id, ordered_at) as product_id,
        arg_max(unit_price, ordered_at) as price,
        arg_max(connection, ordered_at) as connection,
        bool_or(is_gift_card) as is_gift_card,
        min(ordered_at) as first_sold_at,
        max(ordered_at) as last_sold_at
    from {{ ref('fct_order_lines') }}
    where sku is not null
    group by sku

),

shops_with_catalogue as (

    select distinct connection from {{ ref('int_products') }}

),

newest_sale as (

    select max(last_sold_at) as sold_at from sales

),

shop_currencies as (

    select
        connection,
        arg_max(currency, ordered_at) as currency
    from {{ ref('int_orders') }}
    group by connection

),

rates as (

    select
        currency,
        arg_max(rate, valid_from) as rate
    from {{ source('reference', 'exchange_rates') }}
    group by currency

),

priced as (

    select
        products.*,
        coalesce(
            products.currency, shop_currencies.currency, '{{ var("reporting_currency") }}'
        ) as price_currency
    from products
    left join shop_currencies on products.connection = shop_currencies.connection

),

catalogue as (

    select
        priced.*,
        case
            when priced.price_currency = '{{ var("reporting_currency") }}' then 1.0
            else rates.rate
        end as exchange_rate
    from priced
    left join rates on priced.price_currency = rates.currency

),

-- a shop that exports no catalogue still sells something: what only its orders name
final as (

    select
        coalesce(catalogue.sku, sales.sku) as sku,
        coalesce(catalogue.variant_id, sales.sku) as variant_id,
        coalesce(catalogue.product_id, sales.product_id, sales.sku) as product_id,
        coalesce(catalogue.title, sales.title) as title,
        catalogue.category,
        catalogue.brand,
        coalesce(list_has_any(
            list_transform(catalogue.tags, tag -> lower(tag)),
            {{ var('consumable_tags') }}::varchar[]
        ), false) as is_consumable,
        coalesce(catalogue.is_gift_card, sales.is_gift_card, false) as is_gift_card,

        case
            when catalogue.sku is null then sales.price
            else round(catalogue.price * catalogue.exchange_rate, 2)
        end::decimal(18, 2) as price,
        round(catalogue.unit_cost * catalogue.exchange_rate, 2)::decimal(18, 2) as unit_cost,
        '{{ var("reporting_currency") }}' as currency,

        catalogue.supplier,
        catalogue.lead_time_days,
        coalesce(
            catalogue.is_active,
            shops_with_catalogue.connection is null
            and sales.last_sold_at > newest_sale.sold_at - interval 90 day,
            false
        ) as is_active,
        least(catalogue.created_at, sales.first_sold_at) as created_at
    from catalogue
    full join sales on catalogue.sku = sales.sku
    left join shops_with_catalogue on sales.connection = shops_with_catalogue.connection
    cross join newest_sale

)

select * from final
