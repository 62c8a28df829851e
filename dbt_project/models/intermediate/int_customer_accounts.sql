-- Who is who: the person (customer_id) behind each account. A family or home of int_account_groups
-- that holds clearly different names, or two accounts declared to be apart, is dissolved: a family
-- into its homes, a home into its accounts. So a household's e-mail or phone joins nobody, not even
-- by way of a guest without a name.
-- A row is written, and dated by changed_at, only where it says something new.
{{ config(
    materialized='incremental',
    unique_key='account_id',
    pre_hook="{% if is_incremental() %}
        delete from {{ this }}
        where account_id not in (select account_id from {{ ref('int_accounts') }})
    {% endif %}"
) }}

with accounts as (

    select * from {{ ref('int_accounts') }}

),

account_keys as (

    select * from {{ ref('int_account_keys') }}

),

account_groups as (

    select * from {{ ref('int_account_groups') }}

),

accounts_apart as (

    select * from {{ source('reference', 'accounts_apart') }}

),

groups as (

    select
        'home' as kind,
        home as first_place,
        place,
        account_id,
        full_name
    from account_groups

    union all

    select
        'family' as kind,
        family as first_place,
        place,
        account_id,
        full_name
    from account_groups
    where family is not null

),

names as (

    select distinct
        kind,
        first_place,
        full_name
    from groups
    where full_name is not null

),

counted_names as (

    select
        *,
        count(*) over (partition by kind, first_place) as n_names
    from names
    qualify n_names > 1

),

worded_names as (

    select
        *,
        regexp_extract_all(strip_accents(full_name), '[\p{L}\p{N}]+') as words
    from counted_names

),

compared as (

    select
        mine.kind,
        mine.first_place,
        least(mine.full_name, theirs.full_name) as one_name,
        greatest(mine.full_name, theirs.full_name) as other_name,
        len([
            word for word in theirs.words
            if starts_with(word, mine.words[1])
            or starts_with(mine.words[1], word)
            or jaro_winkler_similarity(word, mine.words[1]) >= 0.9
        ]) > 0 as is_alike
    from worded_names as mine
    inner join worded_names as theirs
        on
            mine.kind = theirs.kind
            and mine.first_place = theirs.first_place
            and mine.full_name <> theirs.full_name
    where
        mine.n_names <= {{ var('max_accounts_per_key') }}
        and len(mine.words) > 0
        and len(theirs.words) > 0

),

-- two names can be one person's when the first word of one, or its like, is a word of the other
different_names as (

    select
        kind,
        first_place
    from compared
    group by kind, first_place, one_name, other_name
    having not bool_or(is_alike)

    union

    select
        kind,
        first_place
    from counted_names
    where n_names > {{ var('max_accounts_per_key') }}

),

declared_apart as (

    select
        mine.kind,
        mine.first_place
    from accounts_apart
    inner join groups as mine on accounts_apart.account_id = mine.account_id
    inner join groups as theirs
        on
            accounts_apart.other_account_id = theirs.account_id
            and mine.kind = theirs.kind
            and mine.first_place = theirs.first_place

),

reasons as (

    select
        kind,
        first_place,
        'declared apart in ecom.toml' as because
    from declared_apart

    union all

    select
        kind,
        first_place,
        'different names share the ' || if(kind = 'home', 'email', 'phone') as because
    from different_names

),

dissolved as (

    select
        kind,
        first_place,
        min(because) as because
    from reasons
    group by kind, first_place

),

persons as (

    select
        account_groups.place,
        account_groups.account_id,
        account_groups.known_since,
        case
            when account_groups.family is not null and no_family.kind is null
                then account_groups.family
            when no_home.kind is null then account_groups.home
            else account_groups.place
        end as person,
        coalesce(no_home.because, no_family.because) as dissolved_because
    from account_groups
    left join dissolved as no_family
        on no_family.kind = 'family' and account_groups.family = no_family.first_place
    left join dissolved as no_home
        on no_home.kind = 'home' and account_groups.home = no_home.first_place

),

joining_keys as (

    select
        account_keys.account_id,
        account_keys.kind,
        account_keys.normal_form,
        count(*) over (
            partition by persons.person, account_keys.kind, account_keys.normal_form
        ) as n_accounts
    from account_keys
    inner join persons on account_keys.account_id = persons.account_id
    where account_keys.refused_because is null
    qualify n_accounts > 1

),

joined_by as (

    select
        account_id,
        max(normal_form) filter (where kind = 'email') as email,
        max(normal_form) filter (where kind = 'phone') as phone
    from joining_keys
    group by account_id

),

refused as (

    select
        account_id,
        max(refused_because) filter (where kind = 'email') as email_refused,
        max(refused_because) filter (where kind = 'phone') as phone_refused
    from account_keys
    where refused_because is not null
    group by account_id

),

final as (

    select
        accounts.platform,
        accounts.connection,
        accounts.account_id,
        accounts.is_gone,
        sha256(first_known.account_id)[:16] as customer_id,
        first_known.account_id as named_by,
        persons.known_since,

        nullif(concat_ws(
            ', ',
            case when joined_by.email is not null then 'email' end,
            case when joined_by.phone is not null then 'phone' end
        ), '') as joined_by,
        sha256(joined_by.email) as email_hash,
        sha256(joined_by.phone) as phone_hash,
        nullif(concat_ws(
            '; ', persons.dissolved_because, refused.email_refused, refused.phone_refused
        ), '') as kept_apart_because
    from accounts
    inner join persons on accounts.account_id = persons.account_id
    inner join persons as first_known on persons.person = first_known.place
    left join joined_by on accounts.account_id = joined_by.account_id
    left join refused on accounts.account_id = refused.account_id

),

changed as (

    select * from final
    {% if is_incremental() %}
        except
        select * exclude (changed_at) from {{ this }}
    {% endif %}

)

select
    *,
    now() as changed_at
from changed
