with customers as (

    select * from {{ ref('int_customers') }}
    where not is_deleted

),

orders as (

    select * from {{ ref('int_orders') }}
    where not is_deleted and account_id is not null

),

order_accounts as (

    select
        account_id,
        any_value(platform) as platform,
        any_value(connection) as connection,
        arg_max(email, ordered_at) as email,
        arg_max(phone, ordered_at) as phone,
        arg_max(country, ordered_at) as country,
        min(ordered_at) as first_order_at
    from orders
    group by account_id

),

final as (

    select
        coalesce(customers.account_id, order_accounts.account_id) as account_id,
        coalesce(customers.platform, order_accounts.platform) as platform,
        coalesce(customers.connection, order_accounts.connection) as connection,
        customers.account_id is null as is_guest,

        nullif(lower(trim(
            concat_ws(' ', customers.first_name, customers.last_name)
        )), '') as full_name,
        coalesce(customers.email, order_accounts.email) as email,
        coalesce(customers.phone, order_accounts.phone) as phone,
        coalesce(customers.country, order_accounts.country) as country,
        -- numbers typed without a country code are read as numbers of this region
        coalesce(
            customers.country, order_accounts.country, '{{ var("default_country") }}'
        ) as phone_region,
        least(customers.created_at, order_accounts.first_order_at) as created_at,

        customers.is_email_subscribed,
        coalesce(customers.email_consent_at, customers.created_at) as email_consent_at,
        customers.is_sms_subscribed,
        coalesce(customers.sms_consent_at, customers.created_at) as sms_consent_at
    from customers
    full join order_accounts on customers.account_id = order_accounts.account_id

)

select * from final
