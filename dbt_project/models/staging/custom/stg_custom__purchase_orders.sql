with typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "po_id": "VARCHAR",
            "sku": "VARCHAR",
            "supplier": "VARCHAR",
            "location": "VARCHAR",
            "ordered_at": "TIMESTAMPTZ",
            "expected_at": "TIMESTAMPTZ",
            "received_at": "TIMESTAMPTZ",
            "quantity": "DECIMAL(18,3)",
            "quantity_received": "DECIMAL(18,3)",
            "unit_cost": "DECIMAL(18,4)",
            "currency": "VARCHAR",
            "status": "VARCHAR"
        }}').mapped as node
    from {{ source('custom', 'purchase_orders') }}

),

-- an export that only says when goods came means that all of them came
counted as (

    select
        *,
        round(node.quantity)::integer as quantity,
        round(coalesce(
            node.quantity_received,
            case when node.received_at is null then 0 else node.quantity end
        ))::integer as quantity_received
    from typed

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as po_line_id,
        connection || '/' || node.po_id as po_id,
        trim(node.sku) as sku,
        nullif(trim(node.supplier), '') as supplier,
        connection || '/' || coalesce(node.location, 'main') as location,

        node.ordered_at as ordered_at,
        node.expected_at as expected_at,
        node.received_at as received_at,

        quantity,
        quantity_received,
        node.unit_cost::decimal(18, 2) as unit_cost,
        upper(node.currency) as currency,
        coalesce(
            lower(nullif(trim(node.status), '')),
            case
                when quantity_received >= quantity then 'received'
                when quantity_received > 0 then 'partially_received'
                else 'ordered'
            end
        ) as status
    from counted

)

select * from final
