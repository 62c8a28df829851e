-- Cin7 Core's records: a product is one SKU, ids are GUIDs, purchase lines have none.

create schema if not exists cin7;

create or replace macro cin7.core_moment(moment) as strftime(moment, '%Y-%m-%dT%H:%M:%S.%gZ');

create or replace macro cin7.core_address() as {
    'DisplayAddressLine1': '',
    'DisplayAddressLine2': '',
    'Line1': '',
    'Line2': '',
    'City': '',
    'State': '',
    'Postcode': '',
    'Country': ''
};

create or replace view cin7.core_me_now as
select {
    'Company': 'Sandbox Shop',
    'Currency': shop_currency(),
    'TimeZone': 'Europe/Berlin',
    'DefaultWeightUnits': 'g',
    'DefaultDimensionsUnits': 'cm',
    'LockDate': null::varchar,
    'OpeningBalanceDate': '2023-12-31T00:00:00',
    'TaxCalculationMethod': 'Total',
    'DefaultSaleTaxRuleId': buying.guid('tax', 1),
    'DefaultSaleTaxRuleName': 'Tax on Sales',
    'MaximumDecimalPlacesInQuantity': 'N2',
    'ApplyCustomerDiscountsAfterOtherDiscounts': true,
    'DiscountRule': 'Discount',
    'AutomaticallyApplyDiscounts': false,
    'RoundingTable': []::varchar []
} as document;

create or replace view cin7.core_locations_now as
select {
    'ID': buying.guid('location', location_id),
    'Name': name,
    'IsDefault': position = 1,
    'IsDeprecated': false,
    'Bins': case when position = 1 then [
        {'ID': buying.guid('bin', 1), 'Name': 'A', 'IsDeprecated': false, 'IsStaging': false},
        {'ID': buying.guid('bin', 2), 'Name': 'B', 'IsDeprecated': false, 'IsStaging': false}
    ] end,
    'FixedAssetsLocation': false,
    'ParentID': null::varchar,
    'ParentName': null::varchar,
    'ReferenceCount': 31,
    'AddressLine1': '',
    'AddressLine2': '',
    'AddressCitySuburb': city,
    'AddressStateProvince': '',
    'AddressZipPostCode': '',
    'AddressCountry': country_code,
    'PickZones': null::varchar,
    'IsShopfloor': false,
    'IsCoMan': false,
    'IsStaging': false
} as document
from main.locations;

create or replace view cin7.core_suppliers_now as
select
    {
        'ID': buying.guid('supplier', name),
        'Name': name,
        'Currency': currency,
        'PaymentTerm': '30 days',
        'TaxRule': 'Tax on Purchases',
        'Discount': 0,
        'Comments': null::varchar,
        'AccountPayable': '800',
        'TaxNumber': null::varchar,
        'AdditionalAttribute1': null::varchar,
        'AttributeSet': null::varchar,
        'Status': 'Active',
        'LastModifiedOn': '2024-01-01T08:00:00.000Z',
        'Addresses': []::varchar [],
        'Contacts': [{
            'Name': name,
            'Phone': null::varchar,
            'MobilePhone': null::varchar,
            'Fax': null::varchar,
            'Email': email,
            'Website': null::varchar,
            'Default': true,
            'Comment': null::varchar,
            'IncludeInEmail': false
        }]
    } as document
from main.suppliers;

