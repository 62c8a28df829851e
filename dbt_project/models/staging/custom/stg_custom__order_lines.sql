with source as (

    select * from {{ source('custom', 'order_lines') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "order_id": "VARCHAR",
            "line_id": "VARCHAR",
            "sku": "VARCHAR",
            "product_id": "VARCHAR",
            "title": "VARCHAR",
            "category": "VARCHAR",
            "is_gift_card": "BOOLEAN",
            "quantity": "DECIMAL(18,3)",
            "unit_price": "DECIMAL(18,4)",
            "line_total": "DECIMAL(18,4)",
            "discount": "DECIMAL(18,4)",
            "tax": "DECIMAL(18,4)"
        }}').mapped as line
    from source

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as line_id,
        connection || '/' || line.order_id as order_id,
        -- how refunds and returns name the line
        connection || '/' || line.line_id as native_line_id,
        line.sku,
        connection || '/' || line.product_id as product_id,
        connection || '/' || line.sku as variant_id,
        line.title,
        line.category,
        coalesce(line.is_gift_card, false) as is_gift_card,

        round(line.quantity)::integer as quantity,
        null::integer as current_quantity,
        coalesce(
            line.unit_price, line.line_total / nullif(line.quantity, 0)
        )::decimal(18, 2) as unit_price,
        coalesce(line.line_total, line.quantity * line.unit_price)::decimal(18, 2) as list_total,
        coalesce(line.discount, 0)::decimal(18, 2) as discount,
        coalesce(line.tax, 0)::decimal(18, 2) as tax
    from typed

)

select * from final
