with source as (

    select * from {{ source('shopify', 'inventory_levels') }}

),

products as (

    select * from {{ ref('stg_shopify__products') }}

),

typed as (

    select
        connection,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "isActive": "BOOLEAN",
            "updatedAt": "TIMESTAMPTZ",
            "location": {"id": "VARCHAR", "name": "VARCHAR"},
            "item": {"id": "VARCHAR", "sku": "VARCHAR"},
            "quantities": [{"name": "VARCHAR", "quantity": "INTEGER"}]
        }') as node
    from source

),

pivoted as (

    select
        *,
        map_from_entries([(state.name, state.quantity) for state in node.quantities]) as units
    from typed

),

final as (

    select
        'shopify' as platform,
        pivoted.connection,
        pivoted.is_deleted,
        pivoted.loaded_at,

        coalesce(products.sku, nullif(trim(pivoted.node.item.sku), '')) as sku,
        pivoted.connection || '/' || coalesce(
            pivoted.node.location.name, split_part(pivoted.node.location.id, '/', -1)
        ) as location,

        pivoted.units['on_hand'] as on_hand,
        pivoted.units['committed'] as committed,
        pivoted.units['available'] as available,
        pivoted.units['incoming'] as incoming,
        coalesce(pivoted.node.isactive, true) as is_active,
        pivoted.node.updatedat as observed_at
    from pivoted
    left join products
        on
            pivoted.connection = products.connection
            and pivoted.node.item.id = products.inventory_item_id

)

select * from final
