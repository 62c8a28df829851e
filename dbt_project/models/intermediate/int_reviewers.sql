-- Who wrote a review: the customer of the order it names, else whose e-mail it was written with,
-- never who has the name. An order's number counts where it means one order only; of several
-- shops' orders with that number it is the one the reviewer's e-mail placed.
with reviews as (

    select
        int_reviews.review_id,
        int_reviews.reviewed_at,
        lower(ltrim(trim(int_reviews.order_number), '#')) as order_number,
        customer_emails.customer_id
    from {{ ref('int_reviews') }} as int_reviews
    left join {{ ref('int_customer_emails') }} as customer_emails
        on lower(trim(int_reviews.email)) = customer_emails.email
    where not int_reviews.is_deleted

),

orders as (

    select * from {{ ref('int_orders_resolved') }}

),

named_orders as (

    select
        reviews.review_id,
        orders.order_id,
        orders.customer_id,
        coalesce(orders.customer_id = reviews.customer_id, false) as is_theirs
    from reviews
    inner join orders
        on
            reviews.order_number = lower(ltrim(orders.order_number, '#'))
            -- a day for the vendors' clocks, and for dates without a time
            and orders.ordered_at <= reviews.reviewed_at + interval 1 day

),

certain_orders as (

    select
        review_id,
        arg_max(order_id, is_theirs) as order_id,
        arg_max(customer_id, is_theirs) as customer_id
    from named_orders
    group by review_id
    having count(*) = 1 or count(*) filter (where is_theirs) = 1

),

final as (

    select
        reviews.review_id,
        reviews.reviewed_at,
        certain_orders.order_id,
        coalesce(certain_orders.customer_id, reviews.customer_id) as customer_id
    from reviews
    left join certain_orders on reviews.review_id = certain_orders.review_id

)

select * from final
