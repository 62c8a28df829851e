-- The shop as it stands at this_moment(), derived from the timeline in `business`, where
-- everything that will ever happen already carries its timestamp. Knows no platform.
-- Run whole, in one transaction: readers keep the state they began with.

create or replace macro this_moment() as getvariable('now')::timestamptz;
create or replace macro seen(moment) as case when moment <= this_moment() then moment end;

create or replace table locations as
select *, row_number() over (order by location_id) as position from business.locations
where created_at <= this_moment();

create or replace table stock_levels as
select
    variant_id,
    location_id,
    min(changed_at) as created_at,
    max(changed_at) as updated_at,
    arg_max(on_hand, changed_at) as on_hand,
    arg_max(committed, changed_at) as committed,
    arg_max(available, changed_at) as available,
    arg_max(incoming, changed_at) as incoming
from business.stock_levels
where changed_at <= this_moment()
group by variant_id, location_id;

create or replace table variants as
with stock as (
    select variant_id, sum(available) as available, max(updated_at) as updated_at
    from stock_levels group by variant_id
)
select
    v.*,
    coalesce(s.available, 0)::bigint as available,
    greatest(v.created_at, s.updated_at) as updated_at
from business.variants as v
inner join business.products as p using (product_id)
left join stock as s using (variant_id)
where v.created_at <= this_moment() and seen(p.deleted_at) is null;

create or replace table products as
with sold as (
    select
        product_id,
        sum(available)::bigint as available,
        min(price) as lowest_price,
        max(price) as highest_price,
        count(*) as n_variants,
        bool_or(is_tracked and available <= 0) as has_out_of_stock,
        max(updated_at) as updated_at
    from variants group by product_id
)
select
    p.* exclude (published_at),
    seen(p.published_at) as published_at,
    s.available,
    s.lowest_price,
    s.highest_price,
    s.n_variants,
    s.has_out_of_stock,
    greatest(p.created_at, seen(p.published_at), s.updated_at) as updated_at
from business.products as p
inner join sold as s using (product_id)
where p.created_at <= this_moment();

create or replace table deletions as
select 'PRODUCT' as subject_type, product_id as subject_id, deleted_at
from business.products where seen(deleted_at) is not null
union all
select 'PRODUCT_VARIANT', v.variant_id, p.deleted_at
from business.variants as v inner join business.products as p using (product_id)
where seen(p.deleted_at) is not null;

create or replace table fulfillments as
select
    * exclude (in_transit_at, delivered_at),
    seen(in_transit_at) as in_transit_at,
    seen(delivered_at) as delivered_at,
    greatest(created_at, seen(in_transit_at), seen(delivered_at)) as updated_at
from business.fulfillments
where created_at <= this_moment();

create or replace table refunds as
select r.*, {currency: o.presentment_currency, rate: o.presentment_rate} as paid_in
from business.refunds as r
inner join business.orders as o using (order_id)
where r.processed_at <= this_moment();

create or replace table refund_lines as
select l.*, r.order_id, r.return_id, r.paid_in
from business.refund_lines as l inner join refunds as r using (refund_id);

create or replace table returns as
select
    * exclude (approved_at, closed_at, declined_at),
    seen(approved_at) as approved_at,
    seen(closed_at) as closed_at,
    seen(declined_at) as declined_at,
    case
        when seen(declined_at) is not null then 'DECLINED'
        when seen(closed_at) is not null then 'CLOSED'
        when seen(approved_at) is not null then 'OPEN'
        else 'REQUESTED'
    end as status,
    greatest(requested_at, seen(approved_at), seen(closed_at), seen(declined_at)) as updated_at
from business.returns
where requested_at <= this_moment();

create or replace table order_lines as
with refunded as (
    select line_id, sum(quantity)::bigint as quantity from refund_lines group by line_id
)
select
    l.*,
    l.unit_price * l.quantity as original_total,
    coalesce(r.quantity, 0) as refunded_quantity,
    o.is_tax_included,
    {currency: o.presentment_currency, rate: o.presentment_rate} as paid_in
