-- SKUs that are sold but in no catalogue are products too, as their last sale shows them.
with typed as (

    select
        connection,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "sku": "VARCHAR",
            "product_id": "VARCHAR",
            "title": "VARCHAR",
            "category": "VARCHAR",
            "brand": "VARCHAR",
            "supplier": "VARCHAR",
            "tags": "VARCHAR",
            "price": "DECIMAL(18,2)",
            "unit_cost": "DECIMAL(18,2)",
            "currency": "VARCHAR",
            "lead_time_days": "DECIMAL(18,3)",
            "is_gift_card": "BOOLEAN",
            "is_active": "BOOLEAN",
            "created_at": "TIMESTAMPTZ",
            "updated_at": "TIMESTAMPTZ"
        }}').mapped as node
    from {{ source('custom', 'products') }}

),

catalogue as (

    select
        connection,
        is_deleted,
        loaded_at,
        node.*
    from typed

),

sales as (

    select
        lines.*,
        orders.ordered_at,
        orders.currency,
        max(orders.ordered_at) over (partition by lines.connection) as newest_order_at
    from {{ ref('stg_custom__order_lines') }} as lines
    inner join {{ ref('stg_custom__orders') }} as orders on lines.order_id = orders.order_id
    where not lines.is_deleted

),

sold as (

    select
        sales.connection,
        sales.sku,
        false as is_deleted,
        max(sales.loaded_at) as loaded_at,
        max_by(sales.product_id, sales.ordered_at) as product_id,
        max_by(sales.title, sales.ordered_at) as title,
        max_by(sales.category, sales.ordered_at) as category,
        max_by(sales.unit_price, sales.ordered_at) as price,
        max_by(sales.currency, sales.ordered_at) as currency,
        bool_or(sales.is_gift_card) as is_gift_card,
        -- nobody says what is on sale: half a year without a sale is off sale
        max(sales.ordered_at) > max(sales.newest_order_at) - interval 180 days as is_active,
        min(sales.ordered_at) as created_at,
        max(sales.ordered_at) as updated_at
    from sales
    left join catalogue
        on sales.connection = catalogue.connection and sales.sku = catalogue.sku
    where catalogue.sku is null
    group by sales.connection, sales.sku

),

united as (

    select
        * exclude (product_id),
        connection || '/' || product_id as product_id
    from catalogue
    union all by name
    select * from sold

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || sku as variant_id,
        product_id,
        sku,
        title,
        category,
        brand,
        supplier,
        [trim(tag) for tag in string_split(tags, ',')] as tags,

        price,
        unit_cost,
        upper(currency) as currency,
        round(lead_time_days)::integer as lead_time_days,
        coalesce(is_active, true) and not is_deleted as is_active,
        coalesce(is_gift_card, false) as is_gift_card,
        created_at,
        updated_at
    from united

)

select * from final
