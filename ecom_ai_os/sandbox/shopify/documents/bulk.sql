create table if not exists shopify.bulk_operations (
    operation_id bigint primary key,
    query varchar,
    status varchar,
    error_code varchar,
    created_at timestamptz,
    completed_at timestamptz,
    n_objects bigint,
    n_root_objects bigint,
    n_bytes bigint,
    url varchar,
    partial_url varchar
);

-- Results are kept for seven days.
create or replace view shopify."BulkOperation" as
select
    operation_id as _key,
    created_at as _created_at,
    gid('BulkOperation', operation_id) as id,
    case when status = 'COMPLETED' and completed_at < this_moment() - interval 7 days
        then 'EXPIRED'
        else status
    end as status,
    'QUERY' as type,
    error_code as "errorCode",
    iso(created_at) as "createdAt",
    iso(completed_at) as "completedAt",
    n_objects::varchar as "objectCount",
    n_root_objects::varchar as "rootObjectCount",
    n_bytes::varchar as "fileSize",
    url,
    partial_url as "partialDataUrl",
    query
from shopify.bulk_operations;
