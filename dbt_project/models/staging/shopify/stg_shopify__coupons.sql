with discounts as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "discount": {
                "__typename": "VARCHAR",
                "status": "VARCHAR",
                "startsAt": "TIMESTAMPTZ",
                "endsAt": "TIMESTAMPTZ",
                "customerGets": {"value": {
                    "percentage": "DECIMAL(18,4)",
                    "amount": {"amount": "DECIMAL(18,4)", "currencyCode": "VARCHAR"}
                }}
            }
        }').discount as node
    from {{ source('shopify', 'discounts') }}

),

codes as (

    select
        connection,
        record_id,
        parent_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{"code": "VARCHAR", "asyncUsageCount": "INTEGER"}') as node
    from {{ source('shopify', 'discount_codes') }}

),

final as (

    select
        'shopify' as platform,
        codes.connection,
        codes.is_deleted or coalesce(discounts.is_deleted, false) as is_deleted,
        greatest(codes.loaded_at, discounts.loaded_at) as loaded_at,

        codes.connection || '/' || split_part(codes.record_id, '/', -1) as coupon_id,
        codes.node.code,
        case
            when discounts.node.customergets.value.percentage is not null then 'percentage'
            when discounts.node.customergets.value.amount.amount is not null then 'fixed'
            when discounts.node.__typename = 'DiscountCodeFreeShipping' then 'free_shipping'
            when discounts.node.__typename = 'DiscountCodeBxgy' then 'buy_x_get_y'
            else 'other'
        end as kind,
        coalesce(
            discounts.node.customergets.value.percentage,
            discounts.node.customergets.value.amount.amount
        ) as value,
        upper(discounts.node.customergets.value.amount.currencycode) as currency,
        discounts.node.startsat as starts_at,
        discounts.node.endsat as ends_at,
        codes.node.asyncusagecount as n_used_native,
        coalesce(discounts.node.status = 'ACTIVE', false) as is_active
    from codes
    left join discounts
        on
            codes.connection = discounts.connection
            and codes.parent_id = discounts.record_id

)

select * from final
