-- Who is who: accounts that share an e-mail or a phone are one person. A key that more than
-- max_accounts_per_key accounts share (a shop's own address at the till) joins nobody, and a phone
-- shared under different names (a household) joins nobody either.
with recursive accounts as (

    select
        *,
        row_number() over (order by created_at, account_id) as age_rank
    from {{ ref('int_accounts') }}

),

contact_points as (

    select * from {{ ref('int_contact_points') }}

),

keys as (

    select
        accounts.account_id,
        accounts.age_rank,
        accounts.full_name,
        contact_points.kind,
        contact_points.normal_form
    from accounts
    inner join contact_points
        on
            contact_points.kind = 'email'
            and accounts.email = contact_points.value
    where contact_points.normal_form is not null

    union all

    select
        accounts.account_id,
        accounts.age_rank,
        accounts.full_name,
        contact_points.kind,
        contact_points.normal_form
    from accounts
    inner join contact_points
        on
            contact_points.kind = 'phone'
            and accounts.phone = contact_points.value
            and accounts.phone_region = contact_points.region
    where contact_points.normal_form is not null

),

shared as (

    select
        kind,
        normal_form
    from keys
    group by kind, normal_form
    having
        count(*) between 2 and {{ var('max_accounts_per_key') }}
        and (kind = 'email' or count(distinct full_name) <= 1)

),

links as (

    select
        keys.account_id,
        keys.age_rank,
        keys.kind,
        keys.normal_form
    from keys
    inner join shared using (kind, normal_form)

),

-- a key has few accounts, so a person's accounts reach each other in a few rounds
reach as (

    select
        mine.age_rank,
        theirs.age_rank as reached_rank
    from links as mine
    inner join links as theirs using (kind, normal_form)

    union

    select
        reach.age_rank,
        theirs.age_rank as reached_rank
    from reach
    inner join links as mine on reach.reached_rank = mine.age_rank
    inner join links as theirs using (kind, normal_form)

),

people as (

    select
        age_rank,
        min(reached_rank) as oldest_rank
    from reach
    group by age_rank

),

joined_by as (

    select
        account_id,
        concat_ws(
            ', ',
            case when bool_or(kind = 'email') then 'email' end,
            case when bool_or(kind = 'phone') then 'phone' end
        ) as joined_by
    from links
    group by account_id

),

final as (

    select
        accounts.platform,
        accounts.connection,
        accounts.account_id,
        sha256(coalesce(oldest.account_id, accounts.account_id))[:16] as customer_id,
        joined_by.joined_by
    from accounts
    left join people on accounts.age_rank = people.age_rank
    left join accounts as oldest on people.oldest_rank = oldest.age_rank
    left join joined_by on accounts.account_id = joined_by.account_id

)

select * from final
