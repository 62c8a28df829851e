with products as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "title": "VARCHAR",
            "handle": "VARCHAR",
            "status": "VARCHAR",
            "productType": "VARCHAR",
            "vendor": "VARCHAR",
            "tags": ["VARCHAR"],
            "category": {"name": "VARCHAR"},
            "isGiftCard": "BOOLEAN",
            "updatedAt": "TIMESTAMPTZ"
        }') as node
    from {{ source('shopify', 'products') }}

),

variants as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "sku": "VARCHAR",
            "title": "VARCHAR",
            "barcode": "VARCHAR",
            "price": "DECIMAL(18,2)",
            "createdAt": "TIMESTAMPTZ",
            "updatedAt": "TIMESTAMPTZ",
            "product": {"id": "VARCHAR"},
            "inventoryItem": {"id": "VARCHAR"}
        }') as node
    from {{ source('shopify', 'variants') }}

),

inventory_items as (

    select
        connection,
        record_id,
        from_json(payload, '{
            "tracked": "BOOLEAN",
            "unitCost": {"amount": "DECIMAL(18,2)", "currencyCode": "VARCHAR"}
        }') as node
    from {{ source('shopify', 'inventory_items') }}

),

final as (

    select
        'shopify' as platform,
        variants.connection,
        variants.is_deleted or coalesce(products.is_deleted, false) as is_deleted,
        greatest(variants.loaded_at, products.loaded_at) as loaded_at,

        variants.connection || '/' || split_part(variants.record_id, '/', -1) as variant_id,
        variants.connection || '/' || split_part(variants.node.product.id, '/', -1) as product_id,
        coalesce(
            nullif(trim(variants.node.sku), ''),
            variants.connection || '/' || split_part(variants.record_id, '/', -1)
        ) as sku,
        variants.node.inventoryitem.id as inventory_item_id,
        variants.node.barcode,

        -- a product without options has one variant of this title
        products.node.title
        || coalesce(' – ' || nullif(variants.node.title, 'Default Title'), '') as title,
        products.node.handle,
        coalesce(products.node.category.name, nullif(products.node.producttype, '')) as category,
        nullif(products.node.vendor, '') as brand,
        nullif(products.node.vendor, '') as supplier,
        products.node.tags,

        variants.node.price,
        inventory_items.node.unitcost.amount as unit_cost,
        upper(inventory_items.node.unitcost.currencycode) as currency,
        null::integer as lead_time_days,
        coalesce(inventory_items.node.tracked, true) as is_tracked,
        coalesce(products.node.isgiftcard, false) as is_gift_card,
        coalesce(products.node.status = 'ACTIVE', false)
        and not variants.is_deleted and not coalesce(products.is_deleted, false) as is_active,
        variants.node.createdat as created_at,
        greatest(variants.node.updatedat, products.node.updatedat) as updated_at
    from variants
    left join products
        on
            variants.connection = products.connection
            and variants.node.product.id = products.record_id
    left join inventory_items
        on
            variants.connection = inventory_items.connection
            and variants.node.inventoryitem.id = inventory_items.record_id

)

select * from final
