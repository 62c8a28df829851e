with typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "customer_id": "VARCHAR",
            "email": "VARCHAR",
            "campaign_id": "VARCHAR",
            "flow_id": "VARCHAR",
            "message_id": "VARCHAR",
            "kind": "VARCHAR",
            "is_machine_open": "BOOLEAN",
            "url": "VARCHAR",
            "occurred_at": "TIMESTAMPTZ"
        }}').mapped as node
    from {{ source('custom', 'email_events') }}

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as event_id,
        connection || '/' || nullif(trim(node.customer_id), '') as account_id,
        nullif(trim(node.email), '') as email,
        connection || '/' || nullif(trim(node.campaign_id), '') as campaign_id,
        connection || '/' || nullif(trim(node.flow_id), '') as flow_id,
        connection || '/' || nullif(trim(node.message_id), '') as message_id,
        lower(trim(node.kind)) as kind,
        case
            when lower(trim(node.kind)) = 'opened' then coalesce(node.is_machine_open, false)
        end as is_machine_open,
        nullif(trim(node.url), '') as url,
        node.occurred_at as occurred_at
    from typed

)

select * from final
