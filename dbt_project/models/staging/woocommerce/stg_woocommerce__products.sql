with products as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "name": "VARCHAR",
            "slug": "VARCHAR",
            "type": "VARCHAR",
            "status": "VARCHAR",
            "sku": "VARCHAR",
            "price": "DECIMAL(18,2)",
            "cost_of_goods_sold": {"total_value": "DECIMAL(18,2)"},
            "manage_stock": "VARCHAR",
            "stock_quantity": "DOUBLE",
            "variations": ["VARCHAR"],
            "categories": [{"name": "VARCHAR"}],
            "brands": [{"name": "VARCHAR"}],
            "tags": [{"name": "VARCHAR"}],
            "date_created_gmt": "TIMESTAMP",
            "date_modified_gmt": "TIMESTAMP"
        }') as node
    from {{ source('woocommerce', 'products') }}

),

variations as (

    select
        connection,
        record_id,
        parent_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "status": "VARCHAR",
            "sku": "VARCHAR",
            "price": "DECIMAL(18,2)",
            "cost_of_goods_sold": {"total_value": "DECIMAL(18,2)"},
            "manage_stock": "VARCHAR",
            "stock_quantity": "DOUBLE",
            "attributes": [{"option": "VARCHAR"}],
            "date_created_gmt": "TIMESTAMP",
            "date_modified_gmt": "TIMESTAMP"
        }') as node
    from {{ source('woocommerce', 'variations') }}

),

-- what can be bought: variations, and products that have none
sellable as (

    select
        variations.connection,
        variations.record_id,
        products.record_id as product_record_id,
        variations.is_deleted or coalesce(products.is_deleted, false) as is_deleted,
        greatest(variations.loaded_at, products.loaded_at) as loaded_at,
        products.node as product,
        variations.node as sold,
        nullif(array_to_string([
            attribute.option for attribute in variations.node.attributes
        ], ', '), '') as option_title
    from variations
    left join products
        on
            variations.connection = products.connection
            and variations.parent_id = products.record_id

    union all by name

    select
        connection,
        record_id,
        record_id as product_record_id,
        is_deleted,
        loaded_at,
        node as product,
        {
            'status': node.status,
            'sku': node.sku,
            'price': node.price,
            'cost_of_goods_sold': node.cost_of_goods_sold,
            'manage_stock': node.manage_stock,
            'stock_quantity': node.stock_quantity,
            'attributes': null,
            'date_created_gmt': node.date_created_gmt,
            'date_modified_gmt': node.date_modified_gmt
        } as sold
    from products
    where
        coalesce(len(node.variations), 0) = 0
        and coalesce(node.type, 'simple') not in ('variable', 'variable-subscription', 'grouped')

),

final as (

    select
        'woocommerce' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as variant_id,
        connection || '/' || product_record_id as product_id,
        coalesce(nullif(trim(sold.sku), ''), connection || '/' || record_id) as sku,
        product.name || coalesce(' – ' || option_title, '') as title,
        product.slug as handle,
        nullif(product.categories[1].name, 'Uncategorized') as category,
        product.brands[1].name as brand,
        null::varchar as supplier,
        [tag.name for tag in product.tags] as tags,

        sold.price,
        sold.cost_of_goods_sold.total_value as unit_cost,
        null::varchar as currency,
        null::integer as lead_time_days,
        -- "parent": the variations share the stock counted at their product
        coalesce(sold.manage_stock in ('true', 'parent'), false) as is_tracked,
        case
            when sold.manage_stock = 'parent' then product.stock_quantity
            else sold.stock_quantity
        end as stock_quantity,
        coalesce(product.type ilike '%gift%card%', false) as is_gift_card,
        coalesce(product.status = 'publish' and sold.status = 'publish', false)
        and not is_deleted as is_active,
        sold.date_created_gmt at time zone 'UTC' as created_at,
        greatest(
            sold.date_modified_gmt, product.date_modified_gmt
        ) at time zone 'UTC' as updated_at
    from sellable

)

select * from final
