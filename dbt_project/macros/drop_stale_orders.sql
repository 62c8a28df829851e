{# Before an incremental model of orders adds what it lacks: take out the rows of every order that
   is gone or has another version by now. See models/README.md. #}
{% macro drop_stale_orders() -%}
    {% if is_incremental() %}
        delete from {{ this }} as built
        where not exists (
            from {{ ref('int_orders_resolved') }} as orders
            where built.order_id = orders.order_id and built.changed_at = orders.changed_at
        )
    {% endif %}
{%- endmacro %}
