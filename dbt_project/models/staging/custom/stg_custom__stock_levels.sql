with typed as (

    select
        connection,
        is_deleted,
        loaded_at,
        from_json(payload, '{"mapped": {
            "sku": "VARCHAR",
            "location": "VARCHAR",
            "observed_at": "TIMESTAMPTZ",
            "on_hand": "DECIMAL(18,3)",
            "committed": "DECIMAL(18,3)",
            "available": "DECIMAL(18,3)",
            "incoming": "DECIMAL(18,3)"
        }}').mapped as node
    from {{ source('custom', 'stock_levels') }}

),

newest as (

    select
        connection,
        is_deleted,
        loaded_at,
        node.*
    from typed
    qualify row_number() over (
        partition by connection, node.sku, node.location
        order by is_deleted asc, node.observed_at desc nulls last, loaded_at desc
    ) = 1

),

final as (

    select
        'custom' as platform,
        connection,
        is_deleted,
        loaded_at,

        sku,
        connection || '/' || coalesce(location, 'main') as location,

        round(coalesce(on_hand, available + coalesce(committed, 0)))::integer as on_hand,
        round(coalesce(committed, on_hand - available, 0))::integer as committed,
        round(coalesce(available, on_hand - coalesce(committed, 0)))::integer as available,
        round(coalesce(incoming, 0))::integer as incoming,
        true as is_active,
        coalesce(observed_at, loaded_at) as observed_at
    from newest

)

select * from final
