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
        unnest(from_json(payload, '{
            "refundLineItems": {"nodes": [{
                "id": "VARCHAR",
                "lineItem": {"id": "VARCHAR"},
                "quantity": "INTEGER",
                "restockType": "VARCHAR",
                "subtotalSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}},
                "totalTaxSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}}
            }]}
        }').refundlineitems.nodes) as node
    from source

),

identified as (

    select
        *,
        connection || '/' || split_part(record_id, '/', -1) as refund_id,
        connection || '/' || split_part(node.lineitem.id, '/', -1) as line_id
    from typed

),

final as (

    select
        'shopify' as platform,
        connection,
        is_deleted,
        loaded_at,

        -- the vendor's own id may be null
        coalesce(
            connection || '/' || split_part(node.id, '/', -1),
            refund_id || '/' || split_part(line_id, '/', -1)
        ) as refund_line_id,
        refund_id,
        connection || '/' || split_part(parent_id, '/', -1) as order_id,
        line_id,

        coalesce(node.quantity, 0) as quantity,
        coalesce(node.subtotalset.shopmoney.amount, 0)::decimal(18, 2) as subtotal,
        coalesce(node.totaltaxset.shopmoney.amount, 0)::decimal(18, 2) as tax,
        coalesce(node.restocktype = 'RETURN', false) as is_goods_returned
    from identified

)

select * from final
