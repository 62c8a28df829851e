-- What was bought, as a buyer types it in: an order of the business is a draft two days before it
-- is placed; every 12th is entered twice and the second one voided an hour later; of every 3rd
-- larger line three fifths arrive two days before the rest.

create schema if not exists buying;

create or replace macro buying.guid(kind, id) as md5(concat(kind, ' ', id))::uuid::varchar;
create or replace macro buying.day(moment) as strftime(moment, '%Y-%m-%dT00:00:00');

create or replace view buying.purchase_lines as
with entered as (
    select
        po_number as number,
        variant_id,
        location_id,
        vendor,
        quantity,
        ordered_at - interval 2 days as drafted_at,
        seen(ordered_at) as ordered_at,
        expected_at,
        null::timestamptz as voided_at,
        if(
            hash(po_number, variant_id) % 3 = 0 and quantity >= 10
            and received_at - interval 2 days > ordered_at,
            quantity * 3 // 5,
            0
        ) as early_quantity,
        seen(received_at - interval 2 days) as early_at,
        seen(received_at) as received_at
    from business.replenishments
    where ordered_at - interval 2 days <= this_moment()

    union all

    select
        replace(po_number, 'PO-', 'PO-9') as number,
        variant_id,
        location_id,
        vendor,
        quantity,
        ordered_at as drafted_at,
        ordered_at,
        expected_at,
        seen(ordered_at + interval 1 hour) as voided_at,
        0 as early_quantity,
        null as early_at,
        null as received_at
    from business.replenishments
    where hash(po_number) % 12 = 0 and ordered_at <= this_moment()
)

select
    e.* exclude (early_quantity, early_at),
    row_number() over (partition by e.number order by e.variant_id) as position,
    v.sku,
    p.title || if(v.title = 'Default Title', '', ' – ' || v.title) as title,
    v.product_id,
    v.unit_cost,
    if(e.early_quantity > 0, e.early_at, null) as early_at,
    case
        when e.received_at is not null then e.quantity
        when e.early_at is not null then e.early_quantity
        else 0
    end as quantity_received,
    case when e.early_at is null then 0 else e.early_quantity end as quantity_early
from entered as e
inner join business.variants as v using (variant_id)
inner join business.products as p using (product_id);

create or replace view buying.receipts as
select number, position, early_at as received_at, quantity_early as quantity
from buying.purchase_lines
where quantity_early > 0
union all
select number, position, received_at, quantity - quantity_early
from buying.purchase_lines
where received_at is not null;

create or replace view buying.purchases as
select
    number,
    replace(number, 'PO-', '')::bigint as id,
    any_value(vendor) as vendor,
    any_value(location_id) as location_id,
    min(drafted_at) as drafted_at,
    any_value(ordered_at) as ordered_at,
    -- some suppliers promise no day
    if(hash(number) % 8 = 1, null, max(expected_at)) as expected_at,
    any_value(voided_at) as voided_at,
    sum(quantity)::bigint as n_units,
    sum(quantity_received)::bigint as n_received,
    sum(quantity * unit_cost)::decimal(18, 2) as total,
    if(sum(quantity_received) = sum(quantity), max(received_at), null) as fully_received_at,
    greatest(
        min(drafted_at), any_value(ordered_at), any_value(voided_at), max(early_at),
        max(received_at)
    ) as updated_at,
    case
        when any_value(voided_at) is not null then 'VOIDED'
        when any_value(ordered_at) is null then 'DRAFT'
        when sum(quantity_received) = sum(quantity) then 'RECEIVED'
        when sum(quantity_received) > 0 then 'RECEIVING'
        else 'ORDERED'
    end as state
from buying.purchase_lines
group by number;

-- Stock with what came early and the business counts two days later.
create or replace view buying.stock as
with bought as (
    select
        variant_id,
        location_id,
        sum(quantity_received) filter (where received_at is null) as n_early,
        sum(quantity - quantity_received) as n_on_order,
        min(expected_at) filter (where quantity_received < quantity) as next_at,
        max(early_at) as early_at
    from buying.purchase_lines
    where ordered_at is not null and voided_at is null
    group by variant_id, location_id
)

select
    s.variant_id,
    s.location_id,
    s.committed,
    s.on_hand + coalesce(b.n_early, 0) as on_hand,
    s.available + coalesce(b.n_early, 0) as available,
    coalesce(b.n_on_order, 0) as on_order,
    b.next_at,
    greatest(s.updated_at, b.early_at) as updated_at
from main.stock_levels as s
left join bought as b using (variant_id, location_id);

-- Products the shop no longer sells stay, out of use.
create or replace view buying.items as
select
    v.*,
    p.title || if(v.title = 'Default Title', '', ' – ' || v.title) as name,
    p.title as product_title,
    p.product_type,
    p.category_name,
    p.vendor,
    p.tags,
    p.is_gift_card,
    seen(p.deleted_at) as deleted_at,
    greatest(v.created_at, seen(p.published_at), seen(p.deleted_at)) as modified_at
from business.variants as v
inner join business.products as p using (product_id)
where v.created_at <= this_moment();
