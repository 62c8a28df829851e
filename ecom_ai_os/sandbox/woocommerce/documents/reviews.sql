-- What customers write on the shop's own site, as comments: no title, no variant, and neither an
-- edit nor a removal leaves a trace of when it was.

create or replace view woocommerce.reviews as
select
    r.review_id as id,
    r.created_at,
    r.updated_at as modified_at,
    r.product_id,
    p.title as product_title,
    p.handle,
    r.author_name,
    r.author_email,
    r.body,
    r.rating,
    r.is_verified,
    case when r.removed_at is null then 'approved' else 'trash' end as status
from main.reviews as r
inner join main.products as p using (product_id)
where
    r.channel = 'shop'
    and p.deleted_at is null
    and woocommerce.has_order(coalesce(r.order_id, r.review_id));

create or replace macro woocommerce.avatar(email, size) as
'https://secure.gravatar.com/avatar/' || sha256(lower(email)) || '?s=' || size || '&d=mm&r=g';

create or replace macro woocommerce.review_documents(wanted) as table
select
    id,
    to_json({
        'id': id,
        'date_created': woocommerce.site_time(created_at),
        'date_created_gmt': woocommerce.gmt(created_at),
        'product_id': product_id,
        'product_name': product_title,
        'product_permalink': concat(getvariable('site'), '/product/', handle, '/'),
        'status': status,
        'reviewer': author_name,
        'reviewer_email': author_email,
        'review': case when body = '' then '' else '<p>' || body || '</p>' || chr(10) end,
        'rating': rating,
        'verified': is_verified,
        'reviewer_avatar_urls': {
            '24': woocommerce.avatar(author_email, 24),
            '48': woocommerce.avatar(author_email, 48),
            '96': woocommerce.avatar(author_email, 96)
        },
        '_links': struct_insert(
            woocommerce.links('products/reviews', id),
            up := [{'href': concat(getvariable('api'), 'products/', product_id)}]
        )
    }) as document
from woocommerce.reviews
where id in (select unnest(wanted));
