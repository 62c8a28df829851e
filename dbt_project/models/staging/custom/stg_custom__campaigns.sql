with typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "kind": "VARCHAR",
            "flow_id": "VARCHAR",
            "name": "VARCHAR",
            "subject": "VARCHAR",
            "channel": "VARCHAR",
            "status": "VARCHAR",
            "scheduled_at": "TIMESTAMPTZ",
            "sent_at": "TIMESTAMPTZ",
            "n_recipients": "DECIMAL(18,3)",
            "n_opened": "DECIMAL(18,3)",
            "n_clicked": "DECIMAL(18,3)",
            "revenue": "DECIMAL(18,4)",
            "currency": "VARCHAR"
        }}').mapped as node
    from {{ source('custom', 'campaigns') }}

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as campaign_id,
        lower(coalesce(
            node.kind, case when node.flow_id is null then 'campaign' else 'flow' end
        )) as kind,
        connection || '/' || nullif(trim(node.flow_id), '') as flow_id,
        nullif(trim(node.name), '') as name,
        nullif(trim(node.subject), '') as subject,
        lower(coalesce(nullif(trim(node.channel), ''), 'email')) as channel,
        lower(nullif(trim(node.status), '')) as status,
        node.scheduled_at as scheduled_at,
        node.sent_at as sent_at,
        round(node.n_recipients)::integer as n_recipients,
        round(node.n_opened)::integer as n_opened,
        round(node.n_clicked)::integer as n_clicked,
        node.revenue::decimal(18, 2) as revenue,
        upper(node.currency) as currency
    from typed

)

select * from final
