with source as (

    select * from {{ source('woocommerce', 'coupons') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "code": "VARCHAR",
            "status": "VARCHAR",
            "amount": "DECIMAL(18,4)",
            "discount_type": "VARCHAR",
            "free_shipping": "BOOLEAN",
            "usage_count": "INTEGER",
            "date_created_gmt": "TIMESTAMP",
            "date_expires_gmt": "TIMESTAMP"
        }') as node
    from source

),

final as (

    select
        'woocommerce' as platform,
        connection,
        is_deleted,
        loaded_at,

        connection || '/' || record_id as coupon_id,
        node.code,
        case
            when node.free_shipping and coalesce(node.amount, 0) = 0 then 'free_shipping'
            when node.discount_type = 'percent' then 'percentage'
            when node.discount_type in ('fixed_cart', 'fixed_product') then 'fixed'
            else 'other'
        end as kind,
        case
            when node.discount_type = 'percent' then node.amount / 100
            else node.amount
        end::decimal(18, 4) as value,
        null::varchar as currency,
        node.date_created_gmt at time zone 'UTC' as starts_at,
        node.date_expires_gmt at time zone 'UTC' as ends_at,
        node.usage_count as n_used_native,
        coalesce(node.status, 'publish') = 'publish'
        and coalesce(node.date_expires_gmt at time zone 'UTC' > now(), true) as is_active
    from typed

)

select * from final
