with purchase_orders as (

    select * from {{ ref('stg_cin7__purchase_orders') }}
    union all by name
    select * from {{ ref('stg_custom__purchase_orders') }}
    union all by name
    select * from {{ ref('stg_linnworks__purchase_orders') }}

),

exchange_rates as (

    select * from {{ source('reference', 'exchange_rates') }}

),

priced as (

    select
        purchase_orders.*,
        coalesce(purchase_orders.quantity_received, 0) as n_received,
        case
            when
                coalesce(purchase_orders.currency, '{{ var("reporting_currency") }}')
                = '{{ var("reporting_currency") }}' then 1.0
            else exchange_rates.rate
        end as exchange_rate
    from purchase_orders
    asof left join exchange_rates
        on
            purchase_orders.currency = exchange_rates.currency
            and purchase_orders.ordered_at >= exchange_rates.valid_from
    where not purchase_orders.is_deleted

),

final as (

    select
        po_line_id,
        po_id,
        platform,
        connection,
        sku,
        supplier,
        location,
        ordered_at,
        expected_at,
        -- some of the goods is not yet the order
        case when status = 'received' or n_received >= quantity then received_at end as received_at,
        quantity,
        n_received::integer as quantity_received,
        case
            when status in ('ordered', 'partially_received') then greatest(quantity - n_received, 0)
            else 0
        end::integer as quantity_open,
        round(unit_cost * exchange_rate, 2)::decimal(18, 2) as unit_cost,
        '{{ var("reporting_currency") }}' as currency,
        status
    from priced

)

select * from final
