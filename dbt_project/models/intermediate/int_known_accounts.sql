-- Since which run each account is known. Whoever was known first names the person, so that a
-- platform connected later moves nobody's customer_id; that must outlive a full refresh.
{{ config(materialized='incremental', incremental_strategy='append', full_refresh=false) }}

with accounts as (

    select * from {{ ref('int_accounts') }}

),

final as (

    select
        account_id,
        now() as known_since
    from accounts
    {% if is_incremental() %}
        where account_id not in (select account_id from {{ this }})
    {% endif %}

)

select * from final
