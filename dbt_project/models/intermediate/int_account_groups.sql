-- Who might be one person. Accounts of one e-mail are at home together; homes that share a phone
-- are a family. Places count from the account that was known first.
with recursive accounts as (

    select
        accounts.account_id,
        accounts.full_name,
        known_accounts.known_since,
        row_number() over (
            order by known_accounts.known_since, accounts.created_at, accounts.account_id
        ) as place
    from {{ ref('int_accounts') }} as accounts
    left join {{ ref('int_known_accounts') }} as known_accounts
        on accounts.account_id = known_accounts.account_id

),

account_keys as (

    select * from {{ ref('int_account_keys') }}
    where refused_because is null

),

keys as (

    select
        accounts.place,
        account_keys.kind,
        account_keys.normal_form
    from account_keys
    inner join accounts on account_keys.account_id = accounts.account_id

),

addresses as (

    select
        normal_form,
        min(place) as home
    from keys
    where kind = 'email'
    group by normal_form

),

homes as (

    select
        accounts.place,
        accounts.account_id,
        accounts.full_name,
        coalesce(addresses.home, accounts.place) as home
    from accounts
    left join keys on accounts.place = keys.place and keys.kind = 'email'
    left join addresses on keys.normal_form = addresses.normal_form

),

phones as (

    select distinct
        keys.normal_form,
        homes.home
    from keys
    inner join homes on keys.place = homes.place
    where keys.kind = 'phone'

),

shared_phones as (

    select
        *,
        count(*) over (partition by normal_form) as n_homes
    from phones
    qualify n_homes > 1

),

-- few homes share a phone, so a family's homes reach each other in a few rounds
reach as (

    select
        mine.home,
        theirs.home as reached
    from shared_phones as mine
    inner join shared_phones as theirs on mine.normal_form = theirs.normal_form

    union

    select
        reach.home,
        theirs.home as reached
    from reach
    inner join shared_phones as mine on reach.reached = mine.home
    inner join shared_phones as theirs on mine.normal_form = theirs.normal_form

),

families as (

    select
        home,
        min(reached) as family
    from reach
    group by home

),

final as (

    select
        homes.place,
        homes.account_id,
        accounts.known_since,
        homes.full_name,
        homes.home,
        families.family
    from homes
    inner join accounts on homes.place = accounts.place
    left join families on homes.home = families.home

)

select * from final
