with reviews as (

    select * from {{ ref('stg_woocommerce__reviews') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}

),

customer_accounts as (

    select * from {{ ref('int_customer_accounts') }}

),

-- a review is of the person whose address it was written with
people as (

    select
        accounts.connection,
        lower(trim(accounts.email)) as email,
        min(customer_accounts.customer_id) as customer_id
    from accounts
    inner join customer_accounts on accounts.account_id = customer_accounts.account_id
    where accounts.email is not null
    group by accounts.connection, lower(trim(accounts.email))
    having count(distinct customer_accounts.customer_id) = 1

),

final as (

    select
        reviews.review_id,
        reviews.platform,
        reviews.connection,
        reviews.sku,
        reviews.rating::integer as rating,
        reviews.title,
        reviews.body,
        reviews.language,
        reviews.reviewed_at,
        people.customer_id,
        reviews.is_verified
    from reviews
    left join people
        on
            reviews.connection = people.connection
            and lower(reviews.email) = people.email
    where not reviews.is_deleted and reviews.status in ('approved', 'hold')

)

select * from final
