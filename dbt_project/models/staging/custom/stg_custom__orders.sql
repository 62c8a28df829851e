-- An export of lines alone tells of its orders too: they are put together from the lines.
with orders as (

    select
        connection,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "order_id": "VARCHAR",
            "order_number": "VARCHAR",
            "ordered_at": "TIMESTAMPTZ",
            "customer_id": "VARCHAR",
            "email": "VARCHAR",
            "phone": "VARCHAR",
            "country": "VARCHAR",
            "currency": "VARCHAR",
            "is_tax_included": "BOOLEAN",
            "payment_status": "VARCHAR",
            "fulfillment_status": "VARCHAR",
            "cancelled_at": "TIMESTAMPTZ",
            "is_cancelled": "BOOLEAN",
            "is_test": "BOOLEAN",
            "discount_code": "VARCHAR",
            "source": "VARCHAR",
            "subtotal": "DECIMAL(18,2)",
            "discount": "DECIMAL(18,2)",
            "tax": "DECIMAL(18,2)",
            "shipping": "DECIMAL(18,2)",
            "total": "DECIMAL(18,2)",
            "n_units": "DECIMAL(18,3)"
        }}').mapped as node
    from {{ source('custom', 'orders') }}

),

lines as (

    select
        connection,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "order_id": "VARCHAR",
            "ordered_at": "TIMESTAMPTZ",
            "customer_id": "VARCHAR",
            "email": "VARCHAR",
            "phone": "VARCHAR",
            "country": "VARCHAR",
            "currency": "VARCHAR",
            "is_tax_included": "BOOLEAN",
            "payment_status": "VARCHAR",
            "fulfillment_status": "VARCHAR",
            "cancelled_at": "TIMESTAMPTZ",
            "is_cancelled": "BOOLEAN",
            "is_test": "BOOLEAN",
            "discount_code": "VARCHAR",
            "source": "VARCHAR",
            "tax": "DECIMAL(18,4)"
        }}').mapped as node
    from {{ source('custom', 'order_lines') }}

),

told as (

    select
        connection,
        is_deleted,
        loaded_at,
        node.*
    from orders

),

gathered as (

    select
        lines.connection,
        bool_and(lines.is_deleted) as is_deleted,
        max(lines.loaded_at) as loaded_at,
        lines.node.order_id as order_id,
        min(lines.node.ordered_at) as ordered_at,
        min(lines.node.customer_id) as customer_id,
        min(lines.node.email) as email,
        min(lines.node.phone) as phone,
        min(lines.node.country) as country,
        min(lines.node.currency) as currency,
        bool_or(lines.node.is_tax_included) as is_tax_included,
        min(lines.node.payment_status) as payment_status,
        min(lines.node.fulfillment_status) as fulfillment_status,
        max(lines.node.cancelled_at) as cancelled_at,
        bool_and(lines.node.is_cancelled) as is_cancelled,
        bool_and(lines.node.is_test) as is_test,
        min(lines.node.discount_code) as discount_code,
        min(lines.node.source) as source,
        sum(lines.node.tax)::decimal(18, 2) as tax
    from lines
    left join told
        on lines.connection = told.connection and lines.node.order_id = told.order_id
    where told.order_id is null
    group by lines.connection, lines.node.order_id

),

united as (

    select * from told
    union all by name
    select * from gathered

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || order_id as order_id,
        coalesce(order_number, order_id) as order_number,
        connection || '/' || customer_id as account_id,
        email,
        phone,

        ordered_at,
        cancelled_at,
        lower(payment_status) as payment_status,
        lower(fulfillment_status) as fulfillment_status,
        coalesce(is_test, false) as is_test,
        coalesce(is_cancelled, cancelled_at is not null) as is_cancelled,
        false as is_draft,

        upper(currency) as currency,
        coalesce(is_tax_included, false) as is_tax_included,
        subtotal,
        discount,
        tax,
        shipping,
        total,
        round(n_units)::integer as n_units,
        [trim(code) for code in string_split(discount_code, ',')] as discount_codes,

        source,
        case when length(country) = 2 then upper(country) end as country
    from united

)

select * from final
