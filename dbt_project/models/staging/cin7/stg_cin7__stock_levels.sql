with core_availability as (

    select
        connection,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "ID": "VARCHAR",
            "SKU": "VARCHAR",
            "Location": "VARCHAR",
            "OnHand": "DOUBLE",
            "Allocated": "DOUBLE",
            "Available": "DOUBLE",
            "OnOrder": "DOUBLE",
            "InTransit": "DOUBLE"
        }') as node
    from {{ source('cin7', 'core_product_availability') }}

),

core_locations as (

    select
        connection,
        payload ->> '$.Name' as location,
        bool_or(coalesce(
            try_cast(payload ->> '$.IsDeprecated' as boolean),
            try_cast(payload ->> '$.Deprecated' as boolean),
            false
        )) as is_deprecated
    from {{ source('cin7', 'core_locations') }}
    group by connection, location

),

-- a location's bins and batches in one
core as (

    select
        availability.connection,
        bool_and(availability.is_deleted) as is_deleted,
        max(availability.loaded_at) as loaded_at,
        availability.node.id as record_id,
        any_value(availability.node.sku) as sku,
        availability.node.location as location,
        sum(availability.node.onhand) filter (where not availability.is_deleted) as on_hand,
        sum(availability.node.allocated) filter (where not availability.is_deleted) as committed,
        sum(availability.node.available) filter (where not availability.is_deleted) as available,
        sum(availability.node.onorder + coalesce(availability.node.intransit, 0))
        filter (where not availability.is_deleted) as incoming,
        not coalesce(bool_or(locations.is_deprecated), false) as is_active,
        max(availability.loaded_at) as observed_at
    from core_availability as availability
    left join core_locations as locations
        on
            availability.connection = locations.connection
            and availability.node.location = locations.location
    group by availability.connection, record_id, availability.node.location

),

omni_stock as (

    select
        connection,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "productOptionId": "VARCHAR",
            "code": "VARCHAR",
            "branchId": "VARCHAR",
            "branchName": "VARCHAR",
            "stockOnHand": "DOUBLE",
            "openSales": "DOUBLE",
            "available": "DOUBLE",
            "incoming": "DOUBLE",
            "modifiedDate": "TIMESTAMP"
        }') as node
    from {{ source('cin7', 'omni_stock') }}

),

omni_branches as (

    select
        connection,
        record_id,
        is_deleted or try_cast(payload ->> '$.isActive' as boolean) is false as is_inactive
    from {{ source('cin7', 'omni_branches') }}

),

omni as (

    select
        stock.connection,
        stock.is_deleted,
        stock.loaded_at,
        stock.node.productoptionid as record_id,
        stock.node.code as sku,
        coalesce(nullif(trim(stock.node.branchname), ''), stock.node.branchid) as location,
        stock.node.stockonhand as on_hand,
        stock.node.opensales as committed,
        stock.node.available,
        stock.node.incoming,
        not coalesce(branches.is_inactive, false) as is_active,
        stock.node.modifieddate at time zone 'UTC' as observed_at
    from omni_stock as stock
    left join omni_branches as branches
        on
            stock.connection = branches.connection
            and stock.node.branchid = branches.record_id

),

united as (

    select * from core
    union all by name
    select * from omni

),

final as (

    select
        'cin7' as platform,
        connection,
        is_deleted,
        loaded_at,

        coalesce(nullif(trim(sku), ''), connection || '/' || record_id) as sku,
        connection || '/' || nullif(trim(location), '') as location,

        try_cast(on_hand as integer) as on_hand,
        try_cast(committed as integer) as committed,
        try_cast(available as integer) as available,
        try_cast(incoming as integer) as incoming,
        is_active,
        observed_at
    from united

)

select * from final
