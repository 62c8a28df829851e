with core_products as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "SKU": "VARCHAR",
            "Name": "VARCHAR",
            "Category": "VARCHAR",
            "Brand": "VARCHAR",
            "Tags": "VARCHAR",
            "PriceTier1": "DECIMAL(18,2)",
            "AverageCost": "DECIMAL(18,2)",
            "Status": "VARCHAR",
            "Sellable": "BOOLEAN",
            "LastModifiedOn": "TIMESTAMP",
            "Suppliers": [{
                "SupplierName": "VARCHAR",
                "Cost": "DECIMAL(18,2)",
                "Currency": "VARCHAR",
                "LastSupplied": "TIMESTAMP",
                "ProductSupplierOptions": [{"LocationID": "VARCHAR", "Lead": "DOUBLE"}]
            }]
        }') as node
    from {{ source('cin7', 'core_products') }}

),

core_suppliers as (

    select
        connection,
        record_id,
        loaded_at,
        from_json(payload, '{"ProductSuppliers": [{
            "SupplierName": "VARCHAR",
            "Cost": "DECIMAL(18,2)",
            "Currency": "VARCHAR",
            "LastSupplied": "TIMESTAMP",
            "ProductSupplierOptions": [{"LocationID": "VARCHAR", "Lead": "DOUBLE"}]
        }]}').productsuppliers as suppliers
    from {{ source('cin7', 'core_product_suppliers') }}

),

core_accounts as (

    select
        connection,
        max(upper(payload ->> '$.Currency')) as currency
    from {{ source('cin7', 'core_me') }}
    where not is_deleted
    group by connection

),

offers as (

    select
        products.connection,
        products.record_id,
        unnest(coalesce(details.suppliers, products.node.suppliers)) as offer,
        generate_subscripts(coalesce(details.suppliers, products.node.suppliers), 1) as place
    from core_products as products
    left join core_suppliers as details
        on
            products.connection = details.connection
            and products.record_id = details.record_id

),

-- of several suppliers, the one who delivered last
core_offers as (

    select
        connection,
        record_id,
        offer.suppliername as supplier,
        offer.cost as cost,
        upper(offer.currency) as currency,
        -- options without a location are those of all others
        coalesce(
            [
                option.lead for option in offer.productsupplieroptions
                if option.locationid is null and option.lead > 0
            ][1],
            list_max(
                [option.lead for option in offer.productsupplieroptions if option.lead > 0]
            )
        ) as lead_days
    from offers
    qualify row_number() over (
        partition by connection, record_id order by offer.lastsupplied desc nulls last, place asc
    ) = 1

),

core as (

    select
        products.connection,
        products.is_deleted,
        greatest(products.loaded_at, details.loaded_at) as loaded_at,
        products.record_id,
        products.record_id as product_record_id,
        products.node.sku as sku,
        products.node.name as title,
        products.node.category as category,
        products.node.brand as brand,
        offers.supplier,
        products.node.tags as tags,
        products.node.pricetier1 as price,
        coalesce(
            nullif(products.node.averagecost, 0),
            case when offers.currency = accounts.currency then nullif(offers.cost, 0) end
        ) as unit_cost,
        accounts.currency,
        offers.lead_days,
        coalesce(lower(products.node.status) = 'active', false)
        and coalesce(products.node.sellable, true) as is_active,
        null::timestamp as created_at,
        products.node.lastmodifiedon as updated_at
    from core_products as products
    left join core_suppliers as details
        on
            products.connection = details.connection
            and products.record_id = details.record_id
    left join core_offers as offers
        on
            products.connection = offers.connection
            and products.record_id = offers.record_id
    left join core_accounts as accounts on products.connection = accounts.connection

),

omni_products as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "name": "VARCHAR",
            "status": "VARCHAR",
            "tags": "VARCHAR",
            "supplierId": "VARCHAR",
            "brand": "VARCHAR",
            "category": "VARCHAR",
            "productOptions": [{
                "id": "VARCHAR",
                "status": "VARCHAR",
                "code": "VARCHAR",
                "productOptionCode": "VARCHAR",
                "option1": "VARCHAR",
                "option2": "VARCHAR",
                "option3": "VARCHAR",
                "retailPrice": "DECIMAL(18,2)",
                "createdDate": "TIMESTAMP",
                "modifiedDate": "TIMESTAMP"
            }]
        }') as node
    from {{ source('cin7', 'omni_products') }}

),

omni_options as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        node,
        unnest(node.productoptions) as option
    from omni_products

),

omni_suppliers as (

    select
        connection,
        record_id,
        coalesce(
            nullif(trim(payload ->> '$.company'), ''),
            nullif(concat_ws(' ', payload ->> '$.firstName', payload ->> '$.lastName'), '')
        ) as supplier
    from {{ source('cin7', 'omni_suppliers') }}

),

omni as (

    select
        options.connection,
        options.is_deleted,
        options.loaded_at,
        options.option.id as record_id,
        options.record_id as product_record_id,
        coalesce(
            nullif(trim(options.option.productoptioncode), ''), options.option.code
        ) as sku,
        options.node.name || coalesce(' – ' || nullif(concat_ws(
            ', ',
            nullif(trim(options.option.option1), ''),
            nullif(trim(options.option.option2), ''),
            nullif(trim(options.option.option3), '')
        ), ''), '') as title,
        options.node.category,
        options.node.brand,
        suppliers.supplier,
        options.node.tags,
        options.option.retailprice as price,
        -- Omni keeps neither: they show in its orders
        null::decimal(18, 2) as unit_cost,
        null::varchar as currency,
        null::double as lead_days,
        coalesce(options.node.status ilike 'public' or options.node.status ilike 'showinb2b', false)
        and coalesce(options.option.status not ilike 'disabled', true) as is_active,
        options.option.createddate as created_at,
        options.option.modifieddate as updated_at
    from omni_options as options
    left join omni_suppliers as suppliers
        on
            options.connection = suppliers.connection
            and options.node.supplierid = suppliers.record_id

),

united as (

    select * from core
    union all by name
    select * from omni
    where record_id is not null

),

final as (

    select
        'cin7' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as variant_id,
        connection || '/' || product_record_id as product_id,
        coalesce(nullif(trim(sku), ''), connection || '/' || record_id) as sku,
        nullif(trim(title), '') as title,
        nullif(trim(category), '') as category,
        nullif(trim(brand), '') as brand,
        nullif(trim(supplier), '') as supplier,
        [trim(tag) for tag in string_split(tags, ',') if trim(tag) <> ''] as tags,

        price,
        unit_cost,
        nullif(currency, '') as currency,
        try_cast(lead_days as integer) as lead_time_days,
        is_active and not is_deleted as is_active,
        false as is_gift_card,
        created_at at time zone 'UTC' as created_at,
        updated_at at time zone 'UTC' as updated_at
    from united

)

select * from final
