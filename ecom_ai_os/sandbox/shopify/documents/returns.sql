create or replace view shopify."Refund" as
select
    r.refund_id as _key,
    r.order_id as _order,
    r.return_id as _return,
    gid('Refund', r.refund_id) as id,
    r.refund_id::varchar as "legacyResourceId",
    iso(r.processed_at) as "createdAt",
    iso(r.processed_at) as "processedAt",
    iso(r.processed_at) as "updatedAt",
    r.note,
    bag(r.amount, paid_in) as "totalRefundedSet",
    r.return_id as "return",
    r.order_id as "order"
from refunds as r
where shopify.has_order(r.order_id);

create or replace view shopify."RefundLineItem" as
select
    l.refund_line_id as _key,
    l.refund_id as _refund,
    gid('RefundLineItem', l.refund_line_id) as id,
    l.line_id as "lineItem",
    l.quantity::integer as quantity,
    upper(l.restock_type) as "restockType",
    upper(l.restock_type) in ('RETURN', 'CANCEL') as restocked,
    null::bigint as location,
    bag(l.subtotal / l.quantity, paid_in) as "priceSet",
    bag(l.subtotal, paid_in) as "subtotalSet",
    bag(l.tax, paid_in) as "totalTaxSet"
from refund_lines as l
where shopify.has_order(l.order_id);

create or replace view shopify."RefundShippingLine" as
select
    r.refund_id as _key,
    r.refund_id as _refund,
    gid('RefundShippingLine', r.refund_id) as id,
    bag(r.shipping_amount, paid_in) as "subtotalAmountSet",
    bag(r.shipping_tax, paid_in) as "taxAmountSet"
from refunds as r
where r.shipping_amount > 0 and shopify.has_order(r.order_id);

-- What was refunded beside lines and shipping; negative where the customer got more.
create or replace view shopify."OrderAdjustment" as
select
    r.refund_id as _key,
    r.refund_id as _refund,
    gid('OrderAdjustment', r.refund_id) as id,
    bag(-r.adjustment, paid_in) as "amountSet",
    bag(0, paid_in) as "taxAmountSet",
    'REFUND_DISCREPANCY' as reason
from refunds as r
where r.adjustment != 0 and shopify.has_order(r.order_id);

create or replace view shopify."Return" as
with counted_lines as (
    select return_id, sum(quantity)::bigint as quantity from return_lines group by return_id
)

select
    r.return_id as _key,
    r.order_id as _order,
    r.status as _status,
    gid('Return', r.return_id) as id,
    r.number as name,
    r.status,
    iso(r.requested_at) as "createdAt",
    iso(r.approved_at) as "requestApprovedAt",
    iso(r.closed_at) as "closedAt",
    coalesce(l.quantity, 0) as "totalQuantity",
    r.order_id as "order"
from returns as r
left join counted_lines as l using (return_id)
where shopify.has_order(r.order_id);

-- Ids of the reason definitions as captured from a shop; other handles are custom ones.
create or replace view shopify."ReturnReasonDefinition" as
select
    id as _key,
    handle as _handle,
    gid('ReturnReasonDefinition', id) as id,
    handle,
    upper(left(replace(handle, '-', ' '), 1)) || replace(handle, '-', ' ')[2:] as name,
    false as deleted,
    legacy as _legacy
from (values
    (1, 'unknown', 'UNKNOWN'), (2, 'changed-my-mind', 'UNWANTED'),
    (3, 'item-not-as-described', 'NOT_AS_DESCRIBED'),
    (4, 'received-the-wrong-item', 'WRONG_ITEM'), (5, 'other-reason', 'OTHER'),
    (6, 'damaged-or-defective', 'DEFECTIVE'), (7, 'too-small', 'SIZE_TOO_SMALL'),
    (8, 'too-big', 'SIZE_TOO_LARGE'), (9, 'style', 'STYLE'), (10, 'color', 'COLOR')
) as reasons (id, handle, legacy);

create or replace view shopify."ReturnLineItem" as
select
    l.return_line_id as _key,
    l.return_id as _return,
    gid('ReturnLineItem', l.return_line_id) as id,
    l.quantity::integer as quantity,
    case when l.closed_at is null then l.quantity else 0 end as "processableQuantity",
    case when l.closed_at is null then 0 else l.quantity end as "processedQuantity",
    l.quantity - l.refunded_quantity as "refundableQuantity",
    l.refunded_quantity as "refundedQuantity",
    case when l.closed_at is null then l.quantity else 0 end as "unprocessedQuantity",
    l.customer_note as "customerNote",
    coalesce(d._legacy, 'OTHER') as "returnReason",
    '' as "returnReasonNote",
    d._key as "returnReasonDefinition",
    l.line_id as "fulfillmentLineItem",
    bag(l.line_total * l.quantity / l.line_quantity, paid_in)
        as "withCodeDiscountedTotalPriceSet"
from return_lines as l
left join shopify."ReturnReasonDefinition" as d on d._handle = l.reason_handle;

create or replace view shopify."FulfillmentLineItem" as
select
    line_id as _key,
    gid('FulfillmentLineItem', line_id) as id,
    quantity::integer as quantity,
    line_id as "lineItem"
from order_lines
where shopify.has_order(order_id);
