with typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "order_id": "VARCHAR",
            "fulfillment_status": "VARCHAR",
            "fulfilled_at": "TIMESTAMPTZ",
            "expected_delivery_at": "TIMESTAMPTZ",
            "delivered_at": "TIMESTAMPTZ"
        }}').mapped as node
    from {{ source('custom', 'orders') }}

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as fulfillment_id,
        connection || '/' || node.order_id as order_id,
        'success' as status,
        node.fulfilled_at,
        null::timestamptz as in_transit_at,
        node.expected_delivery_at,
        node.delivered_at,
        null::varchar as carrier,
        null::varchar as tracking_number
    from typed
    where coalesce(node.fulfilled_at, node.expected_delivery_at, node.delivered_at) is not null

)

select * from final
