create schema if not exists klaviyo;

-- Without a zone's rules, which a million times are slow; moments are UTC.
create or replace macro klaviyo.time(moment) as
strftime(make_timestamp(epoch_us(moment)), '%Y-%m-%dT%H:%M:%S+00:00');

create or replace macro klaviyo.link(path) as getvariable('klaviyo_site') || '/api/' || path;

create or replace macro klaviyo.profile_id(email) as '01' || upper(left(md5(lower(email)), 24));

-- Ids of campaigns and messages are long, those of lists, flows and metrics have six letters.
create or replace macro klaviyo.long_id(kind, key) as '01' || upper(left(md5(kind || key), 24));
create or replace macro klaviyo.short_id(kind, key) as
translate(left(md5(kind || key), 6), '0123456789', 'RSTUVWXYZQ');

-- The seven fates of a mail are numbered within it, an order's event is number 0 of the order.
create or replace macro klaviyo.number_of(source_id, kind) as source_id * 8 + kind;
create or replace macro klaviyo.event_id(number) as
if(number < 0, 'w' || to_base(-number, 36, 7), to_base(number, 36, 8));

-- The event's second and its number.
create or replace macro klaviyo.uuid(second, number) as
concat(lpad(to_hex(second), 8, '0'), '-0000-1000-8000-', lpad(to_hex(abs(number)), 12, '0'));

create or replace macro klaviyo.relations(name, path) as {
    'links': {
        'self': klaviyo.link(path || '/relationships/' || name || '/'),
        'related': klaviyo.link(path || '/' || name || '/')
    }
};
create or replace macro klaviyo.relation(name, id, path) as {
    'data': {'type': name, 'id': id},
    'links': {
        'self': klaviyo.link(path || '/relationships/' || name || '/'),
        'related': klaviyo.link(path || '/' || name || '/')
    }
};

create or replace macro klaviyo.inbox_provider(email) as
case
    when email ilike '%@gmail.%' then 'Gmail'
    when email ilike '%@icloud.%' then 'Apple'
    when regexp_matches(email, '@(outlook|hotmail)\.') then 'Microsoft'
    else 'Other'
end;
create or replace macro klaviyo.client_name(customer_id) as
['Gmail', 'Outlook', 'Thunderbird', 'Chrome'][1 + customer_id % 4];

create or replace macro klaviyo.shop_url(handle) as
'https://sandbox.example/products/' || coalesce(handle, '');

create or replace macro klaviyo.country(code) as
case code
    when 'AT' then 'Austria'
    when 'BE' then 'Belgium'
    when 'CH' then 'Switzerland'
    when 'DE' then 'Germany'
    when 'ES' then 'Spain'
    when 'FR' then 'France'
    when 'GB' then 'United Kingdom'
    when 'IE' then 'Ireland'
    when 'IT' then 'Italy'
    when 'LU' then 'Luxembourg'
    when 'NL' then 'Netherlands'
    when 'US' then 'United States'
    else code
end;

create or replace macro klaviyo.share(part, whole) as if(whole > 0, part / whole, 0.0);
