with final as (

    select
        null::varchar as event_id,
        null::varchar as platform,
        null::varchar as connection,
        null::varchar as customer_id,
        null::varchar as campaign_id,
        null::varchar as flow_id,
        null::varchar as message_id,
        null::varchar as kind,
        null::boolean as is_machine_open,
        null::timestamptz as occurred_at
    where false

)

select * from final
