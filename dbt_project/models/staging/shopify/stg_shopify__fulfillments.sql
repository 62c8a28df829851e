with source as (

    select * from {{ source('shopify', 'orders') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        unnest(from_json(payload, '{
            "fulfillments": [{
                "id": "VARCHAR",
                "status": "VARCHAR",
                "createdAt": "TIMESTAMPTZ",
                "inTransitAt": "TIMESTAMPTZ",
                "estimatedDeliveryAt": "TIMESTAMPTZ",
                "deliveredAt": "TIMESTAMPTZ",
                "trackingInfo": [{"company": "VARCHAR", "number": "VARCHAR"}]
            }]
        }').fulfillments) as node
    from source

),

final as (

    select
        'shopify' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || split_part(node.id, '/', -1) as fulfillment_id,
        connection || '/' || split_part(record_id, '/', -1) as order_id,
        lower(node.status) as status,

        node.createdat as fulfilled_at,
        node.intransitat as in_transit_at,
        node.estimateddeliveryat as expected_delivery_at,
        node.deliveredat as delivered_at,
        node.trackinginfo[1].company as carrier,
        node.trackinginfo[1].number as tracking_number
    from typed

)

select * from final
