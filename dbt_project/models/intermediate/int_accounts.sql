-- Deleted accounts stay known, as gone: the person they were part of keeps its customer_id.
with customers as (

    select * from {{ ref('int_customers') }}

),

orders as (

    select * from {{ ref('int_orders') }}
    where not is_deleted and account_id is not null

),

reviews as (

    select * from {{ ref('int_reviews') }}
    where not is_deleted and account_id is not null

),

uses as (

    select
        account_id,
        platform,
        connection,
        email,
        phone,
        country,
        ordered_at as used_at
    from orders

    union all

    select
        account_id,
        platform,
        connection,
        email,
        null as phone,
        null as country,
        reviewed_at as used_at
    from reviews

),

used_accounts as (

    select
        account_id,
        any_value(platform) as platform,
        any_value(connection) as connection,
        arg_max(email, used_at) as email,
        arg_max(phone, used_at) as phone,
        arg_max(country, used_at) as country,
        min(used_at) as first_used_at
    from uses
    group by account_id

),

final as (

    select
        coalesce(customers.account_id, used_accounts.account_id) as account_id,
        coalesce(customers.platform, used_accounts.platform) as platform,
        coalesce(customers.connection, used_accounts.connection) as connection,
        coalesce(customers.is_deleted, true) as is_guest,
        coalesce(customers.is_deleted and used_accounts.account_id is null, false) as is_gone,

        nullif(lower(trim(
            concat_ws(' ', customers.first_name, customers.last_name)
        )), '') as full_name,
        coalesce(customers.email, used_accounts.email) as email,
        coalesce(customers.phone, used_accounts.phone) as phone,
        coalesce(customers.country, used_accounts.country) as country,
        -- numbers typed without a country code are read as numbers of this region
        coalesce(
            customers.country, used_accounts.country, '{{ var("default_country") }}'
        ) as phone_region,
        least(customers.created_at, used_accounts.first_used_at) as created_at,

        case when not customers.is_deleted then customers.is_email_subscribed end
            as is_email_subscribed,
        coalesce(customers.email_consent_at, customers.created_at) as email_consent_at,
        coalesce(customers.is_email_suppressed, false) as is_email_suppressed,
        case when not customers.is_deleted then customers.is_sms_subscribed end
            as is_sms_subscribed,
        coalesce(customers.sms_consent_at, customers.created_at) as sms_consent_at
    from customers
    full join used_accounts on customers.account_id = used_accounts.account_id

)

select * from final
