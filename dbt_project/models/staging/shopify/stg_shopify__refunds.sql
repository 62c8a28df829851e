with source as (

    select * from {{ source('shopify', 'refunds') }}

),

typed as (

    select
        connection,
        record_id,
        parent_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "createdAt": "TIMESTAMPTZ",
            "processedAt": "TIMESTAMPTZ",
            "note": "VARCHAR",
            "return": {"id": "VARCHAR"},
            "totalRefundedSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}},
            "refundShippingLines": {"nodes": [{
                "subtotalAmountSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}},
                "taxAmountSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}}
            }]}
        }') as node
    from source

),

final as (

    select
        'shopify' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || split_part(record_id, '/', -1) as refund_id,
        connection || '/' || split_part(parent_id, '/', -1) as order_id,
        connection || '/' || split_part(node.return.id, '/', -1) as return_id,
        coalesce(node.processedat, node.createdat) as refunded_at,
        nullif(trim(node.note), '') as note,

        coalesce(node.totalrefundedset.shopmoney.amount, 0)::decimal(18, 2) as total,
        coalesce(list_sum(
            [line.subtotalamountset.shopmoney.amount for line in node.refundshippinglines.nodes]
        ), 0)::decimal(18, 2) as shipping,
        coalesce(list_sum(
            [line.taxamountset.shopmoney.amount for line in node.refundshippinglines.nodes]
        ), 0)::decimal(18, 2) as shipping_tax
    from typed

)

select * from final
