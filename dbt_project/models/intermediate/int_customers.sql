{{ config(materialized='incremental', unique_key='account_id') }}

with customers as (

    select * from {{ ref('stg_shopify__customers') }}
    union all by name
    select * from {{ ref('stg_custom__customers') }}
    union all by name
    select * from {{ ref('stg_woocommerce__customers') }}
    union all by name
    select * from {{ ref('stg_klaviyo__customers') }}
    union all by name
    select * from {{ ref('stg_mailchimp__customers') }}

),

changed as (

    select * from customers
    {% if is_incremental() %}
        where loaded_at > (select coalesce(max(loaded_at), '-infinity') from {{ this }})
    {% endif %}

),

final as (

    select
        platform,
        connection,
        is_deleted,
        loaded_at,

        account_id,
        first_name,
        last_name,
        email,
        phone,
        country,
        locale,
        tags,
        created_at,

        is_email_subscribed,
        email_consent_at,
        is_email_suppressed,
        is_sms_subscribed,
        sms_consent_at
    from changed

)

select * from final