create or replace view cin7.core_product_suppliers_now as
select
    buying.guid('product', i.variant_id) as product_id,
    {
        'ProductSupplierID': buying.guid('product supplier', i.variant_id),
        'SupplierID': buying.guid('supplier', s.name),
        'SupplierName': s.name,
        'ProductID': buying.guid('product', i.variant_id),
        'ProductSKU': i.sku,
        'Cost': i.unit_cost::double,
        'FixedCost': 0::double,
        'SupplierInventoryCode': '',
        'SupplierProductName': i.name,
        'SupplierProductURL': '',
        'DropShip': false,
        'Currency': s.currency,
        'PurchaseCost': i.unit_cost::double,
        'LastSupplied': buying.day(i.created_at),
        'ProductSupplierOptions': [{
            'ID': buying.guid('option', i.variant_id),
            'LocationID': null::varchar,
            'LocationName': null::varchar,
            'ReorderQuantity': 0::double,
            'Lead': s.lead_time_days,
            'Safety': 0,
            'MinimumToReorder': 0::double,
            'SupplyIntervals': []::varchar []
        }]
    } as document
from buying.items as i
inner join main.suppliers as s on i.vendor = s.name
where i.is_tracked;

-- What a product says of its suppliers when it does not nest all there is.
create or replace macro cin7.core_without_options(suppliers) as [
    {
        'SupplierID': s.SupplierID,
        'SupplierName': s.SupplierName,
        'Cost': s.Cost,
        'FixedCost': s.FixedCost,
        'Currency': s.Currency,
        'LastSupplied': s.LastSupplied
    } for s in suppliers
];

create or replace view cin7.core_products_now as
select
    i.modified_at as updated_at,
    i.deleted_at is not null as is_deprecated,
    {
        'ID': buying.guid('product', i.variant_id),
        'SKU': i.sku,
        'Name': i.name,
        'Category': coalesce(i.category_name, i.product_type),
        'Brand': i.vendor,
        'Type': if(i.is_tracked, 'Stock', 'Service'),
        'CostingMethod': 'FIFO',
        'DropShipMode': 'No Drop Ship',
        'DefaultLocation': null::varchar,
        'Length': 0,
        'Width': 0,
        'Height': 0,
        'Weight': 0,
        'UOM': 'Item',
        'WeightUnits': 'g',
        'DimensionsUnits': null::varchar,
        'Barcode': coalesce(i.barcode, ''),
        'MinimumBeforeReorder': 0,
        'ReorderQuantity': 0,
        'PriceTier1': i.price::double,
        'PriceTier2': 0,
        'PriceTiers': {'Tier 1': i.price::double, 'Tier 2': 0},
        'AverageCost': i.unit_cost::double,
        'ShortDescription': '',
        'Description': '',
        'InternalNote': '',
        'AttributeSet': null::varchar,
        'DiscountRule': null::varchar,
        'Tags': array_to_string(i.tags, ','),
        'Status': if(i.deleted_at is null, 'Active', 'Deprecated'),
        'StockLocator': '',
        'COGSAccount': null::varchar,
        'RevenueAccount': null::varchar,
        'ExpenseAccount': null::varchar,
        'InventoryAccount': null::varchar,
        'PurchaseTaxRule': null::varchar,
        'SaleTaxRule': null::varchar,
        'LastModifiedOn': cin7.core_moment(i.modified_at),
        'Sellable': true,
        'PickZones': '',
        'BillOfMaterial': false,
        'AutoAssembly': false,
        'AutoDisassembly': false,
        'QuantityToProduce': 1,
        'AssemblyInstructionURL': '',
        'AssemblyCostEstimationMethod': 'Average Cost',
        'CartonHeight': 0,
        'CartonWidth': 0,
        'CartonLength': 0,
        'CartonQuantity': 0,
        'CartonInnerQuantity': 0,
        'HSCode': null::varchar,
        'CountryOfOrigin': null::varchar,
        'CountryOfOriginCode': null::varchar,
        'ReorderLevels': []::varchar [],
        'BillOfMaterialsProducts': []::varchar [],
        'BillOfMaterialsServices': []::varchar [],
        'Movements': []::varchar [],
        'Attachments': []::varchar [],
        'CustomPrices': []::varchar [],
        'Suppliers': case when s.document is null then [] else [s.document] end
    } as document
from buying.items as i
left join cin7.core_product_suppliers_now as s
    on s.product_id = buying.guid('product', i.variant_id);

