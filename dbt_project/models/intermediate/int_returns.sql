-- A row is written, and dated by changed_at, only where it says something new: a return that names
-- no order may turn out to be another order's without being told anew.
{{ config(materialized='incremental', unique_key='return_line_id') }}

with returns as (

    select * from {{ ref('stg_shopify__returns') }}
    union all by name
    select * from {{ ref('stg_custom__returns') }}
    union all by name
    select * from {{ ref('stg_woocommerce__returns') }}

),

final as (

    select
        platform,
        connection,
        is_deleted,

        return_line_id,
        return_id,
        order_id,
        line_id,
        status,
        returned_at,

        quantity,
        amount,
        reason_native,
        reason_text
    from returns

),

changed as (

    select * from final
    {% if is_incremental() %}
        except
        select * exclude (changed_at, former_order_id) from {{ this }}
    {% endif %}

)

select
    *,
    now() as changed_at,
    {{ former_order('return_line_id') }} as former_order_id
from changed
