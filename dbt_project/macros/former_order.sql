{# The order a changed row was part of so far, null where it is new: told of another order now, it
   changes both. #}
{% macro former_order(key) -%}
    {% if is_incremental() %}
        (
            select any_value(built.order_id) from {{ this }} as built
            where built.{{ key }} = changed.{{ key }}
        )
    {% else %}
        null::varchar
    {% endif %}
{%- endmacro %}
