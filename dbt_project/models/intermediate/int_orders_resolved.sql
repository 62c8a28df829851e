-- Orders that can stand in the marts: the person behind them is known where there is one, and the
-- rate of their day turns their money into the reporting currency. Whatever belongs to an order
-- makes its row new: changed_at is the version of the whole order (see ../README.md).
-- depends_on: {{ ref('int_order_changes') }}
{{ config(
    materialized='incremental',
    unique_key='order_id',
    pre_hook="{% if is_incremental() %}
        delete from {{ this }} where order_id in (
            select order_id from {{ ref('int_orders') }}
            where changed_at > (select max(changed_at) from {{ this }})
        )
    {% endif %}"
) }}

with orders as (

    select * from {{ ref('int_orders') }}
    where
        not is_deleted and ordered_at is not null
        {% if is_incremental() %}
            and order_id in (
                select order_id from {{ ref('int_order_changes') }}
                where changed_at > (select coalesce(max(changed_at), '-infinity') from {{ this }})
            )
        {% endif %}

),

customer_accounts as (

    select * from {{ ref('int_customer_accounts') }}

),

exchange_rates as (

    select * from {{ source('reference', 'exchange_rates') }}

),

priced as (

    select
        orders.*,
        case
            when orders.currency = '{{ var("reporting_currency") }}' then 1.0
            else exchange_rates.rate
        end as exchange_rate
    from orders
    asof left join exchange_rates
        on
            orders.currency = exchange_rates.currency
            and orders.ordered_at >= exchange_rates.valid_from

),

final as (

    select
        priced.* exclude (changed_at),
        now() as changed_at,
        customer_accounts.customer_id
    from priced
    left join customer_accounts on priced.account_id = customer_accounts.account_id
    where priced.exchange_rate is not null

)

select * from final
