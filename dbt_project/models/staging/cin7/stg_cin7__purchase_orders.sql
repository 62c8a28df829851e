with products as (

    select
        variant_id,
        lead_time_days
    from {{ ref('stg_cin7__products') }}

),

core_list as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at
    from {{ source('cin7', 'core_purchase_list') }}

),

core_purchases as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "Supplier": "VARCHAR",
            "SupplierCurrency": "VARCHAR",
            "Location": "VARCHAR",
            "Status": "VARCHAR",
            "BlindReceipt": "BOOLEAN",
            "CombinedReceivingStatus": "VARCHAR",
            "OrderDate": "TIMESTAMP",
            "RequiredBy": "TIMESTAMP",
            "Order": {
                "Status": "VARCHAR",
                "Lines": [{
                    "ProductID": "VARCHAR",
                    "SKU": "VARCHAR",
                    "Quantity": "DOUBLE",
                    "Price": "DOUBLE",
                    "Discount": "DOUBLE"
                }]
            },
            "StockReceived": [{"Status": "VARCHAR", "Lines": [{
                "ProductID": "VARCHAR",
                "SKU": "VARCHAR",
                "Date": "TIMESTAMP",
                "Quantity": "DOUBLE",
                "Received": "BOOLEAN"
            }]}],
            "PutAway": [{"Status": "VARCHAR", "Lines": [{
                "ProductID": "VARCHAR",
                "SKU": "VARCHAR",
                "Date": "TIMESTAMP",
                "Quantity": "DOUBLE",
                "Received": "BOOLEAN"
            }]}]
        }') as node
    from {{ source('cin7', 'core_purchases') }}

),

ordered as (

    select
        connection,
        record_id,
        unnest(node."Order".lines) as line,
        generate_subscripts(node."Order".lines, 1) as place
    from core_purchases

),

receivings as (

    select
        connection,
        record_id,
        'received' as step,
        unnest(node.stockreceived) as receiving
    from core_purchases
    union all
    select
        connection,
        record_id,
        'put away' as step,
        unnest(node.putaway) as receiving
    from core_purchases

),

receipts as (

    select
        connection,
        record_id,
        step,
        unnest(receiving.lines) as line
    from receivings
    where upper(receiving.status) = 'AUTHORISED'

),

by_step as (

    select
        connection,
        record_id,
        line.productid as product_id,
        step,
        any_value(line.sku) as sku,
        sum(line.quantity) as quantity,
        max(line.date) as received_at
    from receipts
    where coalesce(line.received, true)
    group by connection, record_id, line.productid, step

),

-- what was received is put away later, or recorded there alone
received as (

    select
        connection,
        record_id,
        product_id,
        any_value(sku) as sku,
        max(quantity) as quantity,
        max(received_at) as received_at
    from by_step
    group by connection, record_id, product_id

),

lines as (

    select
        connection,
        record_id,
        record_id || '/' || place as line_record_id,
        line.productid as product_id,
        line.sku as sku,
        line.quantity as quantity,
        line.price * (1 - coalesce(line.discount, 0) / 100) as unit_cost,
        sum(line.quantity) over by_product - line.quantity as quantity_before,
        place = max(place) over (
            partition by connection, record_id, line.productid
        ) as is_last
    from ordered
    window by_product as (
        partition by connection, record_id, line.productid order by place
    )

),

core_lines as (

    select
        lines.connection,
        lines.record_id,
        lines.line_record_id,
        lines.product_id,
        lines.sku,
        lines.quantity,
        lines.unit_cost,
        -- the last line of a product takes what came beyond the others
        case
            when lines.is_last then greatest(received.quantity - lines.quantity_before, 0)
            else least(greatest(received.quantity - lines.quantity_before, 0), lines.quantity)
        end as quantity_received,
        received.received_at
    from lines
    left join received
        on
            lines.connection = received.connection
            and lines.record_id = received.record_id
            and lines.product_id = received.product_id

    union all by name

    select
        connection,
        record_id,
        record_id || '/' || product_id as line_record_id,
        product_id,
        sku,
        quantity,
        null as unit_cost,
        quantity as quantity_received,
        received_at
    from received
    anti join lines using (connection, record_id, product_id)

),

