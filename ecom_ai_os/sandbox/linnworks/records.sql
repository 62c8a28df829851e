-- Linnworks' records as its swagger files name them; ids are GUIDs.

create schema if not exists linnworks;

create or replace macro linnworks.moment(value) as strftime(value, '%Y-%m-%dT%H:%M:%S.%gZ');

create or replace view linnworks.locations_now as
select {
    'Address1': '',
    'Address2': '',
    'City': city,
    'County': '',
    'Country': country_code,
    'ZipCode': '',
    'IsNotTrackable': false,
    'LocationTag': '',
    'IsWarehouseManaged': false,
    'StockLocationId': buying.guid('location', location_id),
    'LocationName': name,
    'IsFulfillmentCenter': false,
    'StockLocationIntId': position
} as document
from main.locations;

create or replace view linnworks.suppliers_now as
select {
    'pkSupplierID': buying.guid('supplier', name),
    'SupplierName': name,
    'ContactName': '',
    'Address': '',
    'AlternativeAddress': '',
    'City': '',
    'Region': '',
    'Country': '',
    'PostCode': '',
    'TelephoneNumber': '',
    'SecondaryTelNumber': '',
    'FaxNumber': '',
    'Email': email,
    'WebPage': '',
    'Currency': currency
} as document
from main.suppliers;

create or replace view linnworks.stock_items_now as
with levels as (
    select
        s.variant_id,
        list({
            'Location': {
                'StockLocationId': buying.guid('location', s.location_id),
                'StockLocationIntId': l.position,
                'LocationName': l.name,
                'LocationTag': '',
                'IsFulfillmentCenter': false,
                'IsWarehouseManaged': false,
                'BinRack': ''
            },
            'StockLevel': s.on_hand,
            'StockValue': (s.on_hand * i.unit_cost)::double,
            'MinimumLevel': 0,
            'InOrderBook': s.committed,
            'Due': s.on_order,
            'JIT': false,
            'InOrders': s.committed,
            'Available': s.available,
            'UnitCost': i.unit_cost::double,
            'SKU': i.sku,
            'AutoAdjust': true,
            'LastUpdateDate': linnworks.moment(s.updated_at),
            'LastUpdateOperation': '',
            'rowid': buying.guid('level', concat(s.variant_id, '/', s.location_id)),
            'PendingUpdate': false,
            'StockItemPurchasePrice': i.unit_cost::double,
            'StockItemId': buying.guid('product', s.variant_id),
            'StockItemIntId': s.variant_id % 1_000_000
        } order by l.position) as levels
    from buying.stock as s
    inner join buying.items as i using (variant_id)
    inner join main.locations as l using (location_id)
    group by s.variant_id
)

select {
    'StockItemId': buying.guid('product', i.variant_id),
    'StockItemIntId': i.variant_id % 1_000_000,
    'ItemNumber': i.sku,
    'ItemTitle': i.name,
    'BarcodeNumber': coalesce(i.barcode, ''),
    'MetaData': '',
    'IsVariationParent': false,
    'isBatchedStockType': false,
    'PurchasePrice': i.unit_cost::double,
    'RetailPrice': i.price::double,
    'TaxRate': -1::double,
    'CategoryName': coalesce(i.category_name, i.product_type),
    'Weight': 0::double,
    'CreationDate': linnworks.moment(i.created_at),
    'Suppliers': case when s.name is null then [] else [{
        'IsDefault': true,
        'Supplier': s.name,
        'SupplierID': buying.guid('supplier', s.name),
        'Code': '',
        'SupplierBarcode': '',
        'LeadTime': s.lead_time_days,
        'PurchasePrice': i.unit_cost::double,
        'MinPrice': i.unit_cost::double,
        'MaxPrice': i.unit_cost::double,
        'AveragePrice': i.unit_cost::double,
        'AverageLeadTime': s.lead_time_days::double,
        'SupplierMinOrderQty': 0,
        'SupplierPackSize': 0,
        'SupplierCurrency': s.currency,
        'StockItemId': buying.guid('product', i.variant_id),
        'StockItemIntId': i.variant_id % 1_000_000
    }] end,
    'StockLevels': coalesce(k.levels, [])
} as document
from buying.items as i
left join main.suppliers as s on i.vendor = s.name
left join levels as k using (variant_id)
where i.is_tracked and i.deleted_at is null;

create or replace view linnworks.purchase_headers_now as
with counted as (
    select
        number,
        count(*) as n_lines,
        count(*) filter (where quantity_received >= quantity) as n_delivered
    from buying.purchase_lines group by number
)