-- What lies at the first location lies in two bins; what was allocated comes from the first.
create or replace view cin7.core_product_availability_now as
with placed as (
    select
        s.*,
        l.name as location,
        unnest(if(l.position = 1 and s.on_hand > 1, ['A', 'B'], [null])) as bin
    from buying.stock as s
    inner join main.locations as l using (location_id)
),

counted as (
    select
        *,
        bin is null or bin = 'A' as is_first,
        case bin when 'A' then on_hand - on_hand // 2 when 'B' then on_hand // 2 else on_hand end
        as held
    from placed
)

select {
    'ID': buying.guid('product', i.variant_id),
    'SKU': i.sku,
    'Name': i.name,
    'Barcode': i.barcode,
    'Location': c.location,
    'Bin': c.bin,
    'Batch': null::varchar,
    'ExpiryDate': null::varchar,
    'OnHand': c.held,
    'Allocated': if(c.is_first, c.committed, 0),
    'Available': c.held - if(c.is_first, c.committed, 0),
    'OnOrder': if(c.is_first, c.on_order, 0),
    'StockOnHand': (c.held * i.unit_cost)::double,
    'InTransit': 0,
    'NextDeliveryDate': if(c.is_first, buying.day(c.next_at), null)
} as document
from counted as c
inner join buying.items as i using (variant_id)
where i.deleted_at is null;

create or replace view cin7.core_purchase_rows as
select
    p.*,
    l.name as location,
    coalesce(s.currency, shop_currency()) as currency,
    buying.guid('purchase', p.number) as guid,
    case p.state when 'DRAFT' then 'ORDERING' else p.state end as status,
    case p.state when 'VOIDED' then 'VOIDED' when 'DRAFT' then 'DRAFT' else 'AUTHORISED' end
    as order_status,
    case p.state
        when 'VOIDED' then 'VOIDED'
        when 'DRAFT' then 'NOT AVAILABLE'
        when 'RECEIVED' then 'FULLY RECEIVED'
        when 'RECEIVING' then 'PARTIALLY RECEIVED'
        else 'NOT RECEIVED'
    end as receiving_status,
    if(p.number in (select number from buying.receipts group by number
        having count(distinct received_at) > 1), 'Advanced Purchase', 'Simple Purchase') as type
from buying.purchases as p
inner join main.locations as l using (location_id)
left join main.suppliers as s on p.vendor = s.name;

create or replace view cin7.core_purchase_list_now as
select
    updated_at,
    expected_at,
    order_status,
    status,
    {
        'ID': guid,
        'BlindReceipt': false,
        'OrderNumber': number,
        'Status': status,
        'OrderDate': buying.day(coalesce(ordered_at, drafted_at)),
        'InvoiceDate': null::varchar,
        'Supplier': vendor,
        'SupplierID': buying.guid('supplier', vendor),
        'InvoiceNumber': '',
        'InvoiceAmount': 0::double,
        'PaidAmount': 0::double,
        'InvoiceDueDate': null::varchar,
        'RequiredBy': buying.day(expected_at),
        'BaseCurrency': shop_currency(),
        'SupplierCurrency': currency,
        'CreditNoteNumber': '',
        'OrderStatus': order_status,
        'StockReceivedStatus': if(n_received > 0, 'AUTHORISED', 'NOT AVAILABLE'),
        'UnstockStatus': 'NOT AVAILABLE',
        'InvoiceStatus': 'NOT AVAILABLE',
        'CreditNoteStatus': 'NOT AVAILABLE',
        'LastUpdatedDate': cin7.core_moment(updated_at),
        'Type': type,
        'CombinedInvoiceStatus': 'NOT INVOICED',
        'CombinedPaymentStatus': 'UNPAID',
        'CombinedReceivingStatus': receiving_status,
        'IsServiceOnly': false,
        'DropShipTaskID': null::varchar
    } as document
