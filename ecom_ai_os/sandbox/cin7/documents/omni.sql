-- Cin7 Omni's records: a product has options, the things sold; ids are whole numbers.

create schema if not exists cin7;

create or replace macro cin7.omni_time(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%SZ');

create or replace view cin7.omni_branches_now as
select {
    'id': location_id,
    'branchType': 'Warehouse',
    'stockControlOptions': 'FIFO',
    'createdDate': cin7.omni_time(created_at),
    'modifiedDate': cin7.omni_time(created_at),
    'isActive': true,
    'company': name,
    'city': city,
    'country': country_code
} as document
from main.locations;

-- Customers are contacts too.
create or replace view cin7.omni_contacts_now as
select {
    'id': supplier_id,
    'type': 'Supplier',
    'createdDate': '2024-01-01T08:00:00Z',
    'modifiedDate': '2024-01-01T08:00:00Z',
    'isActive': true,
    'company': name,
    'firstName': '',
    'lastName': '',
    'email': email,
    'country': ''
} as document
from main.suppliers
union all
select {
    'id': customer_id,
    'type': 'Customer',
    'createdDate': cin7.omni_time(created_at),
    'modifiedDate': cin7.omni_time(updated_at),
    'isActive': true,
    'company': '',
    'firstName': first_name,
    'lastName': last_name,
    'email': email,
    'country': country_code
}
from main.customers;

create or replace view cin7.omni_products_now as
with stocked as (
    select variant_id, sum(available) as available, sum(on_hand) as on_hand
    from buying.stock group by variant_id
)

select {
    'id': i.product_id,
    'status': if(any_value(i.deleted_at) is null, 'Public', 'Inactive'),
    'createdDate': cin7.omni_time(min(i.created_at)),
    'modifiedDate': cin7.omni_time(max(i.modified_at)),
    'styleCode': concat('S', i.product_id),
    'name': any_value(i.product_title),
    'description': '',
    'tags': any_value(array_to_string(i.tags, ',')),
    'supplierId': any_value(s.supplier_id),
    'brand': any_value(i.vendor),
    'category': any_value(coalesce(i.category_name, i.product_type)),
    'stockControl': 'FIFO',
    'productOptions': list({
        'id': i.variant_id,
        'createdDate': cin7.omni_time(i.created_at),
        'modifiedDate': cin7.omni_time(i.modified_at),
        'status': if(i.position = 1, 'Primary', 'Active'),
        'productId': i.product_id,
        'code': i.sku,
        'barcode': i.barcode,
        'productOptionCode': i.sku,
        'productOptionBarcode': i.barcode,
        'supplierCode': '',
        'option1': nullif(i.title, 'Default Title'),
        'option2': null::varchar,
        'option3': null::varchar,
        'size': null::varchar,
        'retailPrice': i.price::double,
        'stockAvailable': coalesce(k.available, 0),
        'stockOnHand': coalesce(k.on_hand, 0),
        'priceColumns': {'retailEUR': i.price::double}
    } order by i.position)
} as document
from buying.items as i
left join main.suppliers as s on i.vendor = s.name
left join stocked as k using (variant_id)
group by i.product_id;

create or replace view cin7.omni_stock_now as
select {
    'productId': i.product_id,
    'productOptionId': i.variant_id,
    'modifiedDate': cin7.omni_time(s.updated_at),
    'styleCode': concat('S', i.product_id),
    'code': i.sku,
    'barcode': i.barcode,
    'branchId': s.location_id,
    'branchName': l.name,
    'productName': i.product_title,
    'option1': nullif(i.title, 'Default Title'),
    'option2': null::varchar,
    'option3': null::varchar,
    'size': null::varchar,
    'available': s.available,
    'stockOnHand': s.on_hand,
    'openSales': s.committed,
    'incoming': s.on_order,
    'virtual': 0,
    'holding': 0
} as document
from buying.stock as s
inner join buying.items as i using (variant_id)
inner join main.locations as l using (location_id)
where i.deleted_at is null;

create or replace view cin7.omni_order_lines as
select
    number,
    list({
        'id': replace(number, 'PO-', '')::bigint * 1000 + position,
        'createdDate': cin7.omni_time(drafted_at),
        'productId': product_id,
        'productOptionId': variant_id,
        'sort': position,
        'code': sku,
        'name': title,
        'qty': quantity,
        'unitPrice': unit_cost::double,
        'discount': 0::double,
        'qtyShipped': quantity_received,
        'holdingQty': 0
    } order by position) as lines
from buying.purchase_lines
group by number;

create or replace view cin7.omni_purchase_orders_now as
select {
    'id': p.id,
    'createdDate': cin7.omni_time(p.drafted_at),
    'modifiedDate': cin7.omni_time(p.updated_at),
    'isApproved': p.ordered_at is not null,
    'reference': p.number,
    'memberId': s.supplier_id,
    'company': p.vendor,
    'branchId': p.location_id,
    'productTotal': p.total::double,
    'total': p.total::double,
    'currencyCode': coalesce(s.currency, shop_currency()),
    'currencyRate': 1,
    'taxStatus': 'Excl',
    'estimatedArrivalDate': null::varchar,
    'estimatedDeliveryDate': cin7.omni_time(p.expected_at),
    'fullyReceivedDate': cin7.omni_time(p.fully_received_at),
    'invoiceDate': null::varchar,
    'isVoid': p.state = 'VOIDED',
    'status': case p.state when 'VOIDED' then 'VOID' when 'DRAFT' then 'DRAFT' else 'APPROVED' end,
    'stage': if(p.state = 'RECEIVED', 'Received', 'Ordered'),
    'lineItems': l.lines
} as document
from buying.purchases as p
inner join cin7.omni_order_lines as l using (number)
left join main.suppliers as s on p.vendor = s.name;