from business.order_lines as l
inner join business.orders as o using (order_id)
left join refunded as r using (line_id)
where o.created_at <= this_moment();

create or replace table return_lines as
with refunded as (
    select return_id, line_id, sum(quantity)::bigint as quantity
    from refund_lines where return_id is not null group by return_id, line_id
)
select
    l.*,
    r.closed_at,
    s.original_total - s.discount as line_total,
    s.quantity as line_quantity,
    s.paid_in,
    coalesce(f.quantity, 0) as refunded_quantity
from business.return_lines as l
inner join returns as r using (return_id)
inner join order_lines as s using (line_id)
left join refunded as f using (return_id, line_id);

create or replace table orders as
with refunded as (
    select
        order_id,
        sum(amount) as refunded,
        sum(shipping_amount) as refunded_shipping,
        max(processed_at) as last_at
    from refunds group by order_id
),

refunded_lines as (
    select order_id, sum(subtotal) as refunded_subtotal, sum(tax) as refunded_tax
    from refund_lines group by order_id
),

shipped as (
    select order_id, count(*) as n_fulfillments, max(updated_at) as last_at
    from fulfillments group by order_id
),

returned as (
    select
        order_id,
        case
            when bool_or(status = 'REQUESTED') then 'RETURN_REQUESTED'
            when bool_or(status = 'OPEN') then 'IN_PROGRESS'
            when bool_or(status = 'CLOSED') then 'RETURNED'
            else 'NO_RETURN'
        end as return_status,
        max(updated_at) as last_at
    from returns group by order_id
),

counted as (
    select
        order_id,
        sum(quantity)::bigint as n_units,
        sum(quantity - refunded_quantity)::bigint as n_current_units
    from order_lines group by order_id
),

touched as (
    select id as order_id, max(touched_at) as last_at from touches where entity = 'orders'
    group by id
)

select
    o.* exclude (cancelled_at, closed_at),
    {currency: o.presentment_currency, rate: o.presentment_rate} as paid_in,
    seen(o.cancelled_at) as cancelled_at,
    seen(o.closed_at) as closed_at,
    coalesce(r.refunded, 0)::decimal(18, 2) as refunded,
    coalesce(r.refunded_shipping, 0)::decimal(18, 2) as refunded_shipping,
    coalesce(l.refunded_subtotal, 0)::decimal(18, 2) as refunded_subtotal,
    coalesce(l.refunded_tax, 0)::decimal(18, 2) as refunded_tax,
    coalesce(s.n_fulfillments, 0) as n_fulfillments,
    coalesce(t.return_status, 'NO_RETURN') as return_status,
    c.n_units,
    c.n_current_units,
    case
        when r.refunded >= o.total then 'REFUNDED'
        when r.refunded > 0 then 'PARTIALLY_REFUNDED'
        when seen(o.cancelled_at) is not null then 'VOIDED'
        else 'PAID'
    end as financial_status,
    greatest(
        o.created_at, seen(o.cancelled_at), seen(o.closed_at), r.last_at, s.last_at, t.last_at,
        x.last_at
    ) as updated_at
from business.orders as o
left join refunded as r using (order_id)
left join refunded_lines as l using (order_id)
left join shipped as s using (order_id)
left join returned as t using (order_id)
left join counted as c using (order_id)
left join touched as x using (order_id)
where o.created_at <= this_moment();