core as (

    select
        purchases.connection,
        purchases.is_deleted or coalesce(core_list.is_deleted, false) as is_deleted,
        greatest(purchases.loaded_at, core_list.loaded_at) as loaded_at,
        core_lines.line_record_id,
        purchases.record_id,
        core_lines.product_id as variant_record_id,
        core_lines.sku,
        purchases.node.supplier as supplier,
        purchases.node.location as location,
        purchases.node.orderdate as ordered_at,
        purchases.node.requiredby as expected_at,
        core_lines.quantity,
        core_lines.unit_cost,
        purchases.node.suppliercurrency as currency,
        upper(purchases.node.status) = 'VOIDED'
        or upper(purchases.node."Order".status) = 'VOIDED' as is_cancelled,
        upper(purchases.node.status) in ('DRAFT', 'ORDERING')
        or (
            upper(purchases.node."Order".status) in ('DRAFT', 'NOT AVAILABLE')
            and not coalesce(purchases.node.blindreceipt, false)
        ) as is_draft,
        purchases.node.combinedreceivingstatus ilike 'fully received'
        or purchases.node.status ilike 'completed' as is_closed,
        core_lines.quantity_received,
        core_lines.received_at
    from core_purchases as purchases
    inner join core_lines
        on
            purchases.connection = core_lines.connection
            and purchases.record_id = core_lines.record_id
    left join core_list
        on
            purchases.connection = core_list.connection
            and purchases.record_id = core_list.record_id

),

omni_orders as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "memberId": "VARCHAR",
            "company": "VARCHAR",
            "branchId": "VARCHAR",
            "createdDate": "TIMESTAMP",
            "estimatedArrivalDate": "TIMESTAMP",
            "estimatedDeliveryDate": "TIMESTAMP",
            "fullyReceivedDate": "TIMESTAMP",
            "isApproved": "BOOLEAN",
            "isVoid": "BOOLEAN",
            "currencyCode": "VARCHAR",
            "lineItems": [{
                "id": "VARCHAR",
                "productOptionId": "VARCHAR",
                "code": "VARCHAR",
                "qty": "DOUBLE",
                "qtyShipped": "DOUBLE",
                "unitPrice": "DOUBLE",
                "discount": "DOUBLE"
            }]
        }') as node
    from {{ source('cin7', 'omni_purchase_orders') }}

),

omni_lines as (

    select
        *,
        unnest(node.lineitems) as line
    from omni_orders

),

omni_branches as (

    select
        connection,
        record_id,
        payload ->> '$.company' as location
    from {{ source('cin7', 'omni_branches') }}

),

omni as (

    select
        lines.connection,
        lines.is_deleted,
        lines.loaded_at,
        lines.line.id as line_record_id,
        lines.record_id,
        lines.line.productoptionid as variant_record_id,
        lines.line.code as sku,
        lines.node.company as supplier,
        coalesce(nullif(trim(branches.location), ''), lines.node.branchid) as location,
        lines.node.createddate as ordered_at,
        coalesce(lines.node.estimatedarrivaldate, lines.node.estimateddeliverydate)
            as expected_at,
        lines.line.qty as quantity,
        -- the discount is of the whole line
        lines.line.unitprice
        - coalesce(lines.line.discount / nullif(lines.line.qty, 0), 0) as unit_cost,
        lines.node.currencycode as currency,
        lines.node.isvoid as is_cancelled,
        not lines.node.isapproved as is_draft,
        lines.node.fullyreceiveddate is not null as is_closed,
        lines.line.qtyshipped as quantity_received,
        lines.node.fullyreceiveddate as received_at
    from omni_lines as lines
    left join omni_branches as branches
        on
            lines.connection = branches.connection
            and lines.node.branchid = branches.record_id
    where lines.line.id is not null

),

united as (

    select * from core
    union all by name
    select * from omni

),

final as (

    select
        'cin7' as platform,
        united.connection,
        united.is_deleted,
        united.loaded_at,

        united.connection || '/' || united.line_record_id as po_line_id,
        united.connection || '/' || united.record_id as po_id,
        coalesce(
            nullif(trim(united.sku), ''), united.connection || '/' || united.variant_record_id
        ) as sku,
        nullif(trim(united.supplier), '') as supplier,
        united.connection || '/' || nullif(trim(united.location), '') as location,

        united.ordered_at at time zone 'UTC' as ordered_at,
        -- not every supplier promises a day
        coalesce(
            united.expected_at, united.ordered_at + to_days(products.lead_time_days)
        ) at time zone 'UTC' as expected_at,
        case
            when united.quantity_received > 0 then united.received_at
        end at time zone 'UTC' as received_at,

        try_cast(united.quantity as integer) as quantity,
        coalesce(try_cast(united.quantity_received as integer), 0) as quantity_received,
        try_cast(united.unit_cost as decimal(18, 2)) as unit_cost,
        nullif(upper(trim(united.currency)), '') as currency,
        case
            when united.is_cancelled then 'cancelled'
            when united.is_draft then 'draft'
            when united.is_closed or united.quantity_received >= united.quantity then 'received'
            when united.quantity_received > 0 then 'partially_received'
            else 'ordered'
        end as status
    from united
    left join products
        on united.connection || '/' || united.variant_record_id = products.variant_id

)

select * from final
