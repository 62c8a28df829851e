with customer_accounts as (

    select * from {{ ref('int_customer_accounts') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}
    where not is_gone

),

contact_points as (

    select * from {{ ref('int_contact_points') }}
    where kind = 'email'

),

sales as (

    select
        customer_id,
        min(ordered_at) as first_order_at,
        max(ordered_at) as last_order_at,
        count(*) as n_orders,
        sum(net_revenue) as net_revenue,
        arg_max(country, ordered_at) as country
    from {{ ref('fct_orders') }}
    where is_sale and customer_id is not null
    group by customer_id

),

members as (

    select
        accounts.*,
        customer_accounts.customer_id,
        contact_points.normal_form as normal_email,
        -- of several addresses the one of the newest registered account is the current one
        row_number() over (
            partition by customer_accounts.customer_id
            order by accounts.is_guest asc, accounts.created_at desc, accounts.account_id asc
        ) as place
    from customer_accounts
    inner join accounts on customer_accounts.account_id = accounts.account_id
    left join contact_points on accounts.email = contact_points.value

),

people as (

    select
        customer_id,
        sha256(arg_min(normal_email, place)) as email_hash,
        min(created_at) as created_at,
        count(*) as n_accounts,
        list(distinct platform order by platform) as platforms,
        arg_min(country, place) as country,
        -- the latest statement counts, whichever account it was made with
        arg_max(is_email_subscribed, email_consent_at) as is_email_subscribed,
        bool_or(is_email_suppressed) as is_email_suppressed,
        arg_max(is_sms_subscribed, sms_consent_at) as is_sms_subscribed
    from members
    group by customer_id

),

final as (

    select
        people.customer_id,
        people.email_hash,
        people.created_at,

        sales.first_order_at,
        sales.last_order_at,
        coalesce(sales.n_orders, 0)::integer as n_orders,
        coalesce(sales.net_revenue, 0)::decimal(18, 2) as net_revenue,
        '{{ var("reporting_currency") }}' as currency,

        coalesce(people.is_email_subscribed, false) as is_email_subscribed,
        -- an address that bounced or complained is not written to, whatever was said elsewhere
        coalesce(people.is_email_subscribed, false)
        and not people.is_email_suppressed
        and people.email_hash is not null as is_email_reachable,
        coalesce(people.is_sms_subscribed, false) as is_sms_subscribed,
        people.platforms,
        people.n_accounts::integer as n_accounts,
        coalesce(sales.country, people.country) as country
    from people
    left join sales on people.customer_id = sales.customer_id

)

select * from final
