with orders as (

    select * from {{ source('woocommerce', 'orders') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(
            payload, '{"status": "VARCHAR", "date_completed_gmt": "TIMESTAMP"}'
        ) as node
    from orders

),

final as (

    select
        'woocommerce' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as fulfillment_id,
        connection || '/' || record_id as order_id,
        case when node.status in ('completed', 'refunded') then 'success' else 'cancelled' end
            as status,
        node.date_completed_gmt at time zone 'UTC' as fulfilled_at,
        null::timestamptz as in_transit_at,
        null::timestamptz as expected_delivery_at,
        null::timestamptz as delivered_at,
        null::varchar as carrier,
        null::varchar as tracking_number
    from typed
    where node.date_completed_gmt is not null

)

select * from final
