with orders as (

    select * from {{ source('woocommerce', 'orders') }}

),

order_ids as (

    select * from {{ source('woocommerce', 'order_ids') }}

),

typed as (

    select
        connection,
        record_id,
        is_deleted,
        loaded_at,
        from_json(payload, '{
            "number": "VARCHAR",
            "status": "VARCHAR",
            "currency": "VARCHAR",
            "created_via": "VARCHAR",
            "customer_id": "BIGINT",
            "date_created_gmt": "TIMESTAMP",
            "date_modified_gmt": "TIMESTAMP",
            "date_paid_gmt": "TIMESTAMP",
            "total": "DECIMAL(18,2)",
            "total_tax": "DECIMAL(18,2)",
            "discount_total": "DECIMAL(18,2)",
            "shipping_total": "DECIMAL(18,2)",
            "billing": {"email": "VARCHAR", "phone": "VARCHAR", "country": "VARCHAR"},
            "shipping": {"country": "VARCHAR"},
            "coupon_lines": [{"code": "VARCHAR"}],
            "refunds": [{"id": "VARCHAR"}]
        }') as node
    from orders

),

final as (

    select
        'woocommerce' as platform,
        typed.connection,
        typed.is_deleted or coalesce(order_ids.is_deleted, false) as is_deleted,
        greatest(typed.loaded_at, order_ids.loaded_at) as loaded_at,

        typed.connection || '/' || typed.record_id as order_id,
        typed.node.number as order_number,
        typed.connection || '/' || nullif(typed.node.customer_id, 0) as account_id,
        nullif(trim(typed.node.billing.email), '') as email,
        nullif(trim(typed.node.billing.phone), '') as phone,

        typed.node.date_created_gmt at time zone 'UTC' as ordered_at,
        -- when it was cancelled is not recorded, and little happens to an order afterwards
        case
            when typed.node.status in ('cancelled', 'failed')
                then typed.node.date_modified_gmt at time zone 'UTC'
        end as cancelled_at,
        case
            when typed.node.status = 'refunded' then 'refunded'
            when typed.node.status in ('cancelled', 'failed') then 'voided'
            when len(typed.node.refunds) > 0 then 'partially_refunded'
            when typed.node.date_paid_gmt is not null or typed.node.status = 'completed' then 'paid'
            else 'pending'
        end as payment_status,
        case
            when typed.node.status in ('completed', 'refunded') then 'fulfilled'
            else 'unfulfilled'
        end as fulfillment_status,
        false as is_test,
        coalesce(typed.node.status in ('cancelled', 'failed'), false) as is_cancelled,
        -- WooCommerce's own analytics leaves these out too: nobody has paid
        coalesce(
            typed.node.status in ('pending', 'checkout-draft', 'auto-draft'), false
        ) as is_draft,

        upper(typed.node.currency) as currency,
        -- prices_include_tax tells how prices are typed in; the amounts of an order never do
        false as is_tax_included,
        (
            typed.node.total - typed.node.total_tax - typed.node.shipping_total
        )::decimal(18, 2) as subtotal,
        typed.node.discount_total as discount,
        typed.node.total_tax as tax,
        typed.node.shipping_total as shipping,
        typed.node.total,
        null::integer as n_units,
        [coupon.code for coupon in typed.node.coupon_lines] as discount_codes,

        typed.node.created_via as source,
        upper(coalesce(
            nullif(typed.node.shipping.country, ''), nullif(typed.node.billing.country, '')
        )) as country
    from typed
    left join order_ids
        on
            typed.connection = order_ids.connection
            and typed.record_id = order_ids.record_id

)

select * from final
