-- Every SKU a product review may be of, and by what evidence: the lower the rank, the stronger.
-- A name without its options names all SKUs of the product.
with reviews as (

    select
        int_reviews.*,
        reviewers.order_id,
        regexp_extract_all(lower(strip_accents(int_reviews.product_name)), '[\p{L}\p{N}]+')
            as name_words,
        regexp_extract_all(
            lower(strip_accents(concat_ws(' ', int_reviews.title, int_reviews.body))),
            '[\p{L}\p{N}]+'
        ) as text_words,
        regexp_extract(lower(int_reviews.product_url), '([^/?#]+)/*(?:[?#].*)?$', 1) as handle
    from {{ ref('int_reviews') }} as int_reviews
    inner join {{ ref('int_reviewers') }} as reviewers
        on int_reviews.review_id = reviewers.review_id
    where int_reviews.subject = 'product'

),

products as (

    select
        sku,
        product_id,
        variant_id,
        lower(handle) as handle,
        regexp_extract_all(lower(strip_accents(title)), '[\p{L}\p{N}]+') as title_words,
        regexp_extract_all(
            lower(strip_accents(split_part(title, ' – ', 1))), '[\p{L}\p{N}]+'
        ) as product_words
    from {{ ref('int_products') }}

),

known_ids as (

    select
        sku,
        product_id,
        product_id as known_id
    from products
    union
    select
        sku,
        product_id,
        variant_id as known_id
    from products

),

known_names as (

    select
        sku,
        product_id,
        title_words as known_words
    from products
    union
    select
        sku,
        product_id,
        product_words as known_words
    from products

),

order_lines as (

    select distinct
        lines.order_id,
        lines.sku,
        lines.product_id,
        regexp_extract_all(lower(strip_accents(lines.title)), '[\p{L}\p{N}]+') as title_words,
        count(distinct lines.sku) over (partition by lines.order_id) as n_skus
    from {{ ref('fct_order_lines') }} as lines
    semi join reviews on lines.order_id = reviews.order_id
    where lines.sku is not null and not lines.is_gift_card

),

ordered_words as (

    select
        order_id,
        sku,
        product_id,
        unnest(title_words) as word
    from order_lines

),

-- words that tell a product from the others in its order
telling_words as (

    select * from ordered_words
    where length(word) >= 4
    qualify count(distinct sku) over (partition by order_id, word) = 1

),

by_sku as (

    select
        reviews.review_id,
        1 as evidence_rank,
        'sku' as matched_by,
        products.sku,
        products.product_id
    from reviews
    inner join products on lower(reviews.sku) = lower(products.sku)

),

by_product_id as (

    select
        reviews.review_id,
        2 as evidence_rank,
        'product_id' as matched_by,
        products.sku,
        products.product_id
    from reviews
    inner join known_ids as products on reviews.product_id = products.known_id

),

by_url as (

    select
        reviews.review_id,
        3 as evidence_rank,
        'product_url' as matched_by,
        products.sku,
        products.product_id
    from reviews
    inner join products on reviews.handle = products.handle

),

by_order as (

    select
        reviews.review_id,
        4 as evidence_rank,
        'order' as matched_by,
        order_lines.sku,
        order_lines.product_id
    from reviews
    inner join order_lines on reviews.order_id = order_lines.order_id
    where
        (reviews.name_words is null and order_lines.n_skus = 1)
        or list_has_all(order_lines.title_words, reviews.name_words)
        or list_has_all(reviews.name_words, order_lines.title_words)

    union all

    select distinct
        reviews.review_id,
        4 as evidence_rank,
        'order' as matched_by,
        telling_words.sku,
        telling_words.product_id
    from reviews
    inner join telling_words
        on
            reviews.order_id = telling_words.order_id
            and list_contains(reviews.text_words, telling_words.word)
    where reviews.name_words is null

),

by_name as (

    select
        reviews.review_id,
        5 as evidence_rank,
        'product_name' as matched_by,
        products.sku,
        products.product_id
    from reviews
    inner join known_names as products on reviews.name_words = products.known_words

),

final as (

    select * from by_sku
    union all
    select * from by_product_id
    union all
    select * from by_url
    union all
    select * from by_order
    union all
    select * from by_name

)

select * from final
