create or replace macro opt_in(state) as
    case when state in ('SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING') then 'SINGLE_OPT_IN' end;

create or replace view shopify."Customer" as
select
    c.customer_id as _key,
    c.created_at as _created_at,
    c.updated_at as _updated_at,
    c.n_orders as _n_orders,
    c.spent as _spent,
    gid('Customer', c.customer_id) as id,
    c.customer_id::varchar as "legacyResourceId",
    c.first_name as "firstName",
    c.last_name as "lastName",
    concat_ws(' ', c.first_name, c.last_name) as "displayName",
    iso(c.created_at) as "createdAt",
    iso(c.updated_at) as "updatedAt",
    'DISABLED' as state,
    []::varchar [] as tags,
    null::varchar as note,
    c.locale,
    true as "verifiedEmail",
    c.n_orders::varchar as "numberOfOrders",
    money(c.spent) as "amountSpent",
    c.last_order_id as "lastOrder",
    c.email,
    c.phone,
    case when c.email is not null then {
        emailAddress: c.email,
        marketingState: c.email_state,
        marketingOptInLevel: opt_in(c.email_state),
        marketingUpdatedAt: iso(c.email_state_at),
        validFormat: true,
        openTrackingLevel: 'UNKNOWN'
    } end as "defaultEmailAddress",
    case when c.phone is not null then {
        phoneNumber: c.phone,
        smsMarketingConsent: {
            state: c.sms_state,
            optInLevel: opt_in(c.sms_state),
            updatedAt: iso(c.sms_state_at),
            collectedFrom: 'SHOPIFY'
        },
        marketingState: c.sms_state,
        marketingOptInLevel: opt_in(c.sms_state),
        marketingUpdatedAt: iso(c.sms_state_at)
    } end as "defaultPhoneNumber",
    case when c.email is not null then {
        marketingState: c.email_state,
        marketingOptInLevel: opt_in(c.email_state),
        consentUpdatedAt: iso(c.email_state_at)
    } end as "emailMarketingConsent",
    case when c.phone is not null then {
        marketingState: c.sms_state,
        marketingOptInLevel: coalesce(opt_in(c.sms_state), 'UNKNOWN'),
        consentUpdatedAt: iso(c.sms_state_at),
        consentCollectedFrom: 'SHOPIFY'
    } end as "smsMarketingConsent",
    address(c.city, c.zip, c.country_code) as "defaultAddress",
    false as "taxExempt",
    'NEVER_SUBSCRIBED' as "productSubscriberStatus"
from customers as c;

create or replace view shopify."AbandonedCheckout" as
with counted_lines as (
    select checkout_id, sum(quantity)::bigint as quantity
    from business.abandoned_checkout_lines group by checkout_id
)

select
    c.checkout_id as _key,
    c.created_at as _created_at,
    c.updated_at as _updated_at,
    c.completed_at as _completed_at,
    c.total as _total,
    gid('AbandonedCheckout', c.checkout_id) as id,
    concat('#', c.checkout_id) as name,
    iso(c.created_at) as "createdAt",
    iso(c.updated_at) as "updatedAt",
    iso(c.completed_at) as "completedAt",
    concat('https://sandbox.example/checkouts/', c.checkout_id, '/recover')
        as "abandonedCheckoutUrl",
    c.customer_id as customer,
    []::varchar [] as "discountCodes",
    shop_bag(c.total) as "totalPriceSet",
    shop_bag(c.total) as "subtotalPriceSet",
    shop_bag(0) as "totalDiscountSet",
    shop_bag(0) as "totalTaxSet",
    shop_bag(c.total) as "totalLineItemsPriceSet",
    coalesce(l.quantity, 0) as "lineItemsQuantity",
    '' as note,
    false as "taxesIncluded",
    null::struct(city varchar, zip varchar, country varchar, "countryCodeV2" varchar)
        as "shippingAddress"
from abandoned_checkouts as c
left join counted_lines as l using (checkout_id);

create or replace view shopify."AbandonedCheckoutLineItem" as
select
    l.line_id as _key,
    l.checkout_id as _checkout,
    gid('AbandonedCheckoutLineItem', l.line_id) as id,
    p.title,
    nullif(v.title, 'Default Title') as "variantTitle",
    v.sku,
    l.quantity::integer as quantity,
    case when seen(p.deleted_at) is null then p.product_id end as product,
    case when seen(p.deleted_at) is null then v.variant_id end as variant,
    shop_bag(l.unit_price) as "originalUnitPriceSet",
    shop_bag(l.unit_price * l.quantity) as "originalTotalPriceSet",
    shop_bag(l.unit_price * l.quantity) as "discountedTotalPriceSet",
    shop_bag(l.unit_price) as "discountedUnitPriceSet"
from business.abandoned_checkout_lines as l
inner join abandoned_checkouts as c using (checkout_id)
inner join business.variants as v using (variant_id)
inner join business.products as p using (product_id);
