{{ config(materialized='incremental', unique_key='order_id') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}
    union all by name
    select * from {{ ref('stg_custom__orders') }}
    union all by name
    select * from {{ ref('stg_woocommerce__orders') }}

),

changed as (

    select * from orders
    {% if is_incremental() %}
        where loaded_at > (select coalesce(max(loaded_at), '-infinity') from {{ this }})
    {% endif %}

),

final as (

    select
        platform,
        connection,
        is_deleted,
        loaded_at,
        now() as changed_at,

        order_id,
        order_number,
        -- a guest is known by what was typed at checkout; the same guest again is the same account
        coalesce(
            account_id,
            connection || '/guest/' || sha256(lower(trim(coalesce(email, phone))))[:16]
        ) as account_id,
        account_id is null as is_guest,
        email,
        phone,

        ordered_at,
        cancelled_at,
        case
            when is_draft then 'draft'
            when is_cancelled then 'cancelled'
            else coalesce(payment_status, 'unknown')
        end as status,
        fulfillment_status,
        is_test,
        is_cancelled,
        is_draft,
        not is_test and not is_cancelled and not is_draft as is_sale,

        currency,
        is_tax_included,
        subtotal,
        discount,
        tax,
        shipping,
        total,
        n_units,
        discount_codes,
        source,
        country
    from changed

)

select * from final
