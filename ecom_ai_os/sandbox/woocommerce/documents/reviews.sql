-- The simulated business has no reviews yet: the list is there and empty.
create or replace view woocommerce.reviews as
select
    null::bigint as id,
    null::timestamptz as created_at,
    null::timestamptz as modified_at,
    null::bigint as product_id,
    null::varchar as status
where false;

create or replace macro woocommerce.review_documents(wanted) as table
select null::bigint as id, null::json as document
where false;
