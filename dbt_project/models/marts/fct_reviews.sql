with final as (

    select
        null::varchar as review_id,
        null::varchar as platform,
        null::varchar as connection,
        null::varchar as sku,
        null::integer as rating,
        null::varchar as title,
        null::varchar as body,
        null::varchar as language,
        null::timestamptz as reviewed_at,
        null::varchar as customer_id,
        null::boolean as is_verified
    where false

)

select * from final
