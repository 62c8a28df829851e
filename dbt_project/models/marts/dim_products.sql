with products as (

    select * from {{ ref('int_products') }}

),

purchase_orders as (

    select * from {{ ref('fct_purchase_orders') }}

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

    select distinct connection
    from products
    where not is_of_inventory_system

),

shops as (

    select count(*) as n_with_catalogue from shops_with_catalogue

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

rated as (

    select
        priced.*,
        case
            when priced.price_currency = '{{ var("reporting_currency") }}' then 1.0
            else rates.rate
        end as exchange_rate
    from priced
    left join rates on priced.price_currency = rates.currency

),

converted as (

    select
        * exclude (price, unit_cost),
        round(price * exchange_rate, 2)::decimal(18, 2) as price,
        round(unit_cost * exchange_rate, 2)::decimal(18, 2) as unit_cost
    from rated

),

catalogue as (

    select * from converted
    where sku_place = 1

),

-- what inventory systems keep of a SKU; of several the newest word
stocked as (

    select
        sku,
        arg_max(supplier, coalesce(updated_at, '-infinity')) as supplier,
        arg_max(unit_cost, coalesce(updated_at, '-infinity')) as unit_cost,
        arg_max(lead_time_days, coalesce(updated_at, '-infinity')) as lead_time_days
    from converted
    where is_of_inventory_system and not is_deleted
    group by sku

),

bought as (

    select
        sku,
        arg_max(supplier, ordered_at) as supplier,
        arg_max(unit_cost, ordered_at) as unit_cost,
        median(date_diff('day', ordered_at, received_at)) filter (where received_at >= ordered_at)
            as lead_time_days
    from purchase_orders
    where status not in ('draft', 'cancelled')
    group by sku

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

        case when catalogue.sku is null then sales.price else catalogue.price end as price,
        coalesce(stocked.unit_cost, bought.unit_cost, catalogue.unit_cost) as unit_cost,
        '{{ var("reporting_currency") }}' as currency,

        coalesce(stocked.supplier, bought.supplier, catalogue.supplier) as supplier,
        coalesce(
            stocked.lead_time_days, catalogue.lead_time_days, ceil(bought.lead_time_days)
        )::integer as lead_time_days,
        ceil(bought.lead_time_days)::integer as measured_lead_time_days,
        coalesce(
            -- what is kept in stock and in no shop's catalogue is not on sale there
            case
                when not catalogue.is_of_inventory_system or shops.n_with_catalogue = 0
                    then catalogue.is_active
            end,
            shops_with_catalogue.connection is null
            and sales.last_sold_at > newest_sale.sold_at - interval 90 day,
            false
        ) as is_active,
        least(catalogue.created_at, sales.first_sold_at) as created_at
    from catalogue
    full join sales on catalogue.sku = sales.sku
    left join stocked on catalogue.sku = stocked.sku
    left join bought on coalesce(catalogue.sku, sales.sku) = bought.sku
    left join shops_with_catalogue on sales.connection = shops_with_catalogue.connection
    cross join newest_sale
    cross join shops

)

select * from final
