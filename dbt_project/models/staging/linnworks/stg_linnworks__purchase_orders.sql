with headers as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at
    from {{ source('linnworks', 'purchase_order_headers') }}

),

locations as (

    select
        connection,
        record_id,
        payload ->> '$.LocationName' as location
    from {{ source('linnworks', 'stock_locations') }}

),

suppliers as (

    select
        connection,
        record_id,
        payload ->> '$.SupplierName' as supplier
    from {{ source('linnworks', 'suppliers') }}

),

products as (

    select
        variant_id,
        lead_time_days
    from {{ ref('stg_linnworks__products') }}

),

orders as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "PurchaseOrderHeader": {
                "fkSupplierId": "VARCHAR",
                "fkLocationId": "VARCHAR",
                "Status": "VARCHAR",
                "Currency": "VARCHAR",
                "DateOfPurchase": "TIMESTAMP",
                "DateOfDelivery": "TIMESTAMP",
                "QuotedDeliveryDate": "TIMESTAMP"
            },
            "PurchaseOrderItem": [{
                "pkPurchaseItemId": "VARCHAR",
                "fkStockItemId": "VARCHAR",
                "SKU": "VARCHAR",
                "Quantity": "INTEGER",
                "Delivered": "INTEGER",
                "Cost": "DOUBLE",
                "Tax": "DOUBLE"
            }],
            "DeliveredRecords": [{
                "fkPurchaseItemId": "VARCHAR",
                "CreatedDateTime": "TIMESTAMP"
            }]
        }') as node
    from {{ source('linnworks', 'purchase_orders') }}

),

lines as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        node.purchaseorderheader as header,
        unnest(node.purchaseorderitem) as line,
        node.deliveredrecords as deliveries
    from orders

),

read as (

    select
        *,
        list_max([
            delivery.createddatetime for delivery in deliveries
            if delivery.fkpurchaseitemid = line.pkpurchaseitemid
        ]) as delivered_at,
        upper(header.status) as state
    from lines
    where line.pkpurchaseitemid is not null

),

final as (

    select
        'linnworks' as platform,
        lines.connection,
        lines.is_deleted or coalesce(headers.is_deleted, false) as is_deleted,
        greatest(lines.loaded_at, headers.loaded_at) as loaded_at,

        lines.connection || '/' || lines.line.pkpurchaseitemid as po_line_id,
        lines.connection || '/' || lines.record_id as po_id,
        coalesce(
            nullif(trim(lines.line.sku), ''), lines.connection || '/' || lines.line.fkstockitemid
        ) as sku,
        nullif(trim(suppliers.supplier), '') as supplier,
        lines.connection || '/' || nullif(trim(locations.location), '') as location,

        lines.header.dateofpurchase at time zone 'UTC' as ordered_at,
        -- not every supplier promises a day; an empty one is that of the year 1
        coalesce(
            case
                when lines.header.quoteddeliverydate::date >= lines.header.dateofpurchase::date
                    then lines.header.quoteddeliverydate
            end,
            lines.header.dateofpurchase + to_days(products.lead_time_days)
        ) at time zone 'UTC' as expected_at,
        -- the order's own day of delivery means something only once all of it has come
        coalesce(
            lines.delivered_at,
            case when lines.state = 'DELIVERED' then lines.header.dateofdelivery end
        ) at time zone 'UTC' as received_at,

        lines.line.quantity,
        coalesce(lines.line.delivered, 0) as quantity_received,
        -- the cost is that of the whole line, its tax included
        try_cast(
            (lines.line.cost - coalesce(lines.line.tax, 0)) / nullif(lines.line.quantity, 0)
            as decimal(18, 2)
        ) as unit_cost,
        nullif(upper(trim(lines.header.currency)), '') as currency,
        case
            when lines.state = 'PENDING' then 'draft'
            when lines.state = 'DELIVERED' or lines.line.delivered >= lines.line.quantity
                then 'received'
            when lines.line.delivered > 0 then 'partially_received'
            else 'ordered'
        end as status
    from read as lines
    left join headers
        on
            lines.connection = headers.connection
            and lines.record_id = headers.record_id
    left join suppliers
        on
            lines.connection = suppliers.connection
            and lines.header.fksupplierid = suppliers.record_id
    left join locations
        on
            lines.connection = locations.connection
            and lines.header.fklocationid = locations.record_id
    left join products
        on lines.connection || '/' || lines.line.fkstockitemid = products.variant_id

)

select * from final
