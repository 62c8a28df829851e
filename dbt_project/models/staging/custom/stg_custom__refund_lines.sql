with credits as (

    select * from {{ ref('stg_custom__credits') }}
    where kind = 'refund' and line_id is not null

),

orders as (

    select * from {{ ref('stg_custom__orders') }}

),

final as (

    select
        'custom' as platform,
        credits.connection,
        credits.is_deleted,
        credits.loaded_at,

        credits.credit_id as refund_line_id,
        credits.credit_id as refund_id,
        credits.order_id,
        credits.line_id,

        coalesce(credits.quantity, 0) as quantity,
        (
            credits.amount
            - credits.shipping
            - case when orders.is_tax_included then 0 else credits.tax end
        )::decimal(18, 2) as subtotal,
        credits.tax,
        credits.is_goods_returned
    from credits
    left join orders on credits.order_id = orders.order_id

)

select * from final
