with landed as (

    select
        *,
        'sent_to' as list
    from {{ source('mailchimp', 'sent_to') }}
    union all by name
    select
        *,
        'activity' as list
    from {{ source('mailchimp', 'email_activity') }}
    union all by name
    select
        *,
        'unsubscribed' as list
    from {{ source('mailchimp', 'unsubscribes') }}
    union all by name
    select
        *,
        'complained' as list
    from {{ source('mailchimp', 'abuse_reports') }}

),

by_people as (

    select
        connection,
        record_id,
        loaded_at
    from {{ source('mailchimp', 'activity_by_people') }}

),

flows as (

    select
        connection,
        payload ->> 'id' as campaign_id,
        any_value(payload ->> 'workflow_id') as flow_id
    from {{ source('mailchimp', 'automation_emails') }}
    where payload ->> 'id' is not null
    group by all

),

-- Mails of a campaign left when it was sent; those of an automation at times that are not told.
campaigns as (

    select
        connection,
        record_id as campaign_id,
        try_cast(payload ->> 'send_time' as timestamptz) as sent_at
    from {{ source('mailchimp', 'reports') }}
    where payload ->> 'type' is distinct from 'automation'

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        list,
        from_json(payload, '{
            "campaign_id": "VARCHAR",
            "list_id": "VARCHAR",
            "email_id": "VARCHAR",
            "email_address": "VARCHAR",
            "status": "VARCHAR",
            "action": "VARCHAR",
            "type": "VARCHAR",
            "url": "VARCHAR",
            "timestamp": "TIMESTAMPTZ",
            "date": "TIMESTAMPTZ"
        }') as node
    from landed

),

-- The first that was seen of a mail: before it, the mail was there.
traces as (

    select
        connection,
        node.campaign_id,
        node.email_id,
        min(coalesce(node.timestamp, node.date)) as first_at,
        arg_min(loaded_at, coalesce(node.timestamp, node.date)) as loaded_at
    from typed
    where list <> 'sent_to' and not is_deleted
    group by all

),

kinds as (

    select
        *,
        unnest(case list
            when 'sent_to' then ['sent', 'delivered']
            when 'activity'
                then
                    [case node.action
                        when 'open' then 'opened'
                        when 'click' then 'clicked'
                        when 'bounce' then 'bounced'
                        else lower(node.action)
                    end]
            else [list]
        end) as kind
    from typed

),

marked as (

    select
        kinds.* exclude (loaded_at),
        greatest(kinds.loaded_at, by_people.loaded_at) as loaded_at,
        kinds.list = 'activity' and by_people.record_id is null as is_machine
    from kinds
    left join by_people
        on kinds.connection = by_people.connection and kinds.record_id = by_people.record_id

),

final as (

    select
        'mailchimp' as platform,
        marked.connection,
        -- The vendor shows no delivery: what was sent and has not bounced until now arrived. A link
        -- that a scanner followed was clicked by nobody.
        marked.is_deleted
        or (marked.kind = 'delivered' and marked.node.status is distinct from 'sent')
        or (marked.kind = 'clicked' and marked.is_machine) as is_deleted,
        greatest(
            marked.loaded_at,
            if(marked.list = 'sent_to' and campaigns.sent_at is null, traces.loaded_at, null)
        ) as loaded_at,

        marked.connection || '/' || marked.record_id || '/' || marked.kind as event_id,
        marked.connection || '/' || marked.node.list_id || '/' || marked.node.email_id
            as account_id,
        nullif(trim(marked.node.email_address), '') as email,
        marked.connection || '/' || marked.node.campaign_id as campaign_id,
        marked.connection || '/' || flows.flow_id as flow_id,
        marked.connection || '/' || marked.node.campaign_id || '/' || marked.node.email_id
            as message_id,

        marked.kind,
        if(marked.kind = 'opened', marked.is_machine, null) as is_machine_open,
        if(marked.kind = 'bounced', lower(marked.node.type), null) as bounce_kind,
        nullif(trim(marked.node.url), '') as url,
        coalesce(
            marked.node.timestamp, marked.node.date, campaigns.sent_at, traces.first_at
        ) as occurred_at
    from marked
    left join flows
        on
            marked.connection = flows.connection
            and marked.node.campaign_id = flows.campaign_id
    left join campaigns
        on
            marked.connection = campaigns.connection
            and marked.node.campaign_id = campaigns.campaign_id
    left join traces
        on
            marked.connection = traces.connection
            and marked.node.campaign_id = traces.campaign_id
            and marked.node.email_id = traces.email_id

)

select * from final
