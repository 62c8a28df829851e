with source as (

    select * from {{ source('shopify', 'order_lines') }}

),

typed as (

    select
        connection,
        record_id,
        parent_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "name": "VARCHAR",
            "sku": "VARCHAR",
            "quantity": "INTEGER",
            "currentQuantity": "INTEGER",
            "isGiftCard": "BOOLEAN",
            "product": {"id": "VARCHAR"},
            "variant": {"id": "VARCHAR"},
            "originalUnitPriceSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}},
            "originalTotalSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}},
            "totalDiscountSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}},
            "discountAllocations": [
                {"allocatedAmountSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}}}
            ],
            "taxLines": [{"priceSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}}}]
        }') as node
    from source

),

identified as (

    select
        *,
        connection || '/' || split_part(node.product.id, '/', -1) as product_id,
        connection || '/' || split_part(node.variant.id, '/', -1) as variant_id,
        coalesce(node.quantity, 0) as quantity,
        -- allocations hold the line's share of order discounts, totalDiscountSet does not
        list_sum(
            [share.allocatedamountset.shopmoney.amount for share in node.discountallocations]
        )::decimal(18, 2) as allocated,
        list_sum([line.priceset.shopmoney.amount for line in node.taxlines])::decimal(18, 2) as tax
    from typed

),

final as (

    select
        'shopify' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || split_part(record_id, '/', -1) as line_id,
        connection || '/' || split_part(parent_id, '/', -1) as order_id,
        coalesce(nullif(trim(node.sku), ''), variant_id) as sku,
        product_id,
        variant_id,
        node.name as title,
        coalesce(node.isgiftcard, false) as is_gift_card,

        quantity,
        node.currentquantity as current_quantity,
        node.originalunitpriceset.shopmoney.amount as unit_price,
        coalesce(
            node.originaltotalset.shopmoney.amount,
            (quantity * node.originalunitpriceset.shopmoney.amount)::decimal(18, 2)
        ) as list_total,
        coalesce(allocated, node.totaldiscountset.shopmoney.amount, 0)::decimal(18, 2) as discount,
        coalesce(tax, 0)::decimal(18, 2) as tax
    from identified

)

select * from final
