-- Whose an e-mail is; one that several persons are known by is nobody's.
with account_keys as (

    select * from {{ ref('int_account_keys') }}
    where kind = 'email'

),

customer_accounts as (

    select * from {{ ref('int_customer_accounts') }}

),

final as (

    select
        account_keys.normal_form as email,
        any_value(customer_accounts.customer_id) as customer_id
    from account_keys
    inner join customer_accounts on account_keys.account_id = customer_accounts.account_id
    group by account_keys.normal_form
    having count(distinct customer_accounts.customer_id) = 1

)

select * from final
