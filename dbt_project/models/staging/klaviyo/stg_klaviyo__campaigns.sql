with campaigns as (

    select * from {{ source('klaviyo', 'campaigns') }}

),

campaign_messages as (

    select * from {{ source('klaviyo', 'campaign_messages') }}

),

campaign_values as (

    select * from {{ source('klaviyo', 'campaign_values') }}

),

flows as (

    select * from {{ source('klaviyo', 'flows') }}

),

flow_messages as (

    select * from {{ source('klaviyo', 'flow_messages') }}

),

flow_values as (

    select * from {{ source('klaviyo', 'flow_values') }}

),

-- By campaign, or by message of a flow; both ids are the vendor's.
performance as (

    select
        connection,
        payload ->> '$.groupings.campaign_id' as campaign_id,
        payload -> '$.statistics' as statistics,
        loaded_at
    from campaign_values
    union all
    select
        connection,
        payload ->> '$.groupings.flow_message_id' as campaign_id,
        payload -> '$.statistics' as statistics,
        loaded_at
    from flow_values

),

performed as (

    select
        connection,
        campaign_id,
        sum(try_cast(statistics ->> '$.recipients' as double)) as n_recipients,
        sum(try_cast(statistics ->> '$.opens_unique' as double)) as n_opened,
        sum(try_cast(statistics ->> '$.clicks_unique' as double)) as n_clicked,
        sum(try_cast(statistics ->> '$.conversion_value' as double)) as revenue,
        max(loaded_at) as loaded_at
    from performance
    group by connection, campaign_id

),

subjects as (

    select
        connection,
        parent_id as campaign_id,
        min_by(payload ->> '$.attributes.definition.content.subject', record_id) as subject,
        min_by(payload ->> '$.attributes.definition.channel', record_id) as channel,
        max(loaded_at) as loaded_at
    from campaign_messages
    group by connection, parent_id

),

typed_campaigns as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload -> '$.attributes', '{
            "name": "VARCHAR",
            "status": "VARCHAR",
            "scheduled_at": "VARCHAR",
            "send_time": "VARCHAR"
        }') as node
    from campaigns

),

typed_messages as (

    select
        flow_messages.connection,
        flow_messages.record_id,
        flow_messages.parent_id as flow_id,
        flow_messages.is_deleted,
        greatest(flow_messages.loaded_at, flows.loaded_at) as loaded_at,
        flows.payload ->> '$.attributes.status' as status,
        from_json(flow_messages.payload -> '$.attributes', '{
            "channel": "VARCHAR",
            "definition": {"name": "VARCHAR", "subject_line": "VARCHAR"}
        }') as node
    from flow_messages
    left join flows
        on
            flow_messages.connection = flows.connection
            and flow_messages.parent_id = flows.record_id

),

united as (

    select
        typed_campaigns.connection,
        typed_campaigns.record_id,
        typed_campaigns.is_deleted,
        greatest(typed_campaigns.loaded_at, subjects.loaded_at) as loaded_at,
        'campaign' as kind,
        null::varchar as flow_id,
        typed_campaigns.node.name,
        subjects.subject,
        subjects.channel,
        lower(typed_campaigns.node.status) as status,
        try_cast(typed_campaigns.node.scheduled_at as timestamptz) as scheduled_at,
        case
            when
                lower(typed_campaigns.node.status)
                in ('sending', 'sending segments', 'sent', 'variations sent')
                then try_cast(typed_campaigns.node.send_time as timestamptz)
        end as sent_at
    from typed_campaigns
    left join subjects
        on
            typed_campaigns.connection = subjects.connection
            and typed_campaigns.record_id = subjects.campaign_id
    union all by name
    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        'flow' as kind,
        connection || '/' || flow_id as flow_id,
        node.definition.name as name,
        node.definition.subject_line as subject,
        node.channel,
        lower(status) as status,
        null::timestamptz as scheduled_at,
        null::timestamptz as sent_at
    from typed_messages

),

final as (

    select
        'klaviyo' as platform,
        united.connection,
        united.is_deleted,
        greatest(united.loaded_at, performed.loaded_at) as loaded_at,

        united.connection || '/' || united.record_id as campaign_id,
        united.kind,
        united.flow_id,
        nullif(trim(united.name), '') as name,
        nullif(trim(united.subject), '') as subject,
        lower(nullif(united.channel, '')) as channel,
        united.status,
        united.scheduled_at,
        united.sent_at,

        try_cast(performed.n_recipients as integer) as n_recipients,
        try_cast(performed.n_opened as integer) as n_opened,
        try_cast(performed.n_clicked as integer) as n_clicked,
        try_cast(performed.revenue as decimal(18, 2)) as revenue,
        null::varchar as currency
    from united
    left join performed
        on
            united.connection = performed.connection
            and united.record_id = performed.campaign_id

)

select * from final
