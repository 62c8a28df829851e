-- The e-mail and phone each account is known by, in normal form, and why one can join nobody:
-- mailboxes of a trade, the shop's own addresses, and what many accounts of one connection share.
with accounts as (

    select * from {{ ref('int_accounts') }}

),

contact_points as (

    select * from {{ ref('int_contact_points') }}
    where normal_form is not null

),

keys as (

    select
        accounts.account_id,
        accounts.connection,
        contact_points.kind,
        contact_points.normal_form
    from accounts
    inner join contact_points
        on
            contact_points.kind = 'email'
            and accounts.email = contact_points.value

    union all

    select
        accounts.account_id,
        accounts.connection,
        contact_points.kind,
        contact_points.normal_form
    from accounts
    inner join contact_points
        on
            contact_points.kind = 'phone'
            and accounts.phone = contact_points.value
            and accounts.phone_region = contact_points.region

),

counted as (

    select
        kind,
        normal_form,
        count(*) as n_accounts
    from keys
    group by kind, normal_form, connection

),

crowded as (

    select
        kind,
        normal_form
    from counted
    group by kind, normal_form
    having max(n_accounts) > {{ var('max_accounts_per_key') }}

),

final as (

    select
        keys.account_id,
        keys.kind,
        keys.normal_form,
        case
            when crowded.normal_form is not null then 'many accounts share the ' || keys.kind
            when
                keys.kind = 'email'
                and split_part(keys.normal_form, '@', 2) in (
                    select unnest({{ var('own_domains') }}::varchar[])
                )
                then 'the email is the shop''s own'
            when
                keys.kind = 'email'
                and split_part(keys.normal_form, '@', 1) in (
                    select unnest({{ var('role_names') }}::varchar[])
                )
                then 'the email is a role''s'
        end as refused_because
    from keys
    left join crowded
        on
            keys.kind = crowded.kind
            and keys.normal_form = crowded.normal_form

)

select * from final
