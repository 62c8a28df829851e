-- WooCommerce's amounts are net of tax however prices are typed in; the timeline's include it
-- unless orders.is_tax_included is false.

create or replace view woocommerce.lines as
select
    l.line_id,
    l.order_id,
    l.position,
    l.quantity,
    p.product_id,
    v.variant_id,
    v.sku,
    l.tax,
    l.tax_rate,
    p.title as product_title,
    p.title || case when v.title = 'Default Title' then '' else ' - ' || v.title end as name,
    coalesce(n.n_variants > 1, false) as is_variation,
    l.original_total - l.discount - case when l.is_tax_included then l.tax else 0 end as total,
    case
        when l.is_tax_included then round(l.original_total / (1 + l.tax_rate), 2)
        else l.original_total
    end::decimal(18, 2) as list_total
from main.order_lines as l
inner join business.variants as b using (variant_id)
left join main.variants as v using (variant_id)
left join business.products as p on b.product_id = p.product_id
left join main.products as n on b.product_id = n.product_id;

create or replace view woocommerce.orders as
select
    o.order_id as id,
    o.created_at,
    o.updated_at as modified_at,
    coalesce(o.customer_id, 0) as customer_id,
    case
        when o.cancelled_at is not null then 'cancelled'
        when o.financial_status = 'REFUNDED' then 'refunded'
        when o.n_fulfillments > 0 then 'completed'
        else 'processing'
    end as status
from main.orders as o
where not o.is_test and woocommerce.has_order(o.order_id);

create or replace macro woocommerce.order_documents(wanted) as table
with mine as (
    select * from main.orders where order_id in (select unnest(wanted))
),

items as (
    select
        order_id,
        sum(list_total - total) as discount,
        sum(tax) as tax,
        list({
            'id': line_id,
            'name': coalesce(name, 'Product'),
            'product_id': case when sku is null then 0 else product_id end,
            'variation_id': case when is_variation then variant_id else 0 end,
            'quantity': quantity,
            'tax_class': '',
            'subtotal': woocommerce.money(list_total),
            'subtotal_tax': woocommerce.money(list_total * tax_rate),
            'total': woocommerce.money(total),
            'total_tax': woocommerce.money(tax),
            'taxes': [{
                'id': 1,
                'total': woocommerce.money(tax),
                'subtotal': woocommerce.money(list_total * tax_rate)
            }],
            'meta_data': []::json [],
            'sku': sku,
            'price': round(total / quantity, 6)::double,
            'image': {'id': '', 'src': ''},
            'parent_name': case when is_variation then product_title end
        } order by position) as line_items
    from woocommerce.lines
    where order_id in (select unnest(wanted))
    group by order_id
),

given_back as (
    select
        order_id,
        list({
            'id': refund_id,
            'reason': coalesce(note, ''),
            'total': '-' || woocommerce.money(amount)
        } order by refund_id desc) as refunds
    from main.refunds
    where order_id in (select unnest(wanted))
    group by order_id
),

sent as (
    select order_id, min(created_at) as completed_at
    from main.fulfillments
    where order_id in (select unnest(wanted))
    group by order_id
),

netted as (
    select
        o.* exclude (shipping_tax),
        w.status,
        c.first_name,
        c.last_name,
        i.discount as discount_net,
        i.line_items,
        coalesce(g.refunds, []) as refunds,
        s.completed_at,
        o.tax - i.tax as shipping_tax,
        o.shipping - case when o.is_tax_included then o.tax - i.tax else 0 end as shipping_net
    from mine as o
    inner join woocommerce.orders as w on o.order_id = w.id
    inner join items as i using (order_id)
    left join main.customers as c on o.customer_id = c.customer_id
    left join given_back as g using (order_id)
    left join sent as s using (order_id)
)

select
    order_id as id,
    to_json({
        'id': order_id,
        'parent_id': 0,
        'status': status,
        'currency': currency,
        'version': '10.0.2',
        'prices_include_tax': is_tax_included,
        'date_created': woocommerce.site_time(created_at),
        'date_modified': woocommerce.site_time(updated_at),
        'discount_total': woocommerce.money(discount_net),
        'discount_tax': '0.00',
        'shipping_total': woocommerce.money(shipping_net),
        'shipping_tax': woocommerce.money(shipping_tax),
        'cart_tax': woocommerce.money(tax - shipping_tax),
        'total': woocommerce.money(total),
        'total_tax': woocommerce.money(tax),
        'customer_id': coalesce(customer_id, 0),
        'order_key': 'wc_order_' || md5(order_id::varchar)[:13],
        'billing': struct_insert(
            woocommerce.address(first_name, last_name, city, zip, country_code),
            email := coalesce(email, ''),
            phone := coalesce(phone, '')
        ),
        'shipping': struct_insert(
            woocommerce.address(first_name, last_name, city, zip, country_code), phone := ''
        ),
        'payment_method': 'stripe',
        'payment_method_title': 'Credit card',
        'transaction_id': 'txn_' || order_id,
        'customer_ip_address': '',
        'customer_user_agent': '',
        'created_via': case when source_name = 'web' then 'checkout' else source_name end,
        'customer_note': '',
        'date_completed': woocommerce.site_time(completed_at),
        'date_paid': woocommerce.site_time(created_at),
        'cart_hash': '',
        'number': number::varchar,
        'meta_data': [{
            'id': order_id, 'key': '_wc_order_attribution_source_type', 'value': 'typein'
        }],
        'line_items': line_items,
        'tax_lines': []::json [],
        'shipping_lines': [{
            'id': order_id,
            'method_title': 'Flat rate',
            'method_id': 'flat_rate',
            'instance_id': '1',
            'total': woocommerce.money(shipping_net),
            'total_tax': woocommerce.money(shipping_tax),
            'taxes': []::json [],
            'tax_status': 'taxable',
            'meta_data': []::json []
        }],
        'fee_lines': []::json [],
        'coupon_lines': case when discount_code is null then [] else [{
            'id': order_id,
            'code': lower(discount_code),
            -- the vendor pads the totals of an order and not those of its coupons
            'discount': regexp_replace(woocommerce.money(discount_net), '\.?0+$', ''),
            'discount_tax': '0',
            'meta_data': []::json []
        }] end,
        'refunds': refunds,
        'payment_url': concat(
            getvariable('site'), '/checkout/order-pay/', order_id, '/?pay_for_order=true'
        ),
        'is_editable': false,
        'needs_payment': false,
        'needs_processing': true,
        'date_created_gmt': woocommerce.gmt(created_at),
        'date_modified_gmt': woocommerce.gmt(updated_at),
        'date_completed_gmt': woocommerce.gmt(completed_at),
        'date_paid_gmt': woocommerce.gmt(created_at),
        'currency_symbol': '€',
        '_links': woocommerce.links('orders', order_id)
    }) as document
from netted;
