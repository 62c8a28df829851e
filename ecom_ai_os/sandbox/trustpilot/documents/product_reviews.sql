create or replace view trustpilot.product_reviews as
select
    r.review_id as key,
    r.created_at,
    r.rating as stars,
    r.language,
    v.sku
from main.reviews as r
left join business.variants as v using (variant_id)
where r.channel = 'trustpilot_product' and trustpilot.is_listed(r.created_at, r.removed_at);

create or replace macro trustpilot.product_review_documents(wanted) as table
select
    r.review_id as key,
    to_json({
        'id': trustpilot.id('review', r.review_id),
        'createdAt': trustpilot.zoned(r.created_at),
        'stars': r.rating,
        'content': r.body,
        'product': {
            'id': trustpilot.id('product', r.product_id),
            'sku': v.sku,
            'name': p.title,
            'productUrl':
                concat('https://', getvariable('trustpilot_domain'), '/products/', p.handle)
        },
        'consumer': {
            'id': trustpilot.id('consumer', r.review_id),
            'email': o.email,
            'name': r.author_name
        },
        'language': r.language,
        'locale': r.language,
        'state': 'published',
        'referenceId': o.number::varchar,
        'conversationId':
            if(r.reply is null, null, trustpilot.id('conversation', r.review_id)),
        'attachments': []::json [],
        'attributeRatings': []::json []
    }) as document
from main.reviews as r
left join business.variants as v using (variant_id)
left join business.products as p on r.product_id = p.product_id
left join main.orders as o using (order_id)
where r.review_id in (select unnest(wanted));

create or replace macro trustpilot.conversation(wanted) as table
select
    to_json({
        'id': wanted,
        'businessUnitId': getvariable('trustpilot_unit'),
        'consumerId': trustpilot.id('consumer', review_id),
        'source': 'Product reviews',
        'sourceId': trustpilot.id('review', review_id),
        'state': 'public',
        'comments': [{
            'commentId': trustpilot.id('comment', review_id),
            'createdAt': trustpilot.naive(replied_at),
            'author': {'id': trustpilot.id('user', 1), 'type': 'businessUser'},
            'content': reply
        }]
    }) as document
from main.reviews
where
    channel = 'trustpilot_product'
    and reply is not null
    and removed_at is null
    and trustpilot.id('conversation', review_id) = wanted;
