with final as (

    select
        'woocommerce' as platform,
        null::varchar as connection,
        null::boolean as is_deleted,
        null::timestamptz as loaded_at,

        null::varchar as return_line_id,
        null::varchar as return_id,
        null::varchar as order_id,
        null::varchar as line_id,
        null::varchar as return_number,
        null::varchar as status,
        null::timestamptz as returned_at,

        null::integer as quantity,
        null::decimal(18, 2) as amount,
        null::varchar as reason_native,
        null::varchar as reason_text
    where false

)

select * from final
