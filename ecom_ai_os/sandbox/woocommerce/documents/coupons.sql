create or replace view woocommerce.coupons as
select
    discount_id as id,
    created_at,
    updated_at as modified_at,
    lower(code) as code
from main.discounts;

create or replace macro woocommerce.coupon_documents(wanted) as table
select
    discount_id as id,
    to_json({
        'id': discount_id,
        'code': lower(code),
        'amount': woocommerce.money(value),
        'status': 'publish',
        'date_created': woocommerce.site_time(created_at),
        'date_created_gmt': woocommerce.gmt(created_at),
        'date_modified': woocommerce.site_time(updated_at),
        'date_modified_gmt': woocommerce.gmt(updated_at),
        'discount_type': case when kind = 'percentage' then 'percent' else 'fixed_cart' end,
        'description': title,
        'date_expires': woocommerce.site_time(ends_at),
        'date_expires_gmt': woocommerce.gmt(ends_at),
        'usage_count': n_used,
        'individual_use': false,
        'product_ids': []::bigint [],
        'excluded_product_ids': []::bigint [],
        'usage_limit': null::bigint,
        'usage_limit_per_user': null::bigint,
        'limit_usage_to_x_items': null::bigint,
        'free_shipping': false,
        'product_categories': []::bigint [],
        'excluded_product_categories': []::bigint [],
        'exclude_sale_items': false,
        'minimum_amount': woocommerce.money(minimum_subtotal),
        'maximum_amount': '0.00',
        'email_restrictions': []::varchar [],
        'used_by': []::varchar [],
        'meta_data': []::json [],
        '_links': woocommerce.links('coupons', discount_id)
    }) as document
from main.discounts
where discount_id in (select unnest(wanted));
