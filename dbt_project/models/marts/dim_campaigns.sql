with campaigns as (

    select * from {{ ref('stg_klaviyo__campaigns') }}
    union all by name
    select * from {{ ref('stg_mailchimp__campaigns') }}
    union all by name
    select * from {{ ref('stg_custom__campaigns') }}

),

email_events as (

    select
        *,
        coalesce(account_id, lower(trim(email))) as recipient
    from {{ ref('int_email_events') }}
    where not is_deleted

),

exchange_rates as (

    select * from {{ source('reference', 'exchange_rates') }}

),

counted as (

    select
        campaign_id,
        count(distinct recipient) filter (where kind in ('sent', 'delivered', 'bounced'))
            as n_recipients,
        count(distinct recipient) filter (where kind = 'opened' and not is_machine_open)
            as n_opened,
        count(distinct recipient) filter (where kind = 'clicked') as n_clicked
    from email_events
    group by campaign_id

),

priced as (

    select
        campaigns.*,
        case
            when
                coalesce(campaigns.currency, '{{ var("reporting_currency") }}')
                = '{{ var("reporting_currency") }}' then 1.0
            else exchange_rates.rate
        end as exchange_rate
    from campaigns
    -- a flow has no day of its own: its revenue takes today's rate
    asof left join exchange_rates
        on
            campaigns.currency = exchange_rates.currency
            and coalesce(campaigns.sent_at, now()) >= exchange_rates.valid_from

),

final as (

    select
        priced.campaign_id,
        priced.platform,
        priced.connection,
        priced.kind,
        priced.flow_id,
        priced.name,
        priced.subject,
        priced.channel,
        case when priced.is_deleted then 'deleted' else priced.status end as status,
        priced.scheduled_at,
        priced.sent_at,

        coalesce(priced.n_recipients, counted.n_recipients)::integer as n_recipients,
        coalesce(priced.n_opened, counted.n_opened)::integer as n_opened,
        counted.n_opened::integer as n_opened_by_people,
        coalesce(priced.n_clicked, counted.n_clicked)::integer as n_clicked,
        round(priced.revenue * priced.exchange_rate, 2)::decimal(18, 2) as revenue,
        '{{ var("reporting_currency") }}' as currency
    from priced
    left join counted on priced.campaign_id = counted.campaign_id

)

select * from final
