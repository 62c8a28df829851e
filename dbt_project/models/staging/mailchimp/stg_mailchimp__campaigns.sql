with campaigns as (

    select * from {{ source('mailchimp', 'campaigns') }}

),

automations as (

    select * from {{ source('mailchimp', 'automations') }}

),

automation_emails as (

    select * from {{ source('mailchimp', 'automation_emails') }}

),

reports as (

    select
        connection,
        record_id,
        from_json(payload, '{
            "emails_sent": "INTEGER",
            "opens": {"unique_opens": "INTEGER", "proxy_excluded_unique_opens": "INTEGER"},
            "clicks": {"unique_subscriber_clicks": "INTEGER"},
            "ecommerce": {"total_revenue": "DECIMAL(18,2)", "currency_code": "VARCHAR"}
        }') as node
    from {{ source('mailchimp', 'reports') }}

),

workflows as (

    select
        connection,
        record_id,
        nullif(trim(payload ->> '$.settings.title'), '') as title
    from automations

),

sendings as (

    select
        connection,
        record_id as id,
        is_deleted,
        loaded_at,
        payload,
        'campaign' as kind,
        null::varchar as flow_id
    from campaigns
    where
        (connection, record_id) not in (
            select (connection, payload ->> 'id') from automation_emails
            where payload ->> 'id' is not null
        )
    union all by name
    select
        connection,
        payload ->> 'id' as id,
        is_deleted,
        loaded_at,
        payload,
        'flow' as kind,
        payload ->> 'workflow_id' as flow_id
    from automation_emails
    where payload ->> 'id' is not null

),

typed as (

    select
        * exclude (payload),
        from_json(payload, '{
            "status": "VARCHAR",
            "emails_sent": "INTEGER",
            "send_time": "TIMESTAMPTZ",
            "settings": {"title": "VARCHAR", "subject_line": "VARCHAR"}
        }') as node
    from sendings

),

final as (

    select
        'mailchimp' as platform,
        typed.connection,
        typed.is_deleted,
        typed.loaded_at,

        typed.connection || '/' || typed.id as campaign_id,
        typed.kind,
        typed.connection || '/' || typed.flow_id as flow_id,
        concat_ws(
            ': ', workflows.title, coalesce(
                nullif(trim(typed.node.settings.title), ''),
                nullif(trim(typed.node.settings.subject_line), '')
            )
        ) as name,
        nullif(trim(typed.node.settings.subject_line), '') as subject,
        'email' as channel,
        lower(typed.node.status) as status,
        if(
            typed.node.status in ('schedule', 'sending', 'sent'), typed.node.send_time, null
        ) as scheduled_at,
        if(
            typed.kind = 'campaign' and typed.node.status = 'sent', typed.node.send_time, null
        ) as sent_at,

        coalesce(reports.node.emails_sent, typed.node.emails_sent) as n_recipients,
        coalesce(
            reports.node.opens.proxy_excluded_unique_opens, reports.node.opens.unique_opens
        ) as n_opened,
        reports.node.clicks.unique_subscriber_clicks as n_clicked,
        reports.node.ecommerce.total_revenue as revenue,
        upper(nullif(trim(reports.node.ecommerce.currency_code), '')) as currency
    from typed
    left join reports
        on typed.connection = reports.connection and typed.id = reports.record_id
    left join workflows
        on typed.connection = workflows.connection and typed.flow_id = workflows.record_id

)

select * from final
