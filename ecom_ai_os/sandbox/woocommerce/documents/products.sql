-- A product whose only variant has no option is a simple product; the others are variable, with
-- their stock counted by variation. Deleted products lie in the trash.

create or replace view woocommerce.products as
select
    product_id as id,
    created_at,
    updated_at as modified_at,
    case
        when is_gift_card then 'pw-gift-card'
        when n_variants > 1 then 'variable'
        else 'simple'
    end as type,
    case when published_at is null then 'draft' else 'publish' end as status
from main.products
where deleted_at is null or deleted_at > this_moment()
union all
select subject_id, p.created_at, d.deleted_at, 'simple', 'trash'
from main.deletions as d
inner join business.products as p on d.subject_id = p.product_id
where d.subject_type = 'PRODUCT';

create or replace macro woocommerce.sale(sku, price, unit_cost, is_tracked, available) as {
    'sku': coalesce(sku, ''),
    'global_unique_id': '',
    'price': woocommerce.money(price),
    'regular_price': woocommerce.money(price),
    'sale_price': '',
    'date_on_sale_from': null::varchar,
    'date_on_sale_from_gmt': null::varchar,
    'date_on_sale_to': null::varchar,
    'date_on_sale_to_gmt': null::varchar,
    'on_sale': false,
    'purchasable': true,
    'virtual': not is_tracked,
    'downloadable': false,
    'downloads': []::json [],
    'download_limit': -1,
    'download_expiry': -1,
    'tax_status': 'taxable',
    'tax_class': '',
    'manage_stock': is_tracked,
    'stock_quantity': case when is_tracked then available end,
    'stock_status': case when is_tracked and available <= 0 then 'outofstock' else 'instock' end,
    'backorders': 'no',
    'backorders_allowed': false,
    'backordered': false,
    'low_stock_amount': null::bigint,
    'weight': '',
    'dimensions': {'length': '', 'width': '', 'height': ''},
    'shipping_class': '',
    'shipping_class_id': 0,
    'menu_order': 0,
    'meta_data': []::json [],
    'cost_of_goods_sold': {
        'values': [{'defined_value': unit_cost::double, 'effective_value': unit_cost::double}],
        'total_value': unit_cost::double
    }
};

create or replace macro woocommerce.product_documents(wanted) as table
with sold as (
    select
        product_id,
        list(variant_id order by position) as variations,
        list(title order by position) as options,
        any_value(sku) as sku,
        any_value(unit_cost) as unit_cost,
        bool_or(is_tracked) as is_tracked
    from main.variants
    where product_id in (select unnest(wanted))
    group by product_id
),

rated as (
    select product_id, avg(rating) as mean, count(*) as n
    from woocommerce.reviews
    where status = 'approved'
    group by product_id
)

select
    p.product_id as id,
    to_json(struct_concat(
        case
            when p.n_variants > 1
                then struct_update(
                    woocommerce.sale('', p.lowest_price, null, false, null), virtual := false
                )
            else woocommerce.sale(s.sku, p.lowest_price, s.unit_cost, s.is_tracked, p.available)
        end,
        {
            'id': p.product_id,
            'name': p.title,
            'slug': p.handle,
            'permalink': concat(getvariable('site'), '/product/', p.handle, '/'),
            'date_created': woocommerce.site_time(p.created_at),
            'date_created_gmt': woocommerce.gmt(p.created_at),
            'date_modified': woocommerce.site_time(p.updated_at),
            'date_modified_gmt': woocommerce.gmt(p.updated_at),
            'type': w.type,
            'status': w.status,
            'featured': false,
            'catalog_visibility': 'visible',
            'description': '',
            'short_description': '',
            'total_sales': 0,
            'external_url': '',
            'button_text': '',
            'sold_individually': false,
            'shipping_required': true,
            'shipping_taxable': true,
            'reviews_allowed': true,
            'average_rating': woocommerce.money(r.mean),
            'rating_count': coalesce(r.n, 0),
            'upsell_ids': []::bigint [],
            'cross_sell_ids': []::bigint [],
            'parent_id': 0,
            'purchase_note': '',
            'categories': [{
                'id': hash(p.category_name) % 1000,
                'name': p.category_name,
                'slug': lower(replace(p.category_name, ' ', '-'))
            }],
            'brands': [{
                'id': hash(p.vendor) % 1000,
                'name': p.vendor,
                'slug': lower(replace(p.vendor, ' ', '-'))
            }],
            'tags': [
                {'id': hash(tag) % 1000, 'name': tag, 'slug': lower(replace(tag, ' ', '-'))}
                for tag in p.tags
            ],
            'images': []::json [],
            'attributes': case when p.n_variants > 1 then [{
                'id': 0,
                'name': 'Option',
                'slug': 'Option',
                'position': 0,
                'visible': true,
                'variation': true,
                'options': s.options
            }] else [] end,
            'default_attributes': []::json [],
            'variations': case when p.n_variants > 1 then s.variations else [] end,
            'grouped_products': []::bigint [],
            'price_html': '',
            'related_ids': []::bigint [],
            'has_options': p.n_variants > 1,
            'post_password': '',
            '_links': woocommerce.links('products', p.product_id)
        }
    )) as document
from main.products as p
inner join woocommerce.products as w on p.product_id = w.id
left join sold as s using (product_id)
left join rated as r using (product_id)
where p.product_id in (select unnest(wanted));

create or replace view woocommerce.variations as
select
    variant_id as id,
    product_id as parent_id,
    v.created_at,
    v.updated_at as modified_at,
    'publish' as status
from main.variants as v
inner join main.products as p using (product_id)
where p.n_variants > 1;

create or replace macro woocommerce.variation_documents(wanted) as table
select
    variant_id as id,
    to_json(struct_concat(
        woocommerce.sale(sku, price, unit_cost, is_tracked, available),
        {
            'id': variant_id,
            'type': 'variation',
            'date_created': woocommerce.site_time(created_at),
            'date_created_gmt': woocommerce.gmt(created_at),
            'date_modified': woocommerce.site_time(updated_at),
            'date_modified_gmt': woocommerce.gmt(updated_at),
            'description': '',
            'permalink': concat(getvariable('site'), '/?p=', variant_id),
            'status': 'publish',
            'image': null::json,
            'attributes': [{'id': 0, 'name': 'Option', 'slug': 'Option', 'option': title}],
            'name': title,
            'parent_id': product_id,
            '_links': woocommerce.links(concat('products/', product_id, '/variations'), variant_id)
        }
    )) as document
from main.variants
where variant_id in (select unnest(wanted));
