{{ config(materialized='incremental', unique_key='event_id') }}

with email_events as (

    select * from {{ ref('stg_klaviyo__email_events') }}
    union all by name
    select * from {{ ref('stg_mailchimp__email_events') }}
    union all by name
    select * from {{ ref('stg_custom__email_events') }}

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
        now() as changed_at,

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
