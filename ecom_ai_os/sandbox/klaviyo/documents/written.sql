-- What was written through the API, and what it did away with. Kept while the server runs.

create schema if not exists klaviyo;
create sequence if not exists klaviyo.numbers;

create table if not exists klaviyo.written_profiles (
    profile_id varchar primary key, email varchar, phone_number varchar, external_id varchar,
    fields json,                                    -- first_name, last_name … as given
    properties json, created_at timestamptz, updated_at timestamptz
);

create table if not exists klaviyo.written_metrics (
    metric integer, name varchar primary key, created_at timestamptz
);

-- Numbers are negative: those of the shop's own events are not.
create table if not exists klaviyo.written_events (
    number bigint default -nextval('klaviyo.numbers'), metric integer, profile_id varchar,
    unique_id varchar, happened_at timestamptz, received_at timestamptz, properties json,
    primary key (profile_id, metric, unique_id)
);

create table if not exists klaviyo.written_lists (
    list_id varchar primary key, name varchar, opt_in_process varchar, created_at timestamptz
);

create table if not exists klaviyo.written_members (
    list_id varchar, profile_id varchar, joined_at timestamptz,
    primary key (list_id, profile_id)
);

-- into_id is null where the person was erased.
create table if not exists klaviyo.gone_profiles (
    profile_id varchar primary key, into_id varchar
);
