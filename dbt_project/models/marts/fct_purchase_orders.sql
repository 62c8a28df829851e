with purchase_orders as (

    select
        null::varchar as platform,
        null::varchar as connection,
        null::boolean as is_deleted,
        null::varchar as po_line_id,
        null::varchar as po_id,
        null::varchar as sku,
        null::varchar as supplier,
        null::varchar as location,
        null::timestamptz as ordered_at,
        null::timestamptz as expected_at,
        null::timestamptz as received_at,
        null::integer as quantity,
        null::integer as quantity_received,
        null::decimal(18, 2) as unit_cost,
        null::varchar as currency,
        null::varchar as status
    where false

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
