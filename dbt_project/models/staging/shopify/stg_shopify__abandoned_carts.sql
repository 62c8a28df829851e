with source as (

    select * from {{ source('shopify', 'abandoned_checkouts') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "createdAt": "TIMESTAMPTZ",
            "completedAt": "TIMESTAMPTZ",
            "customer": {"id": "VARCHAR"},
            "totalPriceSet": {"shopMoney": {"amount": "DECIMAL(18,2)", "currencyCode": "VARCHAR"}}
        }') as node
    from source

),

final as (

    select
        'shopify' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || split_part(record_id, '/', -1) as cart_id,
        connection || '/' || split_part(node.customer.id, '/', -1) as account_id,
        null::varchar as email,
        null::varchar as phone,
        node.createdat as abandoned_at,
        node.completedat as recovered_at,
        node.totalpriceset.shopmoney.amount as value,
        upper(node.totalpriceset.shopmoney.currencycode) as currency
    from typed

)

select * from final