select
    p.number,
    buying.guid('purchase', p.number) as id,
    case p.state
        when 'DRAFT' then 'PENDING'
        when 'RECEIVED' then 'DELIVERED'
        when 'RECEIVING' then 'PARTIAL'
        else 'OPEN'
    end as status,
    coalesce(p.ordered_at, p.drafted_at) as bought_at,
    {
        'pkPurchaseID': buying.guid('purchase', p.number),
        'fkSupplierId': buying.guid('supplier', p.vendor),
        'fkLocationId': buying.guid('location', p.location_id),
        'ExternalInvoiceNumber': p.number,
        'Status': case p.state
            when 'DRAFT' then 'PENDING'
            when 'RECEIVED' then 'DELIVERED'
            when 'RECEIVING' then 'PARTIAL'
            else 'OPEN'
        end,
        'Currency': coalesce(s.currency, shop_currency()),
        'SupplierReferenceNumber': '',
        'Locked': false,
        'LineCount': c.n_lines,
        'DeliveredLinesCount': c.n_delivered,
        'UnitAmountTaxIncludedType': 0,
        'DateOfPurchase': linnworks.moment(coalesce(p.ordered_at, p.drafted_at)),
        -- that of the purchase until everything has come
        'DateOfDelivery': linnworks.moment(
            coalesce(p.fully_received_at, p.ordered_at, p.drafted_at)
        ),
        'QuotedDeliveryDate': linnworks.moment(p.expected_at),
        'PostagePaid': 0::double,
        'TotalCost': p.total::double,
        'taxPaid': 0::double,
        'ShippingTaxRate': 0::double,
        'ConversionRate': 1::double
    } as document
from buying.purchases as p
inner join counted as c using (number)
left join main.suppliers as s on p.vendor = s.name
where p.state <> 'VOIDED';

create or replace view linnworks.purchase_orders_now as
with items as (
    select
        number,
        list({
            'pkPurchaseItemId': buying.guid('purchase item', concat(number, '/', position)),
            'fkStockItemId': buying.guid('product', variant_id),
            'StockItemIntId': variant_id % 1_000_000,
            'Quantity': quantity,
            'Cost': (quantity * unit_cost)::double,
            'Delivered': quantity_received,
            'TaxRate': 0::double,
            'Tax': 0::double,
            'PackQuantity': 0,
            'PackSize': 0,
            'SKU': sku,
            'ItemTitle': title,
            'IsDeleted': false,
            'SortOrder': position,
            'SupplierCode': '',
            'SupplierBarcode': ''
        } order by position) as items
    from buying.purchase_lines
    group by number
),

deliveries as (
    select
        r.number,
        list({
            'fkDeliveryId': 1,
            'pkDeliveryRecordId': hash(r.number, r.position, r.received_at) % 1_000_000,
            'fkPurchaseItemId': buying.guid('purchase item', concat(r.number, '/', r.position)),
            'fkStockLocationId': buying.guid('location', l.location_id),
            'UnitCost': l.unit_cost::double,
            'DeliveredQuantity': r.quantity,
            'CreatedDateTime': linnworks.moment(r.received_at),
            'ModifiedDateTime': linnworks.moment(r.received_at),
            'fkBatchInventoryId': 0
        } order by r.received_at, r.position) as deliveries
    from buying.receipts as r
    inner join buying.purchase_lines as l using (number, position)
    group by r.number
)

select
    h.id,
    {
        'NoteCount': 0,
        'PurchaseOrderHeader': h.document,
        'PurchaseOrderItem': i.items,
        'AdditionalCosts': []::varchar [],
        'PaymentStatements': []::varchar [],
        'DeliveredRecords': coalesce(d.deliveries, [])
    } as document
from linnworks.purchase_headers_now as h
inner join items as i using (number)
left join deliveries as d using (number);

-- Paid, not cancelled and not sent; every one waits at the first location.
create or replace view linnworks.open_orders_now as
with waiting as (
    select * from main.orders
    where cancelled_at is null and not is_test and n_fulfillments = 0
),

items as (
    select
        l.order_id,
        list({
            'ItemId': buying.guid('product', l.variant_id),
            'ItemNumber': v.sku,
            'SKU': v.sku,
            'Title': v.title,
            'Quantity': l.quantity,
            'PricePerUnit': l.unit_price::double,
            'UnitCost': v.unit_cost::double
        } order by l.position) as items
    from main.order_lines as l
    inner join waiting using (order_id)
    inner join business.variants as v on l.variant_id = v.variant_id
    group by l.order_id
)

select
    buying.guid('location', (
        select any_value(location_id) from main.locations where position = 1
    )) as location_id,
    {
        'NumOrderId': w.number,
        'OrderId': buying.guid('order', w.order_id),
        'GeneralInfo': {
            'Status': 1,
            'ReferenceNum': w.number::varchar,
            'ReceivedDate': linnworks.moment(w.created_at),
            'Source': 'SHOPIFY',
            'SubSource': 'Sandbox',
            'NumItems': w.n_units
        },
        'CustomerInfo': {
            'ChannelBuyerName': '',
            'Address': {
                'EmailAddress': w.email,
                'PostCode': w.zip,
                'Town': w.city,
                'Country': w.country_code
            }
        },
        'TotalsInfo': {
            'Subtotal': w.subtotal::double,
            'TotalCharge': w.total::double,
            'Tax': w.tax::double,
            'Currency': shop_currency()
        },
        'Items': i.items
    } as document
from waiting as w
inner join items as i using (order_id);
