create or replace view shopify."Location" as
select
    location_id as _key,
    created_at as _created_at,
    gid('Location', location_id) as id,
    location_id::varchar as "legacyResourceId",
    name,
    true as "isActive",
    position = 1 as "isPrimary",
    true as "fulfillsOnlineOrders",
    true as "shipsInventory",
    iso(created_at) as "createdAt",
    iso(created_at) as "updatedAt",
    {
        address1: null::varchar, city: city, zip: null::varchar,
        country: country_code, countryCode: country_code
    } as address
from locations;

create or replace view shopify."Product" as
select
    product_id as _key,
    created_at as _created_at,
    updated_at as _updated_at,
    published_at as _published_at,
    available as _available,
    gid('Product', product_id) as id,
    product_id::varchar as "legacyResourceId",
    handle,
    title,
    'ACTIVE' as status,
    product_type as "productType",
    vendor,
    tags,
    case when category_id is not null then {
        id: gid('TaxonomyCategory', category_id),
        name: split_part(category_name, ' > ', -1),
        fullName: category_name,
        level: len(string_split(category_name, ' > ')),
        isLeaf: true, isRoot: false, isArchived: false
    } end as category,
    concat('<p>', title, '</p>') as "descriptionHtml",
    iso(created_at) as "createdAt",
    iso(updated_at) as "updatedAt",
    iso(published_at) as "publishedAt",
    is_gift_card as "isGiftCard",
    available as "totalInventory",
    not is_gift_card as "tracksInventory",
    n_variants = 1 as "hasOnlyDefaultVariant",
    has_out_of_stock as "hasOutOfStockVariants",
    {
        minVariantPrice: money(lowest_price),
        maxVariantPrice: money(highest_price)
    } as "priceRangeV2",
    counted(n_variants) as "variantsCount"
from products;

create or replace view shopify."ProductVariant" as
select
    v.variant_id as _key,
    v.product_id as _product,
    v.inventory_item_id as _item,
    v.updated_at as _updated_at,
    v.available as _available,
    p.title as _product_title,
    gid('ProductVariant', v.variant_id) as id,
    v.variant_id::varchar as "legacyResourceId",
    v.sku,
    v.barcode,
    v.title,
    concat(p.title, ' - ', v.title) as "displayName",
    v.position::integer as position,
    v.price::decimal(18, 2)::varchar as price,
    null::varchar as "compareAtPrice",
    v.available as "inventoryQuantity",
    'DENY' as "inventoryPolicy",
    greatest(v.available, 0) as "sellableOnlineQuantity",
    [{name: 'Title', value: v.title}] as "selectedOptions",
    iso(v.created_at) as "createdAt",
    iso(v.updated_at) as "updatedAt",
    true as taxable,
    v.available > 0 or not v.is_tracked as "availableForSale",
    v.product_id as product,
    v.inventory_item_id as "inventoryItem"
from variants as v
inner join business.products as p using (product_id);

create or replace view shopify."InventoryItem" as
select
    inventory_item_id as _key,
    created_at as _created_at,
    created_at as _updated_at,
    gid('InventoryItem', inventory_item_id) as id,
    inventory_item_id::varchar as "legacyResourceId",
    sku,
    is_tracked as tracked,
    is_tracked as "requiresShipping",
    case when unit_cost is not null
        then money(unit_cost)
    end as "unitCost",
    iso(created_at) as "createdAt",
    iso(created_at) as "updatedAt",
    0 as "duplicateSkuCount",
    counted((select count(*) from locations)) as "locationsCount"
from variants;

create or replace macro quantity(item, label, n, moment) as {
    id: concat(gid('InventoryQuantity', item), '?inventory_item_id=', item, '&name=', label),
    name: label,
    quantity: n,
    updatedAt: moment
};

-- Negative stock happens; `on_hand` carries no updatedAt, as on the vendor's side.
create or replace view shopify."InventoryLevel" as
select
    v.inventory_item_id * 100 + l.position as _key,
    v.inventory_item_id as _item,
    s.location_id as _location,
    s.created_at as _created_at,
    s.updated_at as _updated_at,
    concat(
        gid('InventoryLevel', v.inventory_item_id * 100 + l.position),
        '?inventory_item_id=', v.inventory_item_id
    ) as id,
    true as "isActive",
    iso(s.created_at) as "createdAt",
    iso(s.updated_at) as "updatedAt",
    s.location_id as location,
    v.inventory_item_id as item,
    [
        quantity(v.inventory_item_id, 'available', s.available, iso(s.updated_at)),
        quantity(v.inventory_item_id, 'on_hand', s.on_hand, null::varchar),
        quantity(v.inventory_item_id, 'committed', s.committed, iso(s.updated_at)),
        quantity(v.inventory_item_id, 'incoming', s.incoming, iso(s.updated_at)),
        quantity(v.inventory_item_id, 'reserved', 0, null::varchar),
        quantity(v.inventory_item_id, 'damaged', 0, null::varchar),
        quantity(v.inventory_item_id, 'safety_stock', 0, null::varchar),
        quantity(v.inventory_item_id, 'quality_control', 0, null::varchar)
    ] as quantities
from stock_levels as s
inner join variants as v using (variant_id)
inner join locations as l using (location_id);

create or replace view shopify."DiscountNode" as
select
    discount_id as _key,
    created_at as _created_at,
    updated_at as _updated_at,
    starts_at as _starts_at,
    ends_at as _ends_at,
    title as _title,
    code as _code,
    lower(status) as _status,
    gid('DiscountCodeNode', discount_id) as id,
    discount_id as discount
from discounts;

create or replace view shopify."DiscountCodeBasic" as
select
    discount_id as _key,
    title,
    status,
    iso(starts_at) as "startsAt",
    iso(ends_at) as "endsAt",
    iso(created_at) as "createdAt",
    iso(updated_at) as "updatedAt",
    null::integer as "usageLimit",
    n_used as "asyncUsageCount",
    false as "appliesOncePerCustomer",
    []::varchar [] as tags,
    money(sales) as "totalSales",
    counted(1) as "codesCount",
    case kind when 'percentage' then concat(value::double, '% off entire order')
        else concat(value, ' off entire order')
    end as summary,
    case kind when 'percentage' then concat(value::double, '% off')
        else concat(value, ' off')
    end as "shortSummary",
    {
        value: {
            __typename:
                case kind when 'percentage' then 'DiscountPercentage' else 'DiscountAmount' end,
            percentage: value::double / 100,
            amount: money(value),
            appliesOnEachItem: false
        }
    } as "customerGets"
from discounts;

create or replace view shopify."DiscountRedeemCode" as
select
    discount_id as _key,
    discount_id as _discount,
    gid('DiscountRedeemCode', discount_id) as id,
    code,
    n_used as "asyncUsageCount"
from discounts where code is not null;

create or replace view shopify."BasicEvent" as
select
    subject_id * 10 + 1 as _key,
    deleted_at as _created_at,
    subject_type as _subject_type,
    gid('BasicEvent', subject_id * 10 + 1) as id,
    'destroy' as action,
    iso(deleted_at) as "createdAt",
    '' as message,
    null::varchar as "appTitle",
    false as "attributeToApp",
    true as "attributeToUser",
    false as "criticalAlert",
    gid(
        case subject_type when 'PRODUCT' then 'Product' else 'ProductVariant' end, subject_id
    ) as "subjectId",
    subject_type as "subjectType"
from deletions
where deleted_at > this_moment() - interval 1 year;
