with orders as (

    select * from {{ source('woocommerce', 'orders') }}

),

order_ids as (

    select * from {{ source('woocommerce', 'order_ids') }}

),

-- WooCommerce itself sells no gift cards; plugins have a type of product for them
gift_cards as (

    select
        connection,
        record_id
    from {{ source('woocommerce', 'products') }}
    where payload ->> '$.type' ilike '%gift%card%'

),

typed as (

    select
        orders.connection,
        orders.record_id,
        orders.is_deleted or coalesce(order_ids.is_deleted, false) as is_deleted,
        greatest(orders.loaded_at, order_ids.loaded_at) as loaded_at,
        from_json(orders.payload, '{
            "line_items": [{
                "id": "VARCHAR",
                "name": "VARCHAR",
                "sku": "VARCHAR",
                "product_id": "BIGINT",
                "variation_id": "BIGINT",
                "quantity": "DOUBLE",
                "subtotal": "DECIMAL(18,2)",
                "total": "DECIMAL(18,2)",
                "total_tax": "DECIMAL(18,2)"
            }],
            "fee_lines": [{
                "id": "VARCHAR",
                "name": "VARCHAR",
                "total": "DECIMAL(18,2)",
                "total_tax": "DECIMAL(18,2)"
            }]
        }') as node
    from orders
    left join order_ids
        on
            orders.connection = order_ids.connection
            and orders.record_id = order_ids.record_id

),

goods as (

    select
        * exclude (node),
        unnest(node.line_items) as line
    from typed

),

fees as (

    select
        * exclude (node),
        unnest(node.fee_lines) as line
    from typed

),

lines as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        line.id as line_id,
        line.name as title,
        nullif(trim(line.sku), '') as sku,
        nullif(line.product_id, 0) as product_id,
        -- a product without variations is its own variant
        coalesce(nullif(line.variation_id, 0), nullif(line.product_id, 0)) as variant_id,
        coalesce(try_cast(round(line.quantity) as integer), 0) as quantity,
        coalesce(line.subtotal, line.total, 0) as list_total,
        coalesce(line.total, line.subtotal, 0) as paid,
        coalesce(line.total_tax, 0) as tax
    from goods

    union all by name

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        line.id as line_id,
        line.name as title,
        1 as quantity,
        -- a negative fee is a discount
        greatest(coalesce(line.total, 0), 0) as list_total,
        coalesce(line.total, 0) as paid,
        coalesce(line.total_tax, 0) as tax
    from fees

),

final as (

    select
        'woocommerce' as platform,
        lines.connection,
        lines.is_deleted,
        lines.loaded_at,

        lines.connection || '/' || lines.line_id as line_id,
        lines.connection || '/' || lines.record_id as order_id,
        coalesce(lines.sku, lines.connection || '/' || lines.variant_id) as sku,
        lines.connection || '/' || lines.product_id as product_id,
        lines.connection || '/' || lines.variant_id as variant_id,
        lines.title,
        gift_cards.record_id is not null as is_gift_card,

        lines.quantity,
        null::integer as current_quantity,
        try_cast(
            round(lines.list_total / nullif(lines.quantity, 0), 2) as decimal(18, 2)
        ) as unit_price,
        lines.list_total::decimal(18, 2) as list_total,
        (lines.list_total - lines.paid)::decimal(18, 2) as discount,
        lines.tax::decimal(18, 2) as tax
    from lines
    left join gift_cards
        on
            lines.connection = gift_cards.connection
            and lines.product_id::varchar = gift_cards.record_id

)

select * from final
