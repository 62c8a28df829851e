create or replace view woocommerce.refunds as
select
    refund_id as id,
    processed_at as created_at,
    processed_at as modified_at,
    order_id as parent_id
from main.refunds
where order_id in (select id from woocommerce.orders);

create or replace macro woocommerce.refund_documents(wanted) as table
with lines as (
    select
        r.refund_id,
        list({
            'id': r.refund_line_id,
            'name': coalesce(l.name, 'Product'),
            'product_id': case when l.sku is null then 0 else l.product_id end,
            'variation_id': case when l.is_variation then l.variant_id else 0 end,
            'quantity': -r.quantity,
            'tax_class': '',
            'subtotal': woocommerce.money(-(r.subtotal - if(o.is_tax_included, r.tax, 0))),
            'subtotal_tax': woocommerce.money(-r.tax),
            'total': woocommerce.money(-(r.subtotal - if(o.is_tax_included, r.tax, 0))),
            'total_tax': woocommerce.money(-r.tax),
            'taxes': []::json [],
            'meta_data': [{
                'id': r.refund_line_id,
                'key': '_refunded_item_id',
                'value': r.line_id::varchar,
                'display_key': '_refunded_item_id',
                'display_value': r.line_id::varchar
            }],
            'sku': l.sku,
            'price': round(l.total / l.quantity, 6)::double,
            'image': {'id': '', 'src': ''},
            'parent_name': case when l.is_variation then l.product_title end
        } order by r.refund_line_id) as line_items
    from main.refund_lines as r
    inner join woocommerce.lines as l using (line_id)
    inner join main.orders as o on r.order_id = o.order_id
    where r.refund_id in (select unnest(wanted))
    group by r.refund_id
)

select
    r.refund_id as id,
    to_json({
        'id': r.refund_id,
        'parent_id': r.order_id,
        'date_created': woocommerce.site_time(r.processed_at),
        'date_created_gmt': woocommerce.gmt(r.processed_at),
        'amount': woocommerce.money(r.amount),
        'reason': coalesce(r.note, ''),
        'refunded_by': 1,
        'refunded_payment': true,
        'meta_data': []::json [],
        'line_items': coalesce(l.line_items, []),
        'shipping_lines': case when coalesce(r.shipping_amount, 0) = 0 then [] else [{
            'id': r.refund_id,
            'method_title': 'Flat rate',
            'method_id': 'flat_rate',
            'instance_id': '1',
            'total': woocommerce.money(
                -(r.shipping_amount - if(o.is_tax_included, r.shipping_tax, 0))
            ),
            'total_tax': woocommerce.money(-r.shipping_tax),
            'taxes': []::json [],
            'tax_status': 'taxable',
            'meta_data': []::json []
        }] end,
        'tax_lines': []::json [],
        'fee_lines': []::json [],
        '_links': woocommerce.links(concat('orders/', r.order_id, '/refunds'), r.refund_id)
    }) as document
from main.refunds as r
inner join main.orders as o using (order_id)
left join lines as l using (refund_id)
where r.refund_id in (select unnest(wanted));
