with credits as (

    select * from {{ ref('stg_custom__credits') }}
    where kind = 'return'

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        credit_id as return_line_id,
        return_id,
        order_id,
        line_id,
        substr(return_id, length(connection) + 2) as return_number,
        coalesce(status, 'closed') as status,
        credited_at as returned_at,

        coalesce(quantity, 0) as quantity,
        amount,
        lower(reason) as reason_native,
        comment as reason_text
    from credits

)

select * from final
