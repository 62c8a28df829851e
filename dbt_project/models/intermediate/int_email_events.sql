{{ config(materialized='incremental', unique_key='event_id') }}

with email_events as (

    select
        null::varchar as platform,
        null::varchar as connection,
        null::boolean as is_deleted,
        null::timestamptz as loaded_at,
        null::varchar as event_id,
        null::varchar as account_id,
        null::varchar as email,
        null::varchar as campaign_id,
        null::varchar as flow_id,
        null::varchar as message_id,
        null::varchar as kind,
        null::boolean as is_machine_open,
        null::varchar as url,
        null::timestamptz as occurred_at
    where false

),

changed as (

    select * from email_events
    {% if is_incremental() %}
        where loaded_at > (select coalesce(max(loaded_at), '-infinity') from {{ this }})
    {% endif %}

),

final as (

    select
        platform,
        connection,
        is_deleted,
        loaded_at,

        event_id,
        account_id,
        email,
        campaign_id,
        flow_id,
        message_id,
        kind,
        case when kind = 'opened' then coalesce(is_machine_open, false) end as is_machine_open,
        url,
        occurred_at
    from changed

)

select * from final
