with order_refunds as (

    select * from {{ source('woocommerce', 'order_refunds') }}

),

refunds as (

    select * from {{ ref('stg_woocommerce__refunds') }}

),

orders as (

    select
        connection || '/' || record_id as order_id,
        from_json(payload, '{
            "date_completed_gmt": "TIMESTAMP",
            "line_items": [{"id": "VARCHAR", "meta_data": [{"key": "VARCHAR"}]}]
        }') as node
    from {{ source('woocommerce', 'orders') }}

),

outcomes as (

    select
        order_id,
        node.date_completed_gmt at time zone 'UTC' as completed_at,
        [
            item.id
            for item in node.line_items
            if list_contains([entry.key for entry in item.meta_data], '_restock_refunded_items')
        ] as restocked_items
    from orders

),

typed as (

    select
        connection,
        record_id,
        from_json(payload, '{
            "line_items": [{
                "id": "VARCHAR",
                "quantity": "DOUBLE",
                "total": "DECIMAL(18,2)",
                "total_tax": "DECIMAL(18,2)",
                "meta_data": [{"key": "VARCHAR", "value": "VARCHAR"}]
            }],
            "fee_lines": [{
                "id": "VARCHAR",
                "quantity": "DOUBLE",
                "total": "DECIMAL(18,2)",
                "total_tax": "DECIMAL(18,2)",
                "meta_data": [{"key": "VARCHAR", "value": "VARCHAR"}]
            }]
        }') as node
    from order_refunds

),

lines as (

    select
        connection,
        connection || '/' || record_id as refund_id,
        unnest(list_concat(node.line_items, node.fee_lines)) as line
    from typed

),

identified as (

    select
        *,
        list_filter(line.meta_data, entry -> entry.key = '_refunded_item_id')[1].value
            as refunded_item
    from lines

),

final as (

    select
        'woocommerce' as platform,
        identified.connection,
        refunds.is_deleted,
        refunds.loaded_at,

        identified.connection || '/' || identified.line.id as refund_line_id,
        identified.refund_id,
        refunds.order_id,
        identified.connection || '/' || identified.refunded_item as line_id,

        abs(coalesce(try_cast(round(identified.line.quantity) as integer), 0)) as quantity,
        -- a refunded negative fee is positive: less was paid back
        -coalesce(identified.line.total, 0)::decimal(18, 2) as subtotal,
        -coalesce(identified.line.total_tax, 0)::decimal(18, 2) as tax,
        coalesce(identified.line.quantity, 0) <> 0 and (
            coalesce(outcomes.completed_at < refunds.refunded_at, false)
            or coalesce(list_contains(outcomes.restocked_items, identified.refunded_item), false)
        ) as is_goods_returned
    from identified
    inner join refunds on identified.refund_id = refunds.refund_id
    left join outcomes on refunds.order_id = outcomes.order_id

)

select * from final
