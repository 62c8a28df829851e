with items as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "ItemNumber": "VARCHAR",
            "ItemTitle": "VARCHAR",
            "CategoryName": "VARCHAR",
            "PurchasePrice": "DECIMAL(18,2)",
            "RetailPrice": "DECIMAL(18,2)",
            "CreationDate": "TIMESTAMP",
            "Suppliers": [{"IsDefault": "BOOLEAN", "Supplier": "VARCHAR", "LeadTime": "INTEGER"}]
        }') as node
    from {{ source('linnworks', 'stock_items') }}

),

supplied as (

    select
        *,
        coalesce(
            [supplier for supplier in node.suppliers if supplier.isdefault][1], node.suppliers[1]
        ) as supplier
    from items

),

final as (

    select
        'linnworks' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as variant_id,
        connection || '/' || record_id as product_id,
        coalesce(nullif(trim(node.itemnumber), ''), connection || '/' || record_id) as sku,
        nullif(trim(node.itemtitle), '') as title,
        nullif(nullif(trim(node.categoryname), ''), 'Default') as category,
        null::varchar as brand,
        nullif(trim(supplier.supplier), '') as supplier,
        []::varchar[] as tags,

        node.retailprice as price,
        nullif(node.purchaseprice, 0) as unit_cost,
        null::varchar as currency,
        -- 0 days stand for none known
        nullif(supplier.leadtime, 0) as lead_time_days,
        not is_deleted as is_active,
        false as is_gift_card,
        node.creationdate at time zone 'UTC' as created_at,
        null::timestamptz as updated_at
    from supplied

)

select * from final
