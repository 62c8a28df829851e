with source as (

    select * from {{ source('shopify', 'orders') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "name": "VARCHAR",
            "email": "VARCHAR",
            "phone": "VARCHAR",
            "createdAt": "TIMESTAMPTZ",
            "processedAt": "TIMESTAMPTZ",
            "cancelledAt": "TIMESTAMPTZ",
            "test": "BOOLEAN",
            "sourceName": "VARCHAR",
            "currencyCode": "VARCHAR",
            "taxesIncluded": "BOOLEAN",
            "discountCodes": ["VARCHAR"],
            "displayFinancialStatus": "VARCHAR",
            "displayFulfillmentStatus": "VARCHAR",
            "customer": {"id": "VARCHAR"},
            "shippingAddress": {"countryCodeV2": "VARCHAR"},
            "subtotalPriceSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}},
            "totalDiscountsSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}},
            "totalTaxSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}},
            "totalShippingPriceSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}},
            "totalPriceSet": {"shopMoney": {"amount": "DECIMAL(18,2)"}}
        }') as node
    from source

),

final as (

    select
        'shopify' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || split_part(record_id, '/', -1) as order_id,
        node.name as order_number,
        connection || '/' || split_part(node.customer.id, '/', -1) as account_id,
        nullif(trim(node.email), '') as email,
        nullif(trim(node.phone), '') as phone,

        coalesce(node.processedat, node.createdat) as ordered_at,
        node.cancelledat as cancelled_at,
        lower(node.displayfinancialstatus) as payment_status,
        lower(node.displayfulfillmentstatus) as fulfillment_status,
        coalesce(node.test, false) as is_test,
        node.cancelledat is not null as is_cancelled,
        false as is_draft,

        upper(node.currencycode) as currency,
        coalesce(node.taxesincluded, false) as is_tax_included,
        node.subtotalpriceset.shopmoney.amount as subtotal,
        node.totaldiscountsset.shopmoney.amount as discount,
        node.totaltaxset.shopmoney.amount as tax,
        node.totalshippingpriceset.shopmoney.amount as shipping,
        node.totalpriceset.shopmoney.amount as total,
        null::integer as n_units,
        node.discountcodes as discount_codes,

        node.sourcename as source,
        upper(node.shippingaddress.countrycodev2) as country
    from typed

)

select * from final