from cin7.core_purchase_rows;

create or replace view cin7.core_receivings as
with lines as (
    select
        r.number,
        r.received_at,
        list({
            'Date': buying.day(r.received_at),
            'Quantity': r.quantity,
            'ProductID': buying.guid('product', l.variant_id),
            'SKU': l.sku,
            'Name': l.title,
            'Location': p.location,
            'LocationID': buying.guid('location', l.location_id),
            'Received': true,
            'BatchSN': '',
            'SupplierSKU': '',
            'ExpiryDate': null::varchar,
            'CardID': buying.guid('card', concat(r.number, r.position, r.received_at))
        } order by r.position) as lines
    from buying.receipts as r
    inner join buying.purchase_lines as l using (number, position)
    inner join cin7.core_purchase_rows as p using (number)
    group by r.number, r.received_at
)

select
    number,
    list({
        'TaskID': buying.guid('task', concat(number, received_at)),
        'InvoicingAndReceivingNumber': 1,
        'Status': 'AUTHORISED',
        'Lines': lines
    } order by received_at) as receivings
from lines
group by number;

create or replace view cin7.core_order_lines as
select
    number,
    list({
        'ProductID': buying.guid('product', variant_id),
        'SKU': sku,
        'Name': title,
        'Quantity': quantity,
        'Price': unit_cost::double,
        'Discount': 0,
        'Tax': 0,
        'TaxRule': 'Tax on Purchases',
        'SupplierSKU': '',
        'Comment': '',
        'Total': (quantity * unit_cost)::double
    } order by position) as lines
from buying.purchase_lines
group by number;

create or replace view cin7.core_purchases_now as
select
    p.guid,
    {
        'ID': p.guid,
        'SupplierID': buying.guid('supplier', p.vendor),
        'Supplier': p.vendor,
        'Contact': '',
        'Phone': '',
        'InventoryAccount': '715',
        'BlindReceipt': false,
        'Approach': 'STOCK',
        'BillingAddress': cin7.core_address(),
        'ShippingAddress': struct_insert(cin7.core_address(), ShipToOther := false),
        'BaseCurrency': shop_currency(),
        'SupplierCurrency': p.currency,
        'TaxRule': 'Tax on Purchases',
        'TaxCalculation': 'Exclusive',
        'Terms': '30 days',
        'RequiredBy': buying.day(p.expected_at),
        'Location': p.location,
        'Note': '',
        'OrderNumber': p.number,
        'Type': p.type,
        'CombinedInvoiceStatus': 'NOT INVOICED',
        'CombinedReceivingStatus': p.receiving_status,
        'CombinedPaymentStatus': 'UNPAID',
        'IsServiceOnly': false,
        'OrderDate': buying.day(coalesce(p.ordered_at, p.drafted_at)),
        'Status': p.status,
        'RelatedDropShipSaleTask': null::varchar,
        'CurrencyRate': 1,
        'LastUpdatedDate': cin7.core_moment(p.updated_at),
        'Order': {
            'Memo': '',
            'Status': p.order_status,
            'Lines': l.lines,
            'AdditionalCharges': []::varchar [],
            'Prepayments': []::varchar [],
            'TotalBeforeTax': p.total::double,
            'Tax': 0,
            'Total': p.total::double
        },
        'StockReceived': if(
            p.type = 'Advanced Purchase', coalesce(r.receivings, []), []
        ),
        'PutAway': coalesce(r.receivings, []),
        'Invoice': []::varchar [],
        'CreditNote': []::varchar [],
        'ManualJournals': []::varchar [],
        'AdditionalAttributes': {'AdditionalAttribute1': ''},
        'Attachments': []::varchar [],
        'InventoryMovements': []::varchar []
    } as document
from cin7.core_purchase_rows as p
inner join cin7.core_order_lines as l using (number)
left join cin7.core_receivings as r using (number);
