with source as (

    select * from {{ source('klaviyo', 'events') }}

),

metrics as (

    select * from {{ source('klaviyo', 'metrics') }}

),

profiles as (

    select * from {{ source('klaviyo', 'profiles') }}

),

campaign_messages as (

    select * from {{ source('klaviyo', 'campaign_messages') }}

),

flow_messages as (

    select * from {{ source('klaviyo', 'flow_messages') }}

),

mail_metrics as (

    select
        connection,
        record_id as metric_id,
        case payload ->> '$.attributes.name'
            when 'Received Email' then 'delivered'
            when 'Opened Email' then 'opened'
            when 'Clicked Email' then 'clicked'
            when 'Bounced Email' then 'bounced'
            when 'Dropped Email' then 'bounced'
            when 'Unsubscribed from Email Marketing' then 'unsubscribed'
            when 'Unsubscribed' then 'unsubscribed'
            when 'Marked Email as Spam' then 'complained'
        end as kind
    from metrics

),

addresses as (

    select
        connection,
        record_id as profile_id,
        nullif(trim(payload ->> '$.attributes.email'), '') as email
    from profiles

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "attributes": {"datetime": "VARCHAR", "event_properties": "JSON"},
            "relationships": {
                "profile": {"data": {"id": "VARCHAR"}},
                "metric": {"data": {"id": "VARCHAR"}}
            }
        }') as node
    from source

),

mailed as (

    select
        typed.connection,
        typed.record_id,
        typed.is_deleted,
        typed.loaded_at,
        try_cast(typed.node.attributes.datetime as timestamptz) as occurred_at,
        mail_metrics.kind,
        typed.node.relationships.profile.data.id as profile_id,
        typed.node.attributes.event_properties as properties,
        typed.node.attributes.event_properties ->> '$."$message"' as sent_message_id,
        typed.node.attributes.event_properties ->> '$."$flow"' as sent_flow_id
    from typed
    inner join mail_metrics
        on
            typed.connection = mail_metrics.connection
            and typed.node.relationships.metric.data.id = mail_metrics.metric_id
    where mail_metrics.kind is not null

),

judged as (

    select
        *,
        kind = 'clicked'
        and coalesce(try_cast(properties ->> '$."Bot Click"' as boolean), false) as is_bot_click,
        coalesce(
            try_cast(properties ->> '$.machine_open' as boolean),
            regexp_matches(
                lower(coalesce(
                    properties ->> '$."Client Name"', properties ->> '$."Inbox Provider"'
                )),
                'apple|icloud'
            ),
            false
        ) as is_by_program
    from mailed

),

final as (

    select
        'klaviyo' as platform,
        judged.connection,
        judged.is_deleted,
        greatest(
            judged.loaded_at, campaign_messages.loaded_at, flow_messages.loaded_at
        ) as loaded_at,

        judged.connection || '/' || judged.record_id as event_id,
        judged.connection || '/' || judged.profile_id as account_id,
        addresses.email,
        judged.connection || '/' || coalesce(
            campaign_messages.parent_id, judged.sent_message_id
        ) as campaign_id,
        judged.connection || '/' || coalesce(
            judged.sent_flow_id, flow_messages.parent_id
        ) as flow_id,
        concat_ws(
            '/', judged.connection, judged.sent_message_id, judged.profile_id
        ) as message_id,
        if(judged.is_bot_click, 'opened', judged.kind) as kind,
        case
            when judged.is_bot_click then true
            when judged.kind = 'opened' then judged.is_by_program
        end as is_machine_open,
        case
            when judged.kind = 'clicked' and not judged.is_bot_click
                then nullif(judged.properties ->> '$.URL', '')
        end as url,
        judged.occurred_at
    from judged
    left join addresses
        on
            judged.connection = addresses.connection
            and judged.profile_id = addresses.profile_id
    left join campaign_messages
        on
            judged.connection = campaign_messages.connection
            and judged.sent_message_id = campaign_messages.record_id
    left join flow_messages
        on
            judged.connection = flow_messages.connection
            and judged.sent_message_id = flow_messages.record_id

)

select * from final
