with items as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "ItemNumber": "VARCHAR",
            "StockLevels": [{
                "Location": {"LocationName": "VARCHAR"},
                "StockLevel": "INTEGER",
                "InOrders": "INTEGER",
                "Available": "INTEGER",
                "Due": "INTEGER",
                "LastUpdateDate": "TIMESTAMP"
            }]
        }') as node
    from {{ source('linnworks', 'stock_items') }}

),

levels as (

    select
        *,
        unnest(node.stocklevels) as level
    from items

),

final as (

    select
        'linnworks' as platform,
        connection,
        is_deleted,
        loaded_at,

        coalesce(nullif(trim(node.itemnumber), ''), connection || '/' || record_id) as sku,
        connection || '/' || nullif(trim(level.location.locationname), '') as location,

        level.stocklevel as on_hand,
        level.inorders as committed,
        level.available,
        level.due as incoming,
        true as is_active,
        nullif(level.lastupdatedate, '0001-01-01') at time zone 'UTC' as observed_at
    from levels

)

select * from final
