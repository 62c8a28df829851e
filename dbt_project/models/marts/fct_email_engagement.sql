with email_events as (

    select * from {{ ref('int_email_events') }}
    -- what has no time is in quality.excluded_records
    where not is_deleted and occurred_at is not null

),

customer_accounts as (

    select * from {{ ref('int_customer_accounts') }}

),

customer_emails as (

    select * from {{ ref('int_customer_emails') }}

),

final as (

    select
        email_events.event_id,
        email_events.platform,
        email_events.connection,
        coalesce(customer_accounts.customer_id, customer_emails.customer_id) as customer_id,
        email_events.campaign_id,
        email_events.flow_id,
        email_events.message_id,
        email_events.kind,
        email_events.is_machine_open,
        email_events.url,
        email_events.occurred_at,
        greatest(email_events.changed_at, customer_accounts.changed_at) as changed_at
    from email_events
    left join customer_accounts on email_events.account_id = customer_accounts.account_id
    left join customer_emails on lower(trim(email_events.email)) = customer_emails.email

)

select * from final
