with credits as (

    select * from {{ ref('stg_custom__credits') }}
    where kind = 'refund'

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        credit_id as refund_id,
        order_id,
        return_id,
        credited_at as refunded_at,
        comment as note,

        amount as total,
        shipping,
        0::decimal(18, 2) as shipping_tax
    from credits

)

select * from final
