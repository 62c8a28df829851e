with final as (

    select
        null::varchar as campaign_id,
        null::varchar as platform,
        null::varchar as connection,
        null::varchar as name,
        null::varchar as channel,
        null::timestamptz as scheduled_at,
        null::timestamptz as sent_at,
        null::integer as n_recipients,
        null::integer as n_opened,
        null::integer as n_clicked,
        null::decimal(18, 2) as revenue
    where false

)

select * from final