create or replace table customers as
with bought as (
    select
        customer_id,
        count(*) as n_orders,
        sum(total - refunded) filter (where not is_test and cancelled_at is null) as spent,
        arg_max(order_id, created_at) as last_order_id,
        max(created_at) as last_at
    from orders where customer_id is not null group by customer_id
)
select
    c.* exclude (email_state, email_state_at, sms_state, sms_state_at),
    case
        when seen(c.email_unsubscribed_at) is not null then 'UNSUBSCRIBED'
        when seen(c.email_state_at) is not null then c.email_state
        else 'NOT_SUBSCRIBED'
    end as email_state,
    coalesce(seen(c.email_unsubscribed_at), seen(c.email_state_at)) as email_state_at,
    case
        when seen(c.sms_unsubscribed_at) is not null then 'UNSUBSCRIBED'
        when seen(c.sms_state_at) is not null then c.sms_state
        else 'NOT_SUBSCRIBED'
    end as sms_state,
    coalesce(seen(c.sms_unsubscribed_at), seen(c.sms_state_at)) as sms_state_at,
    coalesce(b.n_orders, 0) as n_orders,
    coalesce(b.spent, 0)::decimal(18, 2) as spent,
    b.last_order_id,
    greatest(
        c.created_at, b.last_at, seen(c.email_state_at), seen(c.email_unsubscribed_at),
        seen(c.sms_state_at), seen(c.sms_unsubscribed_at)
    ) as updated_at
from business.customers as c
left join bought as b using (customer_id)
where c.created_at <= this_moment();

create or replace table abandoned_checkouts as
select
    * exclude (updated_at, completed_at),
    seen(completed_at) as completed_at,
    greatest(created_at, seen(updated_at), seen(completed_at)) as updated_at
from business.abandoned_checkouts
where created_at <= this_moment();

create or replace table discounts as
with used as (
    select discount_id, count(*) as n_used, sum(total) as sales
    from orders where discount_id is not null group by discount_id
)
select
    d.*,
    coalesce(u.n_used, 0) as n_used,
    coalesce(u.sales, 0)::decimal(18, 2) as sales,
    case
        when d.starts_at > this_moment() then 'SCHEDULED'
        when seen(d.ends_at) is not null then 'EXPIRED'
        else 'ACTIVE'
    end as status,
    d.starts_at - interval 7 days as created_at,
    greatest(d.starts_at - interval 7 days, seen(d.ends_at)) as updated_at
from business.discounts as d
left join used as u using (discount_id)
where d.starts_at - interval 7 days <= this_moment();

create or replace table suppliers as
select * from business.suppliers;

create or replace table purchase_orders as
select
    * exclude (received_at),
    seen(received_at) as received_at,
    greatest(ordered_at, seen(received_at)) as updated_at
from business.replenishments
where ordered_at <= this_moment();

create or replace table mailings as
select * exclude (sent_at), seen(sent_at) as sent_at
from business.mailings
where created_at <= this_moment();

create or replace table emails as
select
    * exclude (
        delivered_at, bounced_at, bounce_kind, opened_at, machine_opened_at, clicked_at,
        clicked_product_id, unsubscribed_at, complained_at
    ),
    seen(delivered_at) as delivered_at,
    seen(bounced_at) as bounced_at,
    if(seen(bounced_at) is null, null, bounce_kind) as bounce_kind,
    seen(opened_at) as opened_at,
    seen(machine_opened_at) as machine_opened_at,
    seen(clicked_at) as clicked_at,
    if(seen(clicked_at) is null, null, clicked_product_id) as clicked_product_id,
    seen(unsubscribed_at) as unsubscribed_at,
    seen(complained_at) as complained_at
from business.emails
where sent_at <= this_moment();

create or replace table reviews as
select
    * exclude (edited_at, edited_rating, edited_body, rating, body, removed_at, replied_at, reply),
    seen(edited_at) as edited_at,
    seen(removed_at) as removed_at,
    seen(replied_at) as replied_at,
    if(seen(edited_at) is null, rating, edited_rating) as rating,
    if(seen(edited_at) is null, body, edited_body) as body,
    if(seen(replied_at) is null, null, reply) as reply,
    greatest(created_at, seen(edited_at), seen(removed_at), seen(replied_at)) as updated_at
from business.reviews
where created_at <= this_moment();
