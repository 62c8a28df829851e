with customer_accounts as (

    select * from {{ ref('int_customer_accounts') }}
    where not is_gone

),

final as (

    select
        account_id,
        platform,
        connection,
        customer_id,
        named_by,
        joined_by,
        email_hash as joining_email_hash,
        phone_hash as joining_phone_hash,
        kept_apart_because,
        known_since
    from customer_accounts

)

select * from final
