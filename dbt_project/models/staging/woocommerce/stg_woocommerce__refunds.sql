with refunds as (

    select * from {{ source('woocommerce', 'order_refunds') }}

),

order_ids as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{"refunds": ["VARCHAR"]}').refunds as refunds
    from {{ source('woocommerce', 'order_ids') }}

),

typed as (

    select
        connection,
        record_id,
        parent_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "amount": "DECIMAL(18,2)",
            "reason": "VARCHAR",
            "date_created_gmt": "TIMESTAMP",
            "shipping_lines": [{"total": "DECIMAL(18,2)", "total_tax": "DECIMAL(18,2)"}]
        }') as node
    from refunds

),

final as (

    select
        'woocommerce' as platform,
        typed.connection,
        -- a refund is deleted without a trace in its order but for the list of its refunds
        typed.is_deleted
        or coalesce(order_ids.is_deleted, false)
        or coalesce(
            not list_contains(order_ids.refunds, typed.record_id)
            and order_ids.loaded_at > typed.loaded_at,
            false
        ) as is_deleted,
        greatest(typed.loaded_at, order_ids.loaded_at) as loaded_at,

        typed.connection || '/' || typed.record_id as refund_id,
        typed.connection || '/' || typed.parent_id as order_id,
        null::varchar as return_id,
        typed.node.date_created_gmt at time zone 'UTC' as refunded_at,
        nullif(trim(typed.node.reason), '') as note,

        abs(coalesce(typed.node.amount, 0))::decimal(18, 2) as total,
        abs(coalesce(
            list_sum([line.total for line in typed.node.shipping_lines]), 0
        ))::decimal(18, 2) as shipping,
        abs(coalesce(
            list_sum([line.total_tax for line in typed.node.shipping_lines]), 0
        ))::decimal(18, 2) as shipping_tax
    from typed
    left join order_ids
        on
            typed.connection = order_ids.connection
            and typed.parent_id = order_ids.record_id

)

select * from final
