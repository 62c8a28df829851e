with return_lines as (

    select * from {{ source('shopify', 'return_lines') }}

),

returns as (

    select
        connection,
        record_id,
        parent_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "name": "VARCHAR",
            "status": "VARCHAR",
            "createdAt": "TIMESTAMPTZ"
        }') as node
    from {{ source('shopify', 'returns') }}

),

typed as (

    select
        connection,
        record_id,
        parent_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "quantity": "INTEGER",
            "customerNote": "VARCHAR",
            "returnReasonNote": "VARCHAR",
            "returnReason": "VARCHAR",
            "returnReasonDefinition": {"handle": "VARCHAR"},
            "fulfillmentLineItem": {"lineItem": {"id": "VARCHAR"}},
            "withCodeDiscountedTotalPriceSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}}
        }') as node
    from return_lines

),

final as (

    select
        'shopify' as platform,
        typed.connection,
        typed.is_deleted or coalesce(returns.is_deleted, false) as is_deleted,
        greatest(typed.loaded_at, returns.loaded_at) as loaded_at,

        typed.connection || '/' || split_part(typed.record_id, '/', -1) as return_line_id,
        typed.connection || '/' || split_part(typed.parent_id, '/', -1) as return_id,
        typed.connection || '/' || split_part(returns.parent_id, '/', -1) as order_id,
        typed.connection
        || '/' || split_part(typed.node.fulfillmentlineitem.lineitem.id, '/', -1) as line_id,
        returns.node.name as return_number,
        lower(returns.node.status) as status,
        returns.node.createdat as returned_at,

        coalesce(typed.node.quantity, 0) as quantity,
        typed.node.withcodediscountedtotalpriceset.shopmoney.amount as amount,
        lower(coalesce(
            typed.node.returnreasondefinition.handle, typed.node.returnreason
        )) as reason_native,
        coalesce(
            nullif(trim(typed.node.customernote), ''), nullif(trim(typed.node.returnreasonnote), '')
        ) as reason_text
    from typed
    left join returns
        on
            typed.connection = returns.connection
            and typed.parent_id = returns.record_id

)

select * from final
