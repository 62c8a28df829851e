with reviews as (

    select * from {{ ref('int_reviews') }}
    where not is_deleted and status in ('approved', 'hold')

),

reviewers as (

    select * from {{ ref('int_reviewers') }}

),

review_products as (

    select * from {{ ref('int_review_products') }}

),

final as (

    select
        reviews.review_id,
        reviews.platform,
        reviews.connection,
        reviews.subject,
        review_products.sku,
        review_products.product_id,
        review_products.matched_by,
        reviewers.order_id,
        reviewers.customer_id,
        reviews.location,

        reviews.rating::integer as rating,
        reviews.title,
        reviews.body,
        reviews.language,
        reviews.reviewed_at,
        reviews.edited_at,
        reviews.is_verified,
        reviews.reply,
        reviews.replied_at
    from reviews
    inner join reviewers on reviews.review_id = reviewers.review_id
    left join review_products on reviews.review_id = review_products.review_id

)

select * from final
