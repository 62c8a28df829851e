with final as (

    select
        null::varchar as po_id,
        null::varchar as platform,
        null::varchar as connection,
        null::varchar as sku,
        null::varchar as supplier,
        null::timestamptz as ordered_at,
        null::timestamptz as expected_at,
        null::timestamptz as received_at,
        null::integer as quantity,
        null::integer as quantity_received,
        null::varchar as status
    where false

)

select * from final
