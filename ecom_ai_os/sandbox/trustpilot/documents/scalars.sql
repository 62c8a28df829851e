-- How Trustpilot writes values: ids of 24 hexadecimal digits, times of service reviews without a
-- zone, those of product reviews with one.

create schema if not exists trustpilot;

create or replace macro trustpilot.id(kind, key) as md5(concat(kind, key))[:24];
create or replace macro trustpilot.naive(moment) as
strftime(timezone('UTC', moment), '%Y-%m-%dT%H:%M:%S');
create or replace macro trustpilot.zoned(moment) as
strftime(timezone('UTC', moment), '%Y-%m-%dT%H:%M:%S.%gZ');

-- A review is listed some time after it was written, and no longer once it was taken down.
create or replace macro trustpilot.is_listed(created_at, removed_at) as
created_at + to_seconds(getvariable('trustpilot_lag_seconds')) <= this_moment()
and removed_at is null;
