-- The product each review is of, by its strongest evidence. Where that names several SKUs, the one
-- the reviewer had bought is meant; when none or several were bought, the review is of the product
-- and of no SKU, and never of one picked among them.
with evidence as (

    select * from {{ ref('int_review_evidence') }}
    qualify evidence_rank = min(evidence_rank) over (partition by review_id)

),

reviewers as (

    select * from {{ ref('int_reviewers') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    where sku is not null

),

bought as (

    select distinct
        reviewers.review_id,
        order_lines.sku
    from reviewers
    inner join order_lines on reviewers.order_id = order_lines.order_id

    union

    select distinct
        reviewers.review_id,
        order_lines.sku
    from reviewers
    inner join order_lines
        on
            reviewers.customer_id = order_lines.customer_id
            and reviewers.reviewed_at >= order_lines.ordered_at
    where reviewers.order_id is null

),

counted as (

    select
        evidence.review_id,
        any_value(evidence.matched_by) as matched_by,
        count(distinct evidence.sku) as n_skus,
        any_value(evidence.sku) as any_sku,
        count(distinct bought.sku) as n_bought,
        any_value(bought.sku) as any_bought,
        count(distinct evidence.product_id) as n_products,
        any_value(evidence.product_id) as any_product_id
    from evidence
    left join bought
        on
            evidence.review_id = bought.review_id
            and evidence.sku = bought.sku
    group by evidence.review_id

),

resolved as (

    select
        review_id,
        matched_by,
        case
            when n_skus = 1 then any_sku
            when n_bought = 1 then any_bought
        end as sku,
        case when n_products = 1 then any_product_id end as product_id
    from counted

),

final as (

    select * from resolved
    where sku is not null or product_id is not null

)

select * from final
