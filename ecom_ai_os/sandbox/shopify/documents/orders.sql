create or replace view shopify."Order" as
select
    order_id as _key,
    customer_id as _customer,
    created_at as _created_at,
    updated_at as _updated_at,
    total as _total,
    gid('Order', order_id) as id,
    order_id::varchar as "legacyResourceId",
    concat('#', number) as name,
    number::integer as number,
    iso(created_at) as "createdAt",
    iso(updated_at) as "updatedAt",
    iso(created_at) as "processedAt",
    iso(closed_at) as "closedAt",
    iso(cancelled_at) as "cancelledAt",
    case when cancelled_at is not null then upper(cancel_reason) end as "cancelReason",
    closed_at is not null as closed,
    true as confirmed,
    is_test as test,
    false as edited,
    email,
    phone,
    null::varchar as note,
    []::varchar [] as tags,
    source_name as "sourceName",
    null::varchar as "sourceIdentifier",
    currency as "currencyCode",
    presentment_currency as "presentmentCurrencyCode",
    is_tax_included as "taxesIncluded",
    discount_code as "discountCode",
    case when discount_code is null then []::varchar [] else [discount_code] end
        as "discountCodes",
    ['shopify_payments'] as "paymentGatewayNames",
    financial_status as "displayFinancialStatus",
    case when n_fulfillments > 0 then 'FULFILLED' else 'UNFULFILLED' end
        as "displayFulfillmentStatus",
    return_status as "returnStatus",
    customer_id as customer,
    null::varchar as "customerLocale",
    []::struct("key" varchar, "value" varchar) [] as "customAttributes",
    address(city, zip, country_code) as "shippingAddress",
    address(city, zip, country_code) as "billingAddress",
    bag(total, paid_in) as "totalPriceSet",
    bag(total, paid_in) as "originalTotalPriceSet",
    bag(total - refunded, paid_in) as "currentTotalPriceSet",
    bag(subtotal - refunded_subtotal, paid_in) as "currentSubtotalPriceSet",
    bag(discount, paid_in) as "currentTotalDiscountsSet",
    bag(tax - refunded_tax, paid_in) as "currentTotalTaxSet",
    bag(shipping - refunded_shipping, paid_in) as "currentShippingPriceSet",
    bag(subtotal, paid_in) as "subtotalPriceSet",
    bag(discount, paid_in) as "totalDiscountsSet",
    bag(tax, paid_in) as "totalTaxSet",
    bag(shipping, paid_in) as "totalShippingPriceSet",
    bag(refunded, paid_in) as "totalRefundedSet",
    bag(refunded_shipping, paid_in) as "totalRefundedShippingSet",
    bag(total, paid_in) as "totalReceivedSet",
    bag(total - refunded, paid_in) as "netPaymentSet",
    bag(0, paid_in) as "totalOutstandingSet",
    bag(0, paid_in) as "totalTipReceivedSet",
    n_units as "subtotalLineItemsQuantity",
    n_current_units as "currentSubtotalLineItemsQuantity",
    true as "fullyPaid",
    false as unpaid,
    true as "requiresShipping",
    counted(n_fulfillments) as "fulfillmentsCount"
from orders
where shopify.has_order(order_id);

-- Every discount of this shop is an order-level code: it stands in `discountAllocations` and in
-- prices "after all discounts", and by the vendor's wording not in the line's own discount fields.
create or replace view shopify."LineItem" as
select
    l.line_id as _key,
    l.order_id as _order,
    gid('LineItem', l.line_id) as id,
    concat_ws(' - ', p.title, nullif(v.title, 'Default Title')) as name,
    p.title,
    nullif(v.title, 'Default Title') as "variantTitle",
    v.sku,
    p.vendor,
    l.quantity::integer as quantity,
    l.quantity - l.refunded_quantity as "currentQuantity",
    l.quantity - l.refunded_quantity as "refundableQuantity",
    0 as "unfulfilledQuantity",
    p.is_gift_card as "isGiftCard",
    not p.is_gift_card as "requiresShipping",
    not p.is_gift_card as taxable,
    case when seen(p.deleted_at) is null then p.product_id end as product,
    case when seen(p.deleted_at) is null then v.variant_id end as variant,
    bag(l.unit_price, paid_in) as "originalUnitPriceSet",
    bag(l.original_total, paid_in) as "originalTotalSet",
    bag(l.unit_price, paid_in) as "discountedUnitPriceSet",
    bag(l.unit_price - l.discount / l.quantity, paid_in)
        as "discountedUnitPriceAfterAllDiscountsSet",
    bag(l.original_total, paid_in) as "discountedTotalSet",
    bag(l.original_total - l.discount, paid_in) as "_discountedTotalSetWithCodes",
    bag(0, paid_in) as "totalDiscountSet",
    bag(
        (l.original_total - l.discount - case when l.is_tax_included then l.tax else 0 end)
        * (l.quantity - l.refunded_quantity) / l.quantity,
        paid_in
    ) as "priceAfterAllDiscountsBeforeTaxesSet",
    case when l.discount > 0 then [{allocatedAmountSet: bag(l.discount, paid_in)}]
        else []
    end as "discountAllocations",
    case when l.tax > 0 then [{
        title: 'VAT',
        rate: l.tax_rate,
        ratePercentage: round(100 * l.tax_rate, 2),
        priceSet: bag(l.tax, paid_in)
    }] else [] end as "taxLines",
    []::struct("key" varchar, "value" varchar) [] as "customAttributes"
from order_lines as l
inner join business.variants as v using (variant_id)
inner join business.products as p using (product_id)
where shopify.has_order(l.order_id);

create or replace view shopify."Fulfillment" as
select
    f.fulfillment_id as _key,
    f.order_id as _order,
    gid('Fulfillment', f.fulfillment_id) as id,
    f.fulfillment_id::varchar as "legacyResourceId",
    concat('#', o.number, '-F1') as name,
    'SUCCESS' as status,
    case
        when f.delivered_at is not null then 'DELIVERED'
        when f.in_transit_at is not null then 'IN_TRANSIT'
        else 'FULFILLED'
    end as "displayStatus",
    iso(f.created_at) as "createdAt",
    iso(f.updated_at) as "updatedAt",
    iso(f.in_transit_at) as "inTransitAt",
    iso(f.delivered_at) as "deliveredAt",
    iso(f.estimated_delivery_at) as "estimatedDeliveryAt",
    o.n_units as "totalQuantity",
    true as "requiresShipping",
    case when f.tracking_number is null then [] else [{
        company: f.company, number: f.tracking_number, url: null::varchar
    }] end as "trackingInfo",
    f.location_id as location,
    f.order_id as "order"
from fulfillments as f
inner join orders as o using (order_id)
where shopify.has_order(f.order_id);
